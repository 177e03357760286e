"""CAS-ViT S, M and T at 384 x 384: Zhang et al., arXiv 2408.03703; Tianfang-Zhang/CAS-ViT
classification/model/rcvit.py.

A block adds to its input in turn a 1x1, depthwise 3x3, 1x1 (local integration), an additive token mixer, and two 1x1 of
four times the width. The mixer gates q and k each by a map of one channel (spatial) and by a vector (channel), and
multiplies their sum with v. A batch norm in front of a 1x1 convolution is a bias of it; the channel gates have a bias
that the source has not.
"""
from networks.builder import Network

SOURCE = "arXiv 2408.03703; github.com/Tianfang-Zhang/CAS-ViT classification/model/rcvit.py"
WIDTHS = {"s": (48, 64, 128, 256), "m": (64, 96, 192, 384), "t": (96, 128, 256, 512)}
BLOCKS = (3, 3, 6, 3)
PLAIN = {"bias": True, "batch_norm": False}


def gated(net, name, x):
    """The spatial gate, then the channel gate."""
    gate = net.depthwise(name + ".spatial.dw", x, 3, bias=True, activation="relu")
    gate = net.conv(name + ".spatial", gate, 1, batch_norm=False, activation="sigmoid")
    return net.squeeze_excite(name + ".channel", net.multiply(name + ".map", x, gate), 0)


def token_mixer(net, name, x):
    channels = net.shapes[x][2]
    qkv = net.conv(name + ".qkv", x, 3 * channels, **PLAIN)
    q, k, v = [net.slice(f"{name}.{part}", qkv, i * channels, (i + 1) * channels) for i, part in enumerate("qkv")]
    both = net.add(name + ".sum", gated(net, name + ".gate_q", q), gated(net, name + ".gate_k", k))
    y = net.multiply(name + ".product", net.depthwise(name + ".dw", both, 3, **PLAIN), v)
    return net.depthwise(name + ".project", y, 3, **PLAIN)


def block(net, name, x):
    channels = net.shapes[x][2]
    y = net.depthwise(
        name + ".local.dw", net.conv(name + ".local.a", x, channels, bias=True), 3, activation="gelu", **PLAIN
    )
    x = net.add(name + ".local.add", x, net.conv(name + ".local.b", y, channels, **PLAIN))
    x = net.add(name + ".mixer.add", x, token_mixer(net, name + ".mixer", x))
    y = net.conv(name + ".mlp.a", x, 4 * channels, activation="gelu", **PLAIN)
    return net.add(name + ".mlp.add", x, net.conv(name + ".mlp.b", y, channels, **PLAIN))


def cas_vit(size):
    net = Network("cas_vit_" + size, f"CAS-ViT-{size.upper()}, ImageNet classifier", SOURCE, 384, 384)
    widths = WIDTHS[size]
    x = net.conv("stem1", "input", widths[0] // 2, 3, stride=2, bias=True, activation="relu")
    x = net.conv("stem2", x, widths[0], 3, stride=2, bias=True, activation="relu")
    for s, (channels, blocks) in enumerate(zip(widths, BLOCKS), 1):
        if s > 1:
            x = net.conv(f"s{s}.down", x, channels, 3, stride=2, bias=True)
        for i in range(blocks):
            x = block(net, f"s{s}.b{i}", x)
    x = net.global_pool("pool", x)
    net.add("classes", net.fully_connected("head", x, 1000), net.fully_connected("distilled_head", x, 1000))
    return net


def networks():
    return [cas_vit(size) for size in WIDTHS]
