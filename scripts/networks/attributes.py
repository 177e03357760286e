"""Faces and persons: small heads on classifiers' backbones.

3DDFA v2 with MobileNetV1 1.0: cleardusk/3DDFA_V2 models/mobilenet_v1.py, 62 parameters of a face. Attributes of faces
on ResNet-18: d-li14/face-attribute-prediction, in the Hailo Model Zoo's form whose three FCs end in two values for each
of 40 attributes (its output layer is fc3; FC widths from the 11.74 M parameters). Attributes of persons on ResNet-18:
dangweili/pedestrian-attribute-recognition-pytorch, 35.
"""
from networks import mobilenet, resnet
from networks.builder import Network


def tddfa():
    net = Network(
        "tddfa_mobilenet_v1",
        "3DDFA v2 on MobileNetV1 1.0: parameters of a face in three dimensions",
        "arXiv 2009.09960; github.com/cleardusk/3DDFA_V2 models/mobilenet_v1.py",
        120,
        120,
    )
    x = mobilenet.v1_features(net, padding="centre", activation="relu")
    net.fully_connected("parameters", net.global_pool("pool", x), 62)
    return net


def face_attributes():
    net = Network(
        "face_attr_resnet18",
        "ResNet-18, 40 attributes of a face",
        "arXiv 1512.03385; github.com/d-li14/face-attribute-prediction",
        218,
        178,
    )
    x = net.global_pool("pool", resnet.basic_blocks(net, (2, 2, 2, 2)))
    for i in (1, 2):
        x = net.fully_connected(f"fc{i}", x, 512, batch_norm=True, activation="relu")
    net.fully_connected("fc3", x, 80)
    return net


def person_attributes():
    net = Network(
        "person_attr_resnet18",
        "ResNet-18, 35 attributes of a person",
        "arXiv 1512.03385; github.com/dangweili/pedestrian-attribute-recognition-pytorch",
        224,
        224,
    )
    net.fully_connected("fc1", net.global_pool("pool", resnet.basic_blocks(net, (2, 2, 2, 2))), 35)
    return net


def networks():
    return [tddfa(), face_attributes(), person_attributes()]
