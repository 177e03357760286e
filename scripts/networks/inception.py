"""GoogLeNet (Inception v1): Szegedy et al., arXiv 1409.4842, Table 1, as released in TensorFlow slim
(nets/inception_v1.py) and compiled by the Hailo Model Zoo: 3x3 in place of 5x5 convolutions, batch norm in place of
local response normalisation, 1001 classes.
"""
from networks.builder import Network

SOURCE = "arXiv 1409.4842; github.com/tensorflow/models research/slim/nets/inception_v1.py"
# 1x1; 1x1 and 3x3; 1x1 and 3x3; 1x1 behind the pool
MODULES = {
    "3b": (64, 96, 128, 16, 32, 32),
    "3c": (128, 128, 192, 32, 96, 64),
    "4b": (192, 96, 208, 16, 48, 64),
    "4c": (160, 112, 224, 24, 64, 64),
    "4d": (128, 128, 256, 24, 64, 64),
    "4e": (112, 144, 288, 32, 64, 64),
    "4f": (256, 160, 320, 32, 128, 128),
    "5b": (256, 160, 320, 32, 128, 128),
    "5c": (384, 192, 384, 48, 128, 128),
}


def module(net, name, x, direct, reduce3, filters3, reduce5, filters5, pooled):
    relu = {"activation": "relu"}
    branches = [net.conv(name + ".1x1", x, direct, **relu)]
    for branch, reduced, filters in (("a", reduce3, filters3), ("b", reduce5, filters5)):
        y = net.conv(f"{name}.{branch}1x1", x, reduced, **relu)
        branches.append(net.conv(f"{name}.{branch}3x3", y, filters, 3, **relu))
    branches.append(net.conv(name + ".p1x1", net.pool(name + ".pool", x, 3, 1, padding="same"), pooled, **relu))
    return net.concat(name, *branches)


def googlenet():
    net = Network("googlenet", "GoogLeNet (Inception v1), ImageNet classifier", SOURCE, 224, 224)
    x = net.conv("conv1", "input", 64, 7, stride=2, padding="same", activation="relu")
    x = net.conv("conv2a", net.pool("pool1", x, 3, 2, padding="same"), 64, activation="relu")
    x = net.pool("pool2", net.conv("conv2b", x, 192, 3, activation="relu"), 3, 2, padding="same")
    for name, widths in MODULES.items():
        if name == "4b":
            x = net.pool("pool3", x, 3, 2, padding="same")
        if name == "5b":
            x = net.pool("pool4", x, 2, 2)
        x = module(net, "mixed" + name, x, *widths)
    net.fully_connected("classifier", net.global_pool("pool", x), 1001)
    return net


def networks():
    return [googlenet()]
