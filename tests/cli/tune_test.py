#!/usr/bin/env python3
"""rowflow tune from outside. Usage: tune_test.py ROWFLOW"""
import json
import pathlib
import subprocess
import os
import sys
import tempfile
import unittest

sys.path.append(os.path.join(os.path.dirname(os.path.abspath(__file__)), "../support"))
from old_defaults import pinned  # noqa: E402
import schemas  # noqa: E402

PROGRAM = ""
NETWORK = "mobilenetv3_large"


def rowflow(*arguments):
    return schemas.checked(subprocess.run([PROGRAM, *pinned(arguments)], stdin=subprocess.DEVNULL, capture_output=True,
                                          text=True, timeout=300, check=False))


class Tune(unittest.TestCase):
    def setUp(self):
        self.temporary = tempfile.TemporaryDirectory()
        self.addCleanup(self.temporary.cleanup)
        self.folder = pathlib.Path(self.temporary.name)

    def tuned(self, *arguments, status=0):
        done = rowflow("tune", *arguments, "--format", "json")
        self.assertEqual(done.returncode, status, done.stderr)
        result = json.loads(done.stdout)
        self.assertEqual(result["schema"], "rowflow.tune/1")
        return result

    def test_the_written_network_runs_as_promised(self):
        written = self.folder / "tuned.json"
        result = self.tuned(NETWORK, "-o", written)
        self.assertEqual(rowflow("validate", written).returncode, 0)
        run = json.loads(rowflow("run", written, "--format", "json").stdout)
        self.assertEqual(run["buffering"]["capacity_bytes"], result["tuned"]["bytes"])
        self.assertEqual(run["throughput"]["interval_cycles"], result["full"]["interval_cycles"])
        self.assertEqual([block["tile_height"] for block in run["se_blocks"]], [block["tile_height"] for block in result["blocks"]])
        self.assertEqual(result["guarantee"]["of"], "bytes")
        self.assertLessEqual(result["guarantee"]["least_possible"], result["tuned"]["bytes"])
        for height in ("full", 7, 1):  # nothing uniform is better
            uniform = json.loads(rowflow("run", NETWORK, "--tile-height", height, "--format", "json").stdout)
            self.assertLessEqual(result["tuned"]["bytes"], uniform["buffering"]["capacity_bytes"])

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
        nothing = self.tuned(NETWORK, "--heights", "7,2", "--goal", "fewest-tiled", "--buffer-kib", least // 2048, status=1)
        self.assertEqual(nothing["status"], "not_found")

    def test_heights_and_penalties(self):
        result = self.tuned(NETWORK, "--heights", "7,full")
        self.assertLessEqual({str(block["tile_height"]) for block in result["blocks"]}, {"full", "7"})
        penalties = self.folder / "penalties.json"
        layer = result["blocks"][0]["layer"]
        penalties.write_text(json.dumps({"$schema": "penalties.schema.json", "penalties": {layer: {"7": 1.5, "4": 2.5}}}))
        self.assertEqual(rowflow("validate", penalties).returncode, 0)
        result = self.tuned(NETWORK, "--penalties", penalties, "--max-penalty", "2", "--heights", "7,4")
        self.assertEqual({block["layer"]: block["tile_height"] for block in result["blocks"] if block["tile_height"] != "full"}, {layer: 7})
        self.assertEqual(result["tuned"]["penalty"], 1.5)

    def test_text(self):
        text = rowflow("tune", NETWORK).stdout
        self.assertIn("Accuracy is not predicted", text)
        self.assertIn("all T = 7", text)
        self.assertLessEqual(max(map(len, text.splitlines())), 100)

    def test_refusals(self):
        for arguments, phrase in ((("--goal", "memroy"), 'did you mean "memory"'), (("--goal", "throughput"), "--buffer-kib"),
                                  (("--buffer-kib", "7"), "--goal"), (("--max-penalty", "1"), "--penalties"), (("--heights", "7,x"), "--heights"),
                                  (("--heights", "full"), "--heights")):
            done = rowflow("tune", NETWORK, *arguments)
            self.assertEqual((done.returncode, done.stdout), (2, ""))
            self.assertIn(phrase, done.stderr)
        self.assertIn("squeeze_excite", rowflow("tune", "mobilenet_v2").stderr)


if __name__ == "__main__":
    PROGRAM = sys.argv.pop(1)
    unittest.main()
