#!/usr/bin/env python3
"""What the tile height of squeeze-and-excite does to networks that have it: the table and the figure of docs/tiling.md.

  scripts/tile_study.py [SECTION…] [--update | --check] [--rowflow PROGRAM] [--jobs N]
  scripts/tile_study.py --picture [FILE]   the figure (docs/tiling.svg), drawn from the table in docs/tiling.md

Each line is `rowflow run NETWORK --tile-height T`: the default device, chip cut into contexts where one is not enough,
best buffers, batches of 8.
"""
import pathlib
import sys
import tempfile

import study

NETWORKS = (
    "efficientnet_b0",
    "efficientnet_b1",
    "efficientnet_b2",
    "efficientnet_b3",
    "efficientnet_b4",
    "efficientdet_d0",
    "efficientdet_d1",
    "efficientdet_d2",
    "regnety_400mf",
    "regnety_800mf",
    "mobilenetv3_large",
    "se_resnet50",
)
HEIGHTS = ("full", "28", "14", "7", "4", "2", "1")
DOCUMENT = study.Document(study.ROOT / "docs/tiling.md", "tile_study.py")
HEAD = (
    "network",
    "T",
    "n",
    "b1",
    "b8",
    "ms",
    "fill",
    "blocked",
    "vector",
    "idle",
    "bypass",
    "buffers",
    "cuts",
    "PB",
    "Δ",
)
SMALL = ("mobilenetv3_small", "regnety_200mf")


def contexts_of(result):
    """(first stage, end, interval in cycles) of each context; of one the whole."""
    if "contexts" not in result:
        return [(0, len(result["stages"]), result["throughput"]["interval_cycles"])]
    parts = result["contexts"]["list"]
    return [(part["first_stage"], part["first_stage"] + part["stages"], part["interval_cycles"]) for part in parts]


def se_shares(result, contexts):
    """Of a block's context's interval, mean over the blocks: the producer blocked; the scale waiting for a vector."""
    place = {stage["name"]: k for k, stage in enumerate(result["stages"])}
    blocked = vector = 0
    for block in result["se_blocks"]:
        stage = place[block["layer"] + ".squeeze"]
        interval = next(cycles for first, end, cycles in contexts if first <= stage < end)
        blocked += block["producer_blocked_cycles"] / interval
        vector += block["wait_for_vector_cycles"] / interval
    return blocked / len(result["se_blocks"]), vector / len(result["se_blocks"])


def idle_share(result, contexts):
    """Of all contexts' intervals together, the time in which their busiest stages are not busy."""
    busy = sum(max(stage["steady"]["busy"] for stage in result["stages"][first:end]) for first, end, _ in contexts)
    return 1 - busy / sum(interval for _, _, interval in contexts)


def batches(result):
    """fps at batch 1 and 8, and the share of a batch of 8 in which pipelines fill and drain."""
    if "contexts" not in result:
        return result["throughput"]["fps"], result["throughput"]["fps"], None
    one, eight = sorted(result["contexts"]["batches"], key=lambda batch: batch["frames"])[:2]
    return one["fps"], eight["fps"], eight["fill_drain_cycles"] / eight["total_cycles"]


def cells(network, T, result, full):
    contexts = contexts_of(result)
    fps_1, fps_8, fill = batches(result)
    latency = result["latency"]["paced_ms"] if fill is None else result["latency"]["isolated_ms"]
    blocked, vector = se_shares(result, contexts)
    bypass = sum(b["peak_rows"] * b["row_bytes"] for b in result["buffers"] if b["role"] == "se_bypass")
    elements, all_elements = (r["pipeline_buffering"]["elements"] for r in (result, full))
    return (
        network if T == "full" else "",
        T,
        str(len(contexts)),
        f"{fps_1:.1f}",
        f"{fps_8:.1f}",
        f"{latency:.2f}",
        "" if fill is None else f"{100 * fill:.0f}%",
        f"{100 * blocked:.1f}%",
        f"{100 * vector:.0f}%",
        f"{100 * max(0, idle_share(result, contexts)):.1f}%",
        f"{bypass / 1024:.0f}",
        f"{result['buffering']['capacity_bytes'] / 1024:.0f}",
        str(result["buffering"]["cuts"]),
        str(elements),
        "" if T == "full" else f"{100 * (elements / all_elements - 1):.0f}%",
    )


def lines_of(runs, networks):
    lines = []
    for network in networks:
        results = runs([(network, "--tile-height", T) for T in HEIGHTS])
        lines += [cells(network, T, result, results[0]) for T, result in zip(HEIGHTS, results)]
    return lines


def heights(runs):
    """Networks by tile height."""
    return study.table(HEAD, lines_of(runs, NETWORKS))


def small(runs):
    """The same of two small networks."""
    return study.table(HEAD, lines_of(runs, SMALL))


# Network, elements without tiling and with tiles of seven rows as published, in millions, or the saving.
PUBLISHED = (
    ("efficientdet_d2", "50 M and 4.77 M elements", "arXiv 2107.02145"),
    ("efficientnet_b2", "−73 %", "Hailo's blog, 11 August 2021"),
    ("efficientnet_b2 at 288", "", ""),
)


QUICK = ("--defaults", "0.1", "--frames", "2")  # the elements are no matter of the plan


def published(runs):
    """Pipeline buffering beside what is published."""
    lines = []
    with tempfile.TemporaryDirectory() as folder:
        for network, figure, source in PUBLISHED:
            name, _, size = network.partition(" at ")
            if size:
                name = study.resized(name, int(size), folder)
            full, seven = runs([(name, "--tile-height", T, *QUICK) for T in ("full", "7")])
            a, b = (result["pipeline_buffering"]["elements"] for result in (full, seven))
            lines.append((network, f"{a:,}", f"{b:,}", f"{100 * (b / a - 1):.1f}%", figure, source))
    return study.table(("network", "full", "T = 7", "Δ", "published", "source"), lines)


def drawn(text):
    """{network: [(T, batch 1, batch 8, ms, bypass KiB, elements)]} of the table's text."""
    networks, name = {}, None
    head, *lines = text.splitlines()
    ends = {column: head.index(f" {column}") + 1 + len(column) for column in ("T", "b1", "b8", "ms", "bypass", "PB")}
    for line in lines:
        name = line.split()[0] if line[0] != " " else name
        value = {column: line[:end].split()[-1] for column, end in ends.items()}
        networks.setdefault(name, []).append(
            (value["T"], *(float(value[column]) for column in ("b1", "b8", "ms", "bypass", "PB")))
        )
    return networks


def draw(path):
    """Against T = full: fps at batch 1 and 8, latency, pipeline buffering."""
    import matplotlib  # only here: tables do not need it

    matplotlib.use("svg")
    matplotlib.rcParams.update({"svg.hashsalt": "rowflow", "svg.fonttype": "none", "font.size": 8})
    from matplotlib import pyplot

    networks = drawn(DOCUMENT.shown()["heights"])
    titles = ("frames a second, batch 1", "frames a second, batch 8", "latency", "pipeline buffering")
    figure, axes = pyplot.subplots(1, 4, figsize=(12, 4.2), sharex=True)
    for axis, title, column in zip(axes, titles, (1, 2, 3, 5)):
        for k, (name, lines) in enumerate(networks.items()):
            values = [line[column] / lines[0][column] for line in lines]
            axis.plot(range(len(values)), values, marker="os^vDPX*<>ph"[k], markersize=3, linewidth=1, label=name)
        axis.set(title=title, xlabel="tile height, rows", xticks=range(len(HEIGHTS)), xticklabels=HEIGHTS)
        axis.grid(alpha=0.3)
        axis.set_ylim(bottom=0)
    axes[0].set_ylabel("against T = full")
    figure.legend(*axes[0].get_legend_handles_labels(), ncol=6, loc="lower center")
    figure.tight_layout(rect=(0, 0.12, 1, 1))
    figure.savefig(path, metadata={"Date": None})


SECTIONS = {section.__name__: section for section in (heights, small, published)}

if __name__ == "__main__":
    if "--picture" in sys.argv:
        sys.exit(draw(pathlib.Path((sys.argv[1:] + ["", ""])[1] or study.ROOT / "docs/tiling.svg")))
    sys.exit(study.main(__doc__, SECTIONS, DOCUMENT))
