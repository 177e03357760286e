#!/usr/bin/env python3
"""Devices, mapping files, calibration and sensitivity from outside. Usage: mapping_test.py ROWFLOW SOURCE_FOLDER"""
import json
import pathlib
import sys
import unittest

sys.path.append(str(pathlib.Path(__file__).resolve().parents[1] / "support"))
from folder import InFolder  # noqa: E402
from old_defaults import attempt  # noqa: E402
from program import ROOT  # noqa: E402

NETWORKS = ("tiny_se", "mobilenetv3_small", "efficientnet_b0")


class Case(InFolder):
    def document(self, *arguments):
        done = attempt(*arguments, "--format", "json")
        self.assertEqual(done.returncode, 0, done.stderr)
        return json.loads(done.stdout)

    def refused(self, *arguments, says):
        done = attempt(*arguments)
        self.assertEqual((done.returncode, done.stdout), (2, ""), done.stderr)
        for phrase in says:
            self.assertIn(phrase, done.stderr)


class Devices(Case):
    def test_every_shipped_device_runs(self):
        devices = sorted(path.stem for path in (ROOT / "configs/devices").glob("*.json"))
        self.assertLessEqual({"edge_small", "hailo8", "hailo8l", "tiny"}, set(devices))
        for device in devices:
            for network in NETWORKS:
                with self.subTest(device=device, network=network):
                    result = self.document("run", network, "--device", device)
                    self.assertEqual(result["status"], "ok")
                    self.assertGreater(result["throughput"]["fps"], 0)
                    self.assertIsNotNone(result["latency"]["paced_cycles"])
                    limits = {use["name"]: use["limit"] for use in result["fit"]["resources"] if use["scope"] == "chip"}
                    self.assertGreater(limits["controllers"], 0)

    def test_the_8l_is_half_an_8(self):
        totals = {
            device: self.document("plan", "tiny_se", "--device", device)["mapping"] for device in ("hailo8", "hailo8l")
        }
        for resource in ("controllers", "subclusters", "l3_cuts"):
            self.assertEqual(totals["hailo8"][resource]["total"], 2 * totals["hailo8l"][resource]["total"], resource)

    def test_a_finite_width_between_clusters_takes_time(self):
        plan = self.document("plan", "mobilenetv3_small", "--device", "edge_small")
        transfers = [stage for stage in plan["stages"] if stage["kind"] == "transfer"]
        self.assertTrue(transfers)
        buffers = {buffer["name"]: buffer for buffer in plan["buffers"]}
        for stage in transfers:
            row = buffers[stage["inputs"][0]["buffer"]]
            self.assertEqual(set(stage["cost"]), {-(-row["row_elements"] // 4)}, stage["name"])  # transfer_width 4
            self.assertEqual(row["role"], "transfer")
        wide = self.document("plan", "mobilenetv3_small", "--device", "hailo8")
        self.assertFalse(
            [stage for stage in wide["stages"] if stage["kind"] == "transfer"], "as wide as inside a cluster"
        )

    def test_without_l4_the_host_takes_large_buffers(self):
        plan = self.document("plan", "efficientnet_b0", "--device", "edge_small")
        levels = {buffer["level"] for buffer in plan["buffers"]}
        self.assertEqual(levels, {"L3", "host"})
        kinds = [stage["kind"] for stage in plan["stages"]]
        self.assertGreater(kinds.count("store"), 0)
        self.assertEqual(kinds.count("store"), kinds.count("load"))
        self.assertIn("se_bypass", {buffer["role"] for buffer in plan["buffers"] if buffer["level"] == "host"})


class Documents(Case):
    def test_every_key_is_described(self):
        schema = json.loads((ROOT / "configs/schemas/device.schema.json").read_text())["properties"]
        keys = {*schema, *schema["memory"]["properties"], *schema["rates"]["properties"]} - {
            "$schema",
            "name",
            "description",
        }
        for page in ("configs/README.md", "configs/devices/README.md"):
            text = (ROOT / page).read_text().replace("`output_link_…`", "output_link_bytes_per_kilocycle")
            self.assertEqual([key for key in sorted(keys) if key not in text], [], page)

    def test_the_sensitivity_shown_is_what_is_printed(self):
        shown = (ROOT / "configs/devices/README.md").read_text().split("```\n")[1]
        printed = attempt(
            "run", "mobilenetv3_small", "--device", "edge_small", "--tile-height", "full,14,7", "--sensitivity"
        ).stdout
        self.assertTrue(shown.startswith("The recommendation"))
        self.assertIn(shown, printed)


class Mappings(Case):
    def test_the_public_build(self):
        plan = self.document("plan", "resnet_v1_50", "--mapping", "resnet_v1_50")
        given = json.loads((ROOT / "configs/mappings/resnet_v1_50.json").read_text())["layers"]
        self.assertEqual(given["conv1"]["subclusters"], 16)
        got = {stage["name"]: stage["subclusters"] for stage in plan["stages"]}
        for layer, mapped in given.items():
            self.assertEqual(got[layer], mapped["subclusters"], layer)
        own = self.document("plan", "resnet_v1_50")
        self.assertNotEqual(
            got, {stage["name"]: stage["subclusters"] for stage in own["stages"]}, "--mapping does something"
        )
        self.assertEqual(self.document("run", "resnet_v1_50", "--mapping", "resnet_v1_50")["status"], "ok")

    def test_what_is_missing_is_filled_in(self):
        file = self.put("one.json", {"layers": {"conv1": {"subclusters": 3, "clusters": [5]}}})
        stages = {stage["name"]: stage for stage in self.document("plan", "resnet_v1_50", "--mapping", file)["stages"]}
        self.assertEqual((stages["conv1"]["subclusters"], stages["conv1"]["cluster"]), (3, 5))
        self.assertGreater(stages["conv3"]["subclusters"], 0)

    def test_refusals(self):
        wrong = {"conv_1": {"subclusters": 16}}
        self.refused(
            "run",
            "resnet_v1_50",
            "--mapping",
            self.put("layer.json", {"layers": wrong}),
            says=['"conv_1"', '"conv1"'],
        )
        cluster = self.put("cluster.json", {"layers": {"conv1": {"clusters": [8]}}})
        self.refused("run", "resnet_v1_50", "--mapping", cluster, says=["conv1", "cluster 8"])
        fifo = self.put("fifo.json", {"layers": {}, "fifo_rows": {"conv1->maxpol1": 2}})
        self.refused("run", "resnet_v1_50", "--mapping", fifo, says=['"conv1->maxpool1"'])
        self.refused("run", "resnet_v1_50", "--mapping", "resnet_v1_5", says=['"resnet_v1_50"'])


class Calibrations(Case):
    KEYS = [
        "schema",
        "version",
        "devices",
        "sources",
        "before",
        "networks",
        "parameters",
        "groups",
        "error",
        "left_out_error",
        "baseline_error",
        "baseline_share",
        "fitted_error",
        "check_error",
        "check_baseline_error",
        "power",
    ]

    def test_figures_and_their_names(self):
        file = self.put(
            "mine.json",
            {
                "device": "hailo8",
                "source": "mine",
                "fit": [{"parameter": "/rates/depthwise", "candidates": [2000, 4000], "reason": "not public"}],
                "networks": [
                    {"network": "mobilenet_v1", "fps": 3305},
                    {"network": "mobilenet_v2", "fps": 2597},
                    {"network": "squeezenet_v1_1", "fps": 3034, "only_check": True},
                ],
            },
        )
        result = self.document("calibrate", file)
        self.assertEqual(list(result), self.KEYS)
        self.assertEqual(
            (result["schema"], result["devices"], result["sources"]), ("rowflow.calibration/2", ["hailo8"], ["mine"])
        )
        self.assertEqual(
            [network["name"] for network in result["networks"]], ["mobilenet_v1", "mobilenet_v2", "squeezenet_v1_1"]
        )
        for network in result["networks"]:
            for key in ("predicted_fps", "baseline_fps"):
                self.assertGreater(network[key], 0)
            self.assertTrue(network["limited_by"])
            self.assertEqual(network["left_out_fps"] is None, network["only_check"])
        self.assertIn(
            result["parameters"][0]["fitted"], (1500, 2000, 4000)
        )  # the device's own, if no candidate is better
        self.assertLessEqual(result["fitted_error"], result["error"] + 1e-12)
        self.assertIsNotNone(result["check_error"])

    def test_the_prediction_is_that_of_run(self):
        file = self.put("one.json", {"device": "edge_small", "networks": [{"network": "mobilenet_v1", "fps": 100}]})
        predicted = self.document("calibrate", file)["networks"][0]["predicted_fps"]
        ran = self.document("run", "mobilenet_v1", "--device", "edge_small")["throughput"]["fps"]
        self.assertAlmostEqual(predicted / ran, 1, delta=1e-12)

    def test_the_prediction_is_that_of_run_where_the_memory_of_buffers_changes_the_allocation(self):
        model = str(ROOT.resolve() / "tests/data/onnx/resnext50_32x4d.onnx")
        file = self.put("short.json", {"device": "hailo8", "networks": [{"network": model, "fps": 761}]})
        network = self.document("calibrate", file)["networks"][0]
        ran = self.document("run", model)
        self.assertAlmostEqual(network["predicted_fps"] / ran["throughput"]["fps"], 1, delta=1e-12)

    def test_paths_start_at_the_file(self):
        device = json.loads((ROOT / "configs/devices/edge_small.json").read_text())
        self.put("chip.json", {**device, "name": "chip"})
        self.put("net.json", (ROOT / "configs/networks/tiny_se.json").read_text())
        file = self.put("mine.json", {"device": "chip.json", "networks": [{"network": "net.json", "fps": 1}]})
        self.assertEqual(self.document("calibrate", file)["devices"], ["chip"])
        self.assertEqual(self.document("calibrate", file, "--device", "tiny")["devices"], ["tiny"])

    def test_several_lists_are_one_calibration(self):
        network = {"network": "mobilenet_v1", "fps": 3305, "mode": "performance", "before_fps": 3000}
        self.put(
            "large.json",
            {
                "device": "hailo8",
                "source": "one",
                "networks": [network],
                "before": "an earlier compiler",
                "power": [
                    {"network": "mobilenet_v1", "fps": 100, "watts": 2},
                    {"network": "b", "gmacs": 9, "fps": 300, "watts": 3},
                ],
            },
        )
        self.put(
            "small.json", {"device": "hailo8l", "source": "two", "networks": [{"network": "mobilenet_v1", "fps": 2565}]}
        )
        file = self.put("both.json", {"lists": ["./large.json", "small.json"]})
        result = self.document("calibrate", file)
        self.assertEqual(
            (result["devices"], result["sources"], result["before"]),
            (["hailo8", "hailo8l"], ["one", "two"], "an earlier compiler"),
        )
        self.assertEqual(
            [(n["device"], n["mode"], n["before_fps"]) for n in result["networks"]],
            [("hailo8", "performance", 3000), ("hailo8l", "default", None)],
        )
        self.assertEqual(
            {group["by"] for group in result["groups"]} - {"limited by"}, {"all", "device", "compiler mode"}
        )
        self.assertEqual([r["network"] for r in result["power"]["readings"]], ["mobilenet_v1", "b"])
        self.assertAlmostEqual(result["power"]["readings"][0]["gmacs"], 0.57, delta=0.01)
        alone = self.document("calibrate", str(self.folder / "small.json"))["networks"][0]
        self.assertEqual(alone["predicted_fps"], result["networks"][1]["predicted_fps"])
        self.refused("calibrate", file, "--device", "tiny", says=["--device", "lists"])
        self.refused(
            "calibrate",
            self.put("deep.json", {"lists": ["./both.json"]}),
            says=["deep.json", "/lists", "both.json"],
        )
        self.refused(
            "calibrate", self.put("none.json", {"lists": ["./there_is_none.json"]}), says=["there_is_none.json"]
        )

    def test_refusals(self):
        network = {"network": "mobilenet_v1", "fps": 3305}
        self.refused("calibrate", self.put("json.json", "{"), says=["json.json"])
        self.refused(
            "calibrate",
            self.put("fps.json", {"device": "hailo8", "networks": [{"network": "mobilenet_v1"}]}),
            says=["fps.json", "/networks/0", '"fps"'],
        )
        fit = [{"parameter": "/rates/convv", "candidates": [1], "reason": "a slip"}]
        self.refused(
            "calibrate",
            self.put("fit.json", {"device": "hailo8", "networks": [network], "fit": fit}),
            says=["fit.json", '"/rates/conv"'],
        )
        self.refused("calibrate", "hailo9", says=['"hailo8"'])


class Sensitivity(Case):
    VERDICT = r"The recommendation, T = (\d+|full), (stands at both ends of every range|changes with )"

    def test_several_heights_get_a_verdict(self):
        done = attempt("run", "tiny_se", "--tile-height", "full,7", "--sensitivity")
        self.assertEqual(done.returncode, 0, done.stderr)
        self.assertRegex(done.stdout, self.VERDICT)
        self.assertIn("row_overhead/default", done.stdout.split("Sensitivity:")[1])

    def test_one_height_has_nothing_to_recommend(self):
        done = attempt("run", "tiny_se", "--sensitivity")
        self.assertEqual(done.returncode, 0, done.stderr)
        self.assertIn("Sensitivity:", done.stdout)
        self.assertNotRegex(done.stdout, self.VERDICT)

    def test_a_network_without_blocks_has_figures_too(self):
        done = attempt("run", "espcn_x2", "--sensitivity")
        self.assertEqual(done.returncode, 0, done.stderr)
        self.assertRegex(done.stdout.split("Sensitivity:")[1], r"(?m)^ *widths/default .*[+]\d")


if __name__ == "__main__":
    unittest.main(argv=[sys.argv[0], *sys.argv[3:]])
