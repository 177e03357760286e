"""Pipeline buffering of a network, computed apart from the simulator (rule: timing model, "Pipeline buffering")."""


def _skip_channels(net, block, layers, consumers):
    """Channels of the identity skip around a block: the other operand of the first add behind it, if it feeds the
    block."""
    feeds, todo = {"input"}, [block["inputs"][0]]
    while todo:
        name = todo.pop()
        if name not in feeds:
            feeds.add(name)
            todo += layers[name]["inputs"]
    seen, todo = set(), [block["name"]]
    while todo:
        name = todo.pop(0)
        for consumer in consumers.get(name, []):
            kind = layers[consumer]["type"]
            if kind == "add":
                return sum(net.shapes[x][2] for x in layers[consumer]["inputs"] if x != name and x in feeds)
            if kind != "squeeze_excite" and consumer not in seen:
                seen.add(consumer)
                todo.append(consumer)
    return 0


def pipeline_buffering(net, tile_height=None):
    layers = {layer["name"]: layer for layer in net.layers}
    consumers = {}
    for layer in net.layers:
        for x in layer["inputs"]:
            consumers.setdefault(x, []).append(layer["name"])
    total = 0
    for block in net.layers:
        if block["type"] == "squeeze_excite":
            height, width, channels = net.shapes[
                block["inputs"][-1]
            ]  # the scaled map, which waits; LR-ASPP pools another
            total += (
                min(tile_height or height, height) * width * (channels + _skip_channels(net, block, layers, consumers))
            )
    return total
