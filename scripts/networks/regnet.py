"""RegNetY 200MF-32GF, RegNetX-200MF, -800MF and -1.6GF: Radosavovic et al., "Designing Network Design Spaces" (CVPR
2020); the parameters are those of its released code (facebookresearch/pycls, configs/dds_baselines), whose rounding of
widths to groups this follows (torchvision's differs for 800MF and 8GF). SE squeezes to a quarter of the block's input
channels.
"""
import math

from networks.builder import Network

SOURCE = "arXiv 2003.13678; github.com/facebookresearch/pycls configs/dds_baselines"
# depth, w_0, w_a, w_m, group width
REGNETY = {
    "200mf": (13, 24, 36.44, 2.49, 8),
    "400mf": (16, 48, 27.89, 2.09, 8),
    "600mf": (15, 48, 32.54, 2.32, 16),
    "800mf": (14, 56, 38.84, 2.4, 16),
    "1_6gf": (27, 48, 20.71, 2.65, 24),
    "3_2gf": (21, 80, 42.63, 2.66, 24),
    "4gf": (22, 96, 31.41, 2.24, 64),
    "6_4gf": (25, 112, 33.22, 2.27, 72),
    "8gf": (17, 192, 76.82, 2.19, 56),
    "12gf": (19, 168, 73.36, 2.37, 112),
    "16gf": (18, 200, 106.23, 2.48, 112),
    "32gf": (20, 232, 115.89, 2.53, 232),
}
REGNETX = {"200mf": (13, 24, 36.44, 2.49, 8), "800mf": (16, 56, 35.73, 2.28, 16), "1_6gf": (18, 80, 34.01, 2.25, 24)}


def stages(depth, w_0, w_a, w_m, group):
    """(width, blocks, group width) of every stage: widths on the line w_0 + w_a i, quantised to powers of w_m and to
    groups."""
    powers = [round(math.log((w_0 + w_a * i) / w_0) / math.log(w_m)) for i in range(depth)]
    result = []
    for power in sorted(set(powers)):
        width = round(w_0 * w_m**power / 8) * 8
        group_width = min(group, width)
        result.append((round(width / group_width) * group_width, powers.count(power), group_width))
    return result


def features(net, parameters, se):
    """Stem and four stages."""
    x = net.conv("stem", "input", 32, 3, stride=2, activation="relu")
    for s, (width, blocks, group_width) in enumerate(stages(*parameters), 1):
        for i in range(blocks):
            prefix, stride, skip, channels = f"s{s}.b{i}", 2 if i == 0 else 1, x, net.shapes[x][2]
            if i == 0:
                skip = net.conv(prefix + ".shortcut", x, width, stride=stride)
            x = net.conv(prefix + ".a", x, width, activation="relu")
            x = net.conv(prefix + ".b", x, width, 3, stride=stride, groups=width // group_width, activation="relu")
            if se:
                x = net.squeeze_excite(prefix + ".se", x, round(channels * 0.25), activation="relu")
            x = net.add(prefix + ".add", skip, net.conv(prefix + ".c", x, width), activation="relu")
    return x


def regnet(name, kind, size, parameters):
    net = Network(name, f"RegNet{kind}-{size.replace('_', '.').upper()}, ImageNet classifier", SOURCE, 224, 224)
    net.fully_connected("classifier", net.global_pool("pool", features(net, parameters, se=kind == "Y")), 1000)
    return net


def networks():
    return [regnet("regnety_" + size, "Y", size, p) for size, p in REGNETY.items()] + [
        regnet("regnetx_200mf", "X", "200mf", REGNETX["200mf"]),
        regnet("regnetx_800mf", "X", "800mf", REGNETX["800mf"]),
        regnet("regnet_x_1_6gf", "X", "1_6gf", REGNETX["1_6gf"]),
    ]
