#!/usr/bin/env python3
"""The tile height against throughput, memory and latency, as a picture.

Usage: tile_heights.py [NETWORK [PICTURE]]    (efficientnet_b0, tile_heights.png; needs pandas and matplotlib)
"""
import sys

import matplotlib

matplotlib.use("Agg")
from matplotlib import pyplot  # noqa: E402

import rowflow  # noqa: E402

network, picture = (sys.argv[1:] + ["efficientnet_b0", "tile_heights.png"][len(sys.argv) - 1 :])[:2]
points = rowflow.sweep(network, tile_height="1..28", buffers=["full-rate", "minimal"]).points
figure, axes = pyplot.subplots(3, sharex=True, figsize=(8, 9))
for buffers, group in points[points.status == "ok"].groupby("buffers"):
    for axis, column in zip(axes, ("fps", "buffer_cuts", "isolated_cycles")):
        axis.plot(group.tile_height, group[column], marker=".", label=buffers)
for axis, title in zip(axes, ("frames a second", "memory cuts of the row buffers", "latency, ms")):
    axis.set_ylabel(title)
    axis.grid(alpha=0.3)
axes[0].legend(title="buffers")
axes[-1].set_xlabel("rows a tile")
figure.suptitle(network)
figure.savefig(picture, dpi=120)
print(points[["tile_height", "buffers", "fps", "buffer_cuts", "isolated_cycles"]].to_string(index=False))
