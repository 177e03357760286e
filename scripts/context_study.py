#!/usr/bin/env python3
"""Networks in several contexts against measurements, and what tile height is worth there: docs/contexts.md.

  scripts/context_study.py [SECTION…] [--update | --check] [--rowflow PROGRAM] [--jobs N]

Every run is `rowflow run NETWORK --device D` with the options that a table names. Measured figures: tests/data/
context_set.csv (Hailo Model Zoo 2.18) and those of PI below.
"""
import itertools
import math
import statistics
import sys
import tempfile

import context_table
import study
from context_table import BATCHES, left_out, measured_seconds, own, prediction, request, straight_line

FITTED = (
    "repvgg_a2",
    "resnet_v1_50",
    "resnext26_32x4d",
    "yolov5s",
    "resnet34",
    "resnext50_32x4d",
    "googlenet",
    "efficientnet_lite2",
    "efficientnet_lite3",
    "efficientnet_lite4",
    "yolov8n",
    "yolov8s",
)  # on the Hailo-8L
TILED = ("cas_vit_s", "cas_vit_m", "cas_vit_t")
WITH_SE = ("repghost_1_0x", "repghost_2_0x", "osnet_x1_0")
VENDOR = ("--tile-height", "8", "--tile-first", "6")
FULL, EIGHT = ("--tile-height", "full"), ("--tile-height", "8")
BAR_FITTED, BAR_T1, BAR_T8, BAR_PI = 0.18, 0.30, 0.50, 0.35
HEIGHTS = ("full", "7", "4", "1")

# Raspberry Pi 5 with a Hailo-8L on its link of one lane, batch 1, ms; and what an inference takes beside the chip.
PI_SE = ("regnety_200mf", 4.68)
PI_DENSE = ("regnetx_200mf", {112: 1.11, 224: 1.50, 256: 1.59})
HOST_MS = 0.79
LINKS = ("gen3x1", "gen2x1")


def met(value, bar):
    return "met" if value <= bar else "missed"


def rows_of(choose):
    shipped = {path.stem for path in (study.ROOT / "configs/networks").glob("*.json")}
    return [row for row in context_table.measured() if row["network"] in shipped and choose(row)]


def predictions(runs, rows, *options):
    results = runs([request(row, *options) for row in rows])
    return [prediction(row, result) for row, result in zip(rows, results)]


def fps_table(results, seconds_of=own):
    return study.table(context_table.COLUMNS, [context_table.cells(result, seconds_of) for result in results], left=2)


def fitted(runs):
    """Two figures, the switch and the reload of a byte, fitted to all networks but the one that is predicted."""
    results = predictions(runs, rows_of(lambda row: row["network"] in FITTED and row["device"] == "hailo8l"))
    several = [result for result in results if result["parts"]]
    one = [result for result in results if not result["parts"]]
    text = "With the device's figures\n" + fps_table(results)
    text += f"mean |ln(predicted / measured)| of the {len(several)} in several contexts: "
    text += context_table.mean_errors(several, own) + "\n"
    if one:
        text += f"with {', '.join(r['row']['network'] for r in one)} in one context: "
        text += context_table.mean_errors(results, own) + "\n"
    for overlap in (True, False):
        switch, reload = context_table.fitted(several, overlap)
        error = statistics.mean(context_table.errors(several, left_out(several, overlap)))
        text += f"\nLeft out, switch and reload fitted, reloads {'hidden behind computing' if overlap else 'in turn'}\n"
        text += fps_table(several, left_out(several, overlap))
        text += f"mean |ln|: {context_table.mean_errors(several, left_out(several, overlap))}; "
        text += f"bar {BAR_FITTED}: {met(error, BAR_FITTED)}\n"
        text += f"fitted to all: switch {1e3 * switch:.1f} ms, reload {1e9 * reload:.2f} ms a million bytes\n"
    return text


def ranks(values):
    ordered = sorted(values)
    return [statistics.mean(k for k, other in enumerate(ordered) if other == value) for value in values]


def rank_correlation(ours, theirs):
    """Spearman's."""
    return statistics.correlation(ranks(ours), ranks(theirs))


def unfitted(runs):
    """Networks that no figure was fitted to."""
    rows = rows_of(lambda row: row["network"] not in (*TILED, *FITTED))
    results = [result for result in predictions(runs, rows) if result["seconds"]]
    several = [result for result in results if result["parts"]]
    text = fps_table(results)
    text += f"mean |ln(predicted / measured)| of all {len(results)}: {context_table.mean_errors(results, own)}\n"
    for title, chosen in (
        ("with SE blocks", [r for r in several if r["row"]["network"] in WITH_SE]),
        ("without", [r for r in several if r["row"]["network"] not in WITH_SE]),
    ):
        text += f"in several contexts, {title} ({len(chosen)}): {context_table.mean_errors(chosen, own)}\n"
    for title, chosen in (("all", results), ("those in several contexts", several)):
        gain = [8 * own(result, 1) / own(result, 8) for result in chosen]
        real = [float(result["row"]["fps_b8"]) / float(result["row"]["fps_b1"]) for result in chosen]
        text += f"rank correlation of (fps at batch 8 / fps at batch 1) with the measured, {title}: "
        text += f"{rank_correlation(gain, real):.2f}\n"
    return text


def lines_against_measured(results):
    """T(1), T(8), S and c of each beside the measured, in ms."""
    rows = []
    for result in results:
        ours = (own(result, 1), own(result, 8), *straight_line(own(result, 1), own(result, 8)))
        real = measured_seconds(result["row"])
        real = (*real, *straight_line(*real))
        cells = [result["row"]["network"], result["row"]["device"], str(result["contexts"])]
        for a, b in zip(ours, real):
            cells += [f"{1e3 * a:.2f}", f"{1e3 * b:.2f}", f"{a / b:.2f}"]
        rows.append(cells)
    head = ["network", "device", "contexts"]
    for name in ("T(1)", "T(8)", "S", "c"):
        head += [name, "real", "ratio"]
    return study.table(head, rows, left=2)


def ratios(result):
    """Ours / measured of T(1), T(8), S and c."""
    ours, real = (own(result, 1), own(result, 8)), measured_seconds(result["row"])
    return [a / b for a, b in zip((*ours, *straight_line(*ours)), (*real, *straight_line(*real)))]


def geometric_means(results):
    return [math.exp(statistics.mean(map(math.log, column))) for column in zip(*map(ratios, results))]


def cas_vit(runs):
    """The networks that the vendor compiles with tiled SE, with its setting: T = 8 on six gates, the others full."""
    results = predictions(runs, rows_of(lambda row: row["network"] in TILED), *VENDOR)
    text = f"rowflow run NETWORK --device DEVICE {' '.join(VENDOR)}; ms, real: measured\n"
    text += lines_against_measured(results)
    off = [max(abs(ratios(result)[k] - 1) for result in results) for k in (0, 1)]
    for name, worst, bar in (("T(1)", off[0], BAR_T1), ("T(8)", off[1], BAR_T8)):
        text += f"{name}: at most {100 * worst:.0f} % off, bar {100 * bar:.0f} %: {met(worst, bar)}\n"
    return text


ASSUMPTIONS = (
    ("as the device file says", ()),
    ("reloads one after the other", ("/contexts/reload_overlap=false",)),
    ("switch 1.2 ms, the high end", ("/contexts/context_switch=1200000",)),
    ("depthwise 1.0 MAC, the low end", ("/rates/depthwise=1000",)),
    ("depthwise 0.75", ("/rates/depthwise=750",)),
    ("compute 50 %, the low end", ("/compile_modes/contexts/compute_ceiling_percent=50",)),
    ("compute 35 %", ("/compile_modes/contexts/compute_ceiling_percent=35",)),
    (
        "link 2.5 bytes a cycle, the low end",
        ("/input_link_bytes_per_kilocycle=2500", "/output_link_bytes_per_kilocycle=2500"),
    ),
    ("widths 4", ("/widths/default=4", "/widths/scale=4", "/widths/broadcast=4")),
    ("depthwise 1.0 and compute 50 %", ("/rates/depthwise=1000", "/compile_modes/contexts/compute_ceiling_percent=50")),
    ("depthwise 0.75 and compute 35 %", ("/rates/depthwise=750", "/compile_modes/contexts/compute_ceiling_percent=35")),
)


def assumptions(runs):
    """What would close the rest: another value of one assumption, the partition made anew."""
    rows = rows_of(lambda row: row["network"] in TILED)
    lines, figures = [], {}
    for name, changes in ASSUMPTIONS:
        changed = [part for change in changes for part in ("--set", change)]
        results = predictions(runs, rows, *VENDOR, *changed)
        means = geometric_means(results)
        figures[name] = means
        lines.append(
            [
                name,
                *(f"{value:.2f}" for value in means),
                f"{min(ratios(r)[3] for r in results):.2f}–{max(ratios(r)[3] for r in results):.2f}",
            ]
        )
    text = "predicted / measured, mean over three networks on two chips\n"
    text += study.table(["assumption", "T(1)", "T(8)", "S", "c", "c, range"], lines)
    nearest = min(figures, key=lambda name: abs(math.log(figures[name][2])) + abs(math.log(figures[name][3])))
    return text + f"nearest to 1 in S and c together: {nearest}\n"


def worth(runs):
    """What tiling gives to networks in several contexts, each mapped for batch 8."""
    lines = []
    for name, chosen, settings in (
        ("T = 8 on six", TILED, (("full", FULL), ("T = 8 on six", VENDOR), ("T = 8", EIGHT))),
        ("T = 8", WITH_SE, (("full", FULL), ("T = 8", EIGHT))),
    ):
        for row in rows_of(lambda row, chosen=chosen: row["network"] in chosen):
            base = None
            for label, options in settings:
                result = predictions(runs, [row], *options)[0]
                fps = [batch / own(result, batch) for batch in BATCHES]
                base = base or fps
                compiled = label == ("full" if chosen is WITH_SE else name)
                lines.append(
                    [
                        row["network"] if base is fps else "",
                        row["device"] if base is fps else "",
                        label,
                        str(result["contexts"]),
                    ]
                    + [
                        cell
                        for k, batch in enumerate(BATCHES)
                        for cell in (
                            f"{fps[k]:.1f}",
                            "" if base is fps else f"{100 * (fps[k] / base[k] - 1):+.0f}%",
                            row[f"fps_b{batch}"] if compiled else "",
                        )
                    ]
                )
    head = ["network", "device", "SE", "contexts", "b1", "Δ", "measured", "b8", "Δ", "measured"]
    return study.table(head, lines, left=3)


def pi_request(link, overlap, options=()):
    return (
        PI_SE[0],
        "--device",
        "hailo8l",
        "--link",
        link,
        "--batch",
        "1",
        "--set",
        f"/contexts/host_overhead={round(HOST_MS * 1e6)}",
        "--set",
        f"/contexts/reload_overlap={'true' if overlap else 'false'}",
        *options,
    )


CONTROL = ("--set", "/compile_modes/contexts/control_ceiling_percent=97")
GROUPED = ("--set", "/rates/grouped_per_channel=4000")  # the high end of its range
PLANS = (
    ("found", ()),
    ("2", ("--max-contexts", "2")),
    ("3", ("--max-contexts", "3")),
    ("2, control 97 %", ("--max-contexts", "2", *CONTROL)),
    ("found, grouped × 8", GROUPED),
    ("2, both", ("--max-contexts", "2", *CONTROL, *GROUPED)),
)


def pi(runs):
    """RegNetY-200MF on a Raspberry Pi 5."""
    network, real = PI_SE
    lines = []
    for link, overlap, (plan, options) in itertools.product(LINKS, (True, False), PLANS):
        result = runs([pi_request(link, overlap, options)])[0]
        cells = [link, "hidden" if overlap else "in turn", plan]
        if "contexts" not in result:
            lines.append(cells + ["does not fit"] + [""] * 8)
            continue
        clock = result["device"]["clock_hz"]
        batch = next(b for b in result["contexts"]["batches"] if b["frames"] == 1)
        parts = [1e3 * batch[f"{part}_cycles"] / clock for part in ("switch", "reload", "fill_drain", "steady")]
        parts.append(1e3 * result["contexts"]["host_overhead_cycles"] / clock)
        total = result["latency"]["isolated_ms"]
        ends = [1e3 / batch[key] + parts[-1] for key in ("fps_high", "fps_low")]
        lines.append(
            cells
            + [str(len(result["contexts"]["list"]))]
            + [f"{part:.2f}" for part in parts]
            + [f"{total:.2f}", f"{total / real:.2f}", f"{ends[0]:.1f}–{ends[1]:.1f}"]
        )
    text = f"{network}, batch 1, {real} ms measured; ms\n"
    text += study.table(
        ["link", "reloads", "contexts", "taken", "switch", "reload", "fill", "steady", "host", "sum", "ratio", "range"],
        lines,
        left=3,
    )
    found = [float(line[9]) for line in lines if line[0] == "gen3x1" and line[2] == "found"]
    text += (
        f"bar {100 * BAR_PI:.0f} % for the partition found, gen3x1: with overlap {met(found[0] - 1, BAR_PI)}, "
        f"without {met(found[1] - 1, BAR_PI)}\n"
    )
    return text


def regnetx(runs):
    """RegNetX-200MF, one context, three sizes of the input."""
    name, measured = PI_DENSE
    lines = []
    with tempfile.TemporaryDirectory() as folder:
        for size, real in measured.items():
            common = (study.resized(name, size, folder), "--device", "hailo8l", "--link", "gen3x1")
            usual, fast = runs([common, (*common, *GROUPED)])
            cells = [str(size), f"{real:.2f}"]
            for result in (usual, fast):
                simulated = result["latency"]["isolated_ms"]
                cells += [f"{simulated:.2f}", f"{simulated + HOST_MS:.2f}", f"{(simulated + HOST_MS) / real:.2f}"]
            lines.append(cells)
    return (
        f"{name} on hailo8l, one context, first frame; ms, + {HOST_MS} of the host\n"
        "on the right: /rates/grouped_per_channel at its high end, 4 MACs a channel of a group\n"
        + study.table(["input", "measured", *2 * ["simulated", "+ host", "ratio"]], lines)
    )


CORNERS = tuple(itertools.product((400000, 1200000), ((100, 5), (200, 8)), ("true", "false")))


def corner_options(corner):
    switch, (reload, bits), overlap = corner
    changes = (
        f"/contexts/context_switch={switch}",
        f"/contexts/reload_per_byte={reload}",
        f"/contexts/stored_weight_bits={bits}",
        f"/contexts/reload_overlap={overlap}",
    )
    return tuple(part for change in changes for part in ("--set", change))


def fps_of(result):
    """At batch 1 and 8."""
    if "contexts" not in result:
        return [result["throughput"]["fps"]] * 2
    return [batch["fps"] for batch in sorted(result["contexts"]["batches"], key=lambda batch: batch["frames"])[:2]]


def order(values):
    """From slow to fast; what differs by less than 1 % counts as the same."""
    text = ""
    ranked = sorted(range(len(values)), key=lambda k: values[k])
    for before, k in zip([None, *ranked], ranked):
        if before is not None:
            text += " < " if values[k] > 1.01 * values[before] else " = "
        text += HEIGHTS[k]
    return text


NETWORKS = (
    ("efficientnet_b0", "hailo8"),
    ("efficientnet_b2", "hailo8"),
    ("regnety_400mf", "hailo8"),
    ("efficientnet_b0", "hailo8l"),
    ("efficientnet_b2", "hailo8l"),
    ("regnety_400mf", "hailo8l"),
)


def heights(runs):
    """Tile heights at both ends of the ranges of switch, reload and stored weights, with overlap and without."""
    lines, orders = [], []
    for network, device in NETWORKS:
        points = [(network, "--device", device, "--tile-height", T) for T in HEIGHTS]
        nominal = runs(points)
        corners = [
            [fps_of(result) for result in runs([(*point, *corner_options(corner)) for point in points])]
            for corner in CORNERS
        ]
        for k, (T, result) in enumerate(zip(HEIGHTS, nominal)):
            fps = fps_of(result)
            cells = [network if k == 0 else "", device if k == 0 else "", T, str(result["fit"].get("contexts") or 1)]
            for b in (0, 1):
                ends = [corner[k][b] for corner in corners]
                cells += [f"{fps[b]:.0f}", f"{min(ends):.0f}–{max(ends):.0f}"]
            lines.append(cells)
        for b, batch in enumerate(BATCHES):
            seen = [order([corner[k][b] for k in range(len(HEIGHTS))]) for corner in corners]
            best = {HEIGHTS[max(range(len(HEIGHTS)), key=lambda k, c=corner: c[k][b])] for corner in corners}
            gains = [corner[-1][b] / corner[0][b] - 1 for corner in corners]
            usual = max(seen, key=seen.count)
            orders.append(
                [
                    network,
                    device,
                    str(batch),
                    f"{seen.count(usual)}/8",
                    usual,
                    ", ".join(T for T in HEIGHTS if T in best),
                    f"{100 * min(gains):+.0f}…{100 * max(gains):+.0f}%",
                ]
            )
    text = study.table(["network", "device", "T", "contexts", "b1", "range", "b8", "range"], lines, left=2)
    text += "\nOrder of T at the eight corners, from slow to fast (=: less than 1 % apart); gain: T = 1 over full\n"
    head = ["network", "device", "batch", "corners", "usual order", "fastest T", "gain"]
    return text + study.table(head, orders, left=2)


# Figures of the device and the ends of their ranges.
HINGES = (
    ("context_switch", ((("contexts/context_switch", 400000),), (("contexts/context_switch", 1200000),))),
    (
        "reload_per_byte, stored_weight_bits",
        (
            (("contexts/reload_per_byte", 100), ("contexts/stored_weight_bits", 5)),
            (("contexts/reload_per_byte", 200), ("contexts/stored_weight_bits", 8)),
        ),
    ),
    ("reload_overlap (true)", ((("contexts/reload_overlap", "false"),),)),
    (
        "link, both ways",
        tuple((("input_link_bytes_per_kilocycle", v), ("output_link_bytes_per_kilocycle", v)) for v in (2500, 9800)),
    ),
    *(
        (name, tuple(((pointer, value),) for value in ends))
        for name, pointer, ends in (
            ("compute ceiling, several contexts", "compile_modes/contexts/compute_ceiling_percent", (50, 75)),
            ("control ceiling, several contexts", "compile_modes/contexts/control_ceiling_percent", (60, 70)),
            ("rates/depthwise", "rates/depthwise", (1000, 3200)),
            ("rates/depthwise_large", "rates/depthwise_large", (760, 2300)),
            ("rates/squeeze", "rates/squeeze", (4000, 16000)),
            ("rates/vector_fc", "rates/vector_fc", (1000, 42000)),
            ("widths/default", "widths/default", (8, 16)),
            ("row_overhead/default", "row_overhead/default", (0, 100)),
            ("latency/default", "latency/default", (0, 128)),
            ("split/depthwise/subclusters", "split/depthwise/subclusters", (1, 4)),
            ("memory/weight_bytes_per_kilocycle", "memory/weight_bytes_per_kilocycle", (3430, 8000)),
        )
    ),
)
HINGED = ("efficientnet_b2", ("full", "7"))


def hinges(runs):
    """What fps in several contexts hinge on: one figure at an end of its range, cut and mapped anew."""
    network, heights_of = HINGED
    nominal = [fps_of(result) for result in runs([(network, "--tile-height", T) for T in heights_of])]
    lines = []
    for name, ends in HINGES:
        for values in ends:
            changes = tuple(part for pointer, value in values for part in ("--set", f"/{pointer}={value}"))
            found = [fps_of(result) for result in runs([(network, "--tile-height", T, *changes) for T in heights_of])]
            cells = [f"{100 * (fps[b] / usual[b] - 1):+.1f}%" for fps, usual in zip(found, nominal) for b in (0, 1)]
            gains = [f"{100 * (found[1][b] / found[0][b] - 1):+.0f}%" for b in (0, 1)]
            lines.append(
                [
                    name if values is ends[0] else "",
                    ", ".join(str(value) for _, value in dict(values).items()),
                    *cells,
                    *gains,
                ]
            )
    usual = [
        "as the device file says",
        "",
        *(f"{value:.1f}" for fps in nominal for value in fps),
        *(f"{100 * (nominal[1][b] / nominal[0][b] - 1):+.0f}%" for b in (0, 1)),
    ]
    head = ["figure", "value", *(f"T = {T}, b{batch}" for T in heights_of for batch in BATCHES), "gain, b1", "gain, b8"]
    return f"{network} on hailo8; gain: of T = {heights_of[1]} over full\n" + study.table(head, [usual, *lines])


DOCUMENT = study.Document(study.ROOT / "docs/contexts.md", "context_study.py")
SECTIONS = {
    section.__name__: section
    for section in (fitted, unfitted, cas_vit, assumptions, worth, pi, regnetx, heights, hinges)
}

if __name__ == "__main__":
    sys.exit(study.main(__doc__, SECTIONS, DOCUMENT))
