"""SqueezeNet 1.1 and RepVGG-A1, -A2 and -B0.

SqueezeNet 1.1: Iandola et al., arXiv 1602.07360, in its 1.1 release; sizes as in torchvision/models/squeezenet.py (no
padding). RepVGG: Ding et al., arXiv 2101.03697, Tables 2 and 3, deploy form: one 3x3 convolution with bias a block. The
RepVGG-B0 backbone of PETRv2 sees six cameras one after another, 320 x 800 pixels each, and ends at its last stage
(Hailo Model Zoo v2.18, cfg/networks/petrv2_repvggB0_backbone_pp_800x320.yaml: 28 convolutions, 10 x 25 x 1280 out).
"""
from networks.builder import Network

REPVGG = "arXiv 2101.03697; github.com/DingXiaoH/RepVGG"


def squeezenet():
    net = Network(
        "squeezenet_v1_1",
        "SqueezeNet 1.1, ImageNet classifier",
        "arXiv 1602.07360; github.com/pytorch/vision torchvision/models/squeezenet.py",
        224,
        224,
    )
    relu = {"bias": True, "batch_norm": False, "activation": "relu"}
    x = net.conv("conv1", "input", 64, 3, stride=2, padding="valid", **relu)
    for i, squeeze in enumerate((16, 16, 32, 32, 48, 48, 64, 64), 2):
        if i in (2, 4, 6):
            x = net.pool(f"pool{i - 1}", x, 3, 2, padding="valid", ceil_mode=True)
        x = net.conv(f"fire{i}.squeeze", x, squeeze, **relu)
        expand1 = net.conv(f"fire{i}.expand1", x, 4 * squeeze, **relu)
        x = net.concat(f"fire{i}", expand1, net.conv(f"fire{i}.expand3", x, 4 * squeeze, 3, **relu))
    net.global_pool("pool", net.conv("classifier", x, 1000, **relu))
    return net


def repvgg_features(net, blocks, widths):
    deploy = {"bias": True, "batch_norm": False, "activation": "relu"}
    x = net.conv("stage0", "input", 64, 3, stride=2, **deploy)
    for s, (count, filters) in enumerate(zip(blocks, widths), 1):
        for i in range(count):
            x = net.conv(f"s{s}.b{i}", x, filters, 3, stride=2 if i == 0 else 1, **deploy)
    return x


def repvgg(variant, widths):
    net = Network(
        f"repvgg_{variant.lower()}", f"RepVGG-{variant} in deploy form, ImageNet classifier", REPVGG, 224, 224
    )
    net.fully_connected("classifier", net.global_pool("pool", repvgg_features(net, (2, 4, 14, 1), widths)), 1000)
    return net


def repvgg_backbone():
    net = Network(
        "repvgg_b0_800x320",
        "RepVGG-B0 in deploy form, image backbone of PETRv2 at 320 × 800",
        REPVGG + "; github.com/megvii-research/petr",
        320,
        800,
    )
    repvgg_features(net, (4, 6, 16, 1), (64, 128, 256, 1280))
    return net


def networks():
    return [squeezenet(), repvgg("A1", (64, 128, 256, 1280)), repvgg("A2", (96, 192, 384, 1408)), repvgg_backbone()]
