"""YOLOv8n and YOLOv8s: ultralytics/ultralytics, cfg/models/v8/yolov8.yaml and nn/modules (C2f, SPPF, Detect), up to the
last convolutions; decoding and suppression run on the host.
"""
from networks.builder import Network

SOURCE = "github.com/ultralytics/ultralytics cfg/models/v8/yolov8.yaml"
SILU = {"activation": "silu"}
CLASSES, BINS = 80, 16  # bins of a box side's distribution
WIDTH = {"n": 0.25, "s": 0.5}


def c2f(net, name, x, filters, repeats, shortcut):
    """Two halves; the second goes through bottlenecks one after another, and all that come out are joined."""
    half = filters // 2
    both = net.conv(name + ".cv1", x, filters, **SILU)
    parts = [net.slice(name + ".first", both, 0, half), net.slice(name + ".second", both, half, filters)]
    for i in range(repeats):
        x = net.conv(f"{name}.m{i}.cv2", net.conv(f"{name}.m{i}.cv1", parts[-1], half, 3, **SILU), half, 3, **SILU)
        parts.append(net.add(f"{name}.m{i}.add", parts[-1], x) if shortcut else x)
    return net.conv(name + ".cv2", net.concat(name + ".concat", *parts), filters, **SILU)


def pooling_pyramid(net, x, filters):
    """SPPF: three 5x5 pools one after another."""
    parts = [net.conv("sppf.cv1", x, filters // 2, **SILU)]
    for i in range(3):
        parts.append(net.pool(f"sppf.pool{i}", parts[-1], 5, 1))
    return net.conv("sppf.cv2", net.concat("sppf.concat", *parts), filters, **SILU)


def detect(net, level, x, box, classes):
    last = {"bias": True, "batch_norm": False}
    for branch, filters, outputs in (("box", box, 4 * BINS), ("class", classes, CLASSES)):
        y = net.conv(f"detect{level}.{branch}0", x, filters, 3, **SILU)
        y = net.conv(f"detect{level}.{branch}1", y, filters, 3, **SILU)
        net.outputs.append(net.conv(f"detect{level}.{branch}", y, outputs, **last))


def yolov8(model):
    net = Network(
        "yolov8" + model,
        f"YOLOv8{model}: backbone, path aggregation neck, decoupled detection layers",
        SOURCE,
        640,
        640,
    )
    widths = [int(filters * WIDTH[model]) for filters in (64, 128, 256, 512, 1024)]
    x, p = net.conv("stem", "input", widths[0], 3, stride=2, **SILU), {}
    for level, repeats in ((2, 1), (3, 2), (4, 2), (5, 1)):
        x = net.conv(f"down{level}", x, widths[level - 1], 3, stride=2, **SILU)
        x = p[level] = c2f(net, f"c2f{level}", x, widths[level - 1], repeats, True)
    p[5] = pooling_pyramid(net, x, widths[4])
    x = {5: p[5]}
    for level in (4, 3):
        y = net.concat(f"cat{level}", net.upsample(f"cat{level}.nearest", x[level + 1], scale=2), p[level])
        x[level] = c2f(net, f"up{level}", y, widths[level - 1], 1, False)
    outs = [x[3]]
    for level in (4, 5):
        y = net.conv(f"path{level}.down", outs[-1], widths[level - 2], 3, stride=2, **SILU)
        outs.append(c2f(net, f"path{level}", net.concat(f"path{level}.cat", y, x[level]), widths[level - 1], 1, False))
    box, classes = max(16, widths[2] // 4, 4 * BINS), max(widths[2], min(CLASSES, 100))
    for level, out in enumerate(outs, 3):
        detect(net, level, out, box, classes)
    return net


def networks():
    return [yolov8(model) for model in WIDTH]
