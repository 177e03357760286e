"""Runs end early and are proven: proven_test.py ROWFLOW SOURCE [--all]

Every shipped network, untiled and in tiles of 7 rows, within 150 MB, its interval proven; --all holds each to 3 s of processor time too.
Without it a few, and a generous time: the machine may be busy."""
import json
import os
import pathlib
import subprocess
import sys
import tempfile
import unittest

sys.path.append(os.path.join(os.path.dirname(os.path.abspath(__file__)), "../support"))
from old_defaults import pinned  # noqa: E402

rowflow, source = sys.argv[1], pathlib.Path(sys.argv[2])
walk_all = "--all" in sys.argv[3:]
SOME = ["tiny_se", "efficientnet_b7", "efficientdet_d4", "efficientdet_d7"]
SECONDS = 3 if walk_all else 12
MEGABYTES = 150


def measured(*arguments):
    """What the program prints, its processor time in s and its memory in MB."""
    process = subprocess.Popen([rowflow, *pinned(arguments)], stdout=subprocess.PIPE)
    with process.stdout:
        output = process.stdout.read()
    _, status, usage = os.wait4(process.pid, 0)
    process.returncode = status
    assert status == 0, status
    return output, usage.ru_utime + usage.ru_stime, usage.ru_maxrss / 1024


class Proven(unittest.TestCase):
    def test_shipped_networks(self):
        networks = sorted(path.stem for path in (source / "configs/networks").glob("*.json")) if walk_all else SOME
        self.assertTrue(networks)
        for network in networks:
            for tile in ("full", "7"):
                with self.subTest(network=network, tile=tile):
                    output, seconds, megabytes = measured("run", network, "--tile-height", tile, "--format", "json")
                    result = json.loads(output)
                    self.assertIn(result["throughput"]["proof"], ("bound", "repeat"))
                    self.assertLessEqual(result["frames"], 64 if result["throughput"]["proof"] == "bound" else 4096)
                    self.assertLess(seconds, SECONDS)
                    self.assertLess(megabytes, MEGABYTES)

    def test_time_grows_with_the_layers_only(self):
        """No second pass over all modules as the program ends."""
        with tempfile.TemporaryDirectory() as folder:
            path = os.path.join(folder, "chain.json")
            layers = [{"name": f"l{i}", "type": "conv", "inputs": [f"l{i - 1}" if i else "input"], "filters": 4, "kernel": 1} for i in range(10000)]
            with open(path, "w", encoding="utf-8") as file:
                json.dump({"name": "chain", "input": {"height": 2, "width": 2, "channels": 4}, "layers": layers}, file)
            _, seconds, _ = measured("run", path, "--frames", "2", "--format", "json")
            self.assertLess(seconds, 4)  # 6 to 15 s with it


unittest.main(argv=sys.argv[:1])
