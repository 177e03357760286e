#!/usr/bin/env python3
"""From a model's penalties to the heights chosen with them, in ONNX Runtime.

Usage: penalties_test.py ROWFLOW NUMBERS_MODELS

NUMBERS_MODELS writes small models of two blocks with an image, and what tiles make of it, computed directly.
"""
import json
import math
import os
import pathlib
import random
import re
import shutil
import struct
import subprocess
import sys
import tempfile
import unittest
import zipfile
import zlib

sys.path.append(str(pathlib.Path(__file__).resolve().parents[1] / "support"))
from folder import InFolder  # noqa: E402
from missing import missing  # noqa: E402
from program import PROGRAM, ROOT, attempt  # noqa: E402
from terminal import shown_on_terminal  # noqa: E402

MODELS = ""
HEIGHT, WIDTH = 20, 5


def npy(dims, values, kind="<f4", letter="f"):
    header = f"{{'descr': '{kind}', 'fortran_order': False, 'shape': ({''.join(f'{d}, ' for d in dims)}), }}"
    header = header.ljust((10 + len(header) + 64) // 64 * 64 - 11) + "\n"
    data = struct.pack(f"<{len(values)}{letter}", *values)
    return b"\x93NUMPY\x01\x00" + struct.pack("<H", len(header)) + header.encode() + data


def png(pixels):
    """8-bit RGB, a list of rows of (r, g, b)."""

    def chunk(name, data):
        return struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))

    lines = b"".join(b"\0" + bytes(value for pixel in row for value in pixel) for row in pixels)
    size = struct.pack(">IIBBBBB", len(pixels[0]), len(pixels), 8, 2, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", size) + chunk(b"IDAT", zlib.compress(lines)) + chunk(b"IEND", b"")


def distance(original, found):
    return math.sqrt(sum((a - b) ** 2 for a, b in zip(original, found)) / sum(a * a for a in original))


class Loop(InFolder):
    @classmethod
    def setUpClass(cls):
        cls.models = tempfile.TemporaryDirectory()
        cls.addClassCleanup(cls.models.cleanup)
        subprocess.run([MODELS, cls.models.name], check=True)
        cases = json.loads(pathlib.Path(cls.models.name, "cases.json").read_text())
        cls.case = next(case for case in cases if case["model"].endswith(f"/Conv_global_product_{HEIGHT}_13.onnx"))
        cls.model = cls.case["model"]
        network = json.loads(attempt("import", cls.model, "--quiet").stdout)
        cls.layers = [layer["name"] for layer in network["layers"] if layer["type"] == "squeeze_excite"]

    def setUp(self):
        super().setUp()
        self.file, self.data = self.folder / "penalties.json", self.folder / "data"
        self.data.mkdir()

    def expected(self, tile, both):
        return next(
            tiling["expected"] for tiling in self.case["tilings"] if tiling["tile"] == tile and tiling["both"] == both
        )

    def one_sample(self):
        (self.data / "image.npy").write_bytes(npy([3, HEIGHT, WIDTH], self.case["image"]))

    def several(self, count=5, seed=1):
        numbers = random.Random(seed)
        for i in range(count):
            (self.data / f"{i}.npy").write_bytes(
                npy([3, HEIGHT, WIDTH], [numbers.uniform(-1, 1) for _ in range(3 * HEIGHT * WIDTH)])
            )

    def measured(self, *options, data=None):
        done = attempt("penalties", self.model, "--data", data or self.data, "-o", self.file, *options)
        self.assertEqual(done.returncode, 0, done.stderr)
        self.assertEqual(attempt("validate", self.file).returncode, 0)
        self.assertEqual(sorted(p.name for p in self.folder.glob("*.partial*")), [])
        return json.loads(self.file.read_text()), done

    def test_distance_is_that_of_a_direct_computation(self):
        self.one_sample()
        found, done = self.measured("--heights", "7,4,1")
        self.assertEqual(list(found["penalties"]), sorted(self.layers))
        self.assertEqual(found["measured"]["samples"], 1)
        self.assertIn("onnxruntime-", found["measured"]["runtime"])
        original = self.expected(HEIGHT, True)
        for tile in (7, 4, 1):
            penalty = found["penalties"][self.layers[0]][str(tile)]
            self.assertAlmostEqual(penalty, distance(original, self.expected(tile, False)), delta=2e-5 * penalty)
            self.assertGreater(penalty, 1e-3)
            self.assertIn(f"{penalty:.4f}", done.stdout)

    def test_metrics(self):
        self.one_sample()
        size = HEIGHT * WIDTH
        classes = lambda values: [max(range(8), key=lambda c: values[c * size + p]) for p in range(size)]
        before, after = classes(self.expected(HEIGHT, True)), classes(self.expected(1, False))
        shares = [
            sum(a == b == c for a, b in zip(before, after)) / sum(c in (a, b) for a, b in zip(before, after))
            for c in set(before + after)
        ]
        found, _ = self.measured("--heights", "1", "--metric", "iou")
        self.assertAlmostEqual(found["penalties"][self.layers[0]]["1"], 1 - sum(shares) / len(shares), places=5)
        done = attempt("penalties", self.model, "--data", self.data, "-o", self.file, "--metric", "top1")
        self.assertEqual(done.returncode, 2)
        self.assertIn("found an output of 1 × 8 × 20 × 5", done.stderr)
        plain, _ = self.measured("--heights", "4,1")
        program = self.program()
        found, _ = self.measured("--heights", "4,1", "--metric", program)
        for layer in self.layers:
            for tile in ("4", "1"):
                self.assertAlmostEqual(found["penalties"][layer][tile], plain["penalties"][layer][tile], places=5)
        self.assertEqual(found["measured"]["metric"], str(program))

    def program(self, body=""):
        """The distance again, from the folders that a metric's program is given."""
        file = self.folder / "score.py"
        file.write_text(
            f"""#!{sys.executable}
import json, math, pathlib, struct, sys

{body}
def numbers(file):
    data = file.read_bytes()
    data = data[10 + struct.unpack("<H", data[8:10])[0]:]
    return struct.unpack(f"<{{len(data) // 4}}f", data)
original, found = map(pathlib.Path, sys.argv[1:])
assert len(json.loads((found / "samples.json").read_text())) == len(list(found.glob("*.npy")))
difference = size = 0
for file in sorted(found.glob("*.npy")):
    a, b = numbers(original / file.name), numbers(file)
    difference += sum((x - y) ** 2 for x, y in zip(a, b))
    size += sum(x * x for x in a)
print(math.sqrt(difference / size))
"""
        )
        file.chmod(0o755)
        return file

    def test_images_are_preprocessed(self):
        numbers = random.Random(7)
        mean, std = [0.485, 0.456, 0.406], [0.229, 0.224, 0.225]
        arrays = []
        for i in range(3):
            pixels = [[tuple(numbers.randrange(256) for _ in range(3)) for _ in range(WIDTH)] for _ in range(HEIGHT)]
            (self.data / f"{i}.png").write_bytes(png(pixels))
            arrays += [
                (pixels[y][x][2 - c] / 255 - mean[c]) / std[c]
                for c in range(3)
                for y in range(HEIGHT)
                for x in range(WIDTH)
            ]
        preprocess = self.folder / "preprocess.json"
        preprocess.write_text(json.dumps({"mean": mean, "std": std, "colour": "bgr"}))
        images, _ = self.measured("--preprocess", preprocess, "--heights", "7")
        self.assertEqual(images["measured"]["preprocess"]["colour"], "bgr")
        with zipfile.ZipFile(self.folder / "x.npz", "w") as archive:
            archive.writestr("x.npy", npy([3, 3, HEIGHT, WIDTH], arrays))
            archive.writestr("other.npy", npy([3], [1, 2, 3]))
        archive, _ = self.measured("--heights", "7", data=self.folder / "x.npz")
        for layer in self.layers:
            self.assertAlmostEqual(images["penalties"][layer]["7"], archive["penalties"][layer]["7"], places=5)
            self.assertGreater(images["measured"]["standard_errors"][layer]["7"], 0)
        first, _ = self.measured("--heights", "7", "--samples", "1", data=self.folder / "x.npz")
        self.assertEqual(first["measured"]["samples"], 1)
        self.assertNotEqual(first["penalties"], archive["penalties"])

    def stopped(self):
        """A measurement of two blocks and two heights whose third comparison fails: its arguments, the calls so far."""
        self.several()
        calls = self.folder / "calls"
        program = self.program(
            f"open({str(calls)!r}, 'a').write('x')\n" f"if len(open({str(calls)!r}).read()) == 3: sys.exit('no luck')"
        )
        options = ("--data", self.data, "-o", self.file, "--metric", program, "--heights", "7,4", "--jobs", "1")
        stopped = attempt("penalties", self.model, *options)
        self.assertEqual(stopped.returncode, 2)
        self.assertIn("no luck", stopped.stderr)
        self.assertFalse(self.file.exists())
        return options, calls

    def test_it_goes_on_where_it_was_stopped(self):
        options, calls = self.stopped()
        done = attempt("penalties", self.model, *options)
        self.assertEqual(done.returncode, 0, done.stderr)
        self.assertIn("measured before", done.stderr)
        self.assertEqual(len(calls.read_text()), 5)  # two, one in vain, two
        there = json.loads(self.file.read_text())["penalties"]
        plain, _ = self.measured("--heights", "7,4")
        for layer in self.layers:
            for tile in ("7", "4"):
                self.assertAlmostEqual(there[layer][tile], plain["penalties"][layer][tile], places=5)

    def test_with_other_data_it_begins_anew(self):
        options, calls = self.stopped()
        self.several(seed=2)
        done = attempt("penalties", self.model, *options)
        self.assertEqual(done.returncode, 0, done.stderr)
        self.assertNotIn("measured before", done.stderr)
        self.assertEqual(len(calls.read_text()), 7)  # two, one in vain, four
        there = json.loads(self.file.read_text())["penalties"]
        plain, _ = self.measured("--heights", "7,4")
        for layer in self.layers:
            for tile in ("7", "4"):
                self.assertAlmostEqual(there[layer][tile], plain["penalties"][layer][tile], places=5)

    def test_a_terminal_is_shown_how_far_it_is(self):
        self.one_sample()
        arguments = ("penalties", self.model, "--data", self.data, "-o", self.file, "--heights", "7,4", "--jobs", "1")
        shown = shown_on_terminal([PROGRAM, *map(str, arguments)], "stderr")
        counts = re.findall(r"(\d) of (\d) parts", shown)
        self.assertIn(("4", "4"), counts)  # of two blocks and two heights; each takes longer than the bar waits
        self.assertEqual(sorted(counts), sorted(set(counts)))

    def test_from_penalties_to_an_exported_model(self):
        self.one_sample()
        self.measured("--heights", "7,4,1")
        tuned, tiled = self.folder / "tuned.json", self.folder / "tiled.onnx"
        arguments = ("tune", self.model, "--penalties", self.file, "--heights", "4", "--verify", "--format", "json")
        done = attempt(*arguments, "-o", tuned)
        self.assertEqual(done.returncode, 0, done.stderr)
        result = json.loads(done.stdout)
        self.assertEqual([block["tile_height"] for block in result["blocks"]], [4, 4])
        both = distance(self.expected(HEIGHT, True), self.expected(4, True))
        self.assertAlmostEqual(result["measured"]["penalty"], both, delta=2e-5 * both)
        self.assertEqual(result["limits"]["combine"], "rss")
        alone = [block["penalty"] for block in result["blocks"]]
        self.assertAlmostEqual(result["tuned"]["penalty"], math.hypot(*alone), places=9)
        self.assertEqual(attempt("export", self.model, "--heights", tuned, "-o", tiled, "--quiet").returncode, 0)
        again = json.loads(attempt("run", tiled, "--frames", "2", "--format", "json").stdout)
        self.assertEqual([block["tile_height"] for block in again["se_blocks"]], [4, 4])
        # A limit that the blocks' figures keep and the measurement does not: the answer is no, and nothing is written.
        file = json.loads(self.file.read_text())
        file["penalties"] = {layer: {"4": 0.1 * heights["4"]} for layer, heights in file["penalties"].items()}
        self.file.write_text(json.dumps(file))
        tuned.unlink()
        done = attempt(*arguments, "-o", tuned, "--max-penalty", both / 2)
        self.assertEqual(done.returncode, 1, done.stderr)
        self.assertFalse(tuned.exists())
        text = attempt(*arguments[:-2], "--max-penalty", both / 2).stdout
        self.assertIn("more than allowed", text)
        self.assertEqual(attempt(*arguments, "--max-penalty", both * 1.01).returncode, 0)

    def test_cumulative_means_from_penalties_to_an_exported_model(self):
        self.one_sample()
        self.measured("--heights", "4", "--se-mode", "cumulative")
        tuned, exported = self.folder / "tuned.json", self.folder / "exported.onnx"
        done = attempt(
            "tune",
            self.model,
            "--se-mode",
            "cumulative",
            "--penalties",
            self.file,
            "--heights",
            "4",
            "--verify",
            "-o",
            tuned,
            "--format",
            "json",
        )
        self.assertEqual(done.returncode, 0, done.stderr)
        both = next(of["expected"] for of in self.case["cumulative"] if of["tile"] == 4)
        loss = distance(self.expected(HEIGHT, True), both)
        self.assertAlmostEqual(json.loads(done.stdout)["measured"]["penalty"], loss, delta=2e-5 * loss)
        self.assertEqual(attempt("export", self.model, "--heights", tuned, "-o", exported, "--quiet").returncode, 0)
        run = json.loads(attempt("run", exported, "--frames", "2", "--format", "json").stdout)
        self.assertEqual(
            [(block["tile_height"], block["se_mode"]) for block in run["se_blocks"]], [(4, "cumulative")] * 2
        )
        done = attempt("tune", self.model, "--penalties", self.file)
        self.assertEqual(done.returncode, 2)
        self.assertIn("was measured with cumulative gates, expected tiled ones", done.stderr)

    def test_static_gates_are_means_over_the_samples(self):
        self.one_sample()
        found, done = self.measured("--se-mode", "static")
        self.assertIn("static", done.stdout)
        self.assertEqual(sorted(found["gates"]), sorted(self.layers))
        for layer in self.layers:
            self.assertEqual(len(found["gates"][layer]), 8)
            self.assertTrue(all(0 < factor < 1 for factor in found["gates"][layer]))
            self.assertLess(found["penalties"][layer]["static"], 1e-5)  # of one sample the mean is its own gate
        alone = found["gates"]
        (self.data / "image.npy").unlink()
        self.several()
        found, _ = self.measured("--se-mode", "static")
        for layer in self.layers:
            self.assertGreater(found["penalties"][layer]["static"], 1e-4)
            self.assertNotEqual(found["gates"][layer], alone[layer])
        exported = self.folder / "static.onnx"
        done = attempt("export", self.model, "--se-mode", "static", "--gates", self.file, "-o", exported)
        self.assertEqual(done.returncode, 0, done.stderr)
        self.assertIn("calibrated factors", done.stderr)
        for network, options in ((exported, ()), (self.model, ("--se-mode", "static"))):
            run = json.loads(attempt("run", network, *options, "--frames", "2", "--format", "json").stdout)
            self.assertEqual(run["se_blocks"], [])
        for arguments, phrase in (
            (("tune", self.model, "--se-mode", "static"), "has a static gate"),
            (("tune", self.model, "--penalties", self.file), "measured with static gates"),
            (
                (
                    "penalties",
                    self.model,
                    "--data",
                    self.data,
                    "-o",
                    self.file,
                    "--se-mode",
                    "static",
                    "--heights",
                    "4",
                ),
                "has no tiles",
            ),
        ):
            done = attempt(*arguments)
            self.assertEqual(done.returncode, 2, (arguments, done.stdout))
            self.assertIn(phrase, done.stderr)

    def test_the_limit_holds_under_every_combination(self):
        self.several()
        file, _ = self.measured("--heights", "7,4,2,1")
        largest = max(max(heights.values()) for heights in file["penalties"].values())
        for combine, together in (("rss", lambda p: math.hypot(*p)), ("sum", sum), ("max", max)):
            done = attempt(
                "tune",
                self.model,
                "--penalties",
                self.file,
                "--heights",
                "7,4,2,1",
                "--combine",
                combine,
                "--max-penalty",
                largest,
                "--format",
                "json",
            )
            result = json.loads(done.stdout)
            penalties = [block["penalty"] for block in result["blocks"]]
            self.assertLessEqual(together(penalties), largest * (1 + 1e-9))
            self.assertAlmostEqual(result["tuned"]["penalty"], together(penalties), places=9)

    def test_refusals(self):
        self.one_sample()
        (self.folder / "none").mkdir()
        (self.folder / "bad").mkdir()
        (self.folder / "bad/x.png").write_text("no image")
        (self.folder / "shape.npy").write_bytes(npy([3, HEIGHT, 4], [0] * (3 * HEIGHT * 4)))
        (self.folder / "cut.npy").write_bytes(npy([3, HEIGHT, WIDTH], self.case["image"])[:-4])
        graph = ROOT / "tests/data/onnx/mobilenet_v3_small.onnx"  # without weights
        tiled = self.folder / "tiled.onnx"
        attempt("export", self.model, "--tile-height", "4", "-o", tiled)
        alexnet = ROOT / "tests/data/onnx/alexnet.onnx"
        cases = (
            ((self.model, "--data", self.folder / "nowhere"), "no such file or folder"),
            ((self.model, "--data", self.folder / "none"), "found none"),
            ((self.model, "--data", self.folder / "bad"), "cannot be read as an image"),
            ((self.model, "--data", self.folder / "shape.npy"), "found 3 × 20 × 4"),
            ((self.model, "--data", self.folder / "cut.npy"), "bytes of data"),
            ((self.model, "--data", self.data, "--metric", "accuracy"), "expected distance, top1, iou or"),
            ((self.model, "--data", self.data, "--heights", "20"), "below that of a block"),
            ((self.model, "--data", self.data, "--labels", "x.csv"), "--metric top1"),
            ((self.model, "--data", self.data, "--metric", "top1", "--labels", self.folder / "x.csv"), "x.csv"),
            ((graph, "--data", self.data), "expected one, and weights with their values"),
            ((tiled, "--data", self.data), "tiled already"),
            ((alexnet, "--data", self.data), "nothing to tile"),
        )
        for arguments, phrase in cases:
            done = attempt("penalties", *arguments, "-o", self.file)
            self.assertEqual(done.returncode, 2, (arguments, done.stderr))
            self.assertIn(phrase, done.stderr)
            self.assertFalse(self.file.exists())
        self.assertEqual(attempt("penalties", self.model, "--data", self.data).returncode, 2)
        done = attempt(
            "penalties", self.model, "--data", self.data, "-o", self.file, env={**os.environ, "PATH": str(self.folder)}
        )
        self.assertEqual(done.returncode, 2)
        self.assertIn("npm install", done.stderr)
        self.assertEqual(attempt("tune", self.model, "--verify").returncode, 2)
        self.file.write_text(json.dumps({"penalties": {self.layers[0]: {"4": 0.1}}}))
        done = attempt("tune", self.model, "--verify", "--penalties", self.file)
        self.assertEqual(done.returncode, 2)
        self.assertIn("rowflow penalties", done.stderr)


if __name__ == "__main__":
    MODELS = sys.argv[2]
    found = [name for name in ("onnxruntime-node", "sharp", "fflate") if not (ROOT / "node_modules" / name).is_dir()]
    if not shutil.which("node") or found:
        sys.exit(missing("penalties", f"node, or no {' '.join(found)} in node_modules"))
    unittest.main(argv=sys.argv[:1])
