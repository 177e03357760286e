"""EfficientNet B0-B7: Tan and Le, "EfficientNet: Rethinking Model Scaling for Convolutional Neural Networks" (ICML 2019),
Table 1 and the scaling coefficients of its released code (tensorflow/tpu, efficientnet_builder.py). TensorFlow `same` padding.
EfficientNet-Lite0: the same repository, lite/README.md: no SE, ReLU6, stem and head not scaled.
"""
import math

from networks.builder import Network, divisible

SOURCE = "arXiv 1905.11946; github.com/tensorflow/tpu models/official/efficientnet"
# repeats, kernel, stride, expansion, channels in, channels out
STAGES = [(1, 3, 1, 1, 32, 16), (2, 3, 2, 6, 16, 24), (2, 5, 2, 6, 24, 40), (3, 3, 2, 6, 40, 80),
          (3, 5, 1, 6, 80, 112), (4, 5, 2, 6, 112, 192), (1, 3, 1, 6, 192, 320)]
# width, depth, resolution
SCALING = [(1.0, 1.0, 224), (1.0, 1.1, 240), (1.1, 1.2, 260), (1.2, 1.4, 300),
           (1.4, 1.8, 380), (1.6, 2.2, 456), (1.8, 2.6, 528), (2.0, 3.1, 600)]


def block(net, prefix, x, kernel, stride, expansion, filters, se, act):
    """A mobile inverted bottleneck with squeeze-and-excite of a quarter of the block's input channels."""
    channels, skip = net.shapes[x][2], x
    if expansion != 1:
        x = net.conv(prefix + "_expand", x, channels * expansion, act=act)
    x = net.depthwise(prefix + "_dw", x, kernel, stride=stride, padding="same", act=act)
    if se:
        x = net.squeeze_excite(prefix + "_se", x, max(1, channels // 4))
    x = net.conv(prefix + "_project", x, filters)
    return net.add(prefix + "_add", skip, x) if stride == 1 and filters == channels else x


def features(net, width, depth, se=True, act="silu", lite=False):
    """Stem and stages; returns the last layer of every stage."""
    x = net.conv("stem", "input", 32 if lite else divisible(32 * width), 3, stride=2, padding="same", act=act)
    ends = []
    for s, (repeats, kernel, stride, expansion, _, filters) in enumerate(STAGES, 1):
        fixed = lite and s in (1, len(STAGES))
        for i in range(repeats if fixed else math.ceil(repeats * depth)):
            x = block(net, f"stage{s}_{i}", x, kernel, stride if i == 0 else 1, expansion, divisible(filters * width), se, act)
        ends.append(x)
    return ends


def classifier(net, x, filters, act):
    x = net.global_pool("pool", net.conv("head", x, filters, act=act))
    net.fully_connected("classifier", x, 1000)
    return net


def efficientnet(index):
    width, depth, size = SCALING[index]
    net = Network(f"efficientnet_b{index}", size, size, f"EfficientNet-B{index}, ImageNet classifier", SOURCE)
    return classifier(net, features(net, width, depth)[-1], divisible(1280 * width), "silu")


def efficientnet_lite0():
    net = Network("efficientnet_lite0", 224, 224, "EfficientNet-Lite0, ImageNet classifier", SOURCE + "/lite")
    return classifier(net, features(net, 1.0, 1.0, se=False, act="relu6", lite=True)[-1], 1280, "relu6")


def networks():
    return [efficientnet(i) for i in range(len(SCALING))] + [efficientnet_lite0()]
