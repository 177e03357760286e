"""EfficientDet D0-D7 and D7x, whole: Tan, Pang and Le, "EfficientDet: Scalable and Efficient Object Detection" (CVPR
2020) and
its released code (google/automl, efficientdet/hparams_config.py, tf2/fpn_configs.py, efficientdet_arch.py).

The backbone ends at its last stage (no head convolution). A BiFPN input whose channels differ passes a 1x1 convolution
of its own
per use; coarser levels come from a 3x3 / 2 max pool, finer ones from nearest upsampling. Fast normalised fusion
multiplies by
constants once trained, so it rides on the add; Swish follows the add, then a separable convolution with bias and batch
norm.
Class and box heads share their weights over the levels but not their batch norms: `weights_of` counts shared weights
once.
"""
from networks import efficientnet
from networks.builder import Network

SOURCE = "arXiv 1911.09070; github.com/google/automl efficientdet/hparams_config.py"
ANCHORS, CLASSES = 9, 90
# name: backbone, image size, BiFPN filters, BiFPN repeats, head repeats, coarsest level
MODELS = {
    "d0": (0, 512, 64, 3, 3, 7),
    "d1": (1, 640, 88, 4, 3, 7),
    "d2": (2, 768, 112, 5, 3, 7),
    "d3": (3, 896, 160, 6, 4, 7),
    "d4": (4, 1024, 224, 7, 4, 7),
    "d5": (5, 1280, 288, 7, 4, 7),
    "d6": (6, 1280, 384, 8, 5, 7),
    "d7": (6, 1536, 384, 8, 5, 7),
    "d7x": (7, 1536, 384, 8, 5, 8),
}


def separable(net, name, x, filters, batch_norm=True, activation="none", weights_of=None):
    like = {".dw": None, ".pw": None} if weights_of is None else {s: weights_of + s for s in (".dw", ".pw")}
    x = net.depthwise(name + ".dw", x, 3, padding="same", batch_norm=False, weights_of=like[".dw"])
    return net.conv(
        name + ".pw", x, filters, bias=True, batch_norm=batch_norm, activation=activation, weights_of=like[".pw"]
    )


def resample(net, name, x, filters, height):
    """To the target's channels and height, as resample_feature_map does."""
    if net.shapes[x][2] != filters:
        x = net.conv(name + ".conv", x, filters, bias=True)
    if net.shapes[x][0] > height:
        return net.pool(name + ".down", x, 3, 2, padding="same")
    return net.upsample(name + ".up", x, scale=2) if net.shapes[x][0] < height else x


def bifpn_cell(net, prefix, feats, filters):
    """feats: level -> layer. Top down, then bottom up; every node joins all earlier nodes of its level and its
    neighbour."""
    nodes = {level: [x] for level, x in feats.items()}

    def node(level, inputs, name):
        height = net.shapes[nodes[level][0]][0]
        joined = [resample(net, f"{name}.in{i}", x, filters, height) for i, x in enumerate(inputs)]
        return separable(net, name, net.add(name + ".fuse", *joined, activation="silu"), filters)

    low, high = min(feats), max(feats)
    for level in range(high - 1, low - 1, -1):
        nodes[level].append(node(level, [nodes[level][-1], nodes[level + 1][-1]], f"{prefix}.p{level}.td"))
    for level in range(low + 1, high + 1):
        nodes[level].append(node(level, nodes[level] + [nodes[level - 1][-1]], f"{prefix}.p{level}.out"))
    return {level: layers[-1] for level, layers in nodes.items()}


def head(net, kind, feats, filters, repeats, outputs):
    first = min(feats)
    for level, x in feats.items():
        shared = (lambda part: None) if level == first else (lambda part: f"{kind}.p{first}.{part}")
        for i in range(repeats):
            x = separable(net, f"{kind}.p{level}.{i}", x, filters, activation="silu", weights_of=shared(i))
        net.outputs.append(
            separable(net, f"{kind}.p{level}.predict", x, outputs, batch_norm=False, weights_of=shared("predict"))
        )


def efficientdet(model):
    backbone, size, filters, cells, repeats, coarsest = MODELS[model]
    net = Network(
        f"efficientdet_{model}",
        f"EfficientDet-{model.upper()}: backbone, BiFPN, class and box heads",
        SOURCE,
        size,
        size,
    )
    ends = efficientnet.features(net, *efficientnet.SCALING[backbone][:2], padding="same")
    feats = {3: ends[2], 4: ends[4], 5: ends[6]}
    for level in range(6, coarsest + 1):
        feats[level] = resample(net, f"p{level}", feats[level - 1], filters, net.shapes[feats[level - 1]][0] // 2)
    for i in range(cells):
        feats = bifpn_cell(net, f"bifpn{i}", feats, filters)
    head(net, "class", feats, filters, repeats, CLASSES * ANCHORS)
    head(net, "box", feats, filters, repeats, 4 * ANCHORS)
    return net


def networks():
    return [efficientdet(model) for model in MODELS]
