"""SqueezeNet 1.1, RepVGG-A1 and -A2, and YOLOv5s.

SqueezeNet 1.1: Iandola et al., arXiv 1602.07360, in its 1.1 release; sizes as in torchvision/models/squeezenet.py (no padding).
RepVGG: Ding et al., arXiv 2101.03697, deploy form: one 3x3 convolution with bias a block.
YOLOv5s: ultralytics/yolov5 release v2.0 (models/yolov5s.yaml), the one that the Hailo Model Zoo compiles. Its Focus slice and 3x3
convolution are one 6x6 / 2 convolution with the same products, as that repository writes it from release 6.0 on; the batch norm
over two concatenated convolutions is written at each of them.
"""
from networks.builder import Network


def squeezenet():
    net = Network("squeezenet_v1_1", "SqueezeNet 1.1, ImageNet classifier",
                  "arXiv 1602.07360; github.com/pytorch/vision torchvision/models/squeezenet.py", 224, 224)
    relu = {"bias": True, "batch_norm": False, "activation": "relu"}
    x = net.conv("conv1", "input", 64, 3, stride=2, padding="valid", **relu)
    for i, squeeze in enumerate((16, 16, 32, 32, 48, 48, 64, 64), 2):
        if i in (2, 4, 6):
            x = net.pool(f"pool{i - 1}", x, 3, 2, padding="valid", ceil_mode=True)
        x = net.conv(f"fire{i}.squeeze", x, squeeze, **relu)
        expand1 = net.conv(f"fire{i}.expand1", x, 4 * squeeze, **relu)
        x = net.concat(f"fire{i}", expand1, net.conv(f"fire{i}.expand3", x, 4 * squeeze, 3, **relu))
    net.global_pool("pool", net.conv("classifier", x, 1000, **relu))
    return net


def repvgg(variant, widths):
    net = Network(f"repvgg_{variant.lower()}", f"RepVGG-{variant} in deploy form, ImageNet classifier", "arXiv 2101.03697; github.com/DingXiaoH/RepVGG", 224, 224)
    x = net.conv("stage0", "input", 64, 3, stride=2, bias=True, batch_norm=False, activation="relu")
    for s, (blocks, filters) in enumerate(zip((2, 4, 14, 1), widths), 1):
        for i in range(blocks):
            x = net.conv(f"s{s}.b{i}", x, filters, 3, stride=2 if i == 0 else 1, bias=True, batch_norm=False, activation="relu")
    net.fully_connected("classifier", net.global_pool("pool", x), 1000)
    return net


def csp(net, name, x, filters, repeats, shortcut):
    """BottleneckCSP: half the channels through bottlenecks, half around them."""
    half, leaky = filters // 2, {"activation": "leaky_relu"}
    around = net.conv(name + ".cv2", x, half, **leaky)
    x = net.conv(name + ".cv1", x, half, **leaky)
    for i in range(repeats):
        skip = x
        x = net.conv(f"{name}.m{i}.cv2", net.conv(f"{name}.m{i}.cv1", x, half, **leaky), half, 3, **leaky)
        x = net.add(f"{name}.m{i}.add", skip, x) if shortcut else x
    x = net.concat(name + ".concat", net.conv(name + ".cv3", x, half, **leaky), around)
    return net.conv(name + ".cv4", x, filters, **leaky)


def yolov5s():
    net = Network("yolov5s", "YOLOv5s v2.0: backbone, path aggregation neck, detection layers",
                  "github.com/ultralytics/yolov5 v2.0 models/yolov5s.yaml", 640, 640)
    leaky = {"activation": "leaky_relu"}
    x = net.conv("focus", "input", 32, 6, stride=2, padding=2, **leaky)
    p = {}
    for level, (filters, repeats) in enumerate(((64, 1), (128, 3), (256, 3)), 2):
        x = p[level] = csp(net, f"csp{level}", net.conv(f"down{level}", x, filters, 3, stride=2, **leaky), filters, repeats, True)
    x = net.conv("spp.cv1", net.conv("down5", x, 512, 3, stride=2, **leaky), 256, **leaky)
    x = net.concat("spp.concat", x, *[net.pool(f"spp.pool{k}", x, k, 1) for k in (5, 9, 13)])
    x = csp(net, "csp5", net.conv("spp.cv2", x, 512, **leaky), 512, 1, False)
    lateral = {5: net.conv("lateral5", x, 256, **leaky)}
    x = csp(net, "up4", net.concat("cat4", net.upsample("up4.nearest", lateral[5], scale=2), p[4]), 256, 1, False)
    lateral[4] = net.conv("lateral4", x, 128, **leaky)
    x = csp(net, "up3", net.concat("cat3", net.upsample("up3.nearest", lateral[4], scale=2), p[3]), 128, 1, False)
    outs = [x]
    for level, filters in ((4, 256), (5, 512)):
        x = net.conv(f"path{level}.down", x, filters // 2, 3, stride=2, **leaky)
        x = csp(net, f"path{level}", net.concat(f"path{level}.cat", x, lateral[level]), filters, 1, False)
        outs.append(x)
    net.outputs = [net.conv(f"detect{level}", out, 255, bias=True, batch_norm=False) for level, out in enumerate(outs, 3)]
    return net


def networks():
    return [squeezenet(), repvgg("A1", (64, 128, 256, 1280)), repvgg("A2", (96, 192, 384, 1408)), yolov5s()]
