#!/usr/bin/env python3
"""Inputs that no one should have to trust: every one ends with exit status 0, 1 or 2 and a sentence, never with a
defect, a signal, a
gigabyte or a minute. The inputs are made here from shipped ones. Usage: hostile_test.py ROWFLOW SOURCE_FOLDER"""
import copy
import csv
import io
import json
import os
import pathlib
import random
import signal
import re
import sqlite3
import stat
import subprocess
import sys
import tempfile
import threading
import time
import unittest
import xml.etree.ElementTree

sys.path.append(os.path.join(os.path.dirname(os.path.abspath(__file__)), "../support"))
import old_defaults  # noqa: E402
from folder import InFolder  # noqa: E402
from program import PROGRAM, ROOT  # noqa: E402

ESCAPES = "\x1b]0;title\x07\x1b[2J\u202egnp.exe\x9b1m\ufffe"
LAST_ARGUMENT = ["full disk"]  # what the folder of outputs is called in a private namespace


def rowflow(*arguments, **more):
    """The finished program and its bytes, whatever its status."""
    return old_defaults.attempt(*arguments, text=False, **more)


def is_clean(text):
    """Nothing but printable characters and line ends."""
    return all(c in "\n\t" or (ord(c) >= 32 and not 127 <= ord(c) < 160 and c not in "\u202e\ufffe") for c in text)


class Folder(InFolder):
    def refused(self, *arguments, words=()):
        done = rowflow(*arguments)
        text = done.stderr.decode("utf-8", "strict")
        self.assertEqual(done.returncode, 2, (arguments, text, done.stdout[:200]))
        self.assertTrue(is_clean(text), text)
        for word in words:
            self.assertIn(word, text)
        return text

    def fine(self, *arguments, status=(0,)):
        done = rowflow(*arguments)
        self.assertIn(done.returncode, status, (arguments, done.stderr))
        return done

    def shipped(self, kind, name):
        return json.loads((ROOT / "configs" / kind / f"{name}.json").read_text())


def leaves(value, pointer=()):
    """(path, value) of every value that is neither object nor array; of arrays, of the first element only."""
    if isinstance(value, dict):
        for key, member in value.items():
            yield from leaves(member, pointer + (key,))
    elif isinstance(value, list):
        if value:
            yield from leaves(value[0], pointer + (0,))
    else:
        yield pointer, value


def changed(document, path, value):
    document = copy.deepcopy(document)
    inner = document
    for key in path[:-1]:
        inner = inner[key]
    inner[path[-1]] = value
    return document


class Times(Folder):
    """Sums of costs and latencies are bounded: no negative figures, and the message says what to lower."""

    def test_costs(self):
        self.refused(
            "run",
            "tiny_se",
            "--device",
            "tiny",
            "--costs",
            self.put("c.csv", "add,1000000000000000000\n"),
            words=["line 1"],
        )
        self.refused(
            "run",
            "tiny_se",
            "--device",
            "tiny",
            "--frames",
            100000,
            "--costs",
            self.put("c.csv", "add,1000000000000\n"),
            words=["--costs", "--frames"],
        )
        for rows in ("add,900000000000,900000000000\n", "conv,1000000000000\nadd,1\n"):
            done = rowflow("run", "tiny_se", "--device", "tiny", "--format", "json", "--costs", self.put("c.csv", rows))
            self.assertIn(done.returncode, (0, 2))
            if done.returncode == 0:
                self.assertFalse(
                    [p for p, v in leaves(json.loads(done.stdout)) if isinstance(v, (int, float)) and v < 0]
                )

    def test_device_figures(self):
        device = self.shipped("devices", "tiny")
        for figure in ("row_overhead", "latency"):
            for value in (10**9, 10**12, 10**15):
                file = self.put("d.json", changed(device, (figure, "default"), {"value": value, "source": "x"}))
                for frames in ((), ("--frames", 2000)):
                    done = rowflow("run", "tiny_se", "--device", file, "--format", "json", *frames)
                    self.assertIn(done.returncode, (0, 2), done.stderr)
                    if done.returncode == 2:
                        self.assertRegex(done.stderr.decode(), "latency|row_overhead|frames")
                    else:
                        self.assertFalse(
                            [p for p, v in leaves(json.loads(done.stdout)) if isinstance(v, (int, float)) and v < 0]
                        )

    def test_pace(self):
        for fps in ("1e-300", "1e-9", "1e300"):
            done = rowflow("run", "tiny_se", "--fps", fps)
            self.assertIn(done.returncode, (0, 2), done.stderr)

    def test_latencies_ask_for_rows_or_are_refused(self):
        device = self.shipped("devices", "hailo8")
        for figure in (("credit_latency",), ("transfer_latency",), ("latency", "default"), ("memory", "host_latency")):
            for cycles in (60000, 10**7, 10**9):
                file = self.put("d.json", changed(device, figure, {"value": cycles, "source": "x"}))
                begin = time.monotonic()
                done = rowflow("run", "mobilenet_v2", "--device", file, "--format", "json")
                self.assertIn(done.returncode, (0, 1, 2), done.stderr)
                self.assertLess(time.monotonic() - begin, 60)  # 3 s on a free machine
                if done.returncode == 2:
                    self.assertIn("latency", done.stderr.decode())
                else:
                    rows = sum(b["capacity_rows"] for b in json.loads(done.stdout)["buffers"])
                    self.assertLess(rows, 10**6)


class Costs(Folder):
    def test_first_line(self):
        for header in (
            "name,cycles",
            "stage,cycles,latency",
            "Layer, Cycles",
            "# costs\nname,cycles",
            "\ufeffname,cycles",
        ):
            self.fine("run", "tiny_se", "--costs", self.put("c.csv", header + "\nadd,10\n"))
        for wrong in ("conv,1O", "conv,cycles", "conv,", "name,1x"):
            self.refused("run", "tiny_se", "--costs", self.put("c.csv", wrong + "\nadd,10\n"), words=["line 1"])

    def test_nothing_matched(self):
        for text in ("", "name,cycles\n", "# none\n\n"):
            self.refused("run", "tiny_se", "--costs", self.put("c.csv", text), words=["0 stages"])
        self.refused("run", "tiny_se", "--costs", "/dev/zero")


class Results(Folder):
    @classmethod
    def setUpClass(cls):
        cls.result = json.loads(rowflow("run", "tiny_se", "--format", "json").stdout)

    def refuses(self, content, words=()):
        file = self.put("r.json", content)
        self.refused("diff", file, file, words=["r.json", *words])
        self.refused("report", file, "-o", self.folder / "page.html", words=["r.json", *words])
        self.assertFalse((self.folder / "page.html").exists())

    def test_wrong_type_anywhere(self):
        for path, value in leaves(self.result):
            pointer = "/" + "/".join(map(str, path))
            wrong = {"a": 1} if not isinstance(value, str) or pointer == "/tile_height" else True
            self.refused(
                "diff",
                self.put("r.json", changed(self.result, path, wrong)),
                self.put("s.json", self.result),
                words=[pointer if pointer != "/schema" else "schema"],
            )
        for path in (
            ("stages",),
            ("stages", 0),
            ("network",),
            ("buffers", 0, "name"),
            ("se_blocks", 0, "layer"),
            ("device", "name"),
            ("throughput",),
            ("notes",),
            ("frame_start_cycles",),
        ):
            self.refuses(changed(self.result, path, 5), words=["/" + "/".join(map(str, path))])

    def test_not_whole(self):
        self.refuses({"schema": "rowflow.result/1"}, words=["missing key"])
        self.refuses([], words=["no results"])
        self.refuses("", words=["line 1"])
        for key in self.result:
            # Older results have none of these.
            if key not in ("schema", "engine", "energy", "stalls", "verdict", "goal", "target_fps", "penalty"):
                self.refused(
                    "diff",
                    self.put("r.json", {k: v for k, v in self.result.items() if k != key}),
                    self.folder / "r.json",
                    words=[f'"{key}"'],
                )

    def test_nested_deeply_and_bytes_that_are_no_utf8(self):
        self.refuses("[" * 200000 + "]" * 200000, words=["nested"])
        self.refuses(
            '{"schema": "rowflow.result/1", "network": ' + '{"a":' * 100000 + "1" + "}" * 100001, words=["nested"]
        )
        self.refuses(b'{"schema": "rowflow.result/1", "version": "\xff\xfe"}', words=["UTF-8"])

    def test_every_shipped_kind_of_result_is_one(self):
        for arguments in (
            ("tiny_se", "--tile-height", "full,2"),
            ("tiny_se", "--fit", "require"),
            ("resnet_v1_18", "--buffers", "minimal"),
            ("tiny_se", "--buffer-kib", "1", "--fit", "require"),
            ("efficientnet_b0",),
        ):
            done = self.fine("run", *arguments, "--format", "json", status=(0, 1))
            file = self.put("r.json", done.stdout)
            self.fine("diff", file, file)
            self.fine("report", file, "-o", self.folder / "page.html")


class Regress(Folder):
    """One case's trouble never costs the others' results; the reports stay JSON and XML."""

    def setUp(self):
        super().setUp()
        long = "x" * 55
        self.put("bad_utf8.json", b'{"network": "tiny_se", "expect": {"/status": "a\xe9"}}')
        self.put(
            "cut.json",
            {"network": "tiny_se", "options": {"tile_height": long + "\u00e9" * 9}, "expect": {"/status": "a"}},
        )
        self.put("deep.json", '{"network": "tiny_se", "expect": {"/status": ' + "[" * 20000 + "]" * 20000 + "}}")
        self.put("fffe.json", {"network": "tiny_se", "expect": {"/status": "\ufffe\x01]]>\u202e"}})
        self.put("good.json", {"network": "tiny_se", "expect": {"/status": "ok"}})
        self.put("network.json", {"network": "\u202e\x1b[2J", "expect": {"/status": "ok"}})
        self.put(
            "z\x1b[2J\udce9.json".encode("utf-8", "surrogateescape").decode("utf-8", "surrogateescape"),
            {"network": "tiny_se"},
        )
        self.put(
            "zz_latency.json",
            {"network": "tiny_se", "options": {"fps": 1e-9, "costs": "costs.csv"}, "expect": {"/status": "ok"}},
        )
        self.put("costs.csv", "conv,1000000000000\n")

    def test_all_formats(self):
        for more in ((), ("--format", "json")):
            done = rowflow("regress", self.folder, "--junit", self.folder / "j.xml", *more)
            self.assertEqual(done.returncode, 2, done.stderr)
            text = done.stdout.decode("utf-8", "strict")
            self.assertTrue(is_clean(text), text)
            self.assertIn("good", text)
            suite = xml.etree.ElementTree.parse(self.folder / "j.xml").getroot()
            self.assertEqual(len(suite), 8)
            self.assertEqual(len(suite.findall("testcase/error")), 6)
            self.assertEqual(len(suite.findall("testcase/failure")), 1)
        cases = json.loads(text)["cases"]
        self.assertEqual([c["name"] for c in cases if c["status"] == "ok"], ["good"])

    def test_a_file_that_cannot_be_written_costs_only_itself(self):
        self.put("a.json", {"network": "tiny_se", "expect": {"/status": "other"}})
        self.put("b.json", {"network": "tiny_se", "expect": {"/status": "other"}})
        (self.folder / "full.json").symlink_to("a.json")
        done = rowflow("regress", self.folder / "a.json", self.folder / "good.json", self.folder / "b.json", "--update")
        self.assertEqual(done.returncode, 0, done.stderr)
        self.assertIn('"ok"', (self.folder / "b.json").read_text())


class Names(Folder):
    """Free text from files: control characters and the like do not reach a terminal, XML, a spreadsheet, a page."""

    def setUp(self):
        super().setUp()
        network = self.shipped("networks", "tiny_se")
        device = self.shipped("devices", "tiny")
        self.device = self.put("d.json", {**device, "name": 'd"<b>' + ESCAPES})
        self.networks = [
            self.put(f"n{i}.json", {**network, "name": name})
            for i, name in enumerate(["a\0b", "a\rb,\"c\"\nd", "=cmd|'/C calc'!A0", "@x", "-1+2", "<b>&" + ESCAPES])
        ]

    def test_run(self):
        svg, page, trace = self.folder / "p.svg", self.folder / "r.html", self.folder / "t.json"
        for network in self.networks:
            done = self.fine(
                "run", network, "--device", self.device, "--picture", svg, "--report", page, "--trace", trace
            )
            self.assertTrue(is_clean(done.stdout.decode()) and is_clean(done.stderr.decode()), done.stdout)
            xml.etree.ElementTree.parse(svg)
            json.loads(trace.read_text())
            title = page.read_text().split("</title>")[0]
            self.assertTrue(is_clean(title))
            self.assertNotIn("<b>", title)
            done = self.fine("run", network, "--device", self.device, "--format", "json")
            self.assertTrue(is_clean(done.stdout.decode()))
            json.loads(done.stdout)
            done = self.fine("run", network, "--device", self.device, "--format", "csv")
            rows = list(csv.reader(io.StringIO(done.stdout.decode(), newline=""), strict=True))
            self.assertEqual([len(rows), len(rows[0])], [2, len(rows[1])])
            self.assertTrue(is_clean(done.stdout.decode()))
            self.assertNotIn(rows[1][0][0], "=@+-")

    def test_sweep_and_others(self):
        for command in ("plan", "size", "explain", "tune", "validate"):
            for network in self.networks:
                done = self.fine(
                    command, network, *(() if command == "validate" else ("--device", self.device)), status=(0, 1, 2)
                )
                self.assertTrue(
                    is_clean(done.stdout.decode()) and is_clean(done.stderr.decode()), (command, done.stdout)
                )
        odd = self.put("=1+1.json", self.networks[5].read_bytes())
        self.fine(
            "sweep",
            odd,
            self.networks[0],
            "--device",
            self.device,
            "-o",
            self.folder / "s",
            "--report",
            self.folder / "s.html",
        )
        rows = list(csv.reader(io.StringIO((self.folder / "s" / "results.csv").read_text(), newline=""), strict=True))
        self.assertEqual({len(row) for row in rows}, {len(rows[0])})

    def test_file_names(self):
        for name in (b"x\x1b[2J\xff.json", "\u202e.json".encode(), b"a\nb.json"):
            path = os.path.join(os.fsencode(self.folder), name)
            with open(path, "wb") as file:
                file.write(self.networks[0].read_bytes())
            for arguments in (
                (b"run", path),
                (b"validate", path),
                (b"run", path + b".json"),
                (b"regress", path),
                (b"diff", path, path),
            ):
                done = rowflow(*arguments)
                self.assertIn(done.returncode, (0, 2))
                self.assertTrue(is_clean(done.stderr.decode()) and is_clean(done.stdout.decode()), done.stderr)
            done = rowflow(
                b"sweep", path, b"-o", os.path.join(os.fsencode(self.folder), b"s" + name), b"--format", b"json"
            )
            self.assertEqual(done.returncode, 0, done.stderr)
            json.loads(done.stdout)


class Waveforms(Folder):
    def test_every_step_ends_when_it_ends(self):
        for network, device, height in (
            ("regnety_200mf", "edge_small", "1"),
            ("mobilenetv3_small", "tiny", "2"),
            ("tiny_se", "tiny", "1"),
        ):
            vcd = self.folder / "v.vcd"
            self.fine(
                "run",
                network,
                "--device",
                device,
                "--tile-height",
                height,
                "--timing",
                "synchronous",
                "--frames",
                2,
                "--vcd",
                vcd,
            )
            self.assertIn("$enddefinitions", vcd.read_text())


class Stored(Folder):
    """A sweep that was stopped early, and a database that someone else wrote to."""

    def setUp(self):
        super().setUp()
        self.fine("sweep", "tiny_se", "--tile-height", "full,2", "-o", self.folder / "s")

    def database(self, *statements):
        connection = sqlite3.connect(self.folder / "s" / "results.sqlite")
        for statement in statements:
            connection.execute(statement)
        connection.commit()
        point = connection.execute("SELECT id FROM points").fetchone()
        connection.close()
        return point[0] if point else "0"

    def refuses(self, point="0"):
        self.refused("report", self.folder / "s", "-o", self.folder / "p.html")
        self.refused("run", "--point", f"{self.folder / 's'}:{point}")

    def test_stopped_before_its_points(self):
        self.database("DELETE FROM points", "DELETE FROM about WHERE key <> 'schema'", "DELETE FROM inputs")
        self.refuses()
        self.refused("merge", self.folder / "s", "-o", self.folder / "m", words=["stopped"])
        self.fine("sweep", "tiny_se", "--tile-height", "full,2", "-o", self.folder / "s")
        self.fine("report", self.folder / "s", "-o", self.folder / "p.html")

    def test_stopped_before_its_tables(self):
        for content in (b"", b"SQLite format 3\0"):
            (self.folder / "s" / "results.sqlite").write_bytes(content)
            for more in ("-wal", "-shm"):
                pathlib.Path(f"{self.folder / 's' / 'results.sqlite'}{more}").unlink(missing_ok=True)
            self.refuses()

    def test_tampered(self):
        for statement in (
            "UPDATE about SET value = '[' WHERE key = 'sweep'",
            "UPDATE about SET value = '{}' WHERE key = 'sweep'",
            "UPDATE points SET settings = '5'",
            "UPDATE points SET settings = '{\"network\": 7}'",
            "DROP TABLE inputs",
            "ALTER TABLE about RENAME COLUMN value TO valve",
            "ALTER TABLE points RENAME COLUMN position TO posmtion",
            "ALTER TABLE se_blocks RENAME COLUMN block TO clock",
            "ALTER TABLE inputs RENAME COLUMN content TO contents",
        ):
            with self.subTest(statement):
                self.setUp()
                point = self.database(statement)
                done = rowflow("report", self.folder / "s", "-o", self.folder / "p.html")
                self.assertEqual(done.returncode, 2, done.stderr)
                self.assertIn(rowflow("run", "--point", f"{self.folder / 's'}:{point}").returncode, (0, 2))

    def test_killed_at_any_moment(self):
        for after in (0.0, 0.01, 0.02, 0.05, 0.1, 0.2):
            target = self.folder / f"k{after}"
            with subprocess.Popen(
                [PROGRAM, "sweep", "efficientnet_b0", "--tile-height", "full,14,7,4,2,1", "-o", target],
                stdout=subprocess.DEVNULL,
                stderr=subprocess.DEVNULL,
            ) as sweep:
                time.sleep(after)
                sweep.kill()
            for arguments in (
                ("report", target, "-o", self.folder / "p.html"),
                ("merge", target, "-o", self.folder / f"m{after}"),
            ):
                done = rowflow(*arguments)
                self.assertIn(done.returncode, (0, 2), done.stderr)
                self.assertNotIn(b"defect", done.stderr)


def every_output(folder):
    """(arguments, options that take a file) of every command that writes one."""
    result, model = folder / "result.json", folder / "model.onnx"
    sweep = folder / "sweep"
    return [
        (["run", "tiny_se"], ["-o", "--report", "--trace", "--picture"]),
        (["run", "tiny_se", "--format", "json"], ["-o"]),
        (["run", "tiny_se", "--format", "csv"], ["-o"]),
        (["run", "tiny_se", "--tile-height", "full,2"], ["-o", "--report", "--picture"]),
        (["run", "tiny_se", "--timing", "synchronous"], ["--vcd"]),
        (["plan", "tiny_se"], ["-o"]),
        (["size", "tiny_se"], ["-o"]),
        (["explain", "tiny_se"], ["-o"]),
        (["tune", "tiny_se"], ["-o"]),
        (["list"], ["-o"]),
        (["calibrate", folder / "calibration.json"], ["-o"]),
        (["diff", result, result, "--format", "json"], ["-o"]),
        (["report", result], ["-o"]),
        (["report", sweep], ["-o"]),
        (["regress", folder / "case.json"], ["-o", "--junit"]),
        (["import", model], ["-o"]),
        (["export", model, "--tile-height", "2"], ["-o"]),
        (["sweep", "tiny_se", "-o", sweep], ["--report"]),
    ]


def prepare(folder):
    (folder / "result.json").write_bytes(rowflow("run", "tiny_se", "--format", "json").stdout)
    (folder / "case.json").write_text(json.dumps({"network": "tiny_se", "expect": {"/status": "ok"}}))
    (folder / "model.onnx").write_bytes((ROOT / "tests" / "data" / "onnx" / "mobilenet_v3_small.onnx").read_bytes())
    (folder / "calibration.json").write_text(
        json.dumps({"device": "tiny", "networks": [{"network": "tiny_se", "fps": 1e5}]})
    )
    rowflow("sweep", "tiny_se", "-o", folder / "sweep")


def is_known(arguments, option):
    words = rowflow(arguments[0], "--help").stdout.decode()
    return re.search(rf"(?<![\w-]){option}\b", words) is not None


def on_full_disk(place):
    """In a mount namespace of its own: `place` is a small file system that is nearly full. Returns what is wrong."""
    subprocess.run(["mount", "-t", "tmpfs", "-o", "size=64k", "tmpfs", place], check=True)
    with tempfile.TemporaryDirectory() as temporary:
        folder = pathlib.Path(temporary)
        prepare(folder)
        (place / "kept").write_text("kept")
        with open(place / "filler", "wb", buffering=0) as filler:
            try:
                while True:
                    filler.write(b"x" * 4096)
            except OSError:
                pass
        there = sorted(os.listdir(place))
        wrong, runs = [], 0
        for arguments, options in every_output(folder):
            for option in options:
                if not is_known(arguments, option):
                    continue
                for name in ("new", "kept"):
                    runs += 1
                    done = rowflow(*arguments, option, place / name)
                    if done.returncode != 2 or b"No space left" not in done.stderr:
                        wrong.append((arguments, option, done.returncode, done.stderr.decode()))
                    if sorted(os.listdir(place)) != there or (place / "kept").read_text() != "kept":
                        wrong.append((arguments, option, "left behind", os.listdir(place)))
                        (place / "new").unlink(missing_ok=True)
        updated = json.dumps({"network": "tiny_se", "expect": {"/status": "no"}})
        (place / "filler").unlink()
        (place / "case.json").write_text(updated)
        with open(place / "filler", "wb", buffering=0) as filler:
            try:
                while True:
                    filler.write(b"x" * 4096)
            except OSError:
                pass
        done = rowflow("regress", place / "case.json", folder / "case.json", "--update")
        if done.returncode != 2 or (place / "case.json").read_text() != updated or b"ok       case" not in done.stdout:
            wrong.append(("--update", done.returncode, done.stdout, done.stderr))
        done = rowflow("sweep", "tiny_se", "-o", place / "sweep")
        if done.returncode != 2:
            wrong.append(("sweep", done.returncode, done.stderr))
        if runs < 30:
            wrong.append(f"only {runs} runs")
        return wrong


class Stopped(Folder):
    """SIGINT, SIGTERM and SIGHUP at random moments: no file is left that is not whole, and what was there stays."""

    ROUNDS = int(os.environ.get("ROWFLOW_STOP_ROUNDS", "12"))

    def stopped(self, after, number, *arguments, **more):
        with subprocess.Popen(
            [PROGRAM, *map(str, arguments)],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            **more,
        ) as process:
            time.sleep(after)
            process.send_signal(number)
            process.wait(60)
            return process.returncode, process.stderr.read().decode()

    def test_writing(self):
        target = self.folder / "kept.json"
        draw = random.Random(7)
        seen = set()
        for round_ in range(self.ROUNDS):
            number = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)[round_ % 3]
            target.write_text("kept")
            status, said = self.stopped(
                draw.uniform(0, 0.4),
                number,
                "run",
                "efficientnet_b0",
                "--fit",
                "assume",
                "--timing",
                "synchronous",
                "--frames",
                8,
                "--vcd",
                target,
            )
            self.assertIn(status, (0, -number), said)
            self.assertEqual(os.listdir(self.folder), [target.name])
            if status != 0:
                self.assertEqual(target.read_text(), "kept")
            seen.add(status)
        self.assertIn(True, [status < 0 for status in seen], "never stopped")

    def test_while_a_file_is_being_written(self):
        fifo = self.folder / "slow"
        os.mkfifo(fifo)
        other = self.folder / "v.vcd"
        arguments = (
            "run",
            "efficientnet_b0",
            "--fit",
            "assume",
            "--timing",
            "synchronous",
            "--frames",
            400,
            "--vcd",
            other,
        )
        with subprocess.Popen(
            [PROGRAM, *map(str, arguments)], stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL
        ) as process:
            for _ in range(2000):
                if any(name.startswith(".rowflow") for name in os.listdir(self.folder)):
                    break
                time.sleep(0.01)
            else:
                self.fail("no temporary file was seen")
            process.send_signal(signal.SIGTERM)
            self.assertEqual(process.wait(60), -signal.SIGTERM)
        self.assertEqual(os.listdir(self.folder), ["slow"])

    def test_sweep_says_how_to_go_on_and_does(self):
        grid = (
            "sweep",
            "efficientnet_b0",
            "--tile-height",
            "full,14,7,4,2,1",
            "--buffers",
            "minimal,full-rate",
            "--quiet",
            "--defaults",
            "0.1",
            "--jobs",
            2,
        )
        whole = self.folder / "whole"
        self.fine(*grid, "-o", whole)
        expected = (whole / "results.csv").read_bytes()
        draw = random.Random(11)
        for round_ in range(max(2, self.ROUNDS // 4)):
            target = self.folder / f"s{round_}"
            number = (signal.SIGINT, signal.SIGTERM)[round_ % 2]
            for _ in range(2):
                status, said = self.stopped(draw.uniform(0.02, 0.5), number, *grid, "-o", target)
                self.assertIn(status, (0, -number), said)
                if (
                    status != 0
                    and (target / "results.sqlite").exists()
                    and (target / "results.sqlite").stat().st_size > 0
                ):
                    self.assertTrue(said == "" or "the same command goes on where it was" in said, said)
            self.fine(*grid, "-o", target)
            self.assertEqual((target / "results.csv").read_bytes(), expected)
            self.assertEqual([name for name in os.listdir(target) if "tmp" in name], [])

    def test_ignored_signals_stay_so(self):
        done = subprocess.run(
            [
                "bash",
                "-c",
                'trap "" INT; "$0" run efficientnet_b0 --tile-height 7,4 --quiet >/dev/null & sleep 0.02; '
                'kill -INT $!; wait $!',
                PROGRAM,
            ],
            capture_output=True,
            check=False,
        )
        self.assertEqual(done.returncode, 0, done.stderr)


class Writing(Folder):
    def test_closed_standard_streams(self):
        """What is opened next does not take their place."""
        target = self.folder / "out.json"
        for closed in ("<&-", "2>&-", "<&- 2>&-"):
            done = subprocess.run(
                ["bash", "-c", f'"$0" run tiny_se --device tiny --format json -o "$1" {closed}', PROGRAM, target],
                capture_output=True,
                check=False,
            )
            self.assertEqual((done.returncode, done.stdout), (0, b""), closed)
            json.loads(target.read_text())
            target.unlink()
        for arguments, status in (
            ('run no_such -o "$1" 2>&-', 2),
            ('run tiny_se --device tiny >&-', 2),
            ('list -o "$1" >&- 2>&-', 0),
        ):
            done = subprocess.run(
                ["bash", "-c", f'"$0" {arguments}', PROGRAM, target], capture_output=True, check=False
            )
            self.assertEqual(done.returncode, status, (arguments, done.stderr))
        self.assertTrue(target.read_text().startswith("networks"))

    def test_full_disk(self):
        place = self.folder / "disk"
        place.mkdir()
        own = ["unshare", "-m"] if os.geteuid() == 0 else ["unshare", "-r", "-m"]
        if (
            subprocess.run([*own, "mount", "-t", "tmpfs", "tmpfs", place], capture_output=True, check=False).returncode
            != 0
        ):
            if os.geteuid() == 0 and os.environ.get("CI"):
                self.fail("root in CI, but no file system can be mounted")
            self.skipTest("neither root nor user namespaces: no file system of its own can be mounted")
        done = subprocess.run(
            [*own, sys.executable, "-B", __file__, PROGRAM, ROOT, *LAST_ARGUMENT, place],
            capture_output=True,
            text=True,
            check=False,
        )
        self.assertEqual((done.returncode, done.stderr), (0, ""), done.stdout)

    def test_devices_are_written_straight(self):
        prepare(self.folder)
        for arguments, options in every_output(self.folder):
            for option in options:
                if not is_known(arguments, option):
                    continue
                done = rowflow(*arguments, option, "/dev/full")
                self.assertEqual(done.returncode, 2, (arguments, option, done.stderr))
                self.assertIn(b"No space left", done.stderr)
                self.assertTrue(stat.S_ISCHR(os.stat("/dev/full").st_mode))
                done = rowflow(*arguments, option, "/dev/null")
                self.assertEqual(done.returncode, 0, (arguments, option, done.stderr))
                self.assertTrue(stat.S_ISCHR(os.stat("/dev/null").st_mode))

    def test_standard_output_and_error_that_are_full(self):
        with open("/dev/full", "wb") as full:
            for arguments in (
                ("run", "tiny_se"),
                ("list",),
                ("plan", "tiny_se"),
                ("--help",),
                ("--version",),
                ("run", "--help"),
            ):
                self.assertEqual(
                    rowflow(*arguments, capture_output=False, stdout=full, stderr=subprocess.PIPE).returncode,
                    2,
                    arguments,
                )
            for arguments, status in (
                (("run", "no_such"), 2),
                (("run", "tiny_se", "--format", "json"), 0),
                (("x",), 2),
            ):
                done = rowflow(*arguments, capture_output=False, stdout=subprocess.DEVNULL, stderr=full)
                self.assertEqual(done.returncode, status, arguments)

    def test_fifo_standard_output_and_links(self):
        expected = rowflow("run", "tiny_se", "--format", "json").stdout
        fifo = self.folder / "fifo"
        os.mkfifo(fifo)
        read = []
        reader = threading.Thread(target=lambda: read.append(fifo.read_bytes()))
        reader.start()
        self.fine("run", "tiny_se", "--format", "json", "-o", fifo)
        reader.join()
        self.assertEqual(read, [expected])
        self.assertTrue(stat.S_ISFIFO(fifo.stat().st_mode))
        out = self.folder / "out"
        with open(out, "wb") as file:
            rowflow("run", "tiny_se", "--trace", "/dev/stdout", capture_output=False, stdout=file)
        text = out.read_text()
        self.assertIn("tiny_se on hailo8", text)
        json.loads(text[text.index('{"traceEvents"') :])
        target, link, second = self.folder / "target", self.folder / "link", self.folder / "second"
        target.write_text("old")
        target.chmod(0o640)
        link.symlink_to("target")
        second.symlink_to(link)
        self.fine("run", "tiny_se", "--format", "json", "-o", second)
        self.assertTrue(second.is_symlink() and link.is_symlink())
        self.assertEqual((target.read_bytes(), stat.S_IMODE(target.stat().st_mode)), (expected, 0o640))
        self.fine("run", "tiny_se", "--timing", "synchronous", "--vcd", second)
        self.assertIn("$enddefinitions", target.read_text())
        dangling = self.folder / "dangling"
        dangling.symlink_to("made")
        self.fine("list", "-o", dangling)
        self.assertTrue((self.folder / "made").read_text().startswith("networks"))
        loop = self.folder / "loop"
        loop.symlink_to("loop")
        self.refused("list", "-o", loop)
        self.refused("list", "-o", self.folder, words=["folder"])
        self.refused("list", "-o", self.folder / "none" / "x")
        self.refused("run", "tiny_se", "--report", target, "--picture", second, words=["--report"])
        self.assertEqual([name for name in os.listdir(self.folder) if "tmp" in name], [])


if __name__ == "__main__":
    if sys.argv[3:4] == LAST_ARGUMENT:
        faults = on_full_disk(pathlib.Path(sys.argv[4]))
        print("\n".join(map(str, faults)))
        sys.exit(1 if faults else 0)
    unittest.main(argv=[sys.argv[0], *sys.argv[3:]])
