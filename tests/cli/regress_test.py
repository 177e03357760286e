#!/usr/bin/env python3
"""rowflow regress and rowflow diff from outside. Usage: regress_test.py ROWFLOW"""
import json
import pathlib
import subprocess
import sys
import tempfile
import unittest
import xml.etree.ElementTree

PROGRAM = ""


def rowflow(*arguments):
    return subprocess.run([PROGRAM, *map(str, arguments)], stdin=subprocess.DEVNULL, capture_output=True, text=True, timeout=300, check=False)


class Folder(unittest.TestCase):
    def setUp(self):
        self.temporary = tempfile.TemporaryDirectory()
        self.addCleanup(self.temporary.cleanup)
        self.folder = pathlib.Path(self.temporary.name)

    def case(self, name, expect, **more):
        file = self.folder / f"{name}.json"
        file.write_text(json.dumps({"network": "tiny_se", "device": "tiny", **more, "expect": expect}))
        return file


class Regress(Folder):
    def test_as_expected(self):
        self.case("a", {"/status": "ok", "/throughput/interval_cycles": 576})
        done = rowflow("regress", self.folder)
        self.assertEqual((done.returncode, done.stderr), (0, ""), done.stdout)
        self.assertEqual(done.stdout, "ok       a: 2 fields\n1 case: 1 as expected\n")

    def test_differences_and_broken_configs_do_not_stop_the_others(self):
        self.case("a", {"/throughput/interval_cycles": 640, "/buffers/conv->add/capacity_rows": {"at_most": 1}})
        self.case("b", {"/status": "ok"}, network="tiny_es")
        (self.folder / "c.json").write_text("{")
        self.case("d", {"/status": "ok"})
        self.case("e", {"/status": "ok"}, options={"buffers": {"nothing": 1}})
        junit = self.folder / "junit.xml"
        done = rowflow("regress", self.folder, "--jobs", 2, "--junit", junit)
        self.assertEqual(done.returncode, 2)
        for phrase in ("differs  a: 2 of 2 fields", "-10.00 %", "at most 1", "broken   b", 'did you mean "tiny_se"', "broken   ", "line 1",
                       "ok       d", "nothing", "5 cases: 1 as expected, 1 differs, 3 broken configs"):
            self.assertIn(phrase, done.stdout)
        suite = xml.etree.ElementTree.parse(junit).getroot()
        self.assertEqual((suite.get("tests"), suite.get("failures"), suite.get("errors")), ("5", "1", "3"))
        self.assertIn("/throughput/interval_cycles: expected 640, got 576.0", suite.find("testcase[@name='a']/failure").text)
        self.assertIsNone(suite.find("testcase[@name='d']/failure"))
        alone = rowflow("regress", self.folder / "a.json", "--format", "json", "--jobs", 1)
        self.assertEqual(alone.returncode, 1)
        self.assertEqual(json.loads(alone.stdout)["summary"]["differ"], 1)

    def test_jobs_change_nothing(self):
        for i in range(7):
            self.case(f"case{i}", {"/throughput/interval_cycles": 570 + i}, options={"frames": 9 - i})
        outputs = {rowflow("regress", self.folder, "--jobs", jobs).stdout for jobs in (1, 3, 16)}
        self.assertEqual(len(outputs), 1)

    def test_update(self):
        file = self.case("a", {"/status": "deadlock", "/throughput/interval_cycles": {"value": 500, "tolerance_percent": 1},
                               "/throughput/fps": {"at_least": 1}, "/nothing": 3})
        done = rowflow("regress", file, "--update")
        self.assertEqual(done.returncode, 1)  # a field that is not there cannot be updated
        self.assertEqual(json.loads(file.read_text())["expect"],
                         {"/status": "ok", "/throughput/interval_cycles": {"value": 576, "tolerance_percent": 1},
                          "/throughput/fps": {"at_least": 1}, "/nothing": 3})
        file = self.case("a", {"/status": "deadlock"})
        self.assertEqual(rowflow("regress", file, "--update").returncode, 0)
        self.assertEqual(rowflow("regress", file).returncode, 0)

    def test_nothing_to_do(self):
        self.assertEqual(rowflow("regress", self.folder).returncode, 2)
        self.assertEqual(rowflow("regress").returncode, 2)
        missing = rowflow("regress", self.folder / "missing.json")
        self.assertEqual(missing.returncode, 2)
        self.assertIn("no such file", missing.stdout)


class Diff(Folder):
    def result(self, name, *arguments):
        file = self.folder / name
        self.assertEqual(rowflow("run", "tiny_se", "--device", "tiny", "--format", "json", "-o", file, *arguments).returncode, 0)
        return file

    def test_equal_and_not(self):
        same, other = self.result("a.json"), self.result("b.json", "--tile-height", "full")
        done = rowflow("diff", same, same)
        self.assertEqual((done.returncode, done.stdout), (0, "no difference\n"))
        done = rowflow("diff", same, other)
        self.assertEqual(done.returncode, 1)
        for phrase in ("buffering/capacity_bytes", "+69.31 %", "conv->se.scale"):
            self.assertIn(phrase, done.stdout)
        self.assertLessEqual(max(map(len, done.stdout.splitlines())), 100)
        document = json.loads(rowflow("diff", same, other, "--format", "json").stdout)
        self.assertEqual(document["schema"], "rowflow.diff/1")
        changes = {change["name"]: change for change in document["results"][0]["buffers"]["changed"] if change["field"] == "/capacity_rows"}
        self.assertEqual((changes["conv->se.scale"]["before"], changes["conv->se.scale"]["after"]), (4, 10))

    def test_several_and_refusals(self):
        several = self.result("a.json", "--tile-height", "full,4")
        self.assertEqual(rowflow("diff", several, several).returncode, 0)
        one = self.result("b.json")
        self.assertEqual(rowflow("diff", several, one).returncode, 2)
        (self.folder / "c.json").write_text('{"schema": "rowflow.plan/1"}')
        self.assertEqual(rowflow("diff", one, self.folder / "c.json").returncode, 2)
        self.assertEqual(rowflow("diff", one).returncode, 2)


if __name__ == "__main__":
    PROGRAM = sys.argv.pop(1)
    unittest.main()
