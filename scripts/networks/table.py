"""configs/networks/README.md: every network's MACs and parameters beside the published ones, and pipeline buffering."""
import csv

from networks.buffering import pipeline_buffering

HEADER = """# The shipped networks

Written by `scripts/generate_networks.py` from the definitions in `scripts/networks` (each names its source); not edited by hand.
A test regenerates and compares, another holds MACs and parameters to the published figures (`tests/data/published.csv`).
`tiny_se` is a hand-made example and has no published figures.

## MACs and parameters

One image, one multiply and add = one MAC, convolutions, fully connected layers and excite FCs; batch norm counts 2 parameters a
channel. A published figure is compared at its own resolution and to its printed digits: ours is within 1 % plus half a unit of the
last digit, or the reason stands there. Operations of a source that counts a multiply and an add as two are halved. A product of a
transposed convolution counts once for every input pixel; where the source counts all of them at every output pixel, most of them with
zeros, ours are counted so for the comparison ("at outputs").

| network | resolution | MACs | published | params | published | source | reason when off |
|---|---|---|---|---|---|---|---|
"""

BUFFERING = """
## Pipeline buffering

Elements that squeeze-and-excite holds back, for whole maps and for tiles of 7 rows (timing model, "Pipeline buffering").

| network | blocks | SE | TSE, T = 7 | reduction |
|---|---|---|---|---|
"""


def count(value):
    """G with four digits, M with five: enough to see 1 % of any published figure."""
    return f"{value / 1e9:.4g} G" if value >= 1e9 else f"{value / 1e6:.4g} M"


def rows(net, published):
    for entry in published:
        if entry["network"] != net.name:
            continue
        size = (int(entry["height"]), int(entry["width"]))
        here = size == net.input[:2]
        macs = f"{entry['macs_g']} G" if entry["macs_g"] else ""
        params = f"{entry['params_m']} M" if entry["params_m"] else ""
        where = f"{size[0]}×{size[1]}"
        ours = count(net.macs) if here else "(same layers)"
        if entry["transposed"] == "outputs":
            ours += f" ({count(net.macs_at_outputs)} at outputs)"
        yield f"| {net.name} | {where} | {ours} | {macs} | {count(net.parameters)} | {params} | {entry['source']} | {entry['reason']} |\n"


def readme(networks, published_path):
    with open(published_path, encoding="utf-8", newline="") as file:
        published = list(csv.DictReader(file))
    text = HEADER + "".join(row for net in networks for row in rows(net, published)) + BUFFERING
    for net in networks:
        blocks = [layer for layer in net.layers if layer["type"] == "squeeze_excite"]
        if blocks:
            full, tiled = pipeline_buffering(net), pipeline_buffering(net, 7)
            text += f"| {net.name} | {len(blocks)} | {full:,} | {tiled:,} | {100 - 100 * tiled / full:.1f} % |\n"
    return text
