"""STDC1-Seg at 1024 x 1920, as it is trained and with the arg-max that it is deployed with (Hailo Model Zoo v2.18,
cfg/networks/stdc1.yaml: one channel out): Fan et al., "Rethinking BiSeNet For Real-time Semantic Segmentation" (CVPR
2021) and its released code (MichaelFan01/STDC-Seg, nets/stdcnet.py and models/model_stages.py), 19 Cityscapes classes,
inference path only: the detail and auxiliary heads serve training. The attention refinement modules and the feature
fusion module are gates with one and two FCs.
"""
from networks.builder import Network

SOURCE = "arXiv 2104.13188; github.com/MichaelFan01/STDC-Seg"


def short_term_dense(net, prefix, x, filters, stride):
    """Four convolutions of halving width, all outputs concatenated; a stride is taken by a depthwise convolution after
    the first."""
    first = net.conv(prefix + ".conv1", x, filters // 2, activation="relu")
    x = net.depthwise(prefix + ".down", first, 3, stride=2) if stride == 2 else first
    parts = [net.pool(prefix + ".skip", first, 3, 2, kind="avg") if stride == 2 else first]
    for i, share in ((2, 4), (3, 8), (4, 8)):
        x = net.conv(f"{prefix}.conv{i}", x, filters // share, 3, activation="relu")
        parts.append(x)
    return net.concat(prefix + ".concat", *parts)


def refine(net, prefix, x):
    """Attention refinement module: a 3x3 convolution gated by one FC with batch norm."""
    x = net.conv(prefix + ".conv", x, 128, 3, activation="relu")
    return net.squeeze_excite(prefix + ".gate", x, 0)


def stdc1(name, what, arg_max):
    net = Network(name, "STDC1-Seg, Cityscapes, with its attention gates" + what, SOURCE, 1024, 1920)
    x = net.conv("stem1", "input", 32, 3, stride=2, activation="relu")
    x = net.conv("stem2", x, 64, 3, stride=2, activation="relu")
    ends = []
    for s, filters in enumerate((256, 512, 1024), 3):
        for i in range(2):
            x = short_term_dense(net, f"s{s}.b{i}", x, filters, 2 if i == 0 else 1)
        ends.append(x)
    eighth, sixteenth, thirtysecond = ends
    size = {x: net.shapes[x][:2] for x in ends}

    context = net.conv("context.conv", net.global_pool("context.pool", thirtysecond), 128, activation="relu")
    context = net.upsample("context.up", context, size[thirtysecond])
    x = net.add("arm32.add", refine(net, "arm32", thirtysecond), context)
    x = net.conv("arm32.head", net.upsample("arm32.up", x, size[sixteenth]), 128, 3, activation="relu")
    x = net.add("arm16.add", refine(net, "arm16", sixteenth), x)
    x = net.conv("arm16.head", net.upsample("arm16.up", x, size[eighth]), 128, 3, activation="relu")

    fused = net.conv("ffm.conv", net.concat("ffm.concat", eighth, x), 256, activation="relu")
    x = net.add("ffm.add", fused, net.squeeze_excite("ffm.gate", fused, 64, activation="relu"))
    x = net.conv("classifier", net.conv("head.conv", x, 256, 3, activation="relu"), 19, batch_norm=False)
    x = net.upsample("out", x, net.input[:2], mode="bilinear", align_corners=True)
    if arg_max:
        net.arg_max("classes", x)
    return net


def networks():
    return [stdc1("stdc1", "", False), stdc1("stdc1_argmax", "; its output is the number of the class", True)]
