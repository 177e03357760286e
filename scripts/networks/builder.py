"""A network config under construction, and its text: one layer a line, defaults left out, as `rowflow` itself writes it."""
import json

# Order of a layer's keys, and the defaults that are left out (None: always written when given).
KEYS = {
    "name": None, "type": None, "inputs": None, "filters": None, "kernel": None, "stride": 1, "dilation": 1, "padding": 0,
    "groups": 1, "ceil_mode": False, "bias": False, "batch_norm": False, "channel_begin": None, "channel_end": None,
    "scale": None, "output_size": None, "mode": "nearest", "align_corners": False, "squeeze_channels": 0, "tile_height": "full",
    "gate": "sigmoid", "activation": "none", "bits": 8, "weight_bits": 8,
}


class Network:
    """Layers are added in order; every method returns the new layer's name, to be an input of others."""

    def __init__(self, name, description, source, height, width, channels=3):
        self.head = {"name": name, "description": description, "source": source}
        self.input = {"height": height, "width": width, "channels": channels}
        self.layers = []
        self.outputs = []

    def layer(self, name, kind, inputs, **fields):
        """Adds a layer; `inputs` is a name or a list of names, `fields` are JSON keys."""
        unknown = set(fields) - set(KEYS)
        if unknown:
            raise ValueError(f"{name}: unknown keys {sorted(unknown)}")
        fields.update(name=name, type=kind, inputs=[inputs] if isinstance(inputs, str) else list(inputs))
        self.layers.append({key: fields[key] for key in KEYS if key in fields and fields[key] != KEYS[key]})
        return name

    def conv(self, name, source, filters, kernel=1, stride=1, activation="none", **fields):
        """Convolution and batch norm, padding (k − 1)/2 as torchvision has it."""
        fields = {"padding": (kernel - 1) // 2, "batch_norm": True, **fields}
        return self.layer(name, "conv", source, filters=filters, kernel=kernel, stride=stride, activation=activation, **fields)

    def depthwise(self, name, source, kernel=3, stride=1, activation="none", **fields):
        fields = {"padding": (kernel - 1) // 2, "batch_norm": True, **fields}
        return self.layer(name, "depthwise_conv", source, kernel=kernel, stride=stride, activation=activation, **fields)

    def squeeze_excite(self, name, source, squeeze_channels, **fields):
        return self.layer(name, "squeeze_excite", source, squeeze_channels=squeeze_channels, **fields)

    def add(self, name, first, second, **fields):
        return self.layer(name, "add", [first, second], **fields)

    def classifier(self, source, classes=1000, pool="head.pool", name="classifier"):
        pooled = self.layer(pool, "global_avg_pool", source)
        return self.layer(name, "fully_connected", pooled, filters=classes, bias=True)

    def text(self):
        def dump(value):
            return json.dumps(value, ensure_ascii=False)

        lines = ["{", '  "$schema": "../schemas/network.schema.json",']
        lines += [f"  {dump(key)}: {dump(value)}," for key, value in self.head.items() if value]
        lines += [f'  "input": {dump(self.input)},', '  "layers": [']
        lines += [f"    {dump(layer)}," for layer in self.layers[:-1]] + [f"    {dump(self.layers[-1])}"]
        lines += ["  ],", f'  "outputs": {dump(self.outputs)}'] if self.outputs else ["  ]"]
        return "\n".join(lines + ["}", ""])


def make_divisible(value, divisor=8):
    """Channel rounding of MobileNet and its descendants: to the nearest multiple, never more than 10 % down."""
    rounded = max(divisor, int(value + divisor / 2) // divisor * divisor)
    return rounded + divisor if rounded < 0.9 * value else rounded
