#!/usr/bin/env python3
"""Runs tiled exports in ONNX Runtime and compares them with tiled squeeze-and-excite computed directly by torch.

    /usr/bin/python3 scripts/check_export_numbers.py build/release/rowflow

Needs Debian's python3-torch and python3-torchvision (1 GB, so not part of the tests: there
tests/import/numbers_test.mjs checks small models
of every writing) and the npm packages of scripts/setup.sh.

For each model and tile height: torch exports the plain model, rowflow tiles it, ONNX Runtime runs it on a random image;
torch computes the same
with average pools of T rows in place of the global ones. With T of the whole map the original must come back. Weights
are random (batch norms too).
"""
import json
import subprocess
import sys
import tempfile
import warnings
from pathlib import Path

import torch
import torch.nn.functional as F
from torchvision import models
from torchvision.ops.misc import SqueezeExcitation

RUNNER = """
import * as ort from 'onnxruntime-web/wasm';
import fs from 'node:fs';
const [model, image_file, dims, answer] = process.argv.slice(1);
ort.env.wasm.numThreads = 1;
const session = await ort.InferenceSession.create(fs.readFileSync(model), {logSeverityLevel: 3});
const bytes = fs.readFileSync(image_file);
const values = new Float32Array(bytes.buffer, bytes.byteOffset, bytes.length / 4);
const image = new ort.Tensor('float32', values, JSON.parse(dims));
const result = await session.run({image});
fs.writeFileSync(answer, JSON.stringify(Array.from(result[session.outputNames[0]].data)));
process.exit(0);
"""
TILE = {"rows": 0}


def pooled(x):
    rows = min(TILE["rows"] or x.shape[2], x.shape[2])
    return F.avg_pool2d(x, (rows, x.shape[3]), ceil_mode=True), rows


def tiled_forward(self, x):
    tiles, rows = pooled(x)
    gate = self.scale_activation(self.fc2(self.activation(self.fc1(tiles))))
    return gate.repeat_interleave(rows, dim=2)[:, :, : x.shape[2]] * x


class LinearBlock(torch.nn.Module):
    """Squeeze-and-excite as many older models write it: with Linear layers on a flattened vector, or as matrices with a
    bias behind."""

    def __init__(self, matrices):
        super().__init__()
        self.stem = torch.nn.Conv2d(3, 16, 3, padding=1)
        self.fc1, self.fc2 = torch.nn.Linear(16, 4), torch.nn.Linear(4, 16)
        self.matrices = matrices

    def dense(self, layer, vector):
        return torch.matmul(vector, layer.weight.t()) + layer.bias if self.matrices else layer(vector)

    def forward(self, image):
        x = self.stem(image)
        if not TILE["rows"]:
            vector = F.adaptive_avg_pool2d(x, 1).flatten(1)
            return x * torch.sigmoid(self.dense(self.fc2, F.relu(self.dense(self.fc1, vector)))).view(-1, 16, 1, 1)
        tiles, rows = pooled(x)
        gate = torch.sigmoid(self.fc2(F.relu(self.fc1(tiles[..., 0].transpose(1, 2))))).transpose(1, 2)[..., None]
        return x * gate.repeat_interleave(rows, dim=2)[:, :, : x.shape[2]]


def randomised(model):
    for module in model.modules():
        if isinstance(module, torch.nn.BatchNorm2d):
            module.running_mean.uniform_(-0.3, 0.3)
            module.running_var.uniform_(0.5, 1.5)
        if isinstance(module, torch.nn.Conv2d):
            torch.nn.init.kaiming_uniform_(module.weight)
    return model.eval()


def run(folder, model, image):
    (folder / "image.bin").write_bytes(image.numpy().tobytes())
    answer = folder / "answer.json"
    command = [
        "node",
        "--input-type=module",
        "-e",
        RUNNER,
        "--",
        folder / model,
        folder / "image.bin",
        json.dumps(list(image.shape)),
        answer,
    ]
    subprocess.run(command, check=True, capture_output=True, cwd=Path(__file__).parent.parent)
    return torch.tensor(json.loads(answer.read_text()))


def check(rowflow, name, model, size, rows):
    image = torch.randn(1, 3, size, size)
    with tempfile.TemporaryDirectory() as text, torch.no_grad():
        folder = Path(text)
        TILE["rows"] = 0
        torch.onnx.export(model, image, str(folder / "model.onnx"), opset_version=13, input_names=["image"])
        original = model(image)
        TILE["rows"] = rows
        direct = model(image).flatten()
        subprocess.run(
            [
                rowflow,
                "export",
                folder / "model.onnx",
                "--tile-height",
                str(rows),
                "-o",
                folder / "tiled.onnx",
                "--quiet",
            ],
            check=True,
        )
        error = (run(folder, "tiled.onnx", image) - direct).abs().max() / direct.abs().max()
    moved = (direct - original.flatten()).abs().max() / direct.abs().max()
    fine = error < 1e-4 and (moved < 1e-5 if rows >= size else moved > 10 * error)
    print(
        f"{name:20} T = {rows:3}: largest error {error:.1e} of the largest value; "
        f"tiling itself changes {moved:.1e}: {'equal' if fine else 'DIFFERENT'}"
    )
    return fine


def main():
    rowflow = sys.argv[1]
    warnings.simplefilter("ignore")
    torch.manual_seed(1)
    SqueezeExcitation.forward = tiled_forward_or_plain
    cases = [
        ("mobilenet_v3_small", 5),
        ("mobilenet_v3_small", 1),
        ("efficientnet_b0", 7),
        ("regnet_y_400mf", 6),
        ("efficientnet_b0", 224),
    ]
    results = [check(rowflow, name, randomised(getattr(models, name)(weights=None)), 224, rows) for name, rows in cases]
    for matrices, rows in ((False, 7), (True, 9), (False, 32)):
        results.append(
            check(rowflow, "matrices" if matrices else "linear layers", LinearBlock(matrices).eval(), 32, rows)
        )
    sys.exit(0 if all(results) else 1)


PLAIN = SqueezeExcitation.forward


def tiled_forward_or_plain(self, x):
    return tiled_forward(self, x) if TILE["rows"] else PLAIN(self, x)


if __name__ == "__main__":
    main()
