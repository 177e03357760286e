#!/usr/bin/env python3
"""A sweep that is killed, interrupted or out of space at a random moment, and asked for again: the rows are those of
one that went through, to the byte, and no other file is left. Usage: rounds_test.py ROWFLOW [unittest's options]

ROWFLOW_ROUNDS says how often each (default 50), ROWFLOW_SEED where the draw begins."""
import os
import pathlib
import random
import signal
import subprocess
import sys
import tempfile
import time
import unittest

sys.path.append(os.path.join(os.path.dirname(os.path.abspath(__file__)), "../support"))
from old_defaults import pinned  # noqa: E402

PROGRAM = str(pathlib.Path(sys.argv.pop(1)).resolve())
ROUNDS = int(os.environ.get("ROWFLOW_ROUNDS", "50"))
ENOUGH = 10  # rounds that cannot by chance all have come too late
SEED = os.environ.get("ROWFLOW_SEED", "1")
GRID = [
    "sweep",
    "tiny_se",
    "mobilenetv3_small",
    "--tile-height",
    "full,28,14,7,4,2,1",
    "--buffers",
    "minimal,full-rate",
    "--keep",
    "full",
    "--quiet",
    "--jobs",
    "2",
]
FILES = {"results.csv", "results.sqlite"}
ON_SMALL_DISK = "small disk"


def sweep(folder, **more):
    return subprocess.Popen(
        [PROGRAM, *pinned([*GRID, "-o", str(folder)])],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        **more,
    )


def whole_sweep(folder):
    """The rows, and the seconds that they take."""
    begin = time.monotonic()
    with sweep(folder) as process:
        _, said = process.communicate(timeout=600)
    assert process.returncode == 0, said
    return (folder / "results.csv").read_bytes(), time.monotonic() - begin


def left_behind(folder):
    """Files that are no part of a sweep's results."""
    return sorted(set(os.listdir(folder)) - FILES)


class Rounds(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        temporary = tempfile.TemporaryDirectory()
        cls.addClassCleanup(temporary.cleanup)
        cls.folder = pathlib.Path(temporary.name)
        cls.expected, cls.seconds = whole_sweep(cls.folder / "whole")

    def ended(self, name, number, statuses):
        """Each round ends a sweep up to three times, and lets it come to its end then."""
        draw = random.Random(f"{SEED} {name}")
        stopped = 0
        for round_ in range(ROUNDS):
            folder = self.folder / f"{name}{round_}"
            for _ in range(draw.randint(1, 3)):
                with sweep(folder) as process:
                    time.sleep(draw.uniform(0, self.seconds))
                    process.send_signal(number)
                    said = process.communicate(timeout=60)[1].decode()
                self.assertIn(process.returncode, statuses, said)
                stopped += process.returncode != 0
                self.assertNotIn("defect", said)
            rows, _ = whole_sweep(folder)
            self.assertEqual(rows, self.expected, f"round {round_}")
            self.assertEqual(left_behind(folder), [], f"round {round_}")
        self.assertGreater(stopped, ROUNDS // 2 if ROUNDS >= ENOUGH else -1)
        print(f"{name}: {ROUNDS} rounds, stopped {stopped} times", file=sys.stderr)

    def test_killed(self):
        self.ended("killed", signal.SIGKILL, (0, -signal.SIGKILL))

    def test_interrupted(self):
        self.ended("interrupted", signal.SIGINT, (0, -signal.SIGINT))

    def test_out_of_space(self):
        """On file systems of every size up to what the results take; then with room enough."""
        own = ["unshare", "-m"] if os.geteuid() == 0 else ["unshare", "-r", "-m"]
        place = self.folder / "disk"
        place.mkdir()
        mounted = subprocess.run([*own, "mount", "-t", "tmpfs", "tmpfs", place], capture_output=True, check=False)
        if mounted.returncode != 0:
            if os.geteuid() == 0 and os.environ.get("CI"):
                self.fail("root in CI, but no file system can be mounted")
            self.skipTest("neither root nor user namespaces: no file system of its own can be mounted")
        done = subprocess.run(
            [*own, sys.executable, "-B", __file__, PROGRAM, ON_SMALL_DISK, place, self.folder / "whole"],
            capture_output=True,
            text=True,
            check=False,
        )
        self.assertEqual((done.returncode, done.stdout), (0, ""), done.stderr)
        print(done.stderr, end="", file=sys.stderr)


def small_disks(place, whole):
    """In a mount namespace of its own. Returns what is wrong."""
    draw = random.Random(f"{SEED} out of space")
    expected = (whole / "results.csv").read_bytes()
    needed = sum(path.stat().st_size for path in whole.iterdir())
    wrong, full = [], 0
    for round_ in range(ROUNDS):
        kib = draw.randint(8, max(16, needed // 1024 * 4))
        subprocess.run(["mount", "-t", "tmpfs", "-o", f"size={kib}k", "tmpfs", place], check=True)
        folder = place / "sweep"
        with sweep(folder) as process:
            said = process.communicate(timeout=600)[1].decode()
        full += process.returncode != 0
        if process.returncode not in (0, 2) or (process.returncode == 2 and "space" not in said and "full" not in said):
            wrong.append((kib, process.returncode, said))
        if folder.exists() and [name for name in left_behind(folder) if not name.startswith("results.sqlite-")]:
            wrong.append((kib, "left behind", left_behind(folder)))
        rows = folder / "results.csv"
        if rows.exists() and rows.read_bytes() != expected:
            wrong.append((kib, "rows that are not whole"))
        subprocess.run(["mount", "-o", "remount,size=64m", place], check=True)
        with sweep(folder) as process:
            said = process.communicate(timeout=600)[1].decode()
        if process.returncode != 0 or rows.read_bytes() != expected or left_behind(folder):
            wrong.append((kib, "with room again", process.returncode, said, left_behind(folder)))
        subprocess.run(["umount", place], check=True)
    if ROUNDS >= ENOUGH and full < ROUNDS // 4:
        wrong.append(f"only {full} of {ROUNDS} disks were full")
    print(f"out of space: {ROUNDS} rounds, {full} of the disks too small", file=sys.stderr)
    return wrong


if __name__ == "__main__":
    if sys.argv[1:2] == [ON_SMALL_DISK]:
        faults = small_disks(pathlib.Path(sys.argv[2]), pathlib.Path(sys.argv[3]))
        print("".join(f"{fault}\n" for fault in faults), end="")
        sys.exit(1 if faults else 0)
    unittest.main()
