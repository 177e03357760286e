"""EfficientNet B0-B7: Tan and Le, "EfficientNet: Rethinking Model Scaling for Convolutional Neural Networks" (ICML
2019), Table 1
and the authors' table of scaling coefficients; layers and padding as in torchvision.models.efficientnet, resolutions
the authors'.
EfficientNet-Lite0 to 4: github.com/tensorflow/tpu, models/official/efficientnet/lite: no SE, ReLU6, stem and head not
scaled, TensorFlow
`same` padding.
"""
import math

from networks.builder import Network, make_divisible

SOURCE = "arXiv 1905.11946; layers as in torchvision.models.efficientnet"
LITE_SOURCE = "arXiv 1905.11946; github.com/tensorflow/tpu models/official/efficientnet/lite"
# expansion, kernel, stride, output channels, blocks
STAGES = [
    (1, 3, 1, 16, 1),
    (6, 3, 2, 24, 2),
    (6, 5, 2, 40, 2),
    (6, 3, 2, 80, 3),
    (6, 5, 1, 112, 3),
    (6, 5, 2, 192, 4),
    (6, 3, 1, 320, 1),
]
# width, depth, resolution
SCALING = [
    (1.0, 1.0, 224),
    (1.0, 1.1, 240),
    (1.1, 1.2, 260),
    (1.2, 1.4, 300),
    (1.4, 1.8, 380),
    (1.6, 2.2, 456),
    (1.8, 2.6, 528),
    (2.0, 3.1, 600),
]
LITE_SCALING = [(1.0, 1.0, 224), (1.0, 1.1, 240), (1.1, 1.2, 260), (1.2, 1.4, 280), (1.4, 1.8, 300)]


def block(net, name, x, expansion, kernel, stride, filters, padding, se, activation):
    """MBConv: expand, depthwise, squeeze-and-excite of a quarter of the block's input channels, project, residual."""
    channels, y = net.shapes[x][2], x
    if expansion != 1:
        y = net.conv(name + ".expand", y, channels * expansion, activation=activation)
    y = net.depthwise(name + ".dw", y, kernel, stride=stride, padding=padding, activation=activation)
    if se:
        y = net.squeeze_excite(name + ".se", y, max(1, channels // 4), activation=activation)
    y = net.conv(name + ".project", y, filters)
    return net.add(name + ".add", y, x) if stride == 1 and filters == channels else y


def features(net, width, depth, padding="centre", lite=False):
    """Stem and stages; returns the last layer of every stage."""
    activation = "relu6" if lite else "silu"
    x = net.conv(
        "stem.conv",
        "input",
        32 if lite else make_divisible(32 * width),
        3,
        stride=2,
        padding=padding,
        activation=activation,
    )
    ends = []
    for s, (expansion, kernel, stride, filters, blocks) in enumerate(STAGES, 1):
        fixed = lite and s in (1, len(STAGES))
        for b in range(blocks if fixed else math.ceil(blocks * depth)):
            x = block(
                net,
                f"s{s}.b{b}",
                x,
                expansion,
                kernel,
                stride if b == 0 else 1,
                make_divisible(filters * width),
                padding,
                not lite,
                activation,
            )
        ends.append(x)
    return ends


def classifier(net, x, filters, activation):
    x = net.global_pool("head.pool", net.conv("head.conv", x, filters, activation=activation))
    net.fully_connected("classifier", x, 1000)
    return net


def efficientnet(variant):
    width, depth, size = SCALING[variant]
    net = Network(f"efficientnet_b{variant}", f"EfficientNet-B{variant}, ImageNet classifier", SOURCE, size, size)
    x = features(net, width, depth)[-1]
    return classifier(net, x, 4 * net.shapes[x][2], "silu")


def efficientnet_lite(variant):
    width, depth, size = LITE_SCALING[variant]
    net = Network(
        f"efficientnet_lite{variant}", f"EfficientNet-Lite{variant}, ImageNet classifier", LITE_SOURCE, size, size
    )
    return classifier(net, features(net, width, depth, padding="same", lite=True)[-1], 1280, "relu6")


def networks():
    return [efficientnet(variant) for variant in range(len(SCALING))] + [
        efficientnet_lite(variant) for variant in range(len(LITE_SCALING))
    ]
