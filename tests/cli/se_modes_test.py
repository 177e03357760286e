#!/usr/bin/env python3
"""--se-mode on every command. Usage: se_modes_test.py ROWFLOW"""
import json
import pathlib
import sys
import unittest

sys.path.append(str(pathlib.Path(__file__).resolve().parents[1] / "support"))
from folder import InFolder, points_of  # noqa: E402
from program import ROOT, attempt, result  # noqa: E402

MODEL = ROOT / "tests/data/onnx/mobilenet_v3_small.onnx"


class Modes(InFolder):
    def test_of_one_tile_all_modes_with_a_squeeze_are_se(self):
        full = result("efficientnet_b0", "--tile-height", "full")
        cumulative = result("efficientnet_b0", "--tile-height", "full", "--se-mode", "cumulative")
        for block in cumulative["se_blocks"]:
            self.assertEqual(block.pop("se_mode"), "cumulative")
        self.assertEqual(cumulative, full)

    def test_cumulative_has_the_stages_and_buffers_of_tiles_and_a_reciprocal_a_tile(self):
        options = ("efficientnet_b0", "--fit", "assume", "--tile-height", "2", "--set", "/reciprocal_per_tile=9")
        tiled = result(*options, command="plan")
        cumulative = result(*options, "--se-mode", "cumulative", command="plan")
        self.assertEqual(cumulative["se_blocks"][0]["se_mode"], "cumulative")
        more = 0
        for was, stage in zip(tiled["stages"], cumulative["stages"]):
            self.assertEqual(stage["name"], was["name"])
            if stage["name"].endswith(".reduce") and stage["subclusters"] == was["subclusters"]:
                self.assertEqual([new - old for new, old in zip(stage["cost"], was["cost"])], [9] * len(was["cost"]))
                more += 1
        self.assertGreater(more, 8)
        self.assertEqual(
            sum(block["buffering_elements"] for block in tiled["se_blocks"]),
            sum(block["buffering_elements"] for block in cumulative["se_blocks"]),
        )
        text = attempt("run", "tiny_se", "--tile-height", "2", "--se-mode", "cumulative").stdout
        self.assertIn("tile height  2 (cumulative)", text)

    def test_sensitivity_names_the_reciprocal_where_it_is_paid_alone(self):
        for mode, named in (("tiled", False), ("cumulative", True)):
            done = attempt(
                "run",
                "mobilenetv3_small",
                "--tile-height",
                "2",
                "--se-mode",
                mode,
                "--sensitivity",
                "--frames",
                "proven",
            )
            self.assertEqual(done.returncode, 0, done.stderr)
            self.assertEqual("reciprocal_per_tile" in done.stdout, named)

    def test_static_gates_run_as_the_model_exported_with_factors(self):
        network = json.loads(attempt("import", MODEL, "--quiet").stdout)
        named = {layer["name"]: layer for layer in network["layers"]}
        gates = {}
        for layer in network["layers"]:
            if layer["type"] != "squeeze_excite":
                continue
            scaled = layer["inputs"][-1]
            while "filters" not in named[scaled]:
                scaled = named[scaled]["inputs"][-1]
            gates[layer["name"]] = [0.5] * named[scaled]["filters"]
        file, exported = self.folder / "gates.json", self.folder / "static.onnx"
        file.write_text(json.dumps({"penalties": {}, "gates": gates}))
        self.assertEqual(attempt("validate", file).returncode, 2)  # says no schema
        done = attempt("export", MODEL, "--se-mode", "static", "--gates", file, "-o", exported, "--quiet")
        self.assertEqual(done.returncode, 0, done.stderr)
        as_exported, as_asked = result(exported), result(MODEL, "--se-mode", "static")
        for key in ("throughput", "latency", "buffering", "se_blocks", "fit"):
            self.assertEqual(as_exported[key], as_asked[key], key)
        self.assertEqual(as_asked["se_blocks"], [])
        self.assertIn("static", " ".join(as_asked["notes"]))
        full = result(MODEL, "--tile-height", "full")
        self.assertLess(as_asked["buffering"]["capacity_bytes"], full["buffering"]["capacity_bytes"])
        self.assertEqual(as_asked["pipeline_buffering"]["elements"], 0)

    def test_networks_over_a_base_sweeps_and_regressions_have_it(self):
        mine = self.folder / "mine.json"
        mine.write_text(
            json.dumps({"base": "efficientnet_b0", "name": "mine", "tile_height": 4, "se_mode": "cumulative"})
        )
        typed = result("efficientnet_b0", "--tile-height", "4", "--se-mode", "cumulative")
        self.assertEqual(result(mine)["throughput"], typed["throughput"])
        done = attempt(
            "sweep",
            "tiny_se",
            "--device",
            "tiny",
            "--tile-height",
            "full,2",
            "--se-mode",
            "tiled,cumulative,static",
            "-o",
            self.folder / "swept",
            "--quiet",
            "--check",
            "100",
        )
        self.assertEqual(done.returncode, 0, done.stderr)
        points = points_of(self.folder / "swept")
        self.assertEqual({point["status"] for point in points}, {"ok"})
        self.assertEqual(
            [(point["tile_height"], point["se_mode"]) for point in points],
            [(height, mode) for height in ("full", "2") for mode in ("tiled", "cumulative", "static")],
        )
        case = self.folder / "case.json"
        done = attempt("regress", "--init", "tiny_se", "--device", "tiny", "--se-mode", "static", "-o", case)
        self.assertEqual(done.returncode, 0, done.stderr)
        self.assertEqual(json.loads(case.read_text())["options"]["se_mode"], "static")
        self.assertEqual(attempt("regress", case).returncode, 0)

    def test_what_changes_nothing_is_warned_of(self):
        done = attempt("run", "tiny_se", "--device", "tiny", "--se-mode", "static", "--tile-height", "full,2")
        self.assertEqual(done.returncode, 0, done.stderr)
        self.assertIn("--tile-height: all gates are static", done.stderr)
        done = attempt("run", "resnet_v1_18", "--se-mode", "cumulative", "--frames", "proven")
        self.assertIn("--se-mode: resnet_v1_18 has no squeeze-and-excite block", done.stderr)
        self.assertEqual(attempt("run", "tiny_se", "--device", "tiny", "--se-mode", "static").stderr, "")

    def test_refusals(self):
        out = self.folder / "x.onnx"
        for arguments, phrase in (
            (("run", "tiny_se", "--se-mode", "fixed"), "--se-mode"),
            (("export", MODEL, "--se-mode", "static", "-o", out), "--gates FILE"),
            (("export", MODEL, "--se-mode", "static", "--tile-height", "2", "-o", out), "has no tiles"),
            (("export", MODEL, "--se-mode", "cumulative", "-o", out), "expected --tile-height"),
            (("export", MODEL, "--se-mode", "cumulative", "--tile-height", "7", "--emit-script"), "knows no"),
            (("tune", "tiny_se", "--se-mode", "static"), "static gate"),
        ):
            done = attempt(*arguments)
            self.assertEqual(done.returncode, 2, (arguments, done.stdout))
            self.assertIn(phrase, done.stderr)
            self.assertFalse(out.exists())


if __name__ == "__main__":
    unittest.main(argv=sys.argv[:1])
