"""Runs end early and are proven: proven_test.py ROWFLOW SOURCE [--all]

Every shipped network, untiled and in tiles of 7 rows, within 150 MB, the interval of each context proven. --all holds
each to seconds of processor time on a machine that does nothing else: 3 for one context and full-rate buffers (the
defaults of 0.1), 10 for the mapper's search of contexts and best buffers. Without it a few, and a generous time."""
import itertools
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
SECONDS = {"0.1": 3, "today": 10} if walk_all else {"today": 20}
MEGABYTES = 150


def measured(defaults, *arguments):
    """What the program prints, its processor time in s and its memory in MB."""
    process = subprocess.Popen(
        [rowflow, *(pinned(arguments) if defaults == "0.1" else arguments)], stdout=subprocess.PIPE
    )
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
        for network, tile, defaults in itertools.product(networks, ("full", "7"), SECONDS):
            with self.subTest(network=network, tile=tile, defaults=defaults):
                output, seconds, megabytes = measured(
                    defaults, "run", network, "--tile-height", tile, "--format", "json"
                )
                result = json.loads(output)
                contexts = result.get("contexts")
                for part in contexts["list"] if contexts else [result["throughput"]]:
                    self.assertIn(part["proof"], ("bound", "repeat"))
                self.assertLessEqual(result["frames"], 4096 if result["throughput"]["proof"] == "repeat" else 64)
                self.assertLess(seconds, SECONDS[defaults])
                self.assertLess(megabytes, MEGABYTES)

    def test_time_grows_with_the_layers_only(self):
        """No second pass over all modules as the program ends."""
        with tempfile.TemporaryDirectory() as folder:
            path = os.path.join(folder, "chain.json")
            layers = [
                {"name": f"l{i}", "type": "conv", "inputs": [f"l{i - 1}" if i else "input"], "filters": 4, "kernel": 1}
                for i in range(10000)
            ]
            with open(path, "w", encoding="utf-8") as file:
                json.dump({"name": "chain", "input": {"height": 2, "width": 2, "channels": 4}, "layers": layers}, file)
            for defaults in ("0.1", "today"):  # one context as if it fitted; some hundred contexts
                _, seconds, _ = measured(defaults, "run", path, "--frames", "2", "--format", "json")
                self.assertLess(seconds, 4)  # 6 to 15 s with it


unittest.main(argv=sys.argv[:1])
