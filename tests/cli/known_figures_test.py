#!/usr/bin/env python3
"""Figures that the user brings: penalties (--penalties) in results and sweeps; foldings of FINN (--costs).

Usage: known_figures_test.py ROWFLOW
"""
import csv
import json
import math
import pathlib
import sys
import unittest

sys.path.append(str(pathlib.Path(__file__).resolve().parents[1] / "support"))
from folder import InFolder, points_of  # noqa: E402
from program import result, rowflow  # noqa: E402

NETWORK = "efficientnet_b0"


class Penalties(InFolder):
    def penalties(self, heights, measured=None):
        blocks = [block["layer"] for block in result(NETWORK)["se_blocks"]]
        document = {
            "penalties": {
                block: {str(height): 0.01 * (b + 1) / height for height in heights} for b, block in enumerate(blocks)
            }
        }
        if measured:
            document["measured"] = {"model": "m.onnx", "data": "d", "metric": "top1", "samples": 9, "se_mode": measured}
        return self.put("penalties.json", document), document["penalties"]

    def known(self, found, penalties):
        tiled = [block for block in found["se_blocks"] if block["tile_height_effective"] < block["height"]]
        return [penalties[block["layer"]][str(block["tile_height_effective"])] for block in tiled]

    def test_of_a_point_in_every_format_by_every_rule(self):
        file, penalties = self.penalties([7, 4, 2])
        options = (NETWORK, "--tile-height", "4", "--penalties", file)
        found = result(*options)
        blocks = self.known(found, penalties)
        self.assertGreater(len(blocks), 4)
        self.assertAlmostEqual(found["penalty"], math.sqrt(sum(p * p for p in blocks)))
        self.assertAlmostEqual(result(*options, "--combine", "sum")["penalty"], sum(blocks))
        self.assertAlmostEqual(result(*options, "--combine", "max")["penalty"], max(blocks))
        self.assertIn(f"  penalty      {found['penalty']:.4g} in accuracy", rowflow("run", *options).stdout)
        (row,) = csv.DictReader(rowflow("run", *options, "--format", "csv").stdout.splitlines())
        self.assertAlmostEqual(float(row["penalty"]), found["penalty"])
        self.assertEqual(result(NETWORK, "--tile-height", "full", "--penalties", file)["penalty"], 0)
        self.assertIsNone(result(NETWORK, "--tile-height", "4")["penalty"])
        unknown = rowflow("run", NETWORK, "--tile-height", "3", "--penalties", file, "--format", "json")
        self.assertIsNone(json.loads(unknown.stdout)["penalty"])
        self.assertRegex(unknown.stderr, r'penalty unknown: \S+ has none of the block ".+" with 3 rows a tile, nor of')
        sized = json.loads(rowflow("size", *options, "--format", "json", "--quiet").stdout)
        self.assertAlmostEqual(sized["penalty"], found["penalty"])
        self.assertIn("  penalty  ", rowflow("size", *options).stdout)

    def test_figures_are_of_the_mode_that_they_were_measured_with(self):
        file, _ = self.penalties([7, 4, 2], "tiled")
        result(NETWORK, "--tile-height", "4", "--penalties", file)
        refused = rowflow(
            "run", NETWORK, "--tile-height", "4", "--se-mode", "cumulative", "--penalties", file, status=2
        )
        self.assertIn("was measured with tiled gates, expected cumulative ones as the block", refused.stderr)
        blocks = [block["layer"] for block in result(NETWORK)["se_blocks"]]
        full = result(NETWORK, "--tile-height", "full", "--se-mode", "cumulative", "--penalties", file)
        self.assertEqual(full["penalty"], 0, "one tile is not cumulative")
        static = self.put("static.json", {"penalties": {block: {"static": 0.02} for block in blocks}})
        found = result(NETWORK, "--se-mode", "static", "--penalties", static)
        self.assertAlmostEqual(found["penalty"], 0.02 * math.sqrt(len(blocks)))
        del blocks[3]
        some = self.put("some.json", {"penalties": {block: {"static": 0.02} for block in blocks}})
        self.assertIsNone(result(NETWORK, "--se-mode", "static", "--penalties", some)["penalty"])

    def test_a_sweep_has_a_front_with_them_and_runs_its_points_again(self):
        file, penalties = self.penalties([7, 4, 2])
        folder = self.folder / "points"
        # Without penalties T = 2 wins everything but excite work; with them every height is worth something.
        sweep = ("sweep", NETWORK, "--tile-height", "full,7,4,2", "-o", folder, "--penalties", file)
        summary = json.loads(rowflow(*sweep, "--format", "json", "--quiet").stdout)
        self.assertEqual(summary["objectives"][-1], {"column": "penalty", "better": "smaller"})
        front = {row["settings"]["tile_height"]: row["penalty"] for row in summary["networks"][0]["pareto"]}
        self.assertIn("full", front)
        self.assertEqual(front["full"], 0)
        self.assertTrue(all(value is not None for value in front.values()))
        text = rowflow(*sweep).stdout
        self.assertIn("excite work and penalty", text)
        file.unlink()  # what a folder keeps is enough
        point = next(row for row in points_of(folder) if row["tile_height"] == "4")
        again = json.loads(rowflow("run", "--point", f"{folder}:{point['id'][:8]}", "--format", "json").stdout)
        self.assertAlmostEqual(again["penalty"], float(point["penalty"]))
        self.assertAlmostEqual(again["penalty"], math.sqrt(sum(p * p for p in self.known(again, penalties))))

    def test_a_file_may_stand_in_a_sweep_file_and_in_a_regression(self):
        file, _ = self.penalties([7, 4, 2])
        wanted = result(NETWORK, "--tile-height", "4", "--penalties", file, "--combine", "sum")["penalty"]
        options = {"tile_height": 4, "penalties": "penalties.json", "combine": "sum"}
        case = self.put("case.json", {"network": NETWORK, "options": options, "expect": {"/penalty": wanted}})
        rowflow("regress", case)
        grid = self.put(
            "sweep.json",
            {"network": [NETWORK], "grid": {"tile_height": [4]}, "penalties": "penalties.json", "combine": "sum"},
        )
        rowflow("sweep", grid, "-o", self.folder / "points", "--quiet")
        (row,) = points_of(self.folder / "points")
        self.assertAlmostEqual(float(row["penalty"]), wanted)

    def test_the_front_of_a_sweep_by_brute_force(self):
        file, _ = self.penalties([7, 4, 2])
        folder = self.folder / "points"
        points = (NETWORK, "mobilenetv3_small", "--tile-height", "full,7,4,3,2", "--buffers", "minimal,full-rate")
        sweep = ("sweep", *points, "-o", folder, "--penalties", file)
        done = rowflow(*sweep, "--format", "json", "--quiet")
        rows = points_of(folder)
        names = [objective["column"] for objective in json.loads(done.stdout)["objectives"]]
        for network in json.loads(done.stdout)["networks"]:
            mine = [row for row in rows if row["network"] == network["network"] and row["status"] == "ok"]
            used = names if network["network"] == NETWORK else names[:-1]  # the file says nothing of the other's tiles
            known = [row for row in mine if all(row[name] for name in used)]
            costs = {row["id"]: [(-1 if name == "fps" else 1) * float(row[name]) for name in used] for row in known}
            front = {
                tuple(costs[row["id"]])
                for row in known
                if not any(
                    other != costs[row["id"]] and all(a <= b for a, b in zip(other, costs[row["id"]]))
                    for other in costs.values()
                )
            }
            self.assertEqual({tuple(costs[row["id"]]) for row in network["pareto"]}, front, network["network"])
        text = rowflow(*sweep).stdout
        self.assertIn("Not of the front, as the file has no penalty of theirs: 2 points that ran.", text)

    def test_points_with_and_without_are_different_ones(self):
        file, _ = self.penalties([4])
        sweep = ("sweep", NETWORK, "--tile-height", "full,4", "-o", self.folder / "points", "--quiet")

        def ids(*options):
            rowflow(*sweep, *options)
            return {row["id"]: row for row in points_of(self.folder / "points")}

        without = ids()
        self.assertEqual({row["penalty"] for row in without.values()}, {""})
        with_them = ids("--penalties", file)
        self.assertTrue(without.keys().isdisjoint(with_them))
        self.assertEqual(ids().keys(), without.keys(), "resumed")
        by_sum = ids("--penalties", file, "--combine", "sum")
        self.assertTrue(by_sum.keys().isdisjoint(with_them))
        described = json.loads(file.read_text())
        self.put("penalties.json", {**described, "description": "other words"})
        self.assertEqual(ids("--penalties", file).keys(), with_them.keys(), "of the same figures")
        next(iter(described["penalties"].values()))["4"] += 0.5
        self.put("penalties.json", described)
        self.assertTrue(with_them.keys().isdisjoint(ids("--penalties", file)), "of other figures")
        for row in without.values():
            self.assertEqual(row["combine"], "")

    def test_what_is_not_of_the_networks_is_refused(self):
        file = self.put("penalties.json", {"penalties": {"blocks.0.ze": {"4": 1}}})
        for command in (
            ("run", NETWORK),
            ("size", NETWORK),
            ("run", "mobilenet_v2"),
            ("sweep", NETWORK, "mobilenet_v2", "-o", self.folder / "points"),
        ):
            refused = rowflow(*command, "--penalties", file, status=2).stderr
            self.assertIn("penalties.json: no squeeze_excite layer is named \"blocks.0.ze\"", refused)
        self.assertFalse((self.folder / "points").exists())
        nothing = self.put("penalties.json", {"penalties": {}})
        self.assertIn(
            "mobilenet_v2 has no squeeze-and-excite block, so it changes nothing",
            rowflow("run", "mobilenet_v2", "--penalties", nothing).stderr,
        )
        for command in (("run", NETWORK), ("size", NETWORK), ("sweep", NETWORK, "-o", self.folder / "points")):
            self.assertIn("expected --penalties FILE beside it", rowflow(*command, "--combine", "max", status=2).stderr)
        case = self.put("case.json", {"network": NETWORK, "options": {"combine": "max"}, "expect": {"/penalty": 0}})
        self.assertIn("found combine, expected penalties", rowflow("regress", case, status=2).stdout)

    def test_a_broken_file_is_named(self):
        for document, words in (
            ({"penalties": {"a": {"0": 1}}}, "found the tile height \"0\""),
            ({"penalties": {"a": {"4": -1}}}, "/penalties/a/4"),
            ({"penalties": {"a": {"4": "1"}}}, "/penalties/a/4"),
            ({"penalties": {"a": {"x": 1}}}, "found the tile height \"x\""),
            ({"penalties": {"a": 1}}, "/penalties/a"),
            ('{"penalties": {"a": {"4": NaN}}}', "penalties.json"),
            ('{"penalties": {"a": {"4": 1e999}}}', "penalties.json"),
            ({"penalty": {}}, "penalties.json"),
            ([], "penalties.json"),
            ("{", "penalties.json"),
        ):
            file = self.put("penalties.json", document)
            self.assertIn(words, rowflow("run", NETWORK, "--penalties", file, status=2).stderr)
            sweep = rowflow("sweep", NETWORK, "--penalties", file, "-o", self.folder / "points", status=2)
            self.assertIn(words, sweep.stderr)
        rowflow("run", NETWORK, "--penalties", self.folder / "none.json", status=2)


class Foldings(InFolder):
    def network(self):
        return self.put(
            "folded.json",
            {
                "name": "folded",
                "input": {"height": 12, "width": 10, "channels": 4},
                "layers": [
                    {
                        "name": "first",
                        "type": "conv",
                        "inputs": ["input"],
                        "filters": 8,
                        "kernel": 3,
                        "padding": "same",
                    },
                    {"name": "dw", "type": "depthwise_conv", "inputs": ["first"], "kernel": 3, "padding": "same"},
                    {"name": "point", "type": "conv", "inputs": ["dw"], "filters": 16, "kernel": 1},
                    {"name": "pool", "type": "global_avg_pool", "inputs": ["point"]},
                    {"name": "fc", "type": "fully_connected", "inputs": ["pool"], "filters": 10},
                ],
            },
        )

    def costs(self, folding, network):
        plan = result(
            network,
            "--device",
            "tiny",
            "--fit",
            "assume",
            "--costs",
            self.put("folding.json", folding),
            command="plan",
        )
        return {stage["name"]: set(stage["cost"]) for stage in plan["stages"]}

    def refused(self, folding, network):
        file = self.put("folding.json", folding)
        return rowflow("run", network, "--device", "tiny", "--fit", "assume", "--costs", file, status=2).stderr

    def test_pe_and_simd_are_cycles_a_row(self):
        network = self.network()
        # Pixels of a row x (outputs / PE) x (inputs of one / SIMD): FINN's expected cycles of MVAU and VVAU.
        named = {
            "Defaults": {},
            "first": {"PE": 4, "SIMD": 12, "ram_style": "block"},
            "dw": {"PE": 1, "SIMD": 3},
            "point": {"PE": 16, "SIMD": 4, "inFIFODepths": [2]},
            "fc": {"PE": 5, "SIMD": 16},
        }
        expected = {"first": {10 * 2 * 3}, "dw": {10 * 8 * 3}, "point": {10 * 1 * 2}, "fc": {2 * 1}}
        found = self.costs(named, network)
        for layer, cost in expected.items():
            self.assertEqual(found[layer], cost, layer)
        # FINN's own names, in the file's order; what does not multiply is left out.
        numbered = {
            "MVAU_rtl_0": named["first"],
            "Thresholding_rtl_0": {"PE": 3},
            "VVAU_hls_0": named["dw"],
            "MVAU_hls_0": named["point"],
            "DownSampler_hls_0": {"SIMD": 4},
            "FMPadding_rtl_2": {"SIMD": 3},
            "StreamingFIFO_rtl_1": {"depth": 32},
            "MVAU_hls_1": named["fc"],
        }
        self.assertEqual(self.costs(numbered, network), found)
        run = result(network, "--device", "tiny", "--fit", "assume", "--costs", self.folder / "folding.json")
        self.assertEqual(run["throughput"]["interval_cycles"], 12 * 10 * 8 * 3, "the slowest unit's cycles a frame")

    def test_what_does_not_fit_the_network_is_refused(self):
        network = self.network()
        self.assertIn(
            "/first/PE: found 3, expected a divisor of 8 for the layer \"first\"",
            self.refused({"first": {"PE": 3, "SIMD": 1}}, network),
        )
        self.assertIn("/fc/SIMD: found 5, expected a divisor of 16", self.refused({"fc": {"SIMD": 5}}, network))
        self.assertIn("did you mean \"first\"?", self.refused({"frist": {"PE": 1}}, network))
        self.assertIn("found 1 MVAU nodes, expected 3", self.refused({"MVAU_hls_0": {"PE": 1}}, network))
        twice = {"first": {"PE": 4}, **{f"MVAU_hls_{n}": {"PE": 1} for n in range(3)}}
        self.assertIn(
            "/MVAU_hls_0: folds the layer \"first\", which is folded by its own name too", self.refused(twice, network)
        )
        self.assertIn("/\\x00: is no layer of folded", self.refused({"\0": {"PE": 1}}, network))
        self.assertIn("found the folding of another layer", self.refused({"pool": {"PE": 1}}, network))
        self.assertIn("/first/PE", self.refused({"first": {"PE": 0}}, network))
        self.assertIn("/first/PE", self.refused({"first": {"PE": "all"}}, network))
        self.assertIn("/Defaults/PE", self.refused({"Defaults": {"PE": [2, ["MVAU"]]}, "first": {"PE": 1}}, network))
        self.assertIn("found no node with PE or SIMD", self.refused({"first": {"inFIFODepths": [2]}}, network))
        self.assertIn("expected", self.refused([], network))
        self.assertIn("folding.json", self.refused("{", network))

    def test_resnet_50_as_finn_plus_folds_it_for_a_u250(self):
        """Foldings and FIFO depths found on the FPGA: models/resnet50/U250_folding_config_live_fifo.json of
        github.com/eki-project/finn-plus. Its slowest unit takes 903,168 cycles a frame; its bypasses of the identity
        blocks whose strides are those of this network hold 1.07, 1.14, 1.28 and 1.55 rows of 56, 28, 14 and 7 pixels:
        in whole rows two each, and one is not enough."""
        units = {"a": (1, 16), "c": (64, 3), "f": (1, 4), "2": (2, 32), "6": (2, 64)}
        order = "ca262262266666226226226266622622622622622626662262262f"
        folding = self.put(
            "folding.json", {f"MVAU_hls_{n}": dict(zip(("PE", "SIMD"), units[unit])) for n, unit in enumerate(order)}
        )
        options = (
            "resnet_v1_50",
            "--device",
            "tiny",
            "--set",
            "/row_forwarding=true",
            "--fit",
            "assume",
            "--buffers",
            "full-rate",
            "--costs",
            folding,
        )
        self.assertEqual(result(*options)["throughput"]["interval_cycles"], 903168)
        sized = result(*options, command="size")
        self.assertEqual(sized["answer"]["interval_cycles"], 903168)
        rows = {buffer["name"]: buffer for buffer in sized["buffers"]}
        identities = [
            f"conv{a}->conv{b}"
            for a, b in ((5, 8), (15, 18), (18, 21), (28, 31), (31, 34), (34, 37), (37, 40), (47, 50), (50, 53))
        ]
        for name in identities:
            self.assertEqual(
                [rows[name][key] for key in ("configured_rows", "needed_alone_rows", "capacity_rows")], [3, 2, 2], name
            )

    def test_a_sweep_keeps_it_in_order(self):
        network = self.network()
        folding = self.put("folding.json", {"MVAU_rtl_9": {"PE": 4}, "MVAU_hls_1": {"PE": 1}, "MVAU_hls_0": {"PE": 2}})
        options = ("--device", "tiny", "--fit", "assume", "--costs", folding)
        wanted = result(network, *options)["throughput"]["interval_cycles"]
        rowflow("sweep", network, *options, "-o", self.folder / "points", "--quiet")
        folding.unlink()
        (row,) = points_of(self.folder / "points")
        point = f"{self.folder}/points:{row['id'][:8]}"
        again = json.loads(rowflow("run", "--point", point, "--format", "json").stdout)
        self.assertEqual(again["throughput"]["interval_cycles"], wanted)
        self.assertEqual(wanted, 12 * 10 * 16 * 8, "of the second, with PE 1")


if __name__ == "__main__":
    unittest.main(argv=[sys.argv[0], *sys.argv[2:]])
