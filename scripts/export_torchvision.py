#!/usr/bin/env python3
"""Writes the weightless ONNX graphs of tests/data/onnx from torchvision 0.14 (Debian: python3-torch,
python3-torchvision).

    /usr/bin/python3 scripts/export_torchvision.py tests/data/onnx [NAME...]

The models are built without pretrained weights and exported without parameters: what is left is the graph, whose
weights are inputs with
shapes only. A model that the exporter itself cannot write is named with the exporter's reason in not_exported.txt.
"""
import io
import sys
import warnings
from pathlib import Path

import torch
from torchvision import models

CLASSIFICATION = [
    "alexnet",
    "convnext_tiny",
    "convnext_small",
    "convnext_base",
    "convnext_large",
    "densenet121",
    "densenet161",
    "densenet169",
    "densenet201",
    "efficientnet_b0",
    "efficientnet_b1",
    "efficientnet_b2",
    "efficientnet_b3",
    "efficientnet_b4",
    "efficientnet_b5",
    "efficientnet_b6",
    "efficientnet_b7",
    "efficientnet_v2_s",
    "efficientnet_v2_m",
    "efficientnet_v2_l",
    "googlenet",
    "inception_v3",
    "mnasnet0_5",
    "mnasnet0_75",
    "mnasnet1_0",
    "mnasnet1_3",
    "mobilenet_v2",
    "mobilenet_v3_small",
    "mobilenet_v3_large",
    "regnet_x_400mf",
    "regnet_x_800mf",
    "regnet_x_1_6gf",
    "regnet_x_3_2gf",
    "regnet_x_8gf",
    "regnet_x_16gf",
    "regnet_x_32gf",
    "regnet_y_400mf",
    "regnet_y_800mf",
    "regnet_y_1_6gf",
    "regnet_y_3_2gf",
    "regnet_y_8gf",
    "regnet_y_16gf",
    "regnet_y_32gf",
    "regnet_y_128gf",
    "resnet18",
    "resnet34",
    "resnet50",
    "resnet101",
    "resnet152",
    "resnext50_32x4d",
    "resnext101_32x8d",
    "resnext101_64x4d",
    "shufflenet_v2_x0_5",
    "shufflenet_v2_x1_0",
    "shufflenet_v2_x1_5",
    "shufflenet_v2_x2_0",
    "squeezenet1_0",
    "squeezenet1_1",
    "vgg11",
    "vgg11_bn",
    "vgg13",
    "vgg13_bn",
    "vgg16",
    "vgg16_bn",
    "vgg19",
    "vgg19_bn",
    "wide_resnet50_2",
    "wide_resnet101_2",
]
SEGMENTATION = [
    "deeplabv3_mobilenet_v3_large",
    "deeplabv3_resnet50",
    "deeplabv3_resnet101",
    "fcn_resnet50",
    "fcn_resnet101",
    "lraspp_mobilenet_v3_large",
]
# Crop sizes of the published evaluations, where not 224.
SIZES = {
    "efficientnet_b1": 240,
    "efficientnet_b2": 288,
    "efficientnet_b3": 300,
    "efficientnet_b4": 380,
    "efficientnet_b5": 456,
    "efficientnet_b6": 528,
    "efficientnet_b7": 600,
    "efficientnet_v2_s": 384,
    "efficientnet_v2_m": 480,
    "efficientnet_v2_l": 480,
    "inception_v3": 299,
}
WITHOUT_AUXILIARY = {"googlenet", "inception_v3"}
# Their weights get short names: half the size. What is left, up to 310 kB, is nodes and the names of their values.
LARGE = {
    "convnext_small",
    "convnext_base",
    "convnext_large",
    "densenet161",
    "densenet169",
    "densenet201",
    "efficientnet_b6",
    "efficientnet_b7",
    "efficientnet_v2_m",
    "efficientnet_v2_l",
}


def build(name):
    if name in SEGMENTATION:
        options = {"weights": None, "weights_backbone": None}
        if not name.startswith("lraspp"):
            options["aux_loss"] = True  # as published: a second output
        return getattr(models.segmentation, name)(**options), 520
    options = (
        {"aux_logits": False, "init_weights": False}
        if name in WITHOUT_AUXILIARY
        else {"init_weights": False}
        if "vgg" in name
        else {}
    )
    return getattr(models, name)(weights=None, **options), SIZES.get(name, 224)


class FirstOutputs(torch.nn.Module):
    """Segmentation models answer a dictionary: its values, in order."""

    def __init__(self, model):
        super().__init__()
        self.model = model

    def forward(self, image):
        answer = self.model(image)
        return tuple(answer.values()) if isinstance(answer, dict) else answer


def export(name):
    model, size = build(name)
    model.eval()
    wrapped = FirstOutputs(model) if name in SEGMENTATION else model
    buffer = io.BytesIO()
    names = ["image"] + [f"w{i}" for i in range(len(wrapped.state_dict()))] if name in LARGE else ["image"]
    torch.onnx.export(
        wrapped,
        torch.zeros(1, 3, size, size),
        buffer,
        export_params=False,
        do_constant_folding=False,
        keep_initializers_as_inputs=True,
        training=torch.onnx.TrainingMode.EVAL,
        opset_version=13,
        input_names=names,
    )
    return buffer.getvalue()


def main():
    folder = Path(sys.argv[1])
    folder.mkdir(parents=True, exist_ok=True)
    warnings.simplefilter("ignore")
    torch.manual_seed(0)
    refusals = []
    for name in sys.argv[2:] or CLASSIFICATION + SEGMENTATION:
        try:
            data = export(name)
        except Exception as error:  # the exporter's own refusals, of many types
            refusals.append(f"{name}: {str(error).strip().splitlines()[0]}")
            print(refusals[-1], flush=True)
            continue
        (folder / f"{name}.onnx").write_bytes(data)
        print(f"{name}: {len(data)} bytes", flush=True)
    if not sys.argv[2:]:
        (folder / "not_exported.txt").write_text("".join(line + "\n" for line in refusals))


if __name__ == "__main__":
    main()
