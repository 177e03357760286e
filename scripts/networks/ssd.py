"""SSD detectors of TensorFlow's detection zoo, 300 x 300, 90 classes and background, up to the predictors' outputs: Liu
et al., arXiv 1512.02325; github.com/tensorflow/models research/object_detection,
samples/configs/ssd_mobilenet_v1_coco.config and ssdlite_mobilenet_v2_coco.config, models/feature_map_generators.py. Six
maps, the first with three anchors a pixel, the others with six.

On MobileNetV1 the predictors are 1x1 convolutions. On MobileNetV2 (SSDLite: Sandler et al., arXiv 1801.04381) they and
the further maps are separable; this is the one of the Hailo Model Zoo (4.46 M parameters).
"""
from networks import mobilenet
from networks.builder import Network

SOURCE = "arXiv 1512.02325; github.com/tensorflow/models research/object_detection samples/configs/{}.config"
RELU6 = {"activation": "relu6"}
VALUES = {"box": 4, "class": 91}  # an anchor


def predictors(net, maps, separable):
    for i, x in enumerate(maps):
        for kind, values in VALUES.items():
            y = net.depthwise(f"predict{i}.{kind}.dw", x, 3, padding="same", **RELU6) if separable else x
            anchors = 3 if i == 0 else 6
            net.outputs.append(net.conv(f"predict{i}.{kind}", y, anchors * values, bias=True, batch_norm=False))


def further_map(net, name, x, filters, separable):
    """Half the width, then 3x3 / 2."""
    x = net.conv(name + ".a", x, filters // 2, **RELU6)
    if separable:
        return net.conv(
            name + ".b", net.depthwise(name + ".dw", x, 3, stride=2, padding="same", **RELU6), filters, **RELU6
        )
    return net.conv(name + ".b", x, filters, 3, stride=2, padding="same", **RELU6)


def ssd(net, maps, widths, separable):
    for i, filters in enumerate(widths, len(maps)):
        maps.append(further_map(net, f"map{i}", maps[-1], filters, separable))
    predictors(net, maps, separable)
    return net


def networks():
    v1 = Network("ssd_mobilenet_v1", "SSD on MobileNetV1 1.0", SOURCE.format("ssd_mobilenet_v1_coco"), 300, 300)
    last = mobilenet.v1_features(v1)
    v2 = Network("ssd_mobilenet_v2", "SSDLite on MobileNetV2 1.0", SOURCE.format("ssdlite_mobilenet_v2_coco"), 300, 300)
    head = mobilenet.v2_head(v2, mobilenet.v2_features(v2))
    return [
        ssd(v1, ["block11.pw", last], (512, 256, 256, 128), False),
        ssd(v2, ["s6.b0.expand", head], (512, 256, 256, 128), True),
    ]
