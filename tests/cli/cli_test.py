#!/usr/bin/env python3
"""The program from outside: exit status, what goes to which stream, files written whole. Usage: cli_test.py ROWFLOW"""
import csv
import io
import json
import os
import pathlib
import sys
import tempfile
import unittest

sys.path.append(str(pathlib.Path(__file__).resolve().parents[1] / "support"))
from old_defaults import attempt, pinned  # noqa: E402
from program import PROGRAM, ROOT  # noqa: E402
from terminal import shown_on_terminal  # noqa: E402

NETWORK = "efficientnet_b0"


def on_a_terminal(*arguments):
    """What the program writes to standard error when that is a terminal."""
    return shown_on_terminal([PROGRAM, *pinned(arguments)], "stderr")


class Terminal(unittest.TestCase):
    LONG = ("run", "efficientdet_d7x", "--tile-height", "7", "--frames", "400")  # some seconds

    def test_progress_from_one_second_on(self):
        written = on_a_terminal(*self.LONG)
        self.assertRegex(written, r"\r\x1b\[Krowflow: simulating, \d+ s")
        self.assertRegex(written, r"\r\x1b\[K(rowflow: note: .*)?$", "the line goes away")

    def test_no_progress_when_quick_or_quiet(self):
        self.assertNotIn("\r", on_a_terminal("run", "tiny_se", "--device", "tiny").replace("\r\n", "\n"))
        self.assertEqual(on_a_terminal(*self.LONG, "--quiet"), "")

    def test_no_progress_into_a_file(self):
        self.assertNotIn("simulating", attempt(*self.LONG).stderr)


class Refusals(unittest.TestCase):
    def refused(self, *arguments, says):
        done = attempt(*arguments)
        self.assertEqual(done.returncode, 2, done.stderr)
        self.assertEqual(done.stdout, "")
        self.assertTrue(done.stderr.startswith("rowflow: error: "), done.stderr)
        self.assertEqual(done.stderr.count("\n"), 1, done.stderr)
        for phrase in says:
            self.assertIn(phrase, done.stderr)

    def test_usage(self):
        self.refused(says=["subcommand"])
        self.refused("rnu", NETWORK, says=['"rnu"', 'did you mean "run"'])
        self.refused("run", says=["network"])
        self.refused("run", NETWORK, "--tile-hieght", "7", says=["--tile-hieght", 'did you mean "--tile-height"'])
        self.refused("run", NETWORK, "other", says=['"other"'])
        self.refused("--verison", says=["--verison", 'did you mean "--version"'])

    def test_tile_heights(self):
        for value in ("0", "-1", "seven", "7,", ",", "1.5", "99999999999999999999"):
            self.refused("run", NETWORK, "--tile-height=" + value, says=["--tile-height", "full"])
        self.refused("run", NETWORK, "--tile-height", "", says=["--tile-height"])
        self.refused("run", NETWORK, "--tile-height", "7,07", says=["twice"])
        self.refused("run", NETWORK, "--tile-height", "stage9=7", says=["stage9"])
        self.refused("run", NETWORK, "--tile-first", "2", says=["--tile-height"])
        self.refused("plan", NETWORK, "--tile-height", "7,14", says=["expected one"])

    def test_values(self):
        self.refused("run", NETWORK, "--frames", "0", says=["--frames"])
        self.refused("run", NETWORK, "--fps", "-3", says=["--fps"])
        self.refused("run", NETWORK, "--buffer-kib", "0", says=["--buffer-kib"])
        self.refused("run", NETWORK, "--buffer-kib", "9223372036854775807", says=["--buffer-kib"])
        self.refused("run", NETWORK, "--timing", "fast", says=["--timing"])
        self.refused("run", NETWORK, "--format", "xml", says=["--format"])
        self.refused("run", NETWORK, "--fit", "sometimes", says=["sometimes", "contexts"])
        self.refused("run", NETWORK, "--fit", "requier", says=['did you mean "require"'])

    def test_a_billion_rows(self):
        with tempfile.TemporaryDirectory() as folder:
            path = pathlib.Path(folder) / "buffers.json"
            path.write_text(json.dumps({"buffers": {"source->stem.conv": 1_000_000_000}}))
            self.refused(
                "run",
                NETWORK,
                "--buffers",
                str(path),
                says=["source->stem.conv", "rows of capacity", "expected at most"],
            )

    def test_a_latency_of_a_great_many_rows(self):
        with tempfile.TemporaryDirectory() as folder:
            device = json.loads((ROOT / "configs/devices/tiny.json").read_text())
            device["latency"]["default"]["value"] = 10**9
            device["credit_latency"]["value"] = 10**9
            path = pathlib.Path(folder) / "late.json"
            path.write_text(json.dumps(device))
            self.refused(
                "run",
                NETWORK,
                "--device",
                str(path),
                says=["latency of 1000000000 cycles", "rows of all buffers", "expected a smaller"],
            )

    def test_files(self):
        self.refused("run", "efficientnet_b9", says=["efficientnet_b9", "did you mean"])
        self.refused("run", NETWORK, "--device", "hailo9", says=["hailo9", "did you mean"])
        self.refused("run", NETWORK, "--buffers", "/nonexistent/buffers.json", says=["/nonexistent/buffers.json"])
        self.refused("run", NETWORK, "--costs", "/nonexistent/costs.csv", says=["/nonexistent/costs.csv"])
        self.refused("list", "-o", "/nonexistent/list.txt", says=["/nonexistent/list.txt", "cannot be written"])


class Answers(unittest.TestCase):
    def answered(self, *arguments, status=0):
        done = attempt(*arguments)
        self.assertEqual(done.returncode, status, done.stderr)
        return done.stdout

    def test_version_and_help(self):
        self.assertRegex(self.answered("--version"), r"^rowflow \d+\.\d+\.\d+( \(commit [0-9a-f]+\+?\))?\n$")
        self.assertIn("--tile-height", self.answered("run", "--help"))

    def test_json_is_one_document(self):
        one = json.loads(self.answered("run", NETWORK, "--format", "json", "--frames", "2"))
        self.assertEqual(one["schema"], "rowflow.result/1")
        several = json.loads(
            self.answered("run", NETWORK, "--tile-height", "full,7", "--format", "json", "--frames", "2")
        )
        self.assertEqual([result["tile_height"] for result in several], ["full", 7])
        for result in several:
            for stage in result["stages"]:
                self.assertEqual(
                    stage["busy"] + stage["starved"] + stage["blocked"] + stage["done"], result["elapsed_cycles"]
                )
        plan = json.loads(self.answered("plan", NETWORK, "--format", "json"))
        self.assertEqual(plan["schema"], "rowflow.plan/1")
        self.assertIn(NETWORK, json.loads(self.answered("list", "--format", "json"))["networks"])

    def test_csv_has_a_row_a_tile_height(self):
        rows = list(
            csv.DictReader(io.StringIO(self.answered("run", NETWORK, "--tile-height", "14,7", "--format", "csv")))
        )
        self.assertEqual([row["tile_height"] for row in rows], ["14", "7"])
        self.assertGreater(int(rows[0]["bypass_bytes"]), int(rows[1]["bypass_bytes"]))

    def test_text_keeps_to_100_columns_and_has_no_escapes(self):
        for arguments in (("run", NETWORK), ("run", NETWORK, "--tile-height", "full,7,1"), ("plan", NETWORK)):
            text = self.answered(*arguments)
            self.assertLessEqual(max(map(len, text.splitlines())), 100, text)
            self.assertNotIn("\033", text)

    def test_same_input_same_bytes(self):
        arguments = ("run", NETWORK, "--tile-height", "7", "--format", "json", "--frames", "2")
        self.assertEqual(self.answered(*arguments), self.answered(*arguments))

    def test_what_does_not_fit_is_status_one(self):
        out = self.answered("run", NETWORK, "--buffer-kib", "1", "--format", "json", status=1)
        self.assertEqual(json.loads(out)["status"], "does_not_fit")

    def test_a_deadlock_is_status_one_and_its_cure_cures(self):
        plan = json.loads(self.answered("plan", NETWORK, "--tile-height", "full", "--format", "json"))
        bypass = next(buffer for buffer in plan["buffers"] if buffer["role"] == "se_bypass")
        with tempfile.TemporaryDirectory() as folder:
            file = pathlib.Path(folder, "buffers.json")
            arguments = (
                "run",
                NETWORK,
                "--tile-height",
                "full",
                "--buffers",
                str(file),
                "--frames",
                "2",
                "--format",
                "json",
            )
            file.write_text(json.dumps({"buffers": {bypass["name"]: 2}}))
            stuck = json.loads(self.answered(*arguments, status=1))
            self.assertEqual(stuck["status"], "deadlock")
            self.assertIsNone(stuck["throughput"]["fps"])
            cure = {change["buffer"]: change["capacity_rows"] for change in stuck["deadlock"]["cure"]}
            self.assertIn(bypass["name"], cure)
            file.write_text(json.dumps({"buffers": cure}))
            self.assertEqual(json.loads(self.answered(*arguments))["status"], "ok")

    def test_onnx_is_imported_run_and_exported(self):
        model = str(ROOT / "tests/data/onnx/mobilenet_v3_small.onnx")
        with tempfile.TemporaryDirectory() as folder:
            network, tiled = pathlib.Path(folder, "network.json"), pathlib.Path(folder, "tiled.onnx")
            self.assertEqual(attempt("import", model, "-o", str(network), "--quiet").returncode, 0)
            self.assertEqual(attempt("validate", str(network)).returncode, 0)
            done = attempt("export", model, "--tile-height", "7", "-o", str(tiled))
            self.assertEqual(done.returncode, 0)
            self.assertIn("accuracy not predicted", done.stderr)
            tiled_here = json.loads(
                self.answered("run", str(network), "--tile-height", "7", "--frames", "2", "--format", "json")
            )
            tiled_there = json.loads(self.answered("run", str(tiled), "--frames", "2", "--format", "json"))
            self.assertEqual(tiled_here["frame_completion_cycles"], tiled_there["frame_completion_cycles"])
            self.assertEqual(
                tiled_here["pipeline_buffering"]["elements"], tiled_there["pipeline_buffering"]["elements"]
            )
        line = self.answered("export", model, "--tile-height", "7", "--tile-first", "2", "--emit-script")
        self.assertIn("se_optimization, method=tse, mode=sequential, count=2, tile_height=7", line)
        with tempfile.NamedTemporaryFile(suffix=".onnx") as unknown:
            graph = (ROOT / "tests/data/onnx/squeezenet1_1.onnx").read_bytes()
            pathlib.Path(unknown.name).write_bytes(graph.replace(b"MaxPool", b"OddPool"))
            refused = attempt("import", unknown.name)
            free = [
                attempt("run", unknown.name, "--assume-free", "OddPool", "--frames", "2", *more)
                for more in ([], ["--format", "json"])
            ]
            config = json.loads(attempt("import", unknown.name, "--assume-free", "OddPool").stdout)
        self.assertEqual((refused.returncode, refused.stdout), (2, ""))
        self.assertIn("(OddPool) and 2 more: no rule of the timing model covers it", refused.stderr)
        self.assertIn("--outputs NAME", refused.stderr)
        self.assertEqual(len(config["assumed_free"]), 3)
        self.assertIn("assumed to cost nothing and left out: ", free[0].stdout)
        self.assertEqual(len([note for note in json.loads(free[1].stdout)["notes"] if "(OddPool)" in note]), 3)
        self.assertEqual(attempt("import", model, "--input-size", "224").returncode, 2)


class Size(unittest.TestCase):
    def test_the_saved_buffers_hold_what_was_promised(self):
        with tempfile.TemporaryDirectory() as folder:
            file = pathlib.Path(folder, "buffers.json")
            done = attempt("size", NETWORK, "--tile-height", "7", "--format", "json", "-o", str(file))
            self.assertEqual((done.returncode, done.stderr), (0, ""))
            size = json.loads(done.stdout)
            self.assertEqual(size["schema"], "rowflow.size/2")
            self.assertTrue(size["exact"])
            self.assertEqual(size["price"], size["lower_bound"])
            self.assertEqual(size["answer"]["fps"], size["highest_fps"])
            self.assertLess(size["price"], size["configured"]["capacity_bytes"])
            self.assertEqual(attempt("validate", str(file)).returncode, 0)
            run = json.loads(
                attempt("run", NETWORK, "--tile-height", "7", "--buffers", str(file), "--format", "json").stdout
            )
            self.assertEqual(run["buffering"]["capacity_bytes"], size["price"])
            self.assertEqual(run["throughput"]["fps"], size["highest_fps"])
            for buffer in size["buffers"]:
                self.assertLessEqual(buffer["needed_alone_rows"], buffer["capacity_rows"])
                self.assertLessEqual(buffer["peak_rows"], buffer["configured_rows"])
            again = attempt("size", NETWORK, "--tile-height", "7", "--format", "json")
            self.assertEqual(again.stdout, done.stdout)

    def test_a_lower_throughput_takes_less_and_the_front_says_how_much(self):
        arguments = ("size", "tiny_se", "--tile-height", "2", "--format", "json")
        fastest = json.loads(attempt(*arguments, "--pareto", "--points", "5000").stdout)
        self.assertTrue(fastest["front_complete"])
        for slower, faster in zip(fastest["front"], fastest["front"][1:]):
            self.assertLess(slower["price"], faster["price"])
            self.assertLess(slower["fps"], faster["fps"])
        half = json.loads(attempt(*arguments, "--min-fps", str(fastest["highest_fps"] / 2)).stdout)
        enough = [point for point in fastest["front"] if point["fps"] >= fastest["highest_fps"] / 2]
        self.assertEqual(half["price"], enough[0]["price"])

    def test_what_no_buffers_reach_is_status_one(self):
        done = attempt("size", "tiny_se", "--min-fps", "1e12")
        self.assertEqual(done.returncode, 1)
        self.assertIn("No buffers of the pipeline as mapped hold", " ".join(done.stdout.split()))

    def test_text_and_cuts(self):
        done = attempt("size", NETWORK, "--tile-height", "7", "--cuts")
        self.assertEqual(done.returncode, 0)
        self.assertIn("cuts of memory", done.stdout)
        self.assertIn(
            "proven for the pipeline as mapped: no buffers that hold it take less", " ".join(done.stdout.split())
        )
        self.assertIn("fit          needs ", done.stdout)  # of controllers, whatever the buffers
        self.assertIn("fit          with these buffers it fits the device", attempt("size", "tiny_se").stdout)
        self.assertLessEqual(max(map(len, done.stdout.splitlines())), 100)
        self.assertEqual(attempt("size", NETWORK, "--tile-height", "7,14").returncode, 2)


class Explain(unittest.TestCase):
    def explained(self, *arguments, status=0):
        done = attempt("explain", *arguments, "--format", "json")
        self.assertEqual((done.returncode, done.stderr), (status, ""))
        return json.loads(done.stdout)

    def test_the_cycle_is_the_interval_and_levers_are_simulated(self):
        arguments = (NETWORK, "--tile-height", "full", "--buffers", "minimal")
        why = self.explained(*arguments, "--levers", "3")
        self.assertEqual(why["schema"], "rowflow.explain/2")
        self.assertAlmostEqual(
            sum(arc["cycles_per_frame"] for arc in why["critical_cycle"]), why["interval_cycles"], places=3
        )
        self.assertIn("space", {arc["waits_for"] for arc in why["critical_cycle"]})
        self.assertRegex(why["text"], r"is blocked \d+ % of the time because \S+ holds \d+ rows? until ")
        block = self.explained("tiny_se", "--device", "tiny", "--buffers", "minimal", "--levers", "1")
        self.assertRegex(block["text"], r"because \S+ holds \d+ rows? until se.squeeze has seen row \d+")
        self.assertEqual(
            {lever["lever"] for lever in why["levers"]},
            {"all_tiles", "tile_height", "depths", "buffer", "cluster", "subclusters", "device"},
        )
        speeds = [lever["fps"] or 0 for lever in why["levers"]]
        for faster, slower in zip(speeds, speeds[1:]):
            self.assertGreaterEqual(faster, slower * 0.999)
        best = next(lever for lever in why["levers"] if lever["lever"] == "buffer")
        self.assertGreater(best["fps"], why["fps"])
        run = json.loads(attempt("run", *arguments, *best["arguments"], "--format", "json").stdout)
        self.assertEqual(run["throughput"]["fps"], best["fps"])
        self.assertAlmostEqual(run["latency"]["paced_ms"], best["latency_ms"], places=9)

    def test_tile_lever_is_what_a_run_with_that_height_gives(self):
        why = self.explained("tiny_se", "--tile-height", "4", "--levers", "9")
        levers = [lever for lever in why["levers"] if lever["lever"] == "tile_height"]
        for lever in levers:
            run = json.loads(attempt("run", "tiny_se", "--tile-height", str(lever["to"]), "--format", "json").stdout)
            self.assertEqual(run["throughput"]["fps"], lever["fps"])
            self.assertEqual(run["buffering"]["capacity_bytes"], lever["capacity_bytes"])
        self.assertEqual({lever["to"] for lever in levers}, {"full", 7, 2, 1})

    def test_a_deadlock_shows_the_circle_and_the_cure(self):
        plan = json.loads(attempt("plan", NETWORK, "--tile-height", "full", "--format", "json").stdout)
        bypass = next(buffer["name"] for buffer in plan["buffers"] if buffer["role"] == "se_bypass")
        with tempfile.TemporaryDirectory() as folder:
            file = pathlib.Path(folder, "buffers.json")
            file.write_text(json.dumps({"buffers": {bypass: 2}}))
            why = self.explained(NETWORK, "--tile-height", "full", "--buffers", str(file), status=1)
            self.assertEqual(why["status"], "deadlock")
            self.assertIn(bypass, {change["buffer"] for change in why["deadlock"]["cure"]})
            text = attempt("explain", NETWORK, "--tile-height", "full", "--buffers", str(file))
            self.assertEqual(text.returncode, 1)
            self.assertIn("Cure", text.stdout)

    def test_text(self):
        done = attempt("explain", NETWORK, "--tile-height", "7", "--levers", "3")
        self.assertEqual(done.returncode, 0)
        self.assertIn("Critical cycle", done.stdout)
        self.assertIn("single changes", done.stdout)
        self.assertLessEqual(max(map(len, done.stdout.splitlines())), 100)


class Files(unittest.TestCase):
    def test_out_is_whole_and_alone(self):
        with tempfile.TemporaryDirectory() as folder:
            out = pathlib.Path(folder, "result.json")
            out.write_text("before")
            done = attempt("run", NETWORK, "--frames", "2", "--format", "json", "-o", str(out))
            self.assertEqual((done.returncode, done.stdout), (0, ""))
            self.assertEqual(json.loads(out.read_text())["status"], "ok")
            self.assertEqual(os.listdir(folder), ["result.json"])

    def test_a_refusal_leaves_the_file_as_it_was(self):
        with tempfile.TemporaryDirectory() as folder:
            out = pathlib.Path(folder, "result.json")
            out.write_text("before")
            self.assertEqual(attempt("run", "nothing_like_it", "-o", str(out)).returncode, 2)
            self.assertEqual(out.read_text(), "before")
            self.assertEqual(os.listdir(folder), ["result.json"])

    def test_validate(self):
        with tempfile.TemporaryDirectory() as folder:
            bad = pathlib.Path(folder, "bad.json")
            bad.write_text('{"$schema": "network.schema.json", "name": "x", "colour": 1}')
            good = pathlib.Path(folder, "good.json")
            good.write_text('{"$schema": "buffers.schema.json", "buffers": {"a->b": 3}}')
            done = attempt("validate", str(bad), str(good))
            self.assertEqual(done.returncode, 2)
            self.assertIn(str(bad), done.stderr)
            self.assertIn(f"{good}: ok", done.stdout)
            self.assertEqual(attempt("validate", str(good)).returncode, 0)


if __name__ == "__main__":
    unittest.main(argv=[sys.argv[0], *sys.argv[2:]])
