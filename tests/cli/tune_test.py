#!/usr/bin/env python3
"""rowflow tune from outside. Usage: tune_test.py ROWFLOW"""
import json
import pathlib
import sys
import unittest

sys.path.append(str(pathlib.Path(__file__).resolve().parents[1] / "support"))
from folder import InFolder  # noqa: E402
from old_defaults import attempt  # noqa: E402
import program  # noqa: E402
from program import ROOT  # noqa: E402

NETWORK = "mobilenetv3_large"


class Tune(InFolder):
    def tuned(self, *arguments, status=0):
        done = attempt("tune", *arguments, "--format", "json")
        self.assertEqual(done.returncode, status, done.stderr)
        result = json.loads(done.stdout)
        self.assertEqual(result["schema"], "rowflow.tune/3")
        return result

    def test_the_written_network_runs_as_promised(self):
        written = self.folder / "tuned.json"
        result = self.tuned(NETWORK, "-o", written)
        self.assertEqual(attempt("validate", written).returncode, 0)
        run = json.loads(attempt("run", written, "--format", "json").stdout)
        self.assertEqual(run["buffering"]["capacity_bytes"], result["tuned"]["bytes"])
        self.assertEqual(run["throughput"]["interval_cycles"], result["full"]["interval_cycles"])
        self.assertEqual(
            [block["tile_height"] for block in run["se_blocks"]], [block["tile_height"] for block in result["blocks"]]
        )
        self.assertEqual(result["guarantee"]["of"], "bytes")
        self.assertLessEqual(result["guarantee"]["least_possible"], result["tuned"]["bytes"])
        self.assertTrue(all(block["tile_height"] == "full" or block["tile_height"] >= 7 for block in result["blocks"]))
        self.assertIn(
            "tiles of at least 7 rows", " ".join(attempt("tune", NETWORK).stdout.split())
        )  # nobody asked for less
        small = self.tuned(NETWORK, "--heights", "28,14,7,4,2,1")
        self.assertLess(small["tuned"]["bytes"], result["tuned"]["bytes"])
        for height, tuned in (("full", result), (7, result), (1, small)):  # nothing uniform is better
            uniform = json.loads(attempt("run", NETWORK, "--tile-height", height, "--format", "json").stdout)
            self.assertLessEqual(tuned["tuned"]["bytes"], uniform["buffering"]["capacity_bytes"])

    def test_fewest_tiled_blocks(self):
        least, full = (self.tuned(NETWORK, "--heights", "7,2")[side]["bytes"] for side in ("tuned", "full"))
        kib = (least + full) // 2 // 1024
        result = self.tuned(NETWORK, "--heights", "7,2", "--goal", "fewest-tiled", "--buffer-kib", kib)
        self.assertLessEqual(result["tuned"]["bytes"], kib * 1024)
        self.assertEqual(result["tuned"]["interval_cycles"], result["full"]["interval_cycles"])
        tiled = sum(block["tile_height"] != "full" for block in result["blocks"])
        self.assertEqual(tiled, result["tuned"]["tiled_blocks"])
        self.assertTrue(0 < tiled < len(result["blocks"]))
        same = self.tuned(NETWORK, "--heights", "7,2", "--goal", "fewest-tiled", "--buffer-kib", kib, "--jobs", 1)
        self.assertEqual(same, result)
        plenty = self.tuned(NETWORK, "--heights", "7,2", "--goal", "fewest-tiled", "--buffer-kib", full // 1024 + 1)
        self.assertEqual(plenty["tuned"]["tiled_blocks"], 0)
        nothing = self.tuned(
            NETWORK, "--heights", "7,2", "--goal", "fewest-tiled", "--buffer-kib", least // 2048, status=1
        )
        self.assertEqual(nothing["status"], "not_found")

    def test_several_contexts(self):
        """What does not fit one context is tuned for a batch, and the written network runs as promised."""
        network, written = "efficientnet_b0", self.folder / "tuned.json"

        result = program.result(network, "-o", written, command="tune")
        self.assertEqual((result["goal"], result["guarantee"]["of"], result["full"]), ("batch", "fps", None))
        batch = result["batch"]
        self.assertGreater(batch["tuned"]["contexts"], 1)
        self.assertGreater(batch["tuned"]["fps"], 1.1 * batch["full"]["fps"])
        run = program.result(written)
        fps = {entry["frames"]: entry["fps"] for entry in run["contexts"]["batches"]}
        self.assertEqual((fps[8], fps[1]), (batch["tuned"]["fps"], batch["tuned"]["fps_batch_1"]))
        for height in ("full", "7"):  # nothing uniform of these heights is better by more than what was given up
            uniform = program.result(network, "--tile-height", height)
            self.assertLessEqual(uniform["throughput"]["fps"] * 0.9949, batch["tuned"]["fps"])
        gentle = [block for block in result["blocks"] if block["tile_height"] == "full"]
        self.assertTrue(0 < len(gentle) < len(result["blocks"]))
        self.assertTrue(all(block["full_instead_fps"] is None for block in gentle))
        self.assertIn("most frames a second at batch 8", " ".join(program.printed("tune", network).split()))
        pipeline = program.result(network, "--goal", "memory", command="tune")
        self.assertEqual((pipeline["goal"], pipeline["batch"]), ("memory", None))

    def test_heights_and_penalties(self):
        result = self.tuned(NETWORK, "--heights", "7,full")
        self.assertLessEqual({str(block["tile_height"]) for block in result["blocks"]}, {"full", "7"})
        penalties = self.folder / "penalties.json"
        layer = result["blocks"][0]["layer"]
        penalties.write_text(
            json.dumps({"$schema": "penalties.schema.json", "penalties": {layer: {"7": 1.5, "4": 2.5}}})
        )
        self.assertEqual(attempt("validate", penalties).returncode, 0)
        result = self.tuned(NETWORK, "--penalties", penalties, "--max-penalty", "2", "--heights", "7,4")
        self.assertEqual(
            {block["layer"]: block["tile_height"] for block in result["blocks"] if block["tile_height"] != "full"},
            {layer: 7},
        )
        self.assertEqual(result["tuned"]["penalty"], 1.5)

    def test_the_tuned_heights_are_exported(self):
        model, written, tiled = (
            ROOT / "tests/data/onnx/mobilenet_v3_small.onnx",
            self.folder / "tuned.json",
            self.folder / "tiled.onnx",
        )
        result = self.tuned(model, "--heights", "14,4", "-o", written)
        heights = {block["layer"]: block["tile_height"] for block in result["blocks"]}
        self.assertTrue(any(height != "full" for height in heights.values()))
        self.assertEqual(attempt("export", model, "--heights", written, "-o", tiled, "--quiet").returncode, 0)
        here, there = (
            json.loads(attempt("run", network, "--frames", "2", "--format", "json").stdout)
            for network in (written, tiled)
        )
        self.assertEqual(here["frame_completion_cycles"], there["frame_completion_cycles"])
        self.assertEqual([block["tile_height"] for block in there["se_blocks"]], list(heights.values()))
        plain = self.folder / "heights.json"  # two blocks by hand, the others full
        first, second, *others = heights
        plain.write_text(json.dumps({"$schema": "heights.schema.json", "tile_heights": {first: 7, second: "full"}}))
        self.assertEqual(attempt("validate", plain).returncode, 0)
        self.assertEqual(attempt("export", model, "--heights", plain, "-o", tiled, "--quiet").returncode, 0)
        there = json.loads(attempt("run", tiled, "--frames", "2", "--format", "json").stdout)
        self.assertEqual([block["tile_height"] for block in there["se_blocks"]], [7] + ["full"] * (1 + len(others)))

    def test_heights_of_another_network_are_refused(self):
        model, file = ROOT / "tests/data/onnx/mobilenet_v3_small.onnx", self.folder / "heights.json"
        written = self.folder / "tuned.json"
        self.assertEqual(attempt("import", model, "-o", written, "--quiet").returncode, 0)
        fewer = json.loads(written.read_text())
        *kept, dropped = [layer for layer in fewer["layers"] if layer["type"] == "squeeze_excite"]
        for layer in fewer["layers"]:  # the last block becomes something else
            if layer is dropped:
                name, inputs = layer["name"], layer["inputs"]
                layer.clear()
                layer.update({"name": name, "type": "max_pool", "inputs": inputs[:1], "kernel": [1, 1]})
        for text, phrase in (
            (json.dumps({"tile_heights": {kept[0]["name"][:-1]: 7}}), f'did you mean "{kept[0]["name"]}"'),
            (json.dumps({"tile_heights": {kept[0]["name"]: 0}}), "expected a number of rows of at least 1, or"),
            (json.dumps(fewer), f'no squeeze_excite layer "{dropped["name"]}"'),
            (json.dumps({"blocks": []}), "tune -o"),
            ("[]", "tune -o"),
            ("{", "line 1"),
        ):
            file.write_text(text)
            done = attempt("export", model, "--heights", file, "-o", self.folder / "tiled.onnx")
            self.assertEqual(done.returncode, 2, text)
            self.assertIn(phrase, done.stderr)
            self.assertFalse((self.folder / "tiled.onnx").exists())
        done = attempt("export", model, "--heights", file, "--tile-height", "7", "-o", self.folder / "tiled.onnx")
        self.assertEqual(done.returncode, 2)
        self.assertIn("--heights", done.stderr)

    def test_text(self):
        text = attempt("tune", NETWORK).stdout
        self.assertIn("Accuracy is not predicted", text)
        self.assertIn("all T = 7", text)
        self.assertLessEqual(max(map(len, text.splitlines())), 100)

    def test_refusals(self):
        for arguments, phrase in (
            (("--goal", "memroy"), 'did you mean "memory"'),
            (("--goal", "throughput"), "--buffer-kib"),
            (("--buffer-kib", "7"), "--goal"),
            (("--max-penalty", "1"), "--penalties"),
            (("--heights", "7,x"), "--heights"),
            (("--heights", "full"), "--heights"),
        ):
            done = attempt("tune", NETWORK, *arguments)
            self.assertEqual((done.returncode, done.stdout), (2, ""))
            self.assertIn(phrase, done.stderr)
        self.assertIn("squeeze_excite", attempt("tune", "mobilenet_v2").stderr)


if __name__ == "__main__":
    unittest.main(argv=[sys.argv[0], *sys.argv[2:]])
