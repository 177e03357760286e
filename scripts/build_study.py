#!/usr/bin/env python3
"""Public builds of the vendor's compiler, given as mappings, run here: the table of builds in docs/calibration.md.

  scripts/build_study.py [SECTION…] [--update | --check] [--rowflow PROGRAM] [--jobs N]

A build is the allocation of a public script with its FIFO depths (configs/mappings). Depths are also compared with
those that rowflow gives the same allocation, `--buffers full-rate` and `best`.
"""
import json
import pathlib
import sys
import tempfile

import study

DOCUMENT = study.Document(study.ROOT / "docs/calibration.md", "build_study.py")
MAPPINGS = study.ROOT / "configs/mappings"
# By mapping: frames a second and ms as measured. Hailo Model Zoo: docs/BENCHMARKS.rst (ResNet-50); v2.18,
# docs/public_models/HAILO8 (STDC1, EfficientNet-M); hailortcli benchmark in community.hailo.ai/t/82 (YOLOv5m).
MEASURED = {
    "resnet_v1_50": (1328.83, 2.936),
    "yolov5m_wo_spp": (218.1, 12.84),
    "stdc1_argmax": (57.6, None),
    "efficientnet_m": (984.0, None),
}
CHANGES = (
    ("resnet_v1_50", "/memory/weight_bytes_per_kilocycle=3430"),
    ("resnet_v1_50", "/memory/weight_bytes_per_kilocycle=6000"),
    ("yolov5m_wo_spp", "/memory/weight_bytes_per_kilocycle=3430"),
    ("yolov5m_wo_spp", "/memory/weight_bytes_per_kilocycle=6000"),
    ("stdc1_argmax", "/rates/pointwise=54000"),
    ("efficientnet_m", "/rates/depthwise_large=2300"),
)
POLICIES = ("full-rate", "best")


def mapped(file, *options):
    network = json.loads(file.read_text(encoding="utf-8"))["network"]
    return (network, "--mapping", str(file), "--fit", "assume", *options)


def depths(runs, name, folder):
    """Differences of depths in rows, ours minus the build's, by policy; None where a buffer is none of ours."""
    file = MAPPINGS / f"{name}.json"
    document = json.loads(file.read_text(encoding="utf-8"))
    shipped = document.pop("fifo_rows")
    allocation = pathlib.Path(folder) / f"{name}.json"
    allocation.write_text(json.dumps(document), encoding="utf-8")
    requests = [mapped(file), *(mapped(allocation, "--buffers", policy) for policy in POLICIES)]
    given, *ours = ({b["name"]: b["capacity_rows"] for b in result["buffers"]} for result in runs(requests))
    return {policy: [buffers[edge] - given[edge] for edge in shipped] for policy, buffers in zip(POLICIES, ours)}


def line(result, name, change):
    fps, ms = MEASURED[name]
    latency = result["latency"]["paced_ms"]
    return [
        name if not change else "",
        change,
        "yes" if result["fit"]["fits"] else "no",
        f"{result['throughput']['fps']:.1f}",
        f"{fps:g}",
        f"{result['throughput']['fps'] / fps:.2f}",
        f"{latency:.2f}",
        f"{ms:g}" if ms else "",
        f"{latency / ms:.2f}" if ms else "",
    ]


def builds(runs):
    """Throughput and latency of public builds."""
    lines = []
    for name in MEASURED:
        file = MAPPINGS / f"{name}.json"
        changes = ["", *(change for network, change in CHANGES if network == name)]
        results = runs([mapped(file, *(("--set", change) if change else ())) for change in changes])
        lines += [line(result, name, change) for result, change in zip(results, changes)]
    head = ["build", "--set", "fits", "fps", "measured", "ratio", "ms", "measured", "ratio"]
    return study.table(head, lines, left=3)


def fifos(runs):
    """Their depths beside ours."""
    lines = []
    with tempfile.TemporaryDirectory() as folder:
        for name in MEASURED:
            for policy, differences in depths(runs, name, folder).items():
                near = sum(abs(difference) <= 1 for difference in differences)
                deeper = sum(difference > 1 for difference in differences)
                lines.append(
                    [
                        name,
                        policy,
                        str(len(differences)),
                        str(near),
                        f"{100 * near / len(differences):.0f}%",
                        str(deeper),
                        str(len(differences) - near - deeper),
                        f"{sorted(differences)[len(differences) // 2]:+d}",
                    ]
                )
    head = ["build", "ours", "edges", "within a row", "share", "deeper", "less deep", "median"]
    return study.table(head, lines, left=2)


KINDS = ("conv", "pointwise", "depthwise")


def widths(runs):
    """What the measured throughputs ask of a subcluster: MACs a cycle, by kind of layer and width of its rows; and the
    same if columns are computed in groups of eight, the last one filled up."""
    most = {}
    for name, (fps, _) in MEASURED.items():
        result = runs([mapped(MAPPINGS / f"{name}.json")])[0]
        given = json.loads((MAPPINGS / f"{name}.json").read_text(encoding="utf-8"))["layers"]
        size = result["network"]["input"]
        rows = {buffer["from"]: buffer["rows_per_frame"] for buffer in result["buffers"]}
        for stage in result["stages"]:
            if stage["kind"] in KINDS and "subclusters" in given.get(stage["name"], {}):
                rate = stage["macs_per_frame"] * fps / stage["subclusters"] / result["device"]["clock_hz"]
                width = round(rows[stage["name"]] * size["width"] / size["height"])
                cell = most.setdefault((stage["kind"], width), [0, 0, "", ""])
                cell[0] += 1
                if rate > cell[1]:
                    cell[1:] = [rate, name, stage["name"]]
    lines = [
        [kind, build, layer, str(width), str(count), f"{rate:.1f}", f"{rate * -(-width // 8) * 8 / width:.1f}"]
        for (kind, width), (count, rate, build, layer) in sorted(most.items())
        if width > 2
    ]
    head = ["kind", "build", "layer that needs most", "width", "layers", "MACs a cycle", "in groups of 8"]
    return study.table(head, lines, left=3)


SECTIONS = {section.__name__: section for section in (builds, fifos, widths)}

if __name__ == "__main__":
    sys.exit(study.main(__doc__, SECTIONS, DOCUMENT))
