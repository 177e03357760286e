"""The ResNet family.

ResNet-18 and -34: He et al., arXiv 1512.03385, Table 1. ResNet-50 v1 as TensorFlow slim releases it and the Hailo Model
Zoo compiles it: the stride is in the 3x3 convolution of the last unit of a stage, whose shortcut is a 1x1 / 2 max pool;
layers numbered in that build's order. SE-ResNet-50 and -101: Hu et al., arXiv 1709.01507, with the stride in the first
1x1 convolution (hujie-frank/SENet). ResNeXt-26 and -50 32x4d: Xie et al., arXiv 1611.05431, the former with two blocks
a stage (osmr/imgclsmob).
"""
from networks.builder import Network

TORCHVISION = "arXiv 1512.03385; github.com/pytorch/vision torchvision/models/resnet.py"
RESNEXT = "arXiv 1611.05431; github.com/osmr/imgclsmob pytorch"


def basic_blocks(net, units):
    """Stem and four stages of two 3x3 convolutions a block."""
    x = net.pool("stem.pool", net.conv("stem", "input", 64, 7, stride=2, activation="relu"), 3, 2)
    for s, (filters, count) in enumerate(zip((64, 128, 256, 512), units), 1):
        for i in range(count):
            prefix, stride, skip = f"s{s}.b{i}", 2 if s > 1 and i == 0 else 1, x
            if stride == 2:
                skip = net.conv(prefix + ".shortcut", x, filters, stride=2)
            x = net.conv(prefix + ".a", x, filters, 3, stride=stride, activation="relu")
            x = net.add(prefix + ".add", skip, net.conv(prefix + ".b", x, filters, 3), activation="relu")
    return x


def basic_resnet(name, depth, units):
    net = Network(name, f"ResNet-{depth} v1, ImageNet classifier", TORCHVISION, 224, 224)
    net.fully_connected("classifier", net.global_pool("pool", basic_blocks(net, units)), 1000)
    return net


def resnet_v1_50():
    net = Network(
        "resnet_v1_50",
        "ResNet-50 v1, ImageNet classifier, strides and layer names as in the public Hailo build",
        "arXiv 1512.03385; github.com/tensorflow/models research/slim/nets/resnet_v1.py; "
        "github.com/hailo-ai/hailo_model_zoo v2.18",
        224,
        224,
    )
    x = net.pool("maxpool1", net.conv("conv1", "input", 64, 7, stride=2, activation="relu"), 3, 2, padding="same")
    number, pools = 1, 1
    for s, (filters, units) in enumerate(zip((64, 128, 256, 512), (3, 4, 6, 3)), 1):
        for i in range(units):
            stride, skip = 2 if i == units - 1 and s < 4 else 1, x
            number += 1
            x = net.conv(f"conv{number}", x, filters, activation="relu")
            number += 1
            x = net.conv(f"conv{number}", x, filters, 3, stride=stride, activation="relu")
            if i == 0:
                number += 1
                skip = net.conv(f"conv{number}", skip, 4 * filters)
            elif stride == 2:
                pools += 1
                skip = net.pool(f"maxpool{pools}", skip, 1, 2)
            number += 1
            x = net.add(f"add{number}", skip, net.conv(f"conv{number}", x, 4 * filters), activation="relu")
    net.fully_connected("fc1", net.global_pool("avgpool1", x), 1000)
    return net


def bottlenecks(net, x, units, width, groups=1, se=False, stride_first=False):
    """Four stages of bottleneck blocks; width: channels of the first stage's 3x3 convolution."""
    for s, count in enumerate(units, 1):
        inner, outer = width << (s - 1), 256 << (s - 1)
        for i in range(count):
            prefix, stride, skip = f"s{s}.b{i}", 2 if s > 1 and i == 0 else 1, x
            if i == 0:
                skip = net.conv(prefix + ".shortcut", x, outer, stride=stride)
            x = net.conv(prefix + ".a", x, inner, stride=stride if stride_first else 1, activation="relu")
            x = net.conv(
                prefix + ".b", x, inner, 3, stride=1 if stride_first else stride, groups=groups, activation="relu"
            )
            x = net.conv(prefix + ".c", x, outer)
            if se:
                x = net.squeeze_excite(prefix + ".se", x, outer // 16, activation="relu")
            x = net.add(prefix + ".add", skip, x, activation="relu")
    net.fully_connected("classifier", net.global_pool("pool", x), 1000)
    return net


def se_resnet(depth, units):
    net = Network(
        f"se_resnet{depth}",
        f"SE-ResNet-{depth}, ImageNet classifier",
        "arXiv 1709.01507; github.com/hujie-frank/SENet",
        224,
        224,
    )
    x = net.conv("stem", "input", 64, 7, stride=2, activation="relu")
    x = net.pool("stem.pool", x, 3, 2, padding="valid", ceil_mode=True)
    return bottlenecks(net, x, units, 64, se=True, stride_first=True)


def resnext(depth, units):
    net = Network(f"resnext{depth}_32x4d", f"ResNeXt-{depth} 32x4d, ImageNet classifier", RESNEXT, 224, 224)
    x = net.pool("stem.pool", net.conv("stem", "input", 64, 7, stride=2, activation="relu"), 3, 2)
    return bottlenecks(net, x, units, 128, groups=32)


def networks():
    return [
        basic_resnet("resnet_v1_18", 18, (2, 2, 2, 2)),
        basic_resnet("resnet34", 34, (3, 4, 6, 3)),
        resnet_v1_50(),
        se_resnet(50, (3, 4, 6, 3)),
        se_resnet(101, (3, 4, 23, 3)),
        resnext(26, (2, 2, 2, 2)),
        resnext(50, (3, 4, 6, 3)),
    ]
