#!/usr/bin/env python3
"""The Python package, with and without pandas. Usage: rowflow_test.py ROWFLOW ROOT"""
import contextlib
import csv
import importlib.util
import json
import os
import pathlib
import re
import subprocess
import sys
import tempfile
import unittest

sys.path.append(str(pathlib.Path(__file__).resolve().parents[1] / "support"))
import missing  # noqa: E402
import schemas  # noqa: E402

from program import PROGRAM, ROOT, printed  # noqa: E402

os.environ["ROWFLOW"] = PROGRAM
sys.path.insert(0, str(ROOT / "python"))
import rowflow  # noqa: E402
from rowflow import tables  # noqa: E402


def python(folder, *arguments):
    """Another Python with the package, which draws without a display."""
    environment = {**os.environ, "PYTHONPATH": str(ROOT / "python"), "MPLBACKEND": "Agg", "MPLCONFIGDIR": folder}
    done = subprocess.run(
        [sys.executable, "-B", *map(str, arguments)],
        cwd=folder,
        env=environment,
        check=False,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, done.stderr
    return done


@contextlib.contextmanager
def without_pandas():
    kept, tables.pandas = tables.pandas, None
    try:
        yield
    finally:
        tables.pandas = kept


class Runs(unittest.TestCase):
    def test_results_are_what_the_program_prints(self):
        runs = rowflow.run("efficientnet_b0", tile_height=["full", 7], device="hailo8l", set={"/clusters": 6})
        expected = json.loads(
            printed(
                "run",
                "efficientnet_b0",
                "--tile-height",
                "full,7",
                "--device",
                "hailo8l",
                "--set",
                "/clusters=6",
                "--format",
                "json",
            )
        )
        self.assertEqual(runs, expected)
        schemas.check(runs)
        self.assertEqual(runs[0].fps, expected[0]["throughput"]["fps"])
        self.assertEqual(runs[1].latency_ms, expected[1]["latency"]["paced_ms"])
        frame = runs.frame()
        self.assertEqual(list(frame.tile_height), ["full", 7])
        self.assertEqual(list(frame.fps), [one["throughput"]["fps"] for one in expected])
        self.assertEqual(list(frame.buffer_cuts), [one["buffering"]["cuts"] for one in expected])
        stages = runs[0].stages
        self.assertEqual(list(stages.name), [stage["name"] for stage in expected[0]["stages"]])
        self.assertEqual(list(stages["steady.busy"]), [stage["steady"]["busy"] for stage in expected[0]["stages"]])
        self.assertEqual(len(runs[0].buffers), len(expected[0]["buffers"]))
        self.assertEqual(len(runs[0].se_blocks), 16)
        self.assertEqual(runs[0].summary()["throughput.fps"], runs[0].fps)
        self.assertIn("efficientnet_b0 on hailo8l, T = full", repr(runs))

    def test_the_frame_has_the_columns_of_the_program(self):
        text = printed("run", "efficientnet_b0", "--tile-height", "7", "--format", "csv")
        rows = list(csv.DictReader(text.splitlines()))
        with without_pandas():
            frame = rowflow.run("efficientnet_b0", tile_height=7).frame()
        for column in set(frame.columns) & set(rows[0]):
            ours, theirs = frame[0][column], rows[0][column]
            if ours is None:
                self.assertEqual(theirs, "", column)
                continue
            self.assertEqual(ours, theirs == "true" if isinstance(ours, bool) else type(ours)(theirs), column)

    def test_a_single_network_and_a_deadlock_are_answers(self):
        with tempfile.TemporaryDirectory() as folder:
            file = pathlib.Path(folder) / "too_short.json"
            file.write_text(json.dumps({"buffers": {"conv->se.scale": 3, "conv->add": 4}}), encoding="utf-8")
            runs = rowflow.run("tiny_se", device="tiny", buffers=file, tile_height="full")
        self.assertEqual(runs[0]["status"], "deadlock")
        self.assertIsNone(runs[0].fps)
        self.assertIn("deadlock", str(runs[0]))
        self.assertIn("deadlock", runs[0]._repr_html_())

    def test_what_is_wrong_is_said_in_the_programs_words(self):
        for call, words in (
            (lambda: rowflow.run("eficientnet_b0"), 'did you mean "efficientnet_b0"'),
            (lambda: rowflow.run("tiny_se", no_such=1), "--no-such"),
            (lambda: rowflow.Results("/nowhere"), "no such file"),
            (lambda: rowflow.sweep("tiny_se", set={"/cluster": [1, 2]}), "did you mean"),
        ):
            with self.assertRaisesRegex(rowflow.InputError, re.escape(words)) as raised:
                call()
            self.assertEqual(raised.exception.status, 2)
            self.assertIsInstance(raised.exception, ValueError)

    def test_other_commands(self):
        self.assertIn("efficientnet_b0", rowflow.networks())
        self.assertIn("hailo8", rowflow.devices())
        self.assertEqual(rowflow.call("plan", "tiny_se", set={"/fused_add": False})["network"]["name"], "tiny_se")
        self.assertGreater(rowflow.call("explain", "tiny_se", levers=1)["fps"], 0)

    def test_notebooks(self):
        runs = rowflow.run("tiny_se", tile_height=[1, 2])
        self.assertIn("<table", runs._repr_html_())
        self.assertIn("frames a second", runs[0]._repr_html_())
        with without_pandas():
            table = runs.frame()
            self.assertIn("<th>fps</th>", table._repr_html_())
            self.assertEqual(table["tile_height"], [1, 2])
        page = runs.page()
        self.assertTrue(page.text.lower().startswith("<!doctype html"))
        self.assertIn("<iframe", page._repr_html_())
        self.assertNotIn("<script", page._repr_html_(), "escaped: the page is an attribute")


class Sweeps(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.folder = tempfile.TemporaryDirectory()
        cls.addClassCleanup(cls.folder.cleanup)
        cls.results = rowflow.sweep(
            "efficientnet_b0", tile_height="full,7..14:7", set={"/clusters": [8, 16]}, out=cls.folder.name
        )

    def lines(self):
        with open(f"{self.folder.name}/results.csv", newline="", encoding="utf-8") as file:
            return list(csv.DictReader(file))

    def test_points_are_those_of_the_csv(self):
        lines = self.lines()
        for frame in (self.results.points, rowflow.Results(self.folder.name).points):
            self.assertEqual(len(frame), 6)
            self.assertEqual(list(frame.id), [line["id"] for line in lines])
            self.assertEqual(list(frame.tile_height), ["full", "full", 7, 7, 14, 14])
            self.assertEqual(list(frame["device:/clusters"]), [8, 16] * 3)
            for column in ("fps", "isolated_cycles", "buffer_bytes", "contexts"):
                self.assertEqual([float(value) for value in frame[column]], [float(line[column]) for line in lines])
            self.assertEqual([str(bool(value)).lower() for value in frame.fits], [line["fits"] for line in lines])
            self.assertEqual(frame.fits.dtype, bool)

    def test_every_column_of_the_csv_is_there_or_of_the_blocks(self):
        ours = set(self.results.points.columns) | {f"se_{name}" for name in self.results.blocks.columns}
        self.assertLessEqual(set(self.lines()[0]), ours | {"assume_free", "outputs"})

    def test_without_pandas_the_same(self):
        frame, blocks = self.results.points, self.results.blocks
        with without_pandas():
            points = self.results.points
            self.assertEqual(points["fps"], list(frame.fps))
            self.assertEqual(points.columns, list(frame.columns))
            self.assertEqual(points["fits"], [bool(value) for value in frame.fits])
            self.assertEqual(len(self.results.blocks), len(blocks))
        self.assertEqual(len(blocks), 6 * 16)
        self.assertEqual(len(self.results), 6)

    def test_the_front_is_the_programs(self):
        summary = json.loads(
            printed(
                "sweep",
                "efficientnet_b0",
                "--tile-height",
                "full,7..14:7",
                "--set",
                "/clusters=8,16",
                "-o",
                self.folder.name,
                "--format",
                "json",
            )
        )
        self.assertEqual(list(self.results.front().id), [row["id"] for row in summary["networks"][0]["pareto"]])

    def test_the_front_with_penalties_is_the_programs(self):
        with tempfile.TemporaryDirectory() as folder:
            file, points = pathlib.Path(folder, "penalties.json"), pathlib.Path(folder, "points")
            blocks = [block["layer"] for block in rowflow.run("efficientnet_b0")[0]["se_blocks"]]
            file.write_text(json.dumps({"penalties": {name: {"7": 0.1, "4": 0.2} for name in blocks}}))
            summary = json.loads(
                printed(
                    "sweep",
                    "efficientnet_b0",
                    "mobilenetv3_small",
                    "--tile-height",
                    "full,7,4,2",
                    "--penalties",
                    file,
                    "-o",
                    points,
                    "--format",
                    "json",
                    "--quiet",
                )
            )
            front = rowflow.Results(points).front()
            self.assertEqual(list(front.id), [row["id"] for one in summary["networks"] for row in one["pareto"]])
            self.assertEqual(summary["objectives"][-1]["column"], "penalty")

    def test_a_whole_result_of_a_point(self):
        point = self.results.points.iloc[3]
        result = self.results.result(point.id[:12])
        self.assertEqual(result.fps, point.fps)
        again = rowflow.run("efficientnet_b0", tile_height=7, set={"/clusters": 16})[0]
        self.assertEqual(result, again)
        kept = rowflow.sweep("tiny_se", keep="full")
        again = rowflow.run("tiny_se")[0]
        again["engine"] = "events"  # of sweeps; the figures are the same
        self.assertEqual(kept.result(kept.points.id[0]), again)
        with self.assertRaises(rowflow.InputError):
            self.results.result("0' OR 1")

    def test_temporary_folders_go(self):
        results = rowflow.sweep("tiny_se", tile_height=[1, 2])
        folder = results.folder
        self.assertTrue(os.path.isdir(folder))
        self.assertIn("2 ok", repr(results))
        del results
        self.assertFalse(os.path.exists(folder))

    def test_notebooks(self):
        self.assertIn("<table", self.results._repr_html_())
        self.assertIn("<iframe", self.results.page()._repr_html_())


class Texts(unittest.TestCase):
    def test_the_example_draws(self):
        with tempfile.TemporaryDirectory() as folder:
            picture = pathlib.Path(folder) / "picture.png"
            done = python(folder, ROOT / "python/examples/tile_heights.py", "mobilenetv3_small", picture)
            self.assertEqual(picture.read_bytes()[:8], b"\x89PNG\r\n\x1a\n")
            self.assertEqual(len(done.stdout.splitlines()), 1 + 2 * 28)

    def test_the_readme_runs(self):
        block = re.search(r"```python\n(.*?)```", (ROOT / "README.md").read_text(encoding="utf-8"), re.S).group(1)
        self.assertLessEqual(len(block.splitlines()), 10)
        with tempfile.TemporaryDirectory() as folder:
            python(folder, "-c", block)
            self.assertTrue(list(pathlib.Path(folder).glob("*.png")))

    def test_everything_public_has_a_docstring(self):
        for name in rowflow.__all__:
            thing = getattr(rowflow, name)
            self.assertTrue(thing.__doc__, name)
            for member, value in vars(thing).items() if isinstance(thing, type) else ():
                if not member.startswith("_") and (callable(value) or isinstance(value, property)):
                    self.assertTrue(value.__doc__, f"{name}.{member}")

    def test_the_program_that_is_not_there(self):
        kept = {key: os.environ.pop(key) for key in ("ROWFLOW", "PATH")}
        try:
            os.environ["PATH"] = "/nowhere"
            if not (ROOT / "build/release/rowflow").is_file():
                self.assertRaises(FileNotFoundError, rowflow.find_program)
        finally:
            os.environ.update(kept)
        self.assertEqual(rowflow.find_program(), str(PROGRAM))


if __name__ == "__main__":
    for module in ("pandas", "matplotlib"):
        if importlib.util.find_spec(module) is None:
            sys.exit(missing.missing("python", f"python3-{module}"))
    unittest.main(argv=[sys.argv[0], *sys.argv[3:]])
