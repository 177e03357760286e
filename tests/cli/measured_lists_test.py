"""Lists of measured networks agree with each other and with what is shipped, and scripts/fit_table.py judges by the
program's plan.

Usage: measured_lists_test.py ROWFLOW SOURCE_FOLDER
"""
import csv
import json
import pathlib
import subprocess
import sys
import tempfile
import unittest

ROWFLOW, SOURCE = "", pathlib.Path()


def rows(name):
    with open(SOURCE / "tests/data" / name, encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def calibration(device):
    networks = json.loads((SOURCE / f"configs/calibration/{device}_single_context.json").read_text(encoding="utf-8"))
    assert networks["device"] == device
    return [(n["network"], n["fps"], n.get("only_check", False)) for n in networks["networks"]]


def is_one_context(row):
    """What the vendor's tables show: batches of eight are no faster."""
    return abs(float(row["fps_b8"]) / float(row["fps_b1"]) - 1) < 0.02


class Lists(unittest.TestCase):
    def test_networks_are_shipped(self):
        names = {row["network"] for row in rows("fit_set.csv")} | {
            n[0] for d in ("hailo8", "hailo8l") for n in calibration(d)
        }
        self.assertEqual(
            [name for name in sorted(names) if not (SOURCE / f"configs/networks/{name}.json").exists()], []
        )

    def test_contexts_are_those_that_the_batches_tell(self):
        measured = rows("fit_set.csv")
        self.assertEqual(
            [row for row in measured if row["contexts"] != ("one" if is_one_context(row) else "several")], []
        )
        self.assertEqual([row["network"] for row in rows("context_set.csv") if is_one_context(row)], [])
        counts = {
            key: sum((row["device"], row["contexts"]) == key for row in measured)
            for key in (("hailo8", "one"), ("hailo8l", "one"), ("hailo8l", "several"))
        }
        self.assertEqual(list(counts.values()), [42, 22, 19])
        self.assertEqual(len({(row["network"], row["device"]) for row in measured}), len(measured))

    def test_calibration_lists_are_fixed_and_measured_alike(self):
        fps = {
            (row["network"], row["device"]): float(row["fps_b1"])
            for row in rows("fit_set.csv")
            if row["contexts"] == "one"
        }
        for device, count in (("hailo8", 31), ("hailo8l", 18)):
            listed = calibration(device)
            self.assertEqual(sum(not only_check for _, _, only_check in listed), count)
            self.assertEqual(
                len({name for name, _, _ in listed}), len(listed), "a network that is fitted to is not checked with"
            )
            for name, measured, only_check in listed:
                self.assertEqual(fps.get((name, device), measured if only_check else None), measured, name)


class FitTable(unittest.TestCase):
    def table(self, lines, *options):
        with tempfile.TemporaryDirectory() as folder:
            path = pathlib.Path(folder, "list.csv")
            path.write_text(
                "network,device,fps_b1,contexts\n" + "".join(line + "\n" for line in lines), encoding="utf-8"
            )
            command = [sys.executable, "-B", SOURCE / "scripts/fit_table.py", path, "--rowflow", ROWFLOW, *options]
            return subprocess.run(command, capture_output=True, text=True, check=False)

    def test_what_fits_and_what_is_short(self):
        done = self.table(["tiny_se,hailo8,1000,one", "efficientnet_b7,hailo8l,10,several"], "--csv")
        self.assertEqual(done.returncode, 0, done.stderr)
        head, small, large = csv.reader(done.stdout.splitlines())
        self.assertEqual(head[:6], ["network", "device", "contexts", "fits", "short of", "fps"])
        self.assertEqual(small[:5], ["tiny_se", "hailo8", "one", "yes", ""])
        self.assertEqual(large[:4], ["efficientnet_b7", "hailo8l", "several", "no"])
        self.assertIn("controllers", large[4])
        self.assertAlmostEqual(float(small[7]), float(small[5]) / 1000, delta=0.006 * float(small[7]))

    def test_summary_and_options(self):
        done = self.table(["tiny_se,hailo8,1000,one", "tiny_se,hailo8l,1000,one"], "--", "--buffers", "minimal")
        self.assertEqual(done.returncode, 0, done.stderr)
        self.assertIn("hailo8, one measured: 1 of 1 fit in one context", done.stdout)
        self.assertIn("hailo8l, one measured: 1 of 1 fit in one context", done.stdout)

    def test_a_network_that_is_not_there_is_named(self):
        done = self.table(["tiny_see,hailo8,1000,one"])
        self.assertNotEqual(done.returncode, 0)
        self.assertIn("tiny_see", done.stderr)


if __name__ == "__main__":
    ROWFLOW, SOURCE = sys.argv[1], pathlib.Path(sys.argv[2])
    unittest.main(argv=sys.argv[:1])
