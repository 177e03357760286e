#!/usr/bin/env python3
"""Figures that the user brings: foldings of FINN (--costs FILE.json).

Usage: known_figures_test.py ROWFLOW
"""
import csv
import json
import os
import pathlib
import subprocess
import sys
import tempfile
import unittest

sys.path.append(os.path.join(os.path.dirname(os.path.abspath(__file__)), "../support"))
import schemas  # noqa: E402

PROGRAM = ""


def rowflow(*arguments, status=0):
    done = schemas.checked(subprocess.run([PROGRAM, *map(str, arguments)], stdin=subprocess.DEVNULL,
                                          capture_output=True, text=True, timeout=600, check=False))
    assert done.returncode == status, (arguments, done.returncode, done.stderr, done.stdout)
    return done


def result(*arguments, command="run"):
    return json.loads(rowflow(command, *arguments, "--format", "json", "--quiet").stdout)


class Folder(unittest.TestCase):
    def setUp(self):
        temporary = tempfile.TemporaryDirectory()
        self.addCleanup(temporary.cleanup)
        self.folder = pathlib.Path(temporary.name)

    def file(self, name, document):
        path = self.folder / name
        path.write_text(document if isinstance(document, str) else json.dumps(document))
        return path


class Foldings(Folder):
    def network(self):
        return self.file("folded.json", {
            "name": "folded", "input": {"height": 12, "width": 10, "channels": 4},
            "layers": [
                {"name": "first", "type": "conv", "inputs": ["input"], "filters": 8, "kernel": 3, "padding": "same"},
                {"name": "dw", "type": "depthwise_conv", "inputs": ["first"], "kernel": 3, "padding": "same"},
                {"name": "point", "type": "conv", "inputs": ["dw"], "filters": 16, "kernel": 1},
                {"name": "pool", "type": "global_avg_pool", "inputs": ["point"]},
                {"name": "fc", "type": "fully_connected", "inputs": ["pool"], "filters": 10}]})

    def costs(self, folding, network):
        plan = result(network, "--device", "tiny", "--fit", "assume", "--costs", self.file("folding.json", folding),
                      command="plan")
        return {stage["name"]: set(stage["cost"]) for stage in plan["stages"]}

    def refused(self, folding, network):
        file = self.file("folding.json", folding)
        return rowflow("run", network, "--device", "tiny", "--fit", "assume", "--costs", file, status=2).stderr

    def test_pe_and_simd_are_cycles_a_row(self):
        network = self.network()
        # Pixels of a row x (outputs / PE) x (inputs of one / SIMD): FINN's expected cycles of MVAU and VVAU.
        named = {"Defaults": {}, "first": {"PE": 4, "SIMD": 12, "ram_style": "block"}, "dw": {"PE": 2, "SIMD": 3},
                 "point": {"PE": 16, "SIMD": 4, "inFIFODepths": [2]}, "fc": {"PE": 5, "SIMD": 16}}
        expected = {"first": {10 * 2 * 3}, "dw": {10 * 4 * 3}, "point": {10 * 1 * 2}, "fc": {2 * 1}}
        found = self.costs(named, network)
        for layer, cost in expected.items():
            self.assertEqual(found[layer], cost, layer)
        # FINN's own names, in the file's order; what does not multiply is left out.
        numbered = {"MVAU_rtl_0": named["first"], "Thresholding_rtl_0": {"PE": 3}, "VVAU_hls_0": named["dw"],
                    "MVAU_hls_0": named["point"], "StreamingFIFO_rtl_1": {"depth": 32}, "MVAU_hls_1": named["fc"]}
        self.assertEqual(self.costs(numbered, network), found)
        run = result(network, "--device", "tiny", "--fit", "assume", "--costs", self.folder / "folding.json")
        self.assertEqual(run["throughput"]["interval_cycles"], 12 * 10 * 4 * 3, "the slowest unit's cycles a frame")

    def test_what_does_not_fit_the_network_is_refused(self):
        network = self.network()
        self.assertIn("/first/PE: found 3, expected a divisor of 8 for the layer \"first\"",
                      self.refused({"first": {"PE": 3, "SIMD": 1}}, network))
        self.assertIn("/fc/SIMD: found 5, expected a divisor of 16", self.refused({"fc": {"SIMD": 5}}, network))
        self.assertIn("did you mean \"first\"?", self.refused({"frist": {"PE": 1}}, network))
        self.assertIn("found 1 MVAU nodes, expected 3", self.refused({"MVAU_hls_0": {"PE": 1}}, network))
        self.assertIn("found the folding of another layer", self.refused({"pool": {"PE": 1}}, network))
        self.assertIn("/first/PE", self.refused({"first": {"PE": 0}}, network))
        self.assertIn("/first/PE", self.refused({"first": {"PE": "all"}}, network))
        self.assertIn("/Defaults/PE", self.refused({"Defaults": {"PE": [2, ["MVAU"]]}, "first": {"PE": 1}}, network))
        self.assertIn("found no node with PE or SIMD", self.refused({"first": {"inFIFODepths": [2]}}, network))
        self.assertIn("expected", self.refused([], network))
        self.assertIn("folding.json", self.refused("{", network))

    def test_a_sweep_keeps_it_in_order(self):
        network = self.network()
        folding = self.file("folding.json", {"MVAU_rtl_9": {"PE": 4}, "MVAU_hls_1": {"PE": 1}, "MVAU_hls_0": {"PE": 2}})
        options = ("--device", "tiny", "--fit", "assume", "--costs", folding)
        wanted = result(network, *options)["throughput"]["interval_cycles"]
        rowflow("sweep", network, *options, "-o", self.folder / "points", "--quiet")
        folding.unlink()
        row, = csv.DictReader(open(self.folder / "points" / "results.csv", newline=""))
        point = f"{self.folder}/points:{row['id'][:8]}"
        again = json.loads(rowflow("run", "--point", point, "--format", "json").stdout)
        self.assertEqual(again["throughput"]["interval_cycles"], wanted)
        self.assertEqual(wanted, 12 * 10 * 16 * 8, "of the second, with PE 1")


if __name__ == "__main__":
    PROGRAM = os.path.abspath(sys.argv.pop(1))
    unittest.main()
