"""Networks made for the Edge TPU: fused blocks (one 3x3 convolution in place of expansion and depthwise) early on, no
squeeze-and-excite, ReLU, TensorFlow `same` padding, 1001 classes. The Hailo Model Zoo's efficientnet_s, _m, _l and
mobilenet_v3 are these.

EfficientNet-EdgeTPU S, M, L: github.com/tensorflow/tpu
models/official/efficientnet/edgetpu/efficientnet_edgetpu_builder.py and efficientnet_model.py: the stride of a fused
block is in its 1x1 projection; the first block expands to four times 24 channels, not 32. MobileNetEdgeTPU 1.0:
github.com/tensorflow/models research/slim/nets/mobilenet/mobilenet_v3.py (V3_EDGETPU).
"""
import math

from networks.builder import Network, make_divisible

EFFICIENTNET = "github.com/tensorflow/tpu models/official/efficientnet/edgetpu"
MOBILENET = "arXiv 1905.02244; github.com/tensorflow/models research/slim/nets/mobilenet/mobilenet_v3.py"
# blocks, kernel, stride, expansion, filters, fused, residual
STAGES = [
    (1, 3, 1, 4, 24, True, False),
    (2, 3, 2, 8, 32, True, True),
    (4, 3, 2, 8, 48, True, True),
    (5, 5, 2, 8, 96, False, True),
    (4, 5, 1, 8, 144, False, True),
    (2, 5, 2, 8, 192, False, True),
]
# width, depth, resolution
SCALING = {"s": (1.0, 1.0, 224), "m": (1.0, 1.1, 240), "l": (1.2, 1.4, 300)}
# kernel, stride, expansion, filters, fused, residual
BLOCKS = (
    [(3, 1, 1, 16, True, True)]
    + [(3, 2, 8, 32, True, True)]
    + 3 * [(3, 1, 4, 32, True, True)]
    + [(3, 2, 8, 48, True, True)]
    + 3 * [(3, 1, 4, 48, True, True)]
    + [(3, 2, 8, 96, False, True)]
    + 3 * [(3, 1, 4, 96, False, True)]
    + [(3, 1, 8, 96, False, False)]
    + 3 * [(3, 1, 4, 96, False, True)]
    + [(5, 2, 8, 160, False, True)]
    + 3 * [(5, 1, 4, 160, False, True)]
    + [(3, 1, 8, 192, False, True)]
)


def separable_block(net, name, x, kernel, stride, expanded):
    y = net.conv(name + ".expand", x, expanded, activation="relu")
    return net.depthwise(name + ".dw", y, kernel, stride=stride, padding="same", activation="relu")


def project(net, name, x, y, filters, residual, stride=1):
    y = net.conv(name + ".project", y, filters, stride=stride)
    return net.add(name + ".add", y, x) if residual and net.shapes[x] == net.shapes[y] else y


def classifier(net, x, filters):
    x = net.global_pool("head.pool", net.conv("head.conv", x, filters, activation="relu"))
    net.fully_connected("classifier", x, 1001)
    return net


def efficientnet(size):
    width, depth, resolution = SCALING[size]
    net = Network(
        f"efficientnet_{size}",
        f"EfficientNet-EdgeTPU-{size.upper()}, ImageNet classifier, no squeeze-and-excite",
        EFFICIENTNET,
        resolution,
        resolution,
    )
    x = net.conv("stem", "input", make_divisible(32 * width), 3, stride=2, padding="same", activation="relu")
    channels = make_divisible(24 * width)
    for s, (repeats, kernel, stride, expansion, filters, fused, residual) in enumerate(STAGES, 1):
        for b in range(math.ceil(repeats * depth)):
            name, step, expanded = f"s{s}.b{b}", stride if b == 0 else 1, channels * expansion
            channels = make_divisible(filters * width)
            if fused:
                y = net.conv(name + ".expand", x, expanded, kernel, activation="relu")
                x = project(net, name, x, y, channels, residual, stride=step)
            else:
                x = project(net, name, x, separable_block(net, name, x, kernel, step, expanded), channels, residual)
    return classifier(net, x, make_divisible(1280 * width))


def mobilenet():
    net = Network(
        "mobilenet_v3_edgetpu", "MobileNetEdgeTPU 1.0, ImageNet classifier, no squeeze-and-excite", MOBILENET, 224, 224
    )
    x = net.conv("stem", "input", 32, 3, stride=2, padding="same", activation="relu")
    for b, (kernel, stride, expansion, filters, fused, residual) in enumerate(BLOCKS):
        name, y, expanded = f"b{b}", x, net.shapes[x][2] * expansion
        if fused and expansion > 1:
            y = net.conv(name + ".expand", x, expanded, kernel, stride=stride, padding="same", activation="relu")
        elif not fused:
            y = separable_block(net, name, x, kernel, stride, expanded)
        x = project(net, name, x, y, filters, residual)
    return classifier(net, x, 1280)


def networks():
    return [efficientnet(size) for size in SCALING] + [mobilenet()]
