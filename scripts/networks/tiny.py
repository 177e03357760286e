"""A network small enough to be computed by hand: one convolution, one tiled block, one residual add."""
from networks.builder import Network


def tiny_se():
    net = Network(
        "tiny_se",
        "8×8×4 map, SE in tiles of 2 rows, residual; every figure can be checked by hand",
        "made for this project",
        8,
        8,
        4,
    )
    x = net.conv("conv", "input", 4, 3, activation="relu")
    y = net.squeeze_excite("se", x, 2, tile_height=2, activation="relu")
    net.add("add", y, x)
    return net


def networks():
    return [tiny_se()]
