#!/usr/bin/env python3
"""rowflow sweep and merge from outside: the same rows however they came to be. Usage: sweep_test.py ROWFLOW"""
import contextlib
import csv
import fcntl
import io
import json
import os
import pathlib
import shutil
import signal
import sqlite3
import subprocess
import sys
import time
import unittest

sys.path.append(str(pathlib.Path(__file__).resolve().parents[1] / "support"))
from folder import InFolder, points_of  # noqa: E402
import missing  # noqa: E402
from old_defaults import pinned, rowflow  # noqa: E402
from program import PROGRAM  # noqa: E402
from terminal import shown_on_terminal  # noqa: E402

GRID = [
    "efficientnet_b0",
    "--tile-height",
    "full,14,7",
    "--buffers",
    "minimal,full-rate",
    "--device-set",
    "/rates/depthwise=1500,4000,8000",
]
POINTS = 18
LONG = [
    "efficientnet_b0",
    "--tile-height",
    "full,28,14,7,4,2,1",
    "--device-set",
    "/rates/depthwise=3000,3500,4000,4500,5000,6000,7000,8000",
    "--device-set",
    "/rates/pointwise=21000,30000,42000,43000",
]
# Too many points to be computed while a test looks at the sweep, however busy the machine; a test kills it.
ENDLESS = [
    "efficientnet_b0",
    "--tile-height",
    "full,28,14,7,4,2,1",
    "--device-set",
    "/rates/depthwise=" + ",".join(map(str, range(3000, 9000))),
]


def start(*arguments):
    return subprocess.Popen(
        [PROGRAM, *pinned(arguments)],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


def stored(folder):
    """Every table's rows, in an order of their own."""
    with sqlite3.connect(folder / "results.sqlite") as database:
        tables = {}
        for table in ("points", "se_blocks", "inputs", "results"):
            tables[table] = sorted(database.execute(f"SELECT * FROM {table}").fetchall(), key=repr)
    return tables


def count(folder):
    try:
        with sqlite3.connect(f"file:{folder}/results.sqlite?mode=ro", uri=True, timeout=10) as database:
            return database.execute("SELECT count(*) FROM points").fetchone()[0]
    except sqlite3.OperationalError:
        return 0


def children(process):
    """Of a program that has ended: none."""
    return [int(child) for child in pathlib.Path(f"/proc/{process}/task/{process}/children").read_text().split()]


def until(condition):
    """Waits for what is bound to come; ctest's own limit ends a test that waits in vain."""
    while not condition():
        time.sleep(0.005)


def start_until(least, *arguments, folder):
    """A sweep under way that has stored so many points, or one that ended before."""
    process = start("sweep", *arguments, "-o", folder)
    until(lambda: process.poll() is not None or count(folder) >= least)
    return process


def killed(process):
    """Whether it had not ended before."""
    process.kill()
    process.communicate()
    return process.returncode == -signal.SIGKILL


def is_alive(process):
    try:
        return pathlib.Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except OSError:
        return False


class Sweeps(InFolder):
    def test_same_rows_whatever_jobs(self):
        for jobs in (1, 2, 4):
            rowflow("sweep", *GRID, "--jobs", jobs, "-o", self.folder / str(jobs))
        first = (self.folder / "1/results.csv").read_bytes()
        self.assertEqual(len(first.splitlines()), POINTS + 1)
        for jobs in ("2", "4"):
            self.assertEqual((self.folder / jobs / "results.csv").read_bytes(), first)
            self.assertEqual(stored(self.folder / jobs), stored(self.folder / "1"))

    def test_rows_are_what_run_says(self):
        rowflow("sweep", *GRID, "--keep", "full", "-o", self.folder)
        for row in points_of(self.folder):
            self.assertEqual(row["status"], "ok")
            again = json.loads(rowflow("run", "--point", f"{self.folder}:{row['id'][:10]}", "--format", "json").stdout)
            with sqlite3.connect(self.folder / "results.sqlite") as database:
                whole = database.execute("SELECT result FROM results WHERE id = ?", [row["id"]]).fetchone()[0]
            whole = json.loads(whole)
            self.assertEqual((whole.pop("engine"), again.pop("engine")), (row["engine"], "systemc"))
            self.assertEqual(whole, again)
            for column, value in (
                ("fps", again["throughput"]["fps"]),
                ("interval_cycles", again["throughput"]["interval_cycles"]),
                ("paced_cycles", again["latency"]["paced_cycles"]),
                ("buffer_bytes", again["buffering"]["capacity_bytes"]),
                ("peak_bytes", again["buffering"]["peak_bytes"]),
                ("frames", again["frames"]),
                ("pipeline_buffering_elements", again["pipeline_buffering"]["elements"]),
            ):
                self.assertEqual(float(row[column]), value, column)
            for column in ("layer", "bypass_capacity_rows", "bypass_peak_rows", "tile_height_effective"):
                self.assertEqual(row["se_" + column].split(";"), [str(block[column]) for block in again["se_blocks"]])
            for column in ("wait_for_vector_cycles", "producer_blocked_cycles", "excite_busy_cycles"):
                self.assertEqual(
                    [float(x) for x in row["se_" + column].split(";")], [block[column] for block in again["se_blocks"]]
                )
        plain = json.loads(rowflow("run", "efficientnet_b0", "--tile-height", "7", "--format", "json").stdout)
        row = next(
            r
            for r in points_of(self.folder)
            if (r["tile_height"], r["buffers"], r["device:/rates/depthwise"]) == ("7", "full-rate", "1500")
        )
        self.assertEqual(float(row["paced_cycles"]), plain["latency"]["paced_cycles"])
        self.assertEqual(int(row["peak_bytes"]), plain["buffering"]["peak_bytes"])

    def test_a_share_is_checked_with_the_other_engine(self):
        def engines(name, *more):
            done = rowflow("sweep", *LONG, *more, "-o", self.folder / name)
            rows = points_of(self.folder / name)
            chosen = {row["id"] for row in rows if row["engine"] == "systemc"}
            self.assertEqual({row["engine"] for row in rows if row["id"] not in chosen} <= {"events"}, True)
            self.assertEqual(f"{len(chosen)} of them with the SystemC model too" in done.stdout, len(chosen) > 0)
            return chosen, [{k: v for k, v in row.items() if k != "engine"} for row in rows]

        none, plain = engines("none", "--check", "0")
        every, all_checked = engines("all", "--check", "100")
        some, some_checked = engines("some", "--check", "20")
        again, _ = engines("again", "--check", "20", "--jobs", "1")
        more, _ = engines("more", "--check", "50")
        self.assertEqual(len(none), 0)
        self.assertEqual(len(every), len(plain))
        self.assertTrue(len(plain) * 0.1 < len(some) < len(plain) * 0.3, len(some))
        self.assertEqual(some, again)
        self.assertLess(some, more)
        self.assertEqual(plain, all_checked)
        self.assertEqual(plain, some_checked)
        for wrong in ("-1", "101", "some"):
            self.assertIn(
                "--check", rowflow("sweep", "tiny_se", "--check", wrong, "-o", self.folder / "no", status=2).stderr
            )

    def test_frames_until_the_proof(self):
        grid = ["efficientnet_b2", "--tile-height", "full,7", "--buffers", "minimal,full-rate"]
        rowflow("sweep", *grid, "-o", self.folder / "steady")
        rowflow("sweep", *grid, "--frames", "proven", "-o", self.folder / "proven")
        steady, proven = points_of(self.folder / "steady"), points_of(self.folder / "proven")
        for a, b in zip(steady, proven):
            for column in (
                "fps",
                "interval_cycles",
                "isolated_cycles",
                "paced_cycles",
                "after_last_row_cycles",
                "buffer_bytes",
                "buffer_cuts",
                "se_bypass_bytes",
            ):
                self.assertEqual(a[column], b[column], column)
            self.assertLessEqual(int(b["frames"]), int(a["frames"]))
            self.assertIn(b["proof"], ("bound", "repeat"))
            for column in ("peak_bytes", "loaded_cycles"):
                self.assertEqual(b[column], "")
            again = json.loads(rowflow("run", "--point", f"{self.folder}/proven:{b['id']}", "--format", "json").stdout)
            self.assertEqual(again["frames"], int(b["frames"]))
        self.assertLess(sum(int(row["frames"]) for row in proven), sum(int(row["frames"]) for row in steady))

    def test_killed_and_resumed(self):
        rowflow("sweep", *LONG, "-o", self.folder / "whole")
        folder = self.folder / "killed"
        while not all(killed(start_until(least, *LONG, folder=folder)) for least in (20, 80)):
            shutil.rmtree(folder)  # it came to its end before it was killed
        before = count(folder)
        self.assertGreaterEqual(before, 80)
        done = rowflow("sweep", *LONG, "-o", folder)
        self.assertIn(f"{before} there before", done.stdout)
        self.assertEqual((folder / "results.csv").read_bytes(), (self.folder / "whole/results.csv").read_bytes())
        self.assertEqual(stored(folder), stored(self.folder / "whole"))
        self.assertIn("0 points computed", rowflow("sweep", *LONG, "-o", folder).stdout)

    def test_workers_end_with_the_program(self):
        process = start_until(5, *ENDLESS, "--jobs", 2, folder=self.folder)
        workers = children(process.pid)
        self.assertEqual(len(workers), 2)
        self.assertTrue(killed(process))
        until(lambda: not any(is_alive(worker) for worker in workers))

    def test_death_of_a_worker_costs_a_point(self):
        while True:
            process = start_until(10, *LONG, "--jobs", 2, "--quiet", folder=self.folder / "a")
            if workers := children(process.pid):
                break
            process.communicate()  # it came to its end before: once more
            shutil.rmtree(self.folder / "a")
        os.kill(workers[0], signal.SIGKILL)
        output, _ = process.communicate()
        self.assertEqual(process.returncode, 0)
        crashed = [row for row in points_of(self.folder / "a") if row["status"] != "ok"]
        self.assertLessEqual(len(crashed), 1)  # none when it was between two points
        for row in crashed:
            self.assertEqual(row["status"], "crashed")
            self.assertIn("signal 9", row["reason"])
            self.assertIn("1 crashed", output)
        again = rowflow("sweep", *LONG, "-o", self.folder / "a")
        self.assertIn(f"{len(crashed)} point", again.stdout)
        rowflow("sweep", *LONG, "-o", self.folder / "b")
        self.assertEqual((self.folder / "a/results.csv").read_bytes(), (self.folder / "b/results.csv").read_bytes())

    def test_shards_merged_are_the_whole(self):
        rowflow("sweep", *GRID, "-o", self.folder / "whole")
        shards = []
        for shard in (1, 2, 3):
            shards.append(self.folder / f"part{shard}")
            rowflow("sweep", *GRID, "--shard", f"{shard}/3", "-o", shards[-1])
            self.assertEqual(len(points_of(shards[-1])), POINTS // 3)
        merged = self.folder / "merged"
        done = rowflow("merge", *shards, "-o", merged)
        self.assertIn(f"all {POINTS} points", done.stdout)
        self.assertEqual((merged / "results.csv").read_bytes(), (self.folder / "whole/results.csv").read_bytes())
        self.assertEqual(stored(merged), stored(self.folder / "whole"))
        self.assertIn(
            f"12 of the sweep's {POINTS} points", rowflow("merge", *shards[1:], "-o", self.folder / "two").stdout
        )
        self.assertIn("results already", rowflow("merge", *shards, "-o", merged, status=2).stderr)
        rowflow("sweep", "tiny_se", "-o", self.folder / "other")
        self.assertIn(
            "shards of one sweep",
            rowflow("merge", shards[0], self.folder / "other", "-o", self.folder / "x", status=2).stderr,
        )

    def test_a_shard_is_a_part_of_a_whole(self):
        for wrong in ("0/3", "4/3", "2", "2/", "2/3x", "/3", "a/3", "2:3", "-1/3"):
            with self.subTest(wrong):
                said = rowflow("sweep", "tiny_se", "--shard", wrong, "-o", self.folder / "part", status=2).stderr
                self.assertIn("--shard", said)
                self.assertIn("expected I/N with 1 ≤ I ≤ N", said)

    def test_what_is_said_of_a_sweep(self):
        two = ["tiny_se", "--device", "tiny", "--tile-height", "full,4", "-o", self.folder / "a"]
        first = rowflow("sweep", *two, "--jobs", "1").stdout
        self.assertIn("2 points computed in ", first)
        self.assertIn(" s by 1 worker (", first)
        self.assertNotIn("Fastest", first)  # within which limits?
        self.assertIn(" – ", first)  # the device has no figures of energy
        again = rowflow("sweep", *two, "--jobs", "2", "--min-fps", "0.001").stdout
        self.assertIn("0 points computed in ", again)
        self.assertIn(" s by 2 workers; 2 there before", again)
        self.assertIn("\nFastest", again)
        self.assertIn("\nSmallest", again)

    def test_heights_of_a_network_without_blocks_are_said_to_be_idle(self):
        idle = "no squeeze-and-excite block: its points of different tile heights are the same"
        for heights, said in (("full,4", True), ("4", False)):
            done = rowflow("sweep", "mobilenet_v1", "--tile-height", heights, "-o", self.folder / heights)
            self.assertEqual(idle in done.stderr, said)
        self.assertNotIn(idle, rowflow("sweep", "tiny_se", "--tile-height", "full,4", "-o", self.folder / "se").stderr)

    def test_another_sweep_in_the_same_folder_reuses_points(self):
        rowflow("sweep", "tiny_se", "--tile-height", "full,4", "-o", self.folder)
        done = rowflow("sweep", "tiny_se", "--tile-height", "2,4", "-o", self.folder)
        self.assertIn("1 point computed", done.stdout)
        self.assertIn("1 there before", done.stdout)
        self.assertEqual([row["tile_height"] for row in points_of(self.folder)], ["2", "4"])
        rowflow("sweep", "tiny_se", "--tile-height", "full,4,2", "-o", self.folder)
        self.assertEqual([row["tile_height"] for row in points_of(self.folder)], ["full", "4", "2"])
        self.assertIn(
            "3 points computed",
            rowflow("sweep", "tiny_se", "--tile-height", "full,4,2", "--keep", "full", "-o", self.folder).stdout,
        )

    def test_failures_are_rows(self):
        sweep = {
            "network": "tiny_se",
            "fit": "require",
            "points": [
                {"device": {"/rates/conv": 0}},
                {"buffer_kib": 1, "device": {"/clusters": 1, "/controllers_per_cluster": 1}},
                {},
            ],
        }
        (self.folder / "s.json").write_text(json.dumps(sweep))
        done = rowflow("sweep", self.folder / "s.json", "-o", self.folder, "--format", "json")
        summary = json.loads(done.stdout)
        self.assertEqual(summary["rows"], {"does_not_fit": 1, "input_error": 1, "ok": 1})
        rows = points_of(self.folder)
        self.assertEqual([row["status"] for row in rows], ["input_error", "does_not_fit", "ok"])
        self.assertIn("/rates/conv", rows[0]["reason"])
        self.assertIn("controllers", rows[1]["reason"])
        self.assertEqual(rows[0]["fps"], "")
        self.assertEqual(len(summary["networks"][0]["pareto"]), 1)
        (self.folder / "deep.json").write_text(json.dumps({"buffers": {"se.squeeze->se.fc": 1, "conv->se.scale": 1}}))
        plan = json.loads(rowflow("plan", "tiny_se", "--format", "json").stdout)
        bypass = next(b["name"] for b in plan["buffers"] if b["role"] == "se_bypass")
        (self.folder / "shallow.json").write_text(json.dumps({"buffers": {bypass: 1}}))
        sweep = {"network": "tiny_se", "grid": {"buffers": ["shallow.json", "full-rate"]}}
        (self.folder / "s.json").write_text(json.dumps(sweep))
        rowflow("sweep", self.folder / "s.json", "-o", self.folder)
        self.assertEqual([row["status"] for row in points_of(self.folder)], ["deadlock", "ok"])
        self.assertIn("waits for", points_of(self.folder)[0]["reason"])
        rowflow("run", "--point", f"{self.folder}:{points_of(self.folder)[0]['id']}", status=1)

    def test_each_network_has_its_own_front(self):
        args = ["tiny_se", "mobilenetv3_small", "--tile-height", "full,4", "-o", self.folder / "both"]
        summary = json.loads(rowflow("sweep", *args, "--format", "json").stdout)
        self.assertEqual([n["network"] for n in summary["networks"]], ["tiny_se", "mobilenetv3_small"])
        for network in summary["networks"]:
            alone = json.loads(
                rowflow(
                    "sweep", network["network"], *args[2:4], "-o", self.folder / network["network"], "--format", "json"
                ).stdout
            )
            self.assertEqual([r["id"] for r in network["pareto"]], [r["id"] for r in alone["networks"][0]["pareto"]])
            self.assertTrue(network["pareto"])
        text = rowflow("sweep", *args).stdout
        for network in ("tiny_se", "mobilenetv3_small"):
            self.assertIn(f"Pareto front of {network}:", text)

    def test_rows_agree_with_run(self):
        """Every column that `run --format csv` and a sweep's rows share."""
        networks = ["efficientnet_b0", "mobilenetv3_large", "regnety_200mf", "resnet_v1_18", "tiny_se"]
        axes = ["--tile-height", "full,7,1", "--buffers", "minimal,full-rate"]
        rowflow("sweep", *networks, *axes, "-o", self.folder)
        rows = {(r["network"], r["tile_height"], r["buffers"]): r for r in points_of(self.folder)}
        self.assertEqual(len(rows), len(networks) * 6)
        for network in networks:
            for buffers in ("minimal", "full-rate"):
                done = rowflow("run", network, "--tile-height", "full,7,1", "--buffers", buffers, "--format", "csv")
                for height, line in zip(("full", "7", "1"), csv.DictReader(io.StringIO(done.stdout)), strict=True):
                    row = rows[(network, height, buffers)]
                    self.assertEqual(line["engine"], "systemc")
                    shared = [c for c in line if c in row and c not in ("network", "device", "tile_height", "engine")]
                    self.assertIn("limited_by", shared)
                    self.assertGreater(len(shared), 25)
                    self.assertEqual(
                        {c: line[c] for c in shared}, {c: row[c] for c in shared}, (network, height, buffers)
                    )

    def test_full_disk(self):
        disk = self.folder / "disk"
        disk.mkdir()
        if (
            subprocess.run(
                ["mount", "-t", "tmpfs", "-o", "size=200k", "none", disk], stderr=subprocess.DEVNULL, check=False
            ).returncode
            != 0
        ):
            status = missing.missing("sweep: test_full_disk", "right to mount a small file system")
            self.skipTest("allowed") if status == missing.SKIPPED else self.fail("not run")
        self.addCleanup(subprocess.run, ["umount", "-l", disk], check=False)
        done = rowflow("sweep", *LONG, "-o", disk / "r", status=2)
        self.assertIn("full", done.stderr)
        subprocess.run(["mount", "-o", "remount,size=20m", disk], check=True)
        before = count(disk / "r")
        done = rowflow("sweep", *LONG, "-o", disk / "r")
        self.assertIn(f"{before} there before" if before else "computed", done.stdout)
        rowflow("sweep", *LONG, "-o", self.folder / "whole")
        self.assertEqual((disk / "r/results.csv").read_bytes(), (self.folder / "whole/results.csv").read_bytes())

    def test_limits_and_formats(self):
        done = rowflow("sweep", *GRID, "-o", self.folder, "--max-buffer-kib", 1000, "--min-fps", 500)
        self.assertIn("Pareto front", done.stdout)
        summary = json.loads(
            rowflow(
                "sweep", *GRID, "-o", self.folder, "--max-buffer-kib", 2000, "--min-fps", 2000, "--format", "json"
            ).stdout
        )
        summary = summary["networks"][0]
        within = [
            r for r in points_of(self.folder) if int(r["buffer_bytes"]) <= 2000 * 1024 and float(r["fps"]) >= 2000
        ]
        best = max(within, key=lambda r: float(r["fps"]), default=None)
        self.assertEqual(summary["fastest"] and summary["fastest"]["fps"], best and float(best["fps"]))
        least = min(within, key=lambda r: int(r["buffer_bytes"]), default=None)
        self.assertEqual(
            summary["smallest"] and summary["smallest"]["buffer_bytes"], least and int(least["buffer_bytes"])
        )
        text = rowflow("sweep", *GRID, "-o", self.folder, "--format", "csv").stdout
        self.assertEqual(text.encode(), (self.folder / "results.csv").read_bytes())

    def test_refusals(self):
        for arguments, says in (
            (["tiny_se"], "-o DIR"),
            (["tiny_se", "-o", self.folder, "--shard", "3/2"], "I/N"),
            (["tiny_se", "-o", self.folder, "--tile-height", "full,0"], "--tile-height"),
            (["tiny_se", "-o", self.folder, "--tile-height", "7,7"], "twice"),
            (["tiny_se", "-o", self.folder, "--frames", "prove"], "proven"),
            (["tiny_se", "-o", self.folder, "--device-set", "/rates/kconv=3"], 'did you mean "/rates/conv"'),
            (["tiny_se", "-o", self.folder, "--device-set", "/rates/conv"], "VALUE"),
            (["tiny_se", "-o", self.folder, "--tile-height", "zz=3"], "zz"),
            (["tiny_sf", "-o", self.folder], 'did you mean "tiny_se"'),
        ):
            self.assertIn(says, rowflow("sweep", *arguments, status=2).stderr)
        self.assertIn("no such file", rowflow("run", "--point", f"{self.folder}/none:12", status=2).stderr)
        rowflow("sweep", "tiny_se", "-o", self.folder)
        self.assertIn("no point", rowflow("run", "--point", f"{self.folder}:zz", status=2).stderr)
        self.assertIn("expected neither", rowflow("run", "tiny_se", "--point", f"{self.folder}:12", status=2).stderr)
        (self.folder / "results.sqlite").write_text("nonsense" * 1000)
        self.assertIn("results.sqlite", rowflow("sweep", "tiny_se", "-o", self.folder, status=2).stderr)

    def test_what_is_typed_wins_over_the_file(self):
        file = self.folder / "s.json"
        file.write_text(
            json.dumps(
                {
                    "network": "tiny_se",
                    "device": "tiny",
                    "fit": "require",
                    "frames": 5,
                    "grid": {"buffers": ["minimal"], "tile_height": ["full", 2]},
                }
            )
        )
        rowflow("sweep", file, "-o", self.folder / "as_it_is")
        self.assertEqual(
            {(r["device"], r["fit"], r["buffers"], r["frames"]) for r in points_of(self.folder / "as_it_is")},
            {("tiny", "require", "minimal", "5")},
        )
        # Each as it would be without the file: given all the same.
        rowflow(
            "sweep",
            file,
            "--device",
            "hailo8",
            "--fit",
            "assume",
            "--frames",
            "steady",
            "--buffers",
            "full-rate",
            "-o",
            self.folder / "typed",
        )
        rowflow("sweep", "tiny_se", "--tile-height", "full,2", "-o", self.folder / "plain")
        self.assertEqual(
            (self.folder / "typed/results.csv").read_bytes(), (self.folder / "plain/results.csv").read_bytes()
        )
        self.assertEqual({r["device"] for r in points_of(self.folder / "typed")}, {"hailo8"})
        file.write_text(json.dumps({"network": "tiny_se", "points": [{"buffers": "minimal"}]}))
        self.assertIn(
            "--buffers", rowflow("sweep", file, "--buffers", "full-rate", "-o", self.folder / "no", status=2).stderr
        )
        id = points_of(self.folder / "typed")[0]["id"]
        for arguments in (
            ["--device", "hailo8"],
            ["--device", "tiny"],
            ["--buffers", "full-rate"],
            ["--frames", "steady"],
        ):
            self.assertIn(
                arguments[0], rowflow("run", "--point", f"{self.folder}/typed:{id}", *arguments, status=2).stderr
            )
        rowflow("run", "--point", f"{self.folder}/typed:{id}", "--timing", "synchronous", status=0)

    def test_one_sweep_at_a_time_in_a_folder(self):
        process = start_until(1, *ENDLESS, folder=self.folder)
        self.assertIn("another rowflow sweep", rowflow("sweep", "tiny_se", "-o", self.folder, status=2).stderr)
        self.assertTrue(killed(process))
        rowflow("sweep", "tiny_se", "-o", self.folder)  # the lock went with it
        folder = os.open(self.folder, os.O_RDONLY | os.O_DIRECTORY)
        self.addCleanup(os.close, folder)
        fcntl.flock(folder, fcntl.LOCK_EX)
        with contextlib.closing(sqlite3.connect(self.folder / "results.sqlite", isolation_level=None)) as database:
            database.execute(
                "BEGIN IMMEDIATE"
            )  # as the first sweep most of the time: the second one's answer does not wait for it
            self.assertIn("another rowflow sweep", rowflow("sweep", "tiny_se", "-o", self.folder, status=2).stderr)

    def test_point_survives_its_files(self):
        network = json.loads(
            (pathlib.Path(__file__).resolve().parents[2] / "configs/networks/tiny_se.json").read_text()
        )
        path = self.folder / "net.json"
        path.write_text(json.dumps(network))
        rowflow("sweep", path, "--tile-height", "2", "-o", self.folder / "r")
        row = points_of(self.folder / "r")[0]
        network["input"]["height"] *= 2
        path.write_text(json.dumps(network))
        again = json.loads(rowflow("run", "--point", f"{self.folder}/r:{row['id'][:8]}", "--format", "json").stdout)
        self.assertEqual(again["throughput"]["fps"], float(row["fps"]))
        self.assertIn("1 point computed", rowflow("sweep", path, "--tile-height", "2", "-o", self.folder / "r").stdout)

    def test_bar_only_on_a_terminal(self):
        done = rowflow("sweep", *LONG, "-o", self.folder / "a")
        self.assertEqual(done.stderr, "")
        shown = shown_on_terminal([PROGRAM, *pinned(["sweep", *LONG, "-o", self.folder / "b"])], "stderr")
        self.assertIn("points", shown)
        self.assertIn("left", shown)


if __name__ == "__main__":
    unittest.main(argv=[sys.argv[0], *sys.argv[2:]])
