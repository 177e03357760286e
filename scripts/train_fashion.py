#!/usr/bin/env python3
"""Trains the small squeeze-and-excite network of docs/accuracy.md on Fashion-MNIST and writes it as ONNX.

  /usr/bin/python3 scripts/train_fashion.py OUT.onnx [--epochs N] [--images N] [--data FOLDER]

Wants Debian's python3-torch and dataset-fashion-mnist; about two processor minutes on one thread. Seeded, so that one
machine makes the same network again; the order of sums differs between processors, and with it the last digits.
"""
import argparse
import gzip
import pathlib
import time

import numpy
import torch
from torch import nn

DATA = pathlib.Path("/usr/share/datasets/fashion-mnist")
# Channels out, of the expansion, stride; the first map is 14 × 14. Multiples of 8 train fastest.
FIRST = 8
BLOCKS = ((8, 16, 1), (8, 24, 1), (16, 32, 2), (16, 48, 1))


class SqueezeExcite(nn.Module):
    def __init__(self, channels, squeezed):
        super().__init__()
        self.excite = nn.Sequential(
            nn.Conv2d(channels, squeezed, 1), nn.ReLU(True), nn.Conv2d(squeezed, channels, 1), nn.Sigmoid()
        )

    def forward(self, x):
        return x * self.excite(nn.functional.adaptive_avg_pool2d(x, 1))


def convolution(channels, filters, kernel=1, stride=1, groups=1):
    layer = nn.Conv2d(channels, filters, kernel, stride, kernel // 2, groups=groups, bias=False)
    return [layer, nn.BatchNorm2d(filters)]


class InvertedResidual(nn.Module):
    def __init__(self, channels, filters, expanded, stride):
        super().__init__()
        self.skip = stride == 1 and channels == filters
        self.layers = nn.Sequential(
            *convolution(channels, expanded),
            nn.ReLU(True),
            *convolution(expanded, expanded, 3, stride, expanded),
            nn.ReLU(True),
            SqueezeExcite(expanded, expanded // 4),
            *convolution(expanded, filters),
        )

    def forward(self, x):
        return x + self.layers(x) if self.skip else self.layers(x)


def network():
    layers, channels = [*convolution(1, FIRST, 3, 2), nn.ReLU(True)], FIRST
    for filters, expanded, stride in BLOCKS:
        layers.append(InvertedResidual(channels, filters, expanded, stride))
        channels = filters
    layers += [*convolution(channels, 96), nn.ReLU(True), nn.AdaptiveAvgPool2d(1), nn.Flatten(), nn.Linear(96, 10)]
    return nn.Sequential(*layers)


def read(folder, part):
    """Pixels 0 … 1, as the tests have them, and classes."""
    found = next(folder.rglob(f"{part}-images-idx3-ubyte.gz")).parent
    images = gzip.decompress((found / f"{part}-images-idx3-ubyte.gz").read_bytes())[16:]
    classes = gzip.decompress((found / f"{part}-labels-idx1-ubyte.gz").read_bytes())[8:]
    pixels = numpy.frombuffer(images, numpy.uint8).reshape(-1, 1, 28, 28).astype(numpy.float32) / 255
    return torch.from_numpy(pixels), torch.from_numpy(numpy.frombuffer(classes, numpy.uint8).astype(numpy.int64))


def accuracy(model, images, classes):
    model.eval()
    with torch.no_grad():
        right = sum(
            (model(images[i : i + 500]).argmax(1) == classes[i : i + 500]).sum().item()
            for i in range(0, len(images), 500)
        )
    return right / len(images)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("out", type=pathlib.Path)
    parser.add_argument("--epochs", type=int, default=10)
    parser.add_argument("--images", type=int, default=8000, help="drawn anew for every epoch")
    parser.add_argument("--data", type=pathlib.Path, default=DATA, help="folder with the package's files")
    given = parser.parse_args()
    torch.manual_seed(20)
    torch.set_flush_denormal(True)
    torch.set_num_threads(1)  # so that sums have one order
    images, classes = read(given.data, "train")
    tests = read(given.data, "t10k")
    model, batch = network(), 128
    optimiser = torch.optim.Adam(model.parameters(), lr=3e-3, weight_decay=1e-5)
    steps = given.epochs * (given.images // batch)
    schedule = torch.optim.lr_scheduler.OneCycleLR(optimiser, 6e-3, steps)
    for epoch in range(given.epochs):
        begun, order = time.monotonic(), torch.randperm(len(images))
        model.train()
        for step in range(given.images // batch):
            picked = order[step * batch : (step + 1) * batch]
            some = images[picked]
            mirrored = torch.rand(len(some), 1, 1, 1) < 0.5
            loss = nn.functional.cross_entropy(model(torch.where(mirrored, some.flip(3), some)), classes[picked])
            optimiser.zero_grad()
            loss.backward()
            optimiser.step()
            schedule.step()
        print(f"epoch {epoch + 1}: loss {loss.item():.3f}, {time.monotonic() - begun:.0f} s", flush=True)
    print(f"top-1 of the tests: {100 * accuracy(model, *tests):.2f} %")
    model.eval()
    torch.onnx.export(
        model, torch.zeros(1, 1, 28, 28), given.out, opset_version=13, input_names=["image"], output_names=["scores"]
    )
    print(f"{given.out}: {given.out.stat().st_size} bytes, {sum(p.numel() for p in model.parameters())} parameters")


if __name__ == "__main__":
    main()
