"""YOLOv5s and YOLOv5m: ultralytics/yolov5 release v2.0 (models/yolov5s.yaml, yolov5m.yaml), the one that the Hailo
Model Zoo compiles.

The Focus slice and 3x3 convolution are one 6x6 / 2 convolution with the same products, as that repository writes it
from release 6.0 on; the batch norm over two concatenated convolutions is written at each of them. "Without SPP":
models/yolov5m_wo_spp.yaml of the repository's branch Hailo, one 3x3 convolution to half the channels in place of
spatial pyramid pooling.
"""
from networks.builder import Network, make_divisible

SOURCE = "github.com/ultralytics/yolov5 v2.0 models/yolov5{}.yaml"
WITHOUT_SPP = SOURCE + ", branch Hailo models/yolov5m_wo_spp.yaml"
LEAKY = {"activation": "leaky_relu"}
# model: multiples of widths and of repeats
MULTIPLES = {"s": (0.5, 0.33), "m": (0.75, 0.67)}


def csp(net, name, x, filters, repeats, shortcut):
    """BottleneckCSP: half the channels through bottlenecks, half around them."""
    half = filters // 2
    around = net.conv(name + ".cv2", x, half, **LEAKY)
    x = net.conv(name + ".cv1", x, half, **LEAKY)
    for i in range(repeats):
        skip = x
        x = net.conv(f"{name}.m{i}.cv2", net.conv(f"{name}.m{i}.cv1", x, half, **LEAKY), half, 3, **LEAKY)
        x = net.add(f"{name}.m{i}.add", skip, x) if shortcut else x
    x = net.concat(name + ".concat", net.conv(name + ".cv3", x, half, **LEAKY), around)
    return net.conv(name + ".cv4", x, filters, **LEAKY)


def spatial_pyramid(net, x, filters):
    x = net.conv("spp.cv1", x, filters // 2, **LEAKY)
    x = net.concat("spp.concat", x, *[net.pool(f"spp.pool{k}", x, k, 1) for k in (5, 9, 13)])
    return net.conv("spp.cv2", x, filters, **LEAKY)


def backbone(net, widths, repeats, spp):
    """Outputs at strides 8, 16 and 32."""
    x = net.conv("focus", "input", widths[0], 6, stride=2, padding=2, **LEAKY)
    p = {}
    for level in (2, 3, 4):
        x = net.conv(f"down{level}", x, widths[level - 1], 3, stride=2, **LEAKY)
        x = p[level] = csp(net, f"csp{level}", x, widths[level - 1], repeats[level > 2], True)
    x = net.conv("down5", x, widths[4], 3, stride=2, **LEAKY)
    x = spatial_pyramid(net, x, widths[4]) if spp else net.conv("wo_spp", x, widths[4] // 2, 3, **LEAKY)
    p[5] = csp(net, "csp5", x, widths[4], repeats[0], False)
    return p


def yolov5(name, model, size, spp):
    width, depth = MULTIPLES[model]
    what = "" if spp else ", a convolution in place of spatial pyramid pooling"
    net = Network(
        name,
        f"YOLOv5{model} v2.0{what}: backbone, path aggregation neck, detection layers",
        (SOURCE if spp else WITHOUT_SPP).format(model),
        size,
        size,
    )
    widths = [make_divisible(filters * width) for filters in (64, 128, 256, 512, 1024)]
    repeats = [max(1, round(count * depth)) for count in (3, 9)]
    p = backbone(net, widths, repeats, spp)
    lateral = {5: net.conv("lateral5", p[5], widths[3], **LEAKY)}
    x = net.concat("cat4", net.upsample("up4.nearest", lateral[5], scale=2), p[4])
    lateral[4] = net.conv("lateral4", csp(net, "up4", x, widths[3], repeats[0], False), widths[2], **LEAKY)
    x = net.concat("cat3", net.upsample("up3.nearest", lateral[4], scale=2), p[3])
    outs = [csp(net, "up3", x, widths[2], repeats[0], False)]
    for level, filters in ((4, widths[3]), (5, widths[4])):
        x = net.conv(f"path{level}.down", outs[-1], filters // 2, 3, stride=2, **LEAKY)
        outs.append(
            csp(net, f"path{level}", net.concat(f"path{level}.cat", x, lateral[level]), filters, repeats[0], False)
        )
    net.outputs = [
        net.conv(f"detect{level}", out, 255, bias=True, batch_norm=False) for level, out in enumerate(outs, 3)
    ]
    return net


def networks():
    return [
        yolov5("yolov5s", "s", 640, True),
        yolov5("yolov5s_wo_spp", "s", 640, False),
        yolov5("yolov5xs_wo_spp", "s", 512, False),
        yolov5("yolov5m", "m", 640, True),
        yolov5("yolov5m_wo_spp", "m", 640, False),
    ]
