"""The MobileNet family.

V1: Howard et al., arXiv 1704.04861, Table 1. V2: Sandler et al., arXiv 1801.04381, Table 2. Both as released in
TensorFlow slim
(`same` padding, 1001 classes), the build that the Hailo Model Zoo measures. V3: Howard et al., arXiv 1905.02244, Tables
1 and 2,
as in torchvision/models/mobilenetv3.py (explicit padding). Segmentation on V3-Large with the last stage dilated instead
of
strided: torchvision/models/segmentation/lraspp.py and deeplabv3.py, 21 classes, 520 x 520, without the training-only
auxiliary head.
"""
from networks.builder import Network, make_divisible

SLIM = "github.com/tensorflow/models research/slim/nets"
TORCHVISION = "github.com/pytorch/vision torchvision/models/"
V1 = [(64, 1), (128, 2), (128, 1), (256, 2), (256, 1), (512, 2)] + [(512, 1)] * 5 + [(1024, 2), (1024, 1)]
V2 = [(1, 16, 1, 1), (6, 24, 2, 2), (6, 32, 3, 2), (6, 64, 4, 2), (6, 96, 3, 1), (6, 160, 3, 2), (6, 320, 1, 1)]
# kernel, expanded, out, squeeze-and-excite, activation, stride
V3_LARGE = [
    (3, 16, 16, 0, "relu", 1),
    (3, 64, 24, 0, "relu", 2),
    (3, 72, 24, 0, "relu", 1),
    (5, 72, 40, 1, "relu", 2),
    (5, 120, 40, 1, "relu", 1),
    (5, 120, 40, 1, "relu", 1),
    (3, 240, 80, 0, "hard_swish", 2),
    (3, 200, 80, 0, "hard_swish", 1),
    (3, 184, 80, 0, "hard_swish", 1),
    (3, 184, 80, 0, "hard_swish", 1),
    (3, 480, 112, 1, "hard_swish", 1),
    (3, 672, 112, 1, "hard_swish", 1),
    (5, 672, 160, 1, "hard_swish", 2),
    (5, 960, 160, 1, "hard_swish", 1),
    (5, 960, 160, 1, "hard_swish", 1),
]
V3_SMALL = [
    (3, 16, 16, 1, "relu", 2),
    (3, 72, 24, 0, "relu", 2),
    (3, 88, 24, 0, "relu", 1),
    (5, 96, 40, 1, "hard_swish", 2),
    (5, 240, 40, 1, "hard_swish", 1),
    (5, 240, 40, 1, "hard_swish", 1),
    (5, 120, 48, 1, "hard_swish", 1),
    (5, 144, 48, 1, "hard_swish", 1),
    (5, 288, 96, 1, "hard_swish", 2),
    (5, 576, 96, 1, "hard_swish", 1),
    (5, 576, 96, 1, "hard_swish", 1),
]


def v1_features(net, padding="same", activation="relu6"):
    """Stem and 13 separable convolutions, block1 to block13."""
    x = net.conv("stem", "input", 32, 3, stride=2, padding=padding, activation=activation)
    for i, (filters, stride) in enumerate(V1, 1):
        x = net.depthwise(f"block{i}.dw", x, 3, stride=stride, padding=padding, activation=activation)
        x = net.conv(f"block{i}.pw", x, filters, activation=activation)
    return x


def mobilenet_v1():
    net = Network(
        "mobilenet_v1", "MobileNetV1 1.0, ImageNet classifier", f"arXiv 1704.04861; {SLIM}/mobilenet_v1.py", 224, 224
    )
    x = v1_features(net)
    net.fully_connected("classifier", net.global_pool("pool", x), 1001)
    return net


def v2_features(net, width=1.0, output_stride=32):
    """Stem and stages s1 to s7; once their strides come to output_stride, the others become dilations of what
    follows."""
    x = net.conv("stem", "input", make_divisible(32 * width), 3, stride=2, padding="same", activation="relu6")
    taken, dilation = 2, 1
    for s, (expansion, filters, repeats, stride) in enumerate(V2, 1):
        for i in range(repeats):
            skip, channels, name, step, rate = x, net.shapes[x][2], f"s{s}.b{i}", stride if i == 0 else 1, dilation
            if step * taken > output_stride:
                step, dilation = 1, dilation * 2
            taken *= step
            if expansion != 1:
                x = net.conv(name + ".expand", x, channels * expansion, activation="relu6")
            x = net.depthwise(name + ".dw", x, 3, stride=step, dilation=rate, padding="same", activation="relu6")
            x = net.conv(name + ".project", x, make_divisible(filters * width))
            x = net.add(name + ".add", skip, x) if i > 0 else x
    return x


def v2_head(net, x, width=1.0):
    return net.conv("head", x, make_divisible(1280 * max(1.0, width)), activation="relu6")


def mobilenet_v2(name="mobilenet_v2", width=1.0):
    net = Network(
        name,
        f"MobileNetV2 {width}, ImageNet classifier",
        f"arXiv 1801.04381; {SLIM}/mobilenet/mobilenet_v2.py",
        224,
        224,
    )
    net.fully_connected("classifier", net.global_pool("pool", v2_head(net, v2_features(net, width), width)), 1001)
    return net


def v3_features(net, blocks, dilated=False):
    """Stem, blocks and last 1x1 convolution; returns all block outputs. Dilated: from the last stride on, dilation 2
    instead."""
    x = net.conv("stem", "input", 16, 3, stride=2, activation="hard_swish")
    last_stride = max(i for i, b in enumerate(blocks) if b[-1] == 2)
    ends = []
    for i, (kernel, expanded, filters, se, activation, stride) in enumerate(blocks):
        skip, channels, name = x, net.shapes[x][2], f"block{i}"
        dilation = 2 if dilated and i >= last_stride else 1
        if expanded != channels:
            x = net.conv(name + ".expand", x, expanded, activation=activation)
        x = net.depthwise(
            name + ".dw", x, kernel, stride=1 if dilation > 1 else stride, dilation=dilation, activation=activation
        )
        if se:
            x = net.squeeze_excite(
                name + ".se", x, make_divisible(expanded // 4), gate="hard_sigmoid", activation="relu"
            )
        x = net.conv(name + ".project", x, filters)
        x = net.add(name + ".add", skip, x) if stride == 1 and channels == filters else x
        ends.append(x)
    return ends + [net.conv("head", x, 6 * net.shapes[x][2], activation="hard_swish")]


def mobilenetv3(size, blocks, hidden):
    net = Network(
        f"mobilenetv3_{size}",
        f"MobileNetV3-{size.capitalize()} 1.0, ImageNet classifier",
        f"arXiv 1905.02244; {TORCHVISION}mobilenetv3.py",
        224,
        224,
    )
    x = net.global_pool("pool", v3_features(net, blocks)[-1])
    net.fully_connected("classifier", net.fully_connected("hidden", x, hidden, activation="hard_swish"), 1000)
    return net


def lraspp():
    net = Network(
        "lraspp_mobilenetv3_large",
        "LR-ASPP on MobileNetV3-Large, dilated; its gate pools 960 channels and scales 128",
        f"arXiv 1905.02244; {TORCHVISION}segmentation/lraspp.py",
        520,
        520,
    )
    ends = v3_features(net, V3_LARGE, dilated=True)
    low, high = ends[3], ends[-1]
    x = net.conv("head.cbr", high, 128, activation="relu")
    x = net.squeeze_excite("head.gate", high, 0, scaled=x)
    x = net.upsample("head.up", x, net.shapes[low][:2], mode="bilinear")
    low = net.conv("low.classifier", low, 21, bias=True, batch_norm=False)
    x = net.add("logits", low, net.conv("high.classifier", x, 21, bias=True, batch_norm=False))
    net.upsample("out", x, net.input[:2], mode="bilinear")
    return net


def deeplabv3():
    net = Network(
        "deeplabv3_mobilenetv3_large",
        "DeepLabV3 on MobileNetV3-Large, dilated; ASPP rates 12, 24, 36",
        f"arXiv 1706.05587; {TORCHVISION}segmentation/deeplabv3.py",
        520,
        520,
    )
    high = v3_features(net, V3_LARGE, dilated=True)[-1]
    size = net.shapes[high][:2]
    branches = [net.conv("aspp.1x1", high, 256, activation="relu")]
    branches += [net.conv(f"aspp.rate{r}", high, 256, 3, dilation=r, activation="relu") for r in (12, 24, 36)]
    pooled = net.conv("aspp.pool.conv", net.global_pool("aspp.pool", high), 256, activation="relu")
    branches.append(net.upsample("aspp.pool.up", pooled, size, mode="bilinear"))
    x = net.conv("aspp.project", net.concat("aspp.concat", *branches), 256, activation="relu")
    x = net.conv("classifier", net.conv("head.conv", x, 256, 3, activation="relu"), 21, bias=True, batch_norm=False)
    net.upsample("out", x, net.input[:2], mode="bilinear")
    return net


def networks():
    return [
        mobilenet_v1(),
        mobilenet_v2(),
        mobilenet_v2("mobilenet_v2_1_4", 1.4),
        mobilenetv3("large", V3_LARGE, 1280),
        mobilenetv3("small", V3_SMALL, 1024),
        lraspp(),
        deeplabv3(),
    ]
