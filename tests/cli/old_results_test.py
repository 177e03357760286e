#!/usr/bin/env python3
"""Results folders of older versions can be read. Usage: old_results_test.py ROWFLOW ROOT"""
import json
import os
import pathlib
import sqlite3
import sys
import unittest

sys.path.append(str(pathlib.Path(__file__).resolve().parents[1] / "support"))
import program  # noqa: E402
from folder import InFolder, points_of  # noqa: E402
from program import ROOT  # noqa: E402

os.environ["ROWFLOW"] = program.PROGRAM
sys.path.insert(0, str(ROOT / "python"))
import rowflow  # noqa: E402

OLD = ROOT / "tests/data/results_1"
LATER = ("l3_cuts", "l4_cuts")  # columns that the very first folders have not


def lines(folder):
    """Truths were 0 and 1 in CSV too."""
    rows = points_of(folder)
    return [{**row, "fits": {"0": "false", "1": "true"}.get(row["fits"], row["fits"])} for row in rows]


class OldFolders(InFolder):
    def setUp(self):
        super().setUp()
        self.old = self.made("old")
        self.oldest = self.made("oldest", without=LATER)

    def made(self, name, without=()):
        (self.folder / name).mkdir()
        with sqlite3.connect(self.folder / name / "results.sqlite") as database:
            database.executescript((OLD / "results.sql").read_text(encoding="utf-8"))
            for column in without:
                database.execute(f"ALTER TABLE points DROP COLUMN {column}")
        database.close()
        return self.folder / name

    def dump(self, folder):
        with sqlite3.connect(folder / "results.sqlite") as database:
            return list(database.iterdump())

    def test_all_that_was_there_comes_out(self):
        was = lines(OLD)
        for folder, missing in ((self.old, ()), (self.oldest, LATER)):
            merged = self.folder / f"{folder.name}_merged"
            summary = json.loads(program.rowflow("merge", folder, "-o", merged, "--format", "json").stdout)
            self.assertEqual(summary["rows"], {"ok": 6})
            now = lines(merged)
            self.assertEqual(len(now), len(was))
            for before, after in zip(was, now):
                for column in set(before) - set(missing):
                    if column in after:
                        self.assertEqual(after[column], before[column], column)
                for column in missing:
                    self.assertEqual(after[column], "")
            gone = set(was[0]) - set(now[0])
            self.assertEqual(gone, set(), "columns that have another name now")

    def test_points_run_again(self):
        for row in lines(OLD):
            done = program.rowflow("run", "--point", f"{self.oldest}:{row['id'][:10]}", "--format", "json")
            result = json.loads(done.stdout)
            self.assertEqual(result["network"]["name"], "tiny_se")
            self.assertEqual(result["device"]["name"], "tiny")
            self.assertEqual(result["frames"], 8)
            self.assertEqual(str(result["se_blocks"][0]["tile_height"]), row["tile_height:se"] or row["tile_height"])
            self.assertEqual(result["throughput"]["fps"], float(row["fps"]))  # no rule that matters here has changed

    def test_the_page_and_python(self):
        self.assertIn("<html", program.rowflow("report", self.oldest).stdout)
        was = lines(OLD)
        for folder in (self.old, self.oldest):
            results = rowflow.Results(folder)
            points = results.points
            self.assertEqual(list(points["id"]), [row["id"] for row in was])
            self.assertEqual(list(points["fps"]), [float(row["fps"]) for row in was])
            self.assertEqual(list(map(str, points["tile_height"]))[:4], [row["tile_height"] for row in was[:4]])
            self.assertEqual(list(points["device:/rates/conv"])[:4], [2000, 4000] * 2)
            self.assertTrue(all(points["fits"] == [row["fits"] == "true" for row in was]))
            self.assertEqual(len(results.blocks), 6)
            self.assertEqual(results.result(was[2]["id"])["tile_height"], 2)

    def test_nothing_new_goes_into_them(self):
        before = self.dump(self.old)
        said = program.rowflow("sweep", "tiny_se", "-o", self.old, status=2).stderr
        self.assertIn("an older folder can be read, a sweep needs a new one", said)
        self.assertEqual(self.dump(self.old), before)
        with sqlite3.connect(self.old / "results.sqlite") as database:
            database.execute("UPDATE about SET value = 'rowflow.sweep/99' WHERE key = 'schema'")
        database.close()
        self.assertIn("rowflow.sweep/99", program.rowflow("report", self.old, status=2).stderr)

    def test_columns_of_a_later_version_are_passed_over(self):
        with sqlite3.connect(self.old / "results.sqlite") as database:
            database.execute("ALTER TABLE points ADD COLUMN news REAL")
        database.close()
        program.rowflow("report", self.old)


if __name__ == "__main__":
    unittest.main(argv=[sys.argv[0], *sys.argv[3:]])
