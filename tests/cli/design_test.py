#!/usr/bin/env python3
"""One design changed in small ways: base, --set, ranges, several devices, new. Usage: design_test.py ROWFLOW ROOT"""
import csv
import itertools
import json
import pathlib
import re
import shutil
import subprocess
import sys
import unittest

sys.path.append(str(pathlib.Path(__file__).resolve().parents[1] / "support"))
from folder import InFolder, points_of  # noqa: E402
from old_defaults import result, rowflow  # noqa: E402
from program import ROOT  # noqa: E402


def plan(*arguments):
    return result(*arguments, command="plan")


class Designs(InFolder):
    def test_a_chip_of_sixteen_clusters_over_clusters_and_heights(self):
        chip = ROOT / "tests/data/good/device_base.json"
        self.assertLessEqual(len(chip.read_text(encoding="utf-8").splitlines()), 15)
        rowflow(
            "sweep",
            "efficientnet_b2",
            "--device",
            chip,
            "--set",
            "/clusters=8..16:4",
            "--tile-height",
            "full,7..28:7",
            "-o",
            self.folder / "r",
        )
        rows = points_of(self.folder / "r")
        self.assertEqual(
            [(row["tile_height"], row["device:/clusters"]) for row in rows],
            list(itertools.product(("full", "7", "14", "21", "28"), ("8", "12", "16"))),
        )
        self.assertTrue(all(row["status"] == "ok" for row in rows))
        self.assertEqual({row["device:/clusters"]: row["contexts"] for row in rows}, {"8": "2", "12": "1", "16": "1"})
        # each as a single run has it
        for row in rows[:3]:
            one = result(
                "efficientnet_b2",
                "--device",
                chip,
                "--tile-height",
                row["tile_height"],
                "--set",
                f"/clusters={row['device:/clusters']}",
            )
            self.assertEqual(one["throughput"]["fps"], float(row["fps"]))

    def test_set_is_what_a_changed_file_is(self):
        document = json.loads((ROOT / "configs/devices/hailo8.json").read_text(encoding="utf-8"))
        document["rates"]["depthwise"]["value"] = 900
        document["rates"]["depthwise"]["low"] = 900
        document["memory"]["l3_cuts_per_cluster"]["value"] = 90
        document["fused_add"] = False
        document["clock_hz"]["value"] = 350000000
        changed = self.put("changed.json", document)
        given = ["/rates/depthwise=900", "/memory/l3_cuts_per_cluster=90", "/fused_add=false", "/clock_hz=350000000"]
        given = [word for figure in given for word in ("--set", figure)]
        over = self.put(
            "over.json",
            {
                "base": "hailo8",
                "name": "hailo8",
                "fused_add": False,
                "clock_hz": 350000000,
                "memory": {"l3_cuts_per_cluster": 90},
                "rates": {"depthwise": document["rates"]["depthwise"]},
            },
        )
        for command in (
            ["plan", "efficientnet_b0"],
            ["run", "mobilenet_v2"],
            ["explain", "tiny_se", "--levers", "1"],
            ["size", "tiny_se"],
            ["tune", "tiny_se"],
        ):
            texts = {
                rowflow(*command, "--device", device, *options, "--format", "json").stdout
                for device, options in ((changed, []), ("hailo8", given), (over, []))
            }
            self.assertEqual(len(texts), 1, command)
            self.assertNotEqual(texts, {rowflow(*command, "--format", "json").stdout})

    def test_a_figure_that_is_none_is_refused_everywhere(self):
        for command in ("plan", "run", "explain", "size", "tune"):
            said = rowflow(command, "tiny_se", "--set", "/rates/kconv=3", status=2).stderr
            self.assertIn('--set: the device has no figure "/rates/kconv"; did you mean "/rates/conv"?', said)
            for figure, complaint in (("/fused_add=3", "true or false"), ("/clusters=0", "found 0, expected")):
                self.assertIn(complaint, rowflow(command, "tiny_se", "--set", figure, status=2).stderr)

    def test_numbers_alone_are_no_assumptions(self):
        assumed = plan("efficientnet_b0", "--device", "hailo8")["assumed"]
        self.assertIn("rates/conv", assumed)
        mine = self.put("mine.json", {"base": "hailo8", "name": "mine", "rates": {"conv": 49000}})
        assumed.remove("rates/conv")
        self.assertEqual(plan("efficientnet_b0", "--device", mine)["assumed"], assumed)

    def test_the_same_in_a_regression(self):
        case = self.put(
            "case.json",
            {
                "network": "tiny_se",
                "expect": {"/throughput/interval_cycles": None},
                "options": {"tile_height": 2, "set": {"/rates/conv": 40000}},
            },
        )
        rowflow("regress", case, "--update")
        found = json.loads(case.read_text(encoding="utf-8"))["expect"]["/throughput/interval_cycles"]
        run = result("tiny_se", "--tile-height", 2, "--set", "/rates/conv=40000")
        self.assertEqual(found, run["throughput"]["interval_cycles"])

    def test_several_devices_side_by_side(self):
        results = result("efficientnet_b0", "--device", "hailo8,hailo8l,edge_small", "--tile-height", "7,full")
        self.assertEqual(
            [(r["device"]["name"], r["tile_height"]) for r in results],
            list(itertools.product(("hailo8", "hailo8l", "edge_small"), (7, "full"))),
        )
        for one in results:
            self.assertEqual(
                result("efficientnet_b0", "--device", one["device"]["name"], "--tile-height", one["tile_height"]), one
            )
        text = rowflow("run", "efficientnet_b0", "--device", "hailo8,hailo8l").stdout
        lines = [line.split() for line in text.splitlines() if line.split()[:1] in (["hailo8"], ["hailo8l"])]
        full = [r["throughput"]["fps"] for r in results if r["tile_height"] == "full"]
        self.assertEqual([line[2] for line in lines], [f"{fps:.1f}" for fps in full[:2]])
        for devices, complaint in (("tiny,tiny", "stands twice"), ("tiny,halo8", "did you mean")):
            self.assertIn(complaint, rowflow("run", "tiny_se", "--device", devices, status=2).stderr)
        for option in ("--report", "--trace", "--picture", "--vcd"):
            said = rowflow("run", "tiny_se", "--device", "tiny,hailo8", option, self.folder / "x", status=2).stderr
            self.assertIn(f"{option}: found several devices beside it", said)

    def test_a_sweep_over_devices(self):
        rowflow(
            "sweep",
            "tiny_se",
            "--device",
            "hailo8l,hailo8,tiny",
            "--set",
            "/clusters=2,4",
            "--tile-height",
            "2",
            "-o",
            self.folder / "r",
        )
        rows = points_of(self.folder / "r")
        self.assertEqual(
            [(row["device"], row["device:/clusters"]) for row in rows],
            [(d, c) for d in ("hailo8l", "hailo8", "tiny") for c in ("2", "4")],
        )
        grid = {"device": ["hailo8l", "hailo8", "tiny"], "set": {"/clusters": ["2..4:2"]}, "tile_height": [2]}
        sweep = self.put("sweep.json", {"network": "tiny_se", "grid": grid})
        rowflow("sweep", sweep, "-o", self.folder / "s")
        self.assertEqual((self.folder / "s/results.csv").read_bytes(), (self.folder / "r/results.csv").read_bytes())
        rowflow("sweep", sweep, "--device", "tiny", "-o", self.folder / "t")
        self.assertEqual({row["device"] for row in points_of(self.folder / "t")}, {"tiny"})
        said = rowflow(
            "sweep", "tiny_se", "--device", "hailo8,tiny", "--set", "/rates/pool=2", "-o", self.folder / "u", status=2
        ).stderr
        self.assertIn('the device has no figure "/rates/pool"', said)  # tiny has none

    def test_device_set_is_another_name(self):
        for option in ("--set", "--device-set"):
            rowflow("sweep", "tiny_se", option, "/clusters=2,4", "-o", self.folder / option)
        first, second = (self.folder / option / "results.csv" for option in ("--set", "--device-set"))
        self.assertEqual(first.read_bytes(), second.read_bytes())

    def test_new_files_are_valid_and_do_what_they_are_for(self):
        for kind in ("device", "network", "regression", "sweep"):
            file = self.folder / f"{kind}_1.json"
            rowflow("new", kind, "-o", file)
            rowflow("validate", file)
            document = json.loads(file.read_text(encoding="utf-8"))
            self.assertTrue(pathlib.Path(document["$schema"]).is_file())
            self.assertIn("is there already", rowflow("new", kind, "-o", file, status=2).stderr)
            self.assertEqual(json.loads(rowflow("new", kind).stdout).keys(), document.keys())
        self.assertEqual(json.loads((self.folder / "device_1.json").read_text(encoding="utf-8"))["name"], "device_1")
        rowflow("run", self.folder / "network_1.json", "--device", self.folder / "device_1.json")
        rowflow("regress", self.folder / "regression_1.json", "--update")
        rowflow("regress", self.folder / "regression_1.json")
        rowflow("sweep", self.folder / "sweep_1.json", "--quiet", "-o", self.folder / "r")
        self.assertTrue(all(row["status"] == "ok" for row in points_of(self.folder / "r")))
        self.assertIn("device", rowflow("new", "devise", status=2).stderr)

    def test_depths_as_hardware_people_take_them_in(self):
        arguments = ("efficientnet_b0", "--tile-height", 7)
        buffers = plan(*arguments)["buffers"]
        stages = {stage["name"]: stage for stage in plan(*arguments)["stages"]}
        rows = list(csv.DictReader(rowflow("plan", *arguments, "--depths", "csv").stdout.splitlines()))
        self.assertEqual(
            [(row["buffer"], int(row["rows"]), int(row["bytes"])) for row in rows],
            [(b["name"], b["capacity_rows"], b["capacity_rows"] * b["row_bytes"]) for b in buffers],
        )
        folding = json.loads(rowflow("plan", *arguments, "--depths", "finn").stdout)
        self.assertEqual(set(folding), set(stages) | {"Defaults"})
        elements = {b["name"]: b["capacity_rows"] * b["row_elements"] for b in buffers}
        for name, stage in stages.items():
            self.assertEqual(folding[name]["inFIFODepths"], [elements[i["buffer"]] for i in stage["inputs"]])
            self.assertEqual(folding[name]["outFIFODepths"], [elements[o["buffer"]] for o in stage["outputs"]])
        file = self.folder / "depths.sv"
        rowflow("plan", *arguments, "--depths", "systemverilog", "-o", file)
        parameter = re.compile(r"localparam int unsigned ([A-Z_][A-Z0-9_]*)_ROWS = (\d+);")
        found = parameter.findall(file.read_text(encoding="utf-8"))
        self.assertEqual([int(rows) for _, rows in found], [b["capacity_rows"] for b in buffers])
        self.assertEqual(len({name for name, _ in found}), len(buffers))
        if shutil.which("verilator"):
            with open(file, "a", encoding="utf-8") as text:
                bits = found[0][0] + "_ROW_BITS"
                text.write(f"module top; import rowflow_depths::*; initial $display({bits}); endmodule\n")
            subprocess.run(["verilator", "--lint-only", "--top-module", "top", file], check=True, cwd=self.folder)
        self.assertIn("systemverilog", rowflow("plan", *arguments, "--depths", "vhdl", status=2).stderr)

    def test_a_network_over_a_base_is_the_same_as_options(self):
        mine = self.put(
            "mine.json",
            {
                "base": "efficientnet_b0",
                "name": "efficientnet_b0",
                "tile_height": 7,
                "block_heights": {"s1.b0.se": "full"},
            },
        )
        self.assertEqual(plan(mine), plan("efficientnet_b0", "--tile-height", 7, "--tile-height", "s1.b0.se=full"))


if __name__ == "__main__":
    unittest.main(argv=sys.argv[:1] + sys.argv[3:])
