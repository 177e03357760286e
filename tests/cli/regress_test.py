#!/usr/bin/env python3
"""rowflow regress and rowflow diff from outside. Usage: regress_test.py ROWFLOW"""
import json
import os
import pathlib
import sys
import unittest
import xml.etree.ElementTree

sys.path.append(str(pathlib.Path(__file__).resolve().parents[1] / "support"))
from folder import InFolder  # noqa: E402
from program import attempt  # noqa: E402


class Folder(InFolder):
    def case(self, name, expect, **more):
        file = self.folder / f"{name}.json"
        file.write_text(json.dumps({"network": "tiny_se", "device": "tiny", **more, "expect": expect}))
        return file


class Regress(Folder):
    def test_as_expected(self):
        self.case("a", {"/status": "ok", "/throughput/interval_cycles": 576})
        done = attempt("regress", self.folder)
        self.assertEqual((done.returncode, done.stderr), (0, ""), done.stdout)
        self.assertEqual(done.stdout, "ok       a: 2 fields\n1 case: 1 as expected\n")

    def test_a_default_that_moved_is_named_and_its_cases_alone_are_updated(self):
        network, device = "configs/networks/mobilenetv3_small.json", "configs/devices/hailo8.json"
        root = pathlib.Path(__file__).resolve().parents[2]
        size, fps = "/buffering/capacity_bytes", "/throughput/fps"
        figures = {}
        for name, options in {"old": ["--defaults", "0.1"], "new": []}.items():
            done = attempt("run", root / network, "--device", root / device, "--format", "json", *options)
            result = json.loads(done.stdout)
            figures[name] = {size: result["buffering"]["capacity_bytes"], fps: round(result["throughput"]["fps"], 1)}
        self.assertNotEqual(figures["old"][size], figures["new"][size])
        about = {"network": str(root / network), "device": str(root / device)}

        def expecting(figures, more=0):
            return {size: figures[size] + more, fps: {"value": figures[fps], "tolerance_percent": 5}}

        moved = self.case("moved", expecting(figures["old"]), **about)
        wrong = self.case("wrong", expecting(figures["old"], 1), **about)
        pinned = self.case("pinned", expecting(figures["new"]), options={"defaults": "0.1"}, **about)
        self.case("new", expecting(figures["new"]), **about)
        before = {file: file.read_text() for file in (moved, wrong, pinned)}
        done = attempt("regress", self.folder, "--format", "json")
        self.assertEqual(done.returncode, 1, done.stderr)
        cases = {case["name"]: case for case in json.loads(done.stdout)["cases"]}
        buffers = {"option": "buffers", "before": "full-rate", "now": "best"}
        self.assertEqual(cases["moved"]["defaults"], [buffers])
        for name in ("wrong", "pinned", "new"):
            self.assertNotIn("defaults", cases[name])
        text = " ".join(attempt("regress", moved).stdout.split())
        self.assertIn("with buffers full-rate, the default until version 0.1 (now best), all is as expected", text)
        self.assertEqual(attempt("regress", self.folder, "--only-defaults").returncode, 2)
        done = attempt("regress", self.folder, "--update", "--only-defaults")
        self.assertEqual(done.returncode, 1, done.stdout + done.stderr)
        self.assertIn("updated  moved", done.stdout)
        self.assertEqual(json.loads(moved.read_text())["expect"][size], figures["new"][size])
        for file in (wrong, pinned):
            self.assertEqual(file.read_text(), before[file])
        self.assertEqual(attempt("regress", moved).returncode, 0)

    def suite(self, **content):
        (self.folder / "suite.json").write_text(json.dumps(content))

    def test_cases_take_what_their_suite_says_where_they_say_nothing(self):
        interval = "/throughput/interval_cycles"
        case = {"network": "tiny_se", "expect": {interval: 570, "/status": "ok", "/se_blocks/se/tile_height": 4}}
        (self.folder / "a.json").write_text(json.dumps(case))
        case["options"] = {"tile_height": 2}
        case["expect"]["/se_blocks/se/tile_height"] = {"value": 2, "tolerance_percent": 0}
        (self.folder / "b.json").write_text(json.dumps(case))
        alone = attempt("regress", self.folder)
        self.assertEqual(alone.returncode, 1, alone.stdout)
        self.suite(device="tiny", options={"tile_height": 4}, tolerance_percent=2, description="small ones")
        together = attempt("regress", self.folder)
        self.assertEqual(together.returncode, 0, together.stdout)
        self.assertIn("2 cases: 2 as expected", together.stdout)
        self.assertEqual(attempt("regress", self.folder / "b.json").returncode, 0, "one case of it too")
        self.suite(device="tiny", options={"tile_height": 4}, tolerance_percent=1)
        self.assertEqual(attempt("regress", self.folder).returncode, 1, "570 is not 576 within 1 %")
        attempt("regress", self.folder, "--update")
        expected = json.loads((self.folder / "a.json").read_text())["expect"]
        self.assertEqual(expected[interval], 576, "a plain number stays one")
        self.assertEqual(attempt("regress", self.folder).returncode, 0)
        self.assertEqual(attempt("validate", self.folder / "suite.json").returncode, 2, "has no $schema")
        self.suite(**{"$schema": "suite.schema.json", "device": "tiny"})
        self.assertEqual(attempt("validate", self.folder / "suite.json").returncode, 0)
        named = attempt("regress", self.folder / "suite.json")
        self.assertEqual(named.returncode, 2)
        self.assertIn("holds what the cases of its folder share", named.stdout + named.stderr)

    def test_a_broken_suite_breaks_its_cases(self):
        self.case("a", {"/status": "ok"})
        for content, words in (
            ({"tolerance": 1}, "tolerance_percent"),
            ({"options": {"tile": 1}}, "/options"),
            ({"tolerance_percent": -1}, "/tolerance_percent"),
        ):
            self.suite(**content)
            done = attempt("regress", self.folder)
            self.assertEqual(done.returncode, 2)
            self.assertIn("suite.json", done.stdout)
            self.assertIn(words, done.stdout)

    def test_a_changed_number_names_what_is_behind_it(self):
        self.case(
            "a",
            {
                "/throughput/interval_cycles": 1,
                "/buffering/capacity_bytes": 1,
                "/stages/conv/steps_per_frame": 1,
                "/se_blocks/0/height": 1,
                "/buffers/3/capacity_rows": 77,
                "/energy": None,
                "/frames": 77,
            },
        )
        done = attempt("regress", self.folder, "--format", "json")
        found = {d["field"]: d["behind"] for d in json.loads(done.stdout)["cases"][0]["differences"]}
        result = json.loads(attempt("run", "tiny_se", "--device", "tiny", "--format", "json").stdout)
        self.assertEqual(found["/throughput/interval_cycles"], result["stalls"]["bottleneck"]["stage"])
        self.assertEqual(found["/stages/conv/steps_per_frame"], "conv")
        self.assertEqual(found["/se_blocks/0/height"], "se")
        self.assertEqual(found["/buffers/3/capacity_rows"], result["buffers"][3]["name"])
        largest = max(b["capacity_rows"] * b["row_bytes"] for b in result["buffers"])
        self.assertIn(
            found["/buffering/capacity_bytes"],
            [b["name"] for b in result["buffers"] if b["capacity_rows"] * b["row_bytes"] == largest],
        )
        self.assertIsNone(found["/frames"])
        self.assertIn("behind it", attempt("regress", self.folder).stdout)
        self.assertIn("; behind it: conv", attempt("regress", self.folder, "--format", "github").stdout)

    def test_differences_and_broken_configs_do_not_stop_the_others(self):
        self.case("a", {"/throughput/interval_cycles": 640, "/buffers/conv->add/capacity_rows": {"at_most": 1}})
        self.case("b", {"/status": "ok"}, network="tiny_es")
        (self.folder / "c.json").write_text("{")
        self.case("d", {"/status": "ok"})
        self.case("e", {"/status": "ok"}, options={"buffers": {"nothing": 1}})
        junit = self.folder / "junit.xml"
        done = attempt("regress", self.folder, "--jobs", 2, "--junit", junit)
        self.assertEqual(done.returncode, 2)
        for phrase in (
            "differs  a: 2 of 2 fields",
            "-10.00 %",
            "at most 1",
            "broken   b",
            'did you mean "tiny_se"',
            "broken   ",
            "line 1",
            "ok       d",
            "nothing",
            "5 cases: 1 as expected, 1 differs, 3 broken configs",
        ):
            self.assertIn(phrase, done.stdout)
        suite = xml.etree.ElementTree.parse(junit).getroot()
        self.assertEqual((suite.get("tests"), suite.get("failures"), suite.get("errors")), ("5", "1", "3"))
        self.assertIn(
            "/throughput/interval_cycles: expected 640, got 576.0", suite.find("testcase[@name='a']/failure").text
        )
        self.assertIsNone(suite.find("testcase[@name='d']/failure"))
        alone = attempt("regress", self.folder / "a.json", "--format", "json", "--jobs", 1)
        self.assertEqual(alone.returncode, 1)
        self.assertEqual(json.loads(alone.stdout)["summary"]["differ"], 1)

    def test_annotations_of_github(self):
        self.case("a", {"/throughput/interval_cycles": 640, "/status": "dead,lock: 100 %"})
        self.case("b", {"/status": "ok"}, network="tiny_es")
        self.case("c", {"/status": "ok"})
        done = attempt("regress", self.folder, "--format", "github")
        self.assertEqual(done.returncode, 2)
        lines = done.stdout.splitlines()
        file, title = str(self.folder / "a.json"), "rowflow regress a"
        self.assertEqual(
            lines[:2],
            [
                f"::error file={file},title={title}::/throughput/interval_cycles: "
                "expected 640, got 576.0 (-10.00 %25); "
                "behind it: conv",
                f'::error file={file},title={title}::/status: expected "dead,lock: 100 %25", got "ok"',
            ],
        )
        self.assertRegex(lines[2], r'^::error file=.*b\.json,title=rowflow regress b::.*did you mean "tiny_se"')
        summary = "3 cases: 1 as expected, 1 differs, 1 broken config"
        self.assertEqual(lines[3:], [f"::notice title=rowflow regress::{summary}"])
        odd = self.case("od,d:%", {"/status": "no"})
        self.assertIn(
            "file=" + str(odd).replace("%", "%25").replace(",", "%2C").replace(":", "%3A") + ",",
            attempt("regress", odd, "--format", "github").stdout,
        )

    def test_a_case_from_a_run(self):
        buffers = self.folder / "b.json"
        buffers.write_text(json.dumps({"buffers": {"conv->add": 5}}))
        file = self.folder / "new/case.json"
        file.parent.mkdir()
        point = [
            "tiny_se",
            "--device",
            "tiny",
            "--tile-height",
            "se=2",
            "--buffers",
            buffers,
            "--set",
            "/clusters=3",
            "--fps",
            2,
        ]
        self.assertEqual(attempt("regress", "--init", *point, "--tolerance", 3, "-o", file).returncode, 0)
        case = json.loads(file.read_text())
        self.assertEqual(case["network"], "tiny_se")
        self.assertEqual(case["device"], "tiny")
        self.assertEqual(
            case["options"], {"block_heights": {"se": 2}, "buffers": str(buffers), "fps": 2, "set": {"/clusters": 3}}
        )
        run = json.loads(attempt("run", *point, "--format", "json").stdout)
        self.assertEqual(
            case["expect"]["/throughput/interval_cycles"],
            {"value": run["throughput"]["interval_cycles"], "tolerance_percent": 3},
        )
        self.assertEqual(case["expect"]["/bottleneck/stages"], run["bottleneck"]["stages"])
        self.assertEqual(attempt("validate", file).returncode, 0)
        self.assertEqual(
            attempt("regress", file).stdout, f"ok       case: {len(case['expect'])} fields\n1 case: 1 as expected\n"
        )
        self.assertIn("is there already", attempt("regress", "--init", "tiny_se", "-o", file).stderr)
        printed = json.loads(attempt("regress", "--init", "tiny_se").stdout)
        self.assertNotIn("options", printed)
        self.assertNotIn("device", printed)
        self.assertEqual(printed["expect"]["/status"], "ok")

    def test_paths_of_a_new_case_are_its_own(self):
        (self.folder / "chips").mkdir()
        (self.folder / "chips/mine.json").write_text(json.dumps({"base": "tiny", "name": "mine"}))
        (self.folder / "cases").mkdir()
        here = pathlib.Path.cwd()
        os.chdir(self.folder)
        try:
            attempt("regress", "--init", "tiny_se", "--device", "chips/mine.json", "-o", "cases/a.json")
            self.assertEqual(attempt("regress", "cases/a.json").returncode, 0)
        finally:
            os.chdir(here)
        self.assertEqual(json.loads((self.folder / "cases/a.json").read_text())["device"], "../chips/mine.json")
        self.assertEqual(attempt("regress", self.folder / "cases/a.json").returncode, 0)

    def test_what_makes_no_case(self):
        for arguments, words in (
            (["--init", "tiny_se", "mobilenet_v2"], "found 2 networks"),
            (["--init", "tiny_es"], "did you mean"),
            (["tiny_se", "--tile-height", 3], "--tile-height: expected --init"),
            (["--init", "tiny_se", "--update"], "nothing to compare"),
            (["x", "--tolerance", 2], "expected --init"),
        ):
            done = attempt("regress", *arguments)
            self.assertEqual(done.returncode, 2)
            self.assertIn(words, done.stderr)

    def test_jobs_change_nothing(self):
        for i in range(7):
            self.case(f"case{i}", {"/throughput/interval_cycles": 570 + i}, options={"frames": 9 - i})
        outputs = {attempt("regress", self.folder, "--jobs", jobs).stdout for jobs in (1, 3, 16)}
        self.assertEqual(len(outputs), 1)

    def test_update(self):
        file = self.case(
            "a",
            {
                "/status": "deadlock",
                "/throughput/interval_cycles": {"value": 500, "tolerance_percent": 1},
                "/throughput/fps": {"at_least": 1},
                "/nothing": 3,
            },
        )
        done = attempt("regress", file, "--update")
        self.assertEqual(done.returncode, 1)  # a field that is not there cannot be updated
        self.assertEqual(
            json.loads(file.read_text())["expect"],
            {
                "/status": "ok",
                "/throughput/interval_cycles": {"value": 576, "tolerance_percent": 1},
                "/throughput/fps": {"at_least": 1},
                "/nothing": 3,
            },
        )
        file = self.case("a", {"/status": "deadlock"})
        self.assertEqual(attempt("regress", file, "--update").returncode, 0)
        self.assertEqual(attempt("regress", file).returncode, 0)

    def test_nothing_to_do(self):
        self.assertEqual(attempt("regress", self.folder).returncode, 2)
        self.assertEqual(attempt("regress").returncode, 2)
        missing = attempt("regress", self.folder / "missing.json")
        self.assertEqual(missing.returncode, 2)
        self.assertIn("no such file", missing.stdout)


class Diff(Folder):
    def result(self, name, *arguments):
        file = self.folder / name
        self.assertEqual(
            attempt("run", "tiny_se", "--device", "tiny", "--format", "json", "-o", file, *arguments).returncode, 0
        )
        return file

    def test_equal_and_not(self):
        same, other = self.result("a.json"), self.result("b.json", "--tile-height", "full")
        done = attempt("diff", same, same)
        self.assertEqual((done.returncode, done.stdout), (0, "no difference\n"))
        done = attempt("diff", same, other)
        self.assertEqual(done.returncode, 1)
        for phrase in ("buffering/capacity_bytes", "+69.31 %", "conv->se.scale"):
            self.assertIn(phrase, done.stdout)
        self.assertLessEqual(max(map(len, done.stdout.splitlines())), 100)
        document = json.loads(attempt("diff", same, other, "--format", "json").stdout)
        self.assertEqual(document["schema"], "rowflow.diff/1")
        changes = {
            change["name"]: change
            for change in document["results"][0]["buffers"]["changed"]
            if change["field"] == "/capacity_rows"
        }
        self.assertEqual((changes["conv->se.scale"]["before"], changes["conv->se.scale"]["after"]), (4, 10))

    def test_several_and_refusals(self):
        several = self.result("a.json", "--tile-height", "full,4")
        self.assertEqual(attempt("diff", several, several).returncode, 0)
        one = self.result("b.json")
        self.assertEqual(attempt("diff", several, one).returncode, 2)
        (self.folder / "c.json").write_text('{"schema": "rowflow.plan/1"}')
        self.assertEqual(attempt("diff", one, self.folder / "c.json").returncode, 2)
        self.assertEqual(attempt("diff", one).returncode, 2)


if __name__ == "__main__":
    unittest.main(argv=[sys.argv[0], *sys.argv[2:]])
