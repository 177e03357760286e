"""The JSON text of a network: one layer a line, keys in the order of LayerConfig, defaults left out.

The same bytes as the simulator's own writer (sim/network/network_config.cpp); a test compares.
"""
import json

ORDER = (
    "filters",
    "kernel",
    "stride",
    "dilation",
    "padding",
    "groups",
    "ceil_mode",
    "bias",
    "batch_norm",
    "weights_of",
    "channel_begin",
    "channel_end",
    "scale",
    "output_size",
    "mode",
    "align_corners",
    "squeeze_channels",
    "tile_height",
    "gate",
    "activation",
)
DEFAULTS = {
    "stride": (1, 1),
    "dilation": (1, 1),
    "padding": (0, 0),
    "groups": 1,
    "ceil_mode": False,
    "bias": False,
    "batch_norm": False,
    "weights_of": None,
    "mode": "nearest",
    "align_corners": False,
    "squeeze_channels": 0,
    "tile_height": "full",
    "gate": "sigmoid",
    "activation": "none",
}


def _value(value):
    if isinstance(value, tuple):
        value = value[0] if value[0] == value[1] else list(value)
    return json.dumps(value, ensure_ascii=False)


def layer_line(layer, channels):
    depthwise = layer["type"] == "conv" and layer["groups"] == channels > 1
    members = {
        "name": layer["name"],
        "type": "depthwise_conv" if depthwise else layer["type"],
        "inputs": layer["inputs"],
    }
    hidden = ["groups"] if depthwise else []
    if depthwise and layer["filters"] == channels:
        hidden.append("filters")
    for key in ORDER:
        if key in layer and key not in hidden and layer[key] != DEFAULTS.get(key, ...):
            members[key] = layer[key]
    return "{" + ", ".join(f'"{key}": {_value(value)}' for key, value in members.items()) + "}"


def network_text(net):
    lines = [layer_line(layer, net.shapes[layer["inputs"][0]][2]) for layer in net.layers]
    height, width, channels = net.input
    text = '{\n  "$schema": "../schemas/network.schema.json",\n'
    for key, value in (("name", net.name), ("description", net.description), ("source", net.source)):
        text += f"  {_value(key)}: {_value(value)},\n"
    text += f'  "input": {{"height": {height}, "width": {width}, "channels": {channels}}},\n'
    text += '  "layers": [\n' + ",\n".join("    " + line for line in lines) + "\n  ]"
    if net.outputs:
        text += ',\n  "outputs": [' + ", ".join(_value(name) for name in net.outputs) + "]"
    return text + "\n}\n"
