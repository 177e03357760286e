#!/usr/bin/env python3
"""Energy of a frame from outside: run's JSON, text and CSV, sweeps, regressions. Usage: energy_test.py ROWFLOW
SOURCE_FOLDER"""
import csv
import io
import json
import pathlib
import sys
import tempfile
import unittest

sys.path.append(str(pathlib.Path(__file__).resolve().parents[1] / "support"))
from program import ROOT, printed, result as result_of  # noqa: E402

NETWORK = "mobilenetv3_small"


class Energy(unittest.TestCase):
    def test_parts_kinds_and_stages_add_up(self):
        result = result_of(NETWORK, "--tile-height", "7")
        energy, frame = result["energy"], result["energy"]["frame_mj"]["value"]
        moving = frame - energy["static_mj"]
        self.assertAlmostEqual(sum(energy["by_part_mj"].values()), moving, delta=1e-9)
        self.assertAlmostEqual(sum(energy["by_kind_mj"].values()), moving, delta=1e-9)
        self.assertAlmostEqual(sum(stage["energy_mj"] for stage in result["stages"]), moving, delta=1e-9)
        self.assertAlmostEqual(energy["watts"]["value"], frame * result["throughput"]["fps"] / 1e3, delta=1e-9)
        device = json.loads((ROOT / "configs/devices/hailo8.json").read_text())["energy"]
        macs = sum(stage["macs_per_frame"] for stage in result["stages"])
        for end in ("value", "low", "high"):
            watts = (
                device["static_milliwatts"][end] / 1e3
                + device["femtojoules_per_mac"][end] * 1e-15 * macs * result["throughput"]["fps"]
            )
            self.assertAlmostEqual(energy["watts"][end], watts, delta=1e-9)
        self.assertLess(energy["watts"]["low"], energy["watts"]["value"])
        self.assertLess(energy["watts"]["value"], energy["watts"]["high"])
        self.assertGreater(energy["by_part_mj"]["L2"], 0)
        self.assertEqual(energy["by_part_mj"]["host"], 0, "nothing is spilled")

    def test_smaller_tiles_cost_their_excite_macs_alone(self):
        full, tiled = (result_of(NETWORK, "--tile-height", height) for height in ("full", "1"))
        self.assertEqual(full["throughput"]["fps"], tiled["throughput"]["fps"])
        more = sum(stage["macs_per_frame"] for stage in tiled["stages"]) / sum(
            stage["macs_per_frame"] for stage in full["stages"]
        )
        moving = [result["energy"]["frame_mj"]["value"] - result["energy"]["static_mj"] for result in (full, tiled)]
        self.assertGreater(more, 1)
        self.assertAlmostEqual(moving[1] / moving[0], more, delta=1e-9)
        table = printed("run", NETWORK, "--tile-height", "full,1")
        self.assertRegex(table, r"mJ a")

    def test_a_device_without_figures_tells_none(self):
        result = result_of("tiny_se", "--device", "tiny")
        self.assertIsNone(result["energy"])
        self.assertIsNone(result["stages"][0]["energy_mj"])
        self.assertNotIn(" mJ ", printed("run", "tiny_se", "--device", "tiny"))
        row = next(csv.DictReader(io.StringIO(printed("run", "tiny_se", "--device", "tiny", "--format", "csv"))))
        self.assertEqual((row["frame_mj"], row["watts"]), ("", ""))

    def test_csv_and_sweeps_say_the_same(self):
        energy = result_of(NETWORK)["energy"]
        row = next(csv.DictReader(io.StringIO(printed("run", NETWORK, "--format", "csv"))))
        self.assertEqual(
            (float(row["frame_mj"]), float(row["watts"])), (energy["frame_mj"]["value"], energy["watts"]["value"])
        )
        with tempfile.TemporaryDirectory() as folder:
            text = printed("sweep", NETWORK, "--device-set", "/energy/static_milliwatts=0,1254,2508", "-o", folder)
            self.assertIn("mJ a", text)
            rows = list(csv.DictReader(io.StringIO(pathlib.Path(folder, "results.csv").read_text())))
        watts = [float(row["watts"]) for row in rows]
        self.assertEqual(watts[1], energy["watts"]["value"])
        self.assertAlmostEqual(watts[2] - watts[1], watts[1] - watts[0], delta=1e-9)
        self.assertAlmostEqual(watts[1] - watts[0], 1.254, delta=1e-9)

    def test_regressions_address_it(self):
        with tempfile.TemporaryDirectory() as folder:
            case = pathlib.Path(folder, "case.json")
            case.write_text(
                json.dumps(
                    {
                        "network": NETWORK,
                        "device": "hailo8",
                        "expect": {
                            "/energy/watts/value": {"at_least": 1.0},
                            "/energy/by_kind_mj/depthwise": {"at_least": 1e-6},
                        },
                    }
                )
            )
            self.assertIn("ok", printed("regress", case))

    def test_reports_take_results_with_and_without(self):
        with tempfile.TemporaryDirectory() as folder:
            for device in ("tiny", "hailo8"):
                saved, page = pathlib.Path(folder, "result.json"), pathlib.Path(folder, "page.html")
                saved.write_text(printed("run", "tiny_se", "--device", device, "--format", "json"))
                printed("report", saved, "-o", page)
                self.assertGreater(page.stat().st_size, 1000)


if __name__ == "__main__":
    unittest.main(argv=sys.argv[:1])
