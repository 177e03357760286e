"""A network under construction: layers in order, with the shapes, MACs and parameters that the JSON itself does not
carry.

Methods return the name of the layer they add, to be the input of the next. Counting is the simulator's:
multiply-accumulates
of convolutions, fully connected layers and excite FCs per frame; parameters as published (batch norm 2 a channel).
"""


def make_divisible(value, divisor=8):
    """Channels rounded to a multiple of the divisor, never more than 10 % down (the rule of the MobileNet family)."""
    rounded = max(divisor, int(value + divisor / 2) // divisor * divisor)
    return rounded if rounded >= 0.9 * value else rounded + divisor


def _pair(value):
    return (value, value) if isinstance(value, int) else tuple(value)


class Network:
    def __init__(self, name, description, source, height, width, channels=3):
        self.name, self.description, self.source = name, description, source
        self.input = (height, width, channels)
        self.shapes = {"input": self.input}
        self.layers, self.macs, self.parameters = [], 0, 0
        self.macs_at_outputs = 0  # with every product of a transposed convolution counted at every output pixel
        self.outputs = []

    # ---- layers with weights ----

    def conv(
        self,
        name,
        x,
        filters,
        kernel=1,
        stride=1,
        padding="centre",
        groups=1,
        dilation=1,
        bias=False,
        batch_norm=True,
        activation="none",
        weights_of=None,
    ):
        """padding: "same" (TensorFlow's), "centre" (half the kernel's reach on each side), "valid", or rows on each
        side."""
        (kh, kw), (sh, sw), (dh, dw) = _pair(kernel), _pair(stride), _pair(dilation)
        channels = self.shapes[x][2]
        layer = {"filters": filters, "kernel": (kh, kw)}
        size = self._window(layer, x, (kh, kw), (sh, sw), (dh, dw), padding, False)
        weights = kh * kw * channels // groups * filters
        layer.update(groups=groups, bias=bias, batch_norm=batch_norm, activation=activation, weights_of=weights_of)
        self._count_macs(weights * size[0] * size[1])
        self.parameters += (0 if weights_of else weights + bias * filters) + 2 * batch_norm * filters
        return self._add(name, "conv", [x], layer, (*size, filters))

    def depthwise(self, name, x, kernel, **options):
        channels = self.shapes[x][2]
        return self.conv(name, x, channels, kernel, groups=channels, **options)

    def conv_transpose(self, name, x, filters, kernel, stride, bias=False, batch_norm=True, activation="none"):
        """Padded to an output of stride times the input ("same"); a product counts once for every input pixel."""
        height, width, channels = self.shapes[x]
        weights = kernel * kernel * channels * filters
        self._count_macs(weights * height * width, weights * height * width * stride * stride)
        self.parameters += weights + bias * filters + 2 * batch_norm * filters
        layer = {
            "filters": filters,
            "kernel": _pair(kernel),
            "stride": _pair(stride),
            "padding": "same",
            "bias": bias,
            "batch_norm": batch_norm,
            "activation": activation,
        }
        return self._add(name, "conv_transpose", [x], layer, (height * stride, width * stride, filters))

    def fully_connected(self, name, x, filters, bias=True, batch_norm=False, activation="none"):
        height, width, channels = self.shapes[x]
        weights = height * width * channels * filters
        self._count_macs(weights)
        self.parameters += weights + bias * filters + 2 * batch_norm * filters
        layer = {"filters": filters, "bias": bias, "batch_norm": batch_norm, "activation": activation}
        return self._add(name, "fully_connected", [x], layer, (1, 1, filters))

    def squeeze_excite(
        self, name, x, squeeze_channels, scaled=None, gate="sigmoid", activation="none", tile_height="full"
    ):
        """A squeeze-and-excite block, FCs with a bias each; squeeze_channels = 0 is a single FC, scaled the tensor it
        multiplies."""
        pooled, out = self.shapes[x], self.shapes[scaled or x]
        widths = [pooled[2], squeeze_channels, out[2]] if squeeze_channels else [pooled[2], out[2]]
        tiles = 1 if tile_height == "full" else -(-pooled[0] // tile_height)
        for inputs, outputs in zip(widths, widths[1:]):
            self._count_macs(tiles * inputs * outputs)
            self.parameters += inputs * outputs + outputs
        layer = {
            "squeeze_channels": squeeze_channels,
            "tile_height": tile_height,
            "gate": gate,
            "activation": activation,
        }
        return self._add(name, "squeeze_excite", [x, scaled] if scaled else [x], layer, out)

    # ---- layers without ----

    def pool(self, name, x, kernel, stride, padding="centre", kind="max", ceil_mode=False):
        layer = {"kernel": _pair(kernel)}
        size = self._window(layer, x, _pair(kernel), _pair(stride), (1, 1), padding, ceil_mode)
        layer["ceil_mode"] = ceil_mode
        return self._add(name, kind + "_pool", [x], layer, (*size, self.shapes[x][2]))

    def global_pool(self, name, x):
        return self._add(name, "global_avg_pool", [x], {}, (1, 1, self.shapes[x][2]))

    def add(self, name, *inputs, activation="none"):
        shapes = {self.shapes[x] for x in inputs}
        assert len(shapes) == 1, f"{self.name}: {name} adds {shapes}"
        return self._add(name, "add", list(inputs), {"activation": activation}, shapes.pop())

    def multiply(self, name, x, y):
        """y: as x, or one channel for all of x's."""
        height, width, channels = self.shapes[x]
        assert self.shapes[y] in ((height, width, channels), (height, width, 1)), f"{self.name}: {name}"
        return self._add(name, "multiply", [x, y], {}, self.shapes[x])

    def arg_max(self, name, x):
        return self._add(name, "arg_max", [x], {}, (*self.shapes[x][:2], 1))

    def slice(self, name, x, begin, end):
        """Channels [begin, end)."""
        height, width, channels = self.shapes[x]
        assert 0 <= begin < end <= channels, f"{self.name}: {name}"
        return self._add(name, "slice", [x], {"channel_begin": begin, "channel_end": end}, (height, width, end - begin))

    def concat(self, name, *inputs):
        height, width, _ = self.shapes[inputs[0]]
        assert all(self.shapes[x][:2] == (height, width) for x in inputs), f"{self.name}: {name}"
        return self._add(name, "concat", list(inputs), {}, (height, width, sum(self.shapes[x][2] for x in inputs)))

    def upsample(self, name, x, size=None, scale=None, mode="nearest", align_corners=False):
        height, width, channels = self.shapes[x]
        layer = {"scale": _pair(scale)} if scale else {"output_size": _pair(size)}
        height, width = (height * scale, width * scale) if scale else _pair(size)
        return self._add(
            name, "upsample", [x], dict(layer, mode=mode, align_corners=align_corners), (height, width, channels)
        )

    # ---- inside ----

    def _count_macs(self, macs, at_outputs=None):
        self.macs += macs
        self.macs_at_outputs += macs if at_outputs is None else at_outputs

    def _window(self, layer, x, kernel, stride, dilation, padding, ceil_mode):
        reach = [(k - 1) * d for k, d in zip(kernel, dilation)]
        if padding == "same":
            size = [-(-n // s) for n, s in zip(self.shapes[x], stride)]
        else:
            sides = {"centre": [r // 2 for r in reach], "valid": [0, 0]}.get(padding) or [padding, padding]
            up = [s - 1 if ceil_mode else 0 for s in stride]
            size = [(n + 2 * p - r - 1 + u) // s + 1 for n, p, r, s, u in zip(self.shapes[x], sides, reach, stride, up)]
            padding = tuple(sides)
        layer.update(stride=stride, dilation=dilation, padding=padding)
        return size

    def _add(self, name, kind, inputs, fields, shape):
        assert name not in self.shapes, f"{self.name}: two layers are called {name}"
        self.layers.append({"name": name, "type": kind, "inputs": inputs, **fields})
        self.shapes[name] = shape
        return name
