"""Image restoration: maps of full size from end to end.

DnCNN-3: Zhang et al., arXiv 1608.03981; cszn/KAIR models/network_dncnn.py, 20 layers of 64 channels, batch norm folded;
the noise that comes out is taken from the input. ESPCN: Shi et al., arXiv 1609.05158; Lornatang/ESPCN-PyTorch model.py.
Its last step puts the r * r channels of a pixel side by side, r rows from one: the order in which the host reads the
output, no layer here. Zero-DCE: Guo et al., arXiv 2001.06826; Li-Chongyi/Zero-DCE model.py: eight steps x + a (x^2 -
x), each with a map of its own from the last convolution. x^2 - x is a function of one element and rides on the
multiplication.
"""
from networks.builder import Network

ESPCN_SIZES = {2: (156, 240), 3: (104, 160), 4: (78, 120)}
PLAIN = {"bias": True, "batch_norm": False}


def dncnn3():
    net = Network(
        "dncnn3",
        "DnCNN-3, 20 layers, residual",
        "arXiv 1608.03981; github.com/cszn/KAIR models/network_dncnn.py",
        321,
        481,
        1,
    )
    x = "input"
    for i in range(19):
        x = net.conv(f"conv{i + 1}", x, 64, 3, activation="relu", **PLAIN)
    net.add("add", net.conv("conv20", x, 1, 3, **PLAIN), "input")
    return net


def espcn(factor):
    net = Network(
        f"espcn_x{factor}",
        f"ESPCN, {factor}-fold super-resolution, output before the pixel shuffle",
        "arXiv 1609.05158; github.com/Lornatang/ESPCN-PyTorch model.py",
        *ESPCN_SIZES[factor],
        1,
    )
    x = net.conv("conv1", "input", 64, 5, activation="tanh", **PLAIN)
    x = net.conv("conv2", x, 32, 3, activation="tanh", **PLAIN)
    net.conv("sub_pixel", x, factor * factor, 3, activation="clip", **PLAIN)
    return net


def zero_dce():
    net = Network(
        "zero_dce",
        "Zero-DCE, low-light enhancement with eight curve steps",
        "arXiv 2001.06826; github.com/Li-Chongyi/Zero-DCE Zero-DCE_code/model.py",
        400,
        600,
    )
    relu = dict(PLAIN, activation="relu")
    x = ["input"]
    for i in range(1, 5):
        x.append(net.conv(f"conv{i}", x[-1], 32, 3, **relu))
    y = x[4]
    for i in (5, 6):
        y = net.conv(f"conv{i}", net.concat(f"concat{i}", x[8 - i], y), 32, 3, **relu)
    curves = net.conv("conv7", net.concat("concat7", x[1], y), 24, 3, activation="tanh", **PLAIN)
    image = "input"
    for i in range(8):
        step = net.multiply(f"curve{i}.multiply", image, net.slice(f"curve{i}", curves, 3 * i, 3 * i + 3))
        image = net.add(f"curve{i}.add", image, step)
    return net


def networks():
    return [dncnn3()] + [espcn(factor) for factor in ESPCN_SIZES] + [zero_dce()]
