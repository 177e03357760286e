"""OSNet x1.0: Zhou et al., "Omni-Scale Feature Learning for Person Re-Identification" (ICCV 2019), arXiv 1905.00953;
KaiyangZhou/deep-person-reid torchreid/models/osnet.py, 256 x 128, up to the feature of 512 values.

A block's four branches of one to four separable convolutions are gated and added; the four gates share their weights,
which are counted here four times.
"""
from networks.builder import Network

RELU = {"activation": "relu"}


def light(net, name, x):
    """1x1, then depthwise 3x3; one batch norm."""
    x = net.conv(name, x, net.shapes[x][2], batch_norm=False)
    return net.depthwise(name + ".dw", x, 3, **RELU)


def block(net, name, x, filters):
    mid, skip = filters // 4, x
    first, gated = net.conv(name + ".conv1", x, mid, **RELU), []
    for branch in range(1, 5):
        y = first
        for i in range(branch):
            y = light(net, f"{name}.branch{branch}.{i}", y)
        gated.append(net.squeeze_excite(f"{name}.gate{branch}", y, mid // 16, **RELU))
    y = net.conv(name + ".conv3", net.add(name + ".sum", *gated), filters)
    if net.shapes[x][2] != filters:
        skip = net.conv(name + ".shortcut", x, filters)
    return net.add(name + ".add", skip, y, **RELU)


def osnet():
    net = Network(
        "osnet_x1_0",
        "OSNet x1.0, person re-identification",
        "arXiv 1905.00953; github.com/KaiyangZhou/deep-person-reid",
        256,
        128,
    )
    x = net.pool("stem.pool", net.conv("stem", "input", 64, 7, stride=2, **RELU), 3, 2)
    for s, filters in enumerate((256, 384, 512), 2):
        for i in range(2):
            x = block(net, f"s{s}.b{i}", x, filters)
        if s < 4:
            x = net.pool(f"s{s}.pool", net.conv(f"s{s}.conv", x, filters, **RELU), 2, 2, kind="avg")
    x = net.global_pool("pool", net.conv("conv5", x, 512, **RELU))
    net.fully_connected("feature", x, 512, batch_norm=True, **RELU)
    return net


def networks():
    return [osnet()]
