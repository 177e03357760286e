"""YOLOv3, its tiny form, and tiny YOLOv4, up to the detection layers: Redmon and Farhadi, arXiv 1804.02767; Bochkovskiy
et al., arXiv 2004.10934; layers as in AlexeyAB/darknet cfg/yolov3.cfg, yolov3-tiny.cfg and yolov4-tiny.cfg, 80 classes,
416 x 416.
"""
from networks.builder import Network

SOURCE = "arXiv {}; github.com/AlexeyAB/darknet cfg/{}.cfg"
LEAKY = {"activation": "leaky_relu"}


def detection(net, name, x):
    net.outputs.append(net.conv(name, x, 255, bias=True, batch_norm=False))


def up(net, name, x, filters):
    return net.upsample(name + ".nearest", net.conv(name, x, filters, **LEAKY), scale=2)


def darknet53(net):
    """Outputs of the stages at strides 8, 16 and 32."""
    x = net.conv("stem", "input", 32, 3, **LEAKY)
    ends = []
    for s, repeats in enumerate((1, 2, 8, 8, 4), 1):
        filters = 32 << s
        x = net.conv(f"s{s}.down", x, filters, 3, stride=2, **LEAKY)
        for i in range(repeats):
            y = net.conv(f"s{s}.b{i}.a", x, filters // 2, **LEAKY)
            x = net.add(f"s{s}.b{i}.add", x, net.conv(f"s{s}.b{i}.b", y, filters, 3, **LEAKY))
        ends.append(x)
    return ends[2:]


def yolov3():
    net = Network(
        "yolov3_416",
        "YOLOv3 at 416 × 416: Darknet-53, three detection levels",
        SOURCE.format("1804.02767", "yolov3"),
        416,
        416,
    )
    eighth, sixteenth, x = darknet53(net)
    for level, filters, finer in ((5, 512, sixteenth), (4, 256, eighth), (3, 128, None)):
        for i in range(5):
            x = net.conv(f"head{level}.{i}", x, filters << i % 2, 3 if i % 2 else 1, **LEAKY)
        detection(net, f"detect{level}", net.conv(f"head{level}.5", x, 2 * filters, 3, **LEAKY))
        if finer:
            x = net.concat(f"cat{level - 1}", up(net, f"up{level - 1}", x, filters // 2), finer)
    return net


def tiny_yolov3():
    net = Network(
        "tiny_yolov3",
        "Tiny YOLOv3: seven convolutions and pools, two detection levels",
        SOURCE.format("1804.02767", "yolov3-tiny"),
        416,
        416,
    )
    x = "input"
    for i, filters in enumerate((16, 32, 64, 128, 256)):
        sixteenth = net.conv(f"conv{i}", x, filters, 3, **LEAKY)
        x = net.pool(f"pool{i}", sixteenth, 2, 2)
    x = net.pool("pool5", net.conv("conv5", x, 512, 3, **LEAKY), 2, 1, padding="same")
    x = net.conv("neck", net.conv("conv6", x, 1024, 3, **LEAKY), 256, **LEAKY)
    detection(net, "detect5", net.conv("head5", x, 512, 3, **LEAKY))
    x = net.concat("cat4", up(net, "up4", x, 128), sixteenth)
    detection(net, "detect4", net.conv("head4", x, 256, 3, **LEAKY))
    return net


def partial_block(net, name, x, filters):
    """Half of the first convolution's channels through two more; returns the joined map and the 1x1 convolution in
    it."""
    first = net.conv(name + ".a", x, filters, 3, **LEAKY)
    b = net.conv(name + ".b", net.slice(name + ".half", first, filters // 2, filters), filters // 2, 3, **LEAKY)
    c = net.conv(name + ".c", b, filters // 2, 3, **LEAKY)
    joined = net.conv(name + ".d", net.concat(name + ".inner", c, b), filters, **LEAKY)
    return net.concat(name + ".concat", first, joined), joined


def tiny_yolov4():
    net = Network(
        "tiny_yolov4",
        "Tiny YOLOv4: three cross-stage partial blocks, two detection levels",
        SOURCE.format("2004.10934", "yolov4-tiny"),
        416,
        416,
    )
    x = net.conv("stem2", net.conv("stem1", "input", 32, 3, stride=2, **LEAKY), 64, 3, stride=2, **LEAKY)
    for i, filters in enumerate((64, 128, 256), 1):
        x, sixteenth = partial_block(net, f"csp{i}", x, filters)
        x = net.pool(f"pool{i}", x, 2, 2)
    x = net.conv("neck", net.conv("conv5", x, 512, 3, **LEAKY), 256, **LEAKY)
    detection(net, "detect5", net.conv("head5", x, 512, 3, **LEAKY))
    x = net.concat("cat4", up(net, "up4", x, 128), sixteenth)
    detection(net, "detect4", net.conv("head4", x, 256, 3, **LEAKY))
    return net


def networks():
    return [yolov3(), tiny_yolov3(), tiny_yolov4()]
