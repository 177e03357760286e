"""EfficientNet: Tan and Le, arXiv 1905.11946; layers as in torchvision.models.efficientnet (BSD-3-Clause)."""
import math

from .builder import Network, make_divisible

# expand ratio, kernel, stride, output channels, blocks: table 1 of the paper.
STAGES = [(1, 3, 1, 16, 1), (6, 3, 2, 24, 2), (6, 5, 2, 40, 2), (6, 3, 2, 80, 3), (6, 5, 1, 112, 3), (6, 5, 2, 192, 4), (6, 3, 1, 320, 1)]
# width, depth, resolution: the authors' table of coefficients.
SCALING = {0: (1.0, 1.0, 224), 2: (1.1, 1.2, 260)}
SOURCE = "arXiv 1905.11946; layers as in torchvision.models.efficientnet"


def block(net, name, x, expand, kernel, stride, channels, filters):
    """MBConv: expand, depthwise, squeeze and excite (a quarter of the block's input channels), project, residual."""
    y = x
    if expand != 1:
        y = net.conv(f"{name}.expand", y, make_divisible(channels * expand), activation="silu")
    y = net.depthwise(f"{name}.dw", y, kernel, stride, activation="silu")
    y = net.squeeze_excite(f"{name}.se", y, max(1, channels // 4), activation="silu")
    y = net.conv(f"{name}.project", y, filters)
    return net.add(f"{name}.add", y, x) if stride == 1 and channels == filters else y


def backbone(net, width, depth):
    """Stem and the seven stages; returns the last output, its channels, and the output of each stage by number."""
    channels = make_divisible(32 * width)
    x = net.conv("stem.conv", "input", channels, 3, 2, activation="silu")
    stages = {}
    for number, (expand, kernel, stride, filters, blocks) in enumerate(STAGES, start=1):
        filters = make_divisible(filters * width)
        for b in range(math.ceil(blocks * depth)):
            x = block(net, f"s{number}.b{b}", x, expand, kernel, stride if b == 0 else 1, channels, filters)
            channels = filters
        stages[number] = x
    return x, channels, stages


def efficientnet(variant):
    width, depth, resolution = SCALING[variant]
    net = Network(f"efficientnet_b{variant}", f"EfficientNet-B{variant}, ImageNet classifier", SOURCE, resolution, resolution)
    x, channels, _ = backbone(net, width, depth)
    net.classifier(net.conv("head.conv", x, 4 * channels, activation="silu"))
    return net


def networks():
    return [efficientnet(variant) for variant in SCALING]
