"""HarDNet-39DS and -68: Chao et al., "HarDNet: A Low Memory Traffic Network" (ICCV 2019), arXiv 1909.00948;
PingoLH/Pytorch-HarDNet.

Layer l of a block reads the layers l - 2^k for every k with 2^k dividing l, and is wider by the multiplier for each but
the first; the block's output is its last layer and all odd ones. DS: every convolution is a 1x1 and a depthwise 3x3,
and pools are depthwise.
"""
from networks.builder import Network

SOURCE = "arXiv 1909.00948; github.com/PingoLH/Pytorch-HarDNet"
RELU6 = {"activation": "relu6"}
# stem widths, multiplier, (growth, layers, width behind the block, halved behind it) of every block
HARDNET39DS = (24, 48), 1.6, ((16, 4, 96, True), (20, 16, 320, True), (64, 8, 640, True), (160, 4, 1024, False))
HARDNET68 = (
    (32, 64),
    1.7,
    ((14, 8, 128, True), (16, 16, 256, False), (20, 16, 320, True), (40, 16, 640, True), (160, 4, 1024, False)),
)


def links(layer):
    return [layer - step for step in (1 << k for k in range(10)) if layer % step == 0]


def layer_width(layer, growth, multiplier):
    width = growth * multiplier ** (len(links(layer)) - 1)
    return int(int(width + 1) / 2) * 2


def block(net, name, x, growth, layers, multiplier, separable):
    made = [x]
    for layer in range(1, layers + 1):
        prefix, inputs = f"{name}.l{layer}", [made[i] for i in links(layer)]
        y = net.concat(prefix + ".concat", *inputs) if len(inputs) > 1 else inputs[0]
        y = net.conv(prefix, y, layer_width(layer, growth, multiplier), 1 if separable else 3, **RELU6)
        made.append(net.depthwise(prefix + ".dw", y, 3) if separable else y)
    return net.concat(name, *[y for i, y in enumerate(made) if i % 2 == 1 or i == layers])


def halve(net, name, x, separable, kernel):
    return net.depthwise(name, x, 3, stride=2) if separable else net.pool(name, x, kernel, 2)


def hardnet(name, title, stem, multiplier, blocks, separable):
    net = Network(name, f"{title}, ImageNet classifier", SOURCE, 224, 224)
    x = net.conv("stem1", "input", stem[0], 3, stride=2, **RELU6)
    x = halve(net, "stem.down", net.conv("stem2", x, stem[1], 1 if separable else 3, **RELU6), separable, 3)
    for i, (growth, layers, width, halved) in enumerate(blocks, 1):
        x = net.conv(f"b{i}.conv", block(net, f"b{i}", x, growth, layers, multiplier, separable), width, **RELU6)
        x = halve(net, f"b{i}.down", x, separable, 2) if halved else x
    net.fully_connected("classifier", net.global_pool("pool", x), 1000)
    return net


def networks():
    return [
        hardnet("hardnet39ds", "HarDNet-39DS", *HARDNET39DS, True),
        hardnet("hardnet68", "HarDNet-68", *HARDNET68, False),
    ]
