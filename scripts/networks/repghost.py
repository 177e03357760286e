"""RepGhostNet 1.0x and 2.0x in deploy form: Chen et al., arXiv 2211.06088; ChengpengChen/RepGhost model/repghost.py.

A RepGhost module is a 1x1 convolution and a depthwise 3x3 with bias into which the second branch is folded.
"""
from networks.builder import Network, make_divisible

SOURCE = "arXiv 2211.06088; github.com/ChengpengChen/RepGhost"
# kernel, hidden, out, squeeze-and-excite, stride
BLOCKS = [
    (3, 8, 16, 0, 1),
    (3, 24, 24, 0, 2),
    (3, 36, 24, 0, 1),
    (5, 36, 40, 1, 2),
    (5, 60, 40, 1, 1),
    (3, 120, 80, 0, 2),
    (3, 100, 80, 0, 1),
    (3, 120, 80, 0, 1),
    (3, 120, 80, 0, 1),
    (3, 240, 112, 1, 1),
    (3, 336, 112, 1, 1),
    (5, 336, 160, 1, 2),
    (5, 480, 160, 0, 1),
    (5, 480, 160, 1, 1),
    (5, 480, 160, 0, 1),
    (5, 480, 160, 1, 1),
]


def module(net, name, x, filters, activation):
    x = net.conv(name, x, filters, activation=activation)
    return net.depthwise(name + ".dw", x, 3, bias=True, batch_norm=False, activation=activation)


def bottleneck(net, name, x, kernel, hidden, filters, se, stride):
    y, skip = module(net, name + ".ghost1", x, hidden, "relu"), x
    if stride > 1:
        y = net.depthwise(name + ".dw", y, kernel, stride=stride)
    if se:
        y = net.squeeze_excite(name + ".se", y, make_divisible(hidden / 4, 4), gate="hard_sigmoid", activation="relu")
    y = module(net, name + ".ghost2", y, filters, "none")
    if stride > 1 or net.shapes[x][2] != filters:
        skip = net.conv(name + ".shortcut", net.depthwise(name + ".shortcut.dw", x, kernel, stride=stride), filters)
    return net.add(name + ".add", skip, y)


def repghost(width):
    name = f"repghost_{width:.1f}x".replace(".", "_")
    net = Network(name, f"RepGhostNet {width}x in deploy form, ImageNet classifier", SOURCE, 224, 224)
    x = net.conv("stem", "input", make_divisible(16 * width, 4), 3, stride=2, activation="relu")
    for i, (kernel, hidden, filters, se, stride) in enumerate(BLOCKS):
        hidden, filters = make_divisible(hidden * width, 4), make_divisible(filters * width, 4)
        x = bottleneck(net, f"b{i}", x, kernel, hidden, filters, se, stride)
    x = net.global_pool("pool", net.conv("head", x, make_divisible(960 * width, 4), activation="relu"))
    net.fully_connected("classifier", net.fully_connected("hidden", x, 1280, activation="relu"), 1000)
    return net


def networks():
    return [repghost(1.0), repghost(2.0)]
