"""Encoders with transposed convolutions, and DeepLab without a decoder.

U-Net on MobileNetV2: tensorflow.org/tutorials/images/segmentation at 256 x 256, with the 4x4 kernels of its upsampling
blocks that the parameters of the Hailo Model Zoo's network (10.08 M) tell of. CenterPose on RegNetX-800MF:
hailo-ai/centerpose experiments/regnet_512x512.yaml, three transposed convolutions of 256 channels and six heads.
DeepLab v3 on MobileNetV2, output stride 8: bonlime/keras-deeplab-v3-plus model.py, pooling and 1x1 branch only.
"""
from networks import mobilenet, regnet
from networks.builder import Network

HEADS = {"center": 1, "size": 2, "keypoints": 34, "offset": 2, "heatmap": 17, "keypoint_offset": 2}


def unet():
    net = Network(
        "unet_mobilenet_v2",
        "U-Net on MobileNetV2 1.0, Oxford pets",
        "tensorflow.org/tutorials/images/segmentation",
        256,
        256,
    )
    x = mobilenet.v2_features(net)
    for i, (filters, stage) in enumerate(((512, 6), (256, 4), (128, 3), (64, 2)), 1):
        x = net.concat(
            f"cat{i}", net.conv_transpose(f"up{i}", x, filters, 4, 2, activation="relu"), f"s{stage}.b0.expand"
        )
    net.conv_transpose("classes", x, 3, 4, 2, bias=True, batch_norm=False)
    return net


def centerpose():
    net = Network(
        "centerpose_regnetx_800mf",
        "CenterPose on RegNetX-800MF: six maps of people's centres and keypoints",
        "arXiv 1904.07850; github.com/hailo-ai/centerpose experiments/regnet_512x512.yaml",
        512,
        512,
    )
    x = regnet.features(net, regnet.REGNETX["800mf"], se=False)
    for i in (1, 2, 3):
        x = net.conv_transpose(f"deconv{i}", x, 256, 4, 2, activation="relu")
    for name, filters in HEADS.items():
        y = net.conv(name + ".conv", x, 64, 3, bias=True, batch_norm=False, activation="relu")
        net.outputs.append(net.conv(name, y, filters, bias=True, batch_norm=False))
    return net


def deeplab():
    net = Network(
        "deeplab_v3_mobilenet_v2",
        "DeepLab v3 on MobileNetV2 1.0, output stride 8, 21 classes of Pascal VOC",
        "arXiv 1802.02611; github.com/bonlime/keras-deeplab-v3-plus model.py",
        513,
        513,
    )
    x = mobilenet.v2_features(net, output_stride=8)
    pooled = net.conv("aspp.pool.conv", net.global_pool("aspp.pool", x), 256, activation="relu")
    branches = [
        net.upsample("aspp.pool.up", pooled, net.shapes[x][:2], mode="bilinear"),
        net.conv("aspp.1x1", x, 256, activation="relu"),
    ]
    x = net.conv("aspp.project", net.concat("aspp.concat", *branches), 256, activation="relu")
    net.upsample("out", net.conv("logits", x, 21, bias=True, batch_norm=False), net.input[:2], mode="bilinear")
    return net


def networks():
    return [unet(), centerpose(), deeplab()]
