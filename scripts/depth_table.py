#!/usr/bin/env python3
"""FIFO depths of an explicit allocation beside those of rowflow for the same allocation at full rate, edge by edge.

  scripts/depth_table.py [ROWFLOW [MAPPING]]   by default build/release/rowflow and configs/mappings/resnet_v1_50.json

Both count rows beyond the consumer's window and the row being written.
"""
import collections
import json
import pathlib
import subprocess
import sys
import tempfile

ROOT = pathlib.Path(__file__).resolve().parent.parent
program = sys.argv[1] if len(sys.argv) > 1 else ROOT / "build/release/rowflow"
mapping = pathlib.Path(sys.argv[2]) if len(sys.argv) > 2 else ROOT / "configs/mappings/resnet_v1_50.json"


def buffers(network, device, file):
    command = [
        program,
        "plan",
        network,
        "--device",
        device,
        "--mapping",
        file,
        "--fit",
        "assume",
        "--buffers",
        "full-rate",
        "--format",
        "json",
        "--quiet",
    ]
    plan = json.loads(subprocess.run(command, check=True, capture_output=True, text=True).stdout)
    return {buffer["name"]: buffer for buffer in plan["buffers"]}


document = json.loads(mapping.read_text(encoding="utf-8"))
shipped = document.pop("fifo_rows")
with tempfile.TemporaryDirectory() as folder:
    allocation = pathlib.Path(folder) / "allocation.json"
    allocation.write_text(json.dumps(document), encoding="utf-8")
    given = buffers(document["network"], document["device"], mapping)
    ours = buffers(document["network"], document["device"], allocation)
differences = collections.Counter()
print(f"{'edge':28} {'role':9} {'shipped':>7} {'full rate':>9}")
for name, rows in shipped.items():
    window = given[name]["capacity_rows"] - rows
    full_rate = ours[name]["capacity_rows"] - window
    differences[full_rate - rows] += 1
    print(f"{name:28} {given[name]['role']:9} {rows:7} {full_rate:9}")
counts = ", ".join(f"{d:+d} rows {n}×" for d, n in sorted(differences.items(), reverse=True))
print(f"{len(shipped)} edges; full rate minus shipped: {counts}")
