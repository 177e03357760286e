#!/usr/bin/env python3
"""What `rowflow run` says first, how wide, and what it warns of.

Usage: answers_test.py ROWFLOW ROOT
"""
import json
import os
import pathlib
import re
import shlex
import sys
import tempfile
import unittest

sys.path.append(str(pathlib.Path(__file__).resolve().parents[1] / "support"))
import program  # noqa: E402
from program import PROGRAM, ROOT  # noqa: E402
from terminal import shown_on_terminal  # noqa: E402

ENVIRONMENT = {name: value for name, value in os.environ.items() if name != "COLUMNS"}
DEADLOCK = ("tiny_se", "--device", "tiny", "--tile-height", "full", "--buffers", "docs/examples/too_short.json")


def rowflow(*arguments, columns=None, **options):
    environment = ENVIRONMENT if columns is None else {**ENVIRONMENT, "COLUMNS": str(columns)}
    return program.rowflow(*arguments, env=environment, cwd=ROOT, **options)


def lines(*arguments, **options):
    return rowflow("run", *arguments, **options).stdout.splitlines()


def result(*arguments, **options):
    return json.loads(rowflow("run", *arguments, "--format", "json", **options).stdout)


def next_command(output):
    line = next(line for line in output if line.startswith("Next: rowflow "))
    return shlex.split(re.sub(r" \([^()]*\)$", "", line[len("Next: rowflow ") :]))


class Verdict(unittest.TestCase):
    def test_three_lines_below_the_name(self):
        for arguments, status, fit, answer in (
            (("tiny_se",), 0, "Fits in one context", "T = 2: "),
            (("mobilenet_v2",), 0, "Fits in one context", "fps at any batch"),
            (("efficientnet_b0", "--tile-height", "7"), 0, "contexts: one lacks layer controllers (", "at batch 8 ("),
            (("efficientnet_b0", "--tile-height", "full,7"), 0, "at every T), not memory", "T = 7: "),
            (("efficientnet_b0", "--fit", "assume"), 0, "Simulated as if it fitted; it lacks layer contr", "T = "),
            (("efficientnet_b0", "--fit", "require"), 1, "Does not fit, so it is not simulated: it lacks", "Next: "),
            (DEADLOCK, 1, "Fits in one context", "deadlock: "),
        ):
            shown = lines(*arguments, status=(status,))
            self.assertRegex(shown[0], r"^\w+ on \w+: ")
            self.assertIn(fit, shown[1])
            self.assertIn(answer, shown[2])
            self.assertTrue(any(line.startswith("Next: rowflow ") for line in shown[2:4]), shown[:5])
            self.assertIn("", shown[3:5])

    def test_memory_is_only_said_to_suffice_where_full_rate_buffers_fit(self):
        enough, open_ = (
            rowflow("run", name, "--tile-height", "full", columns=200).stdout.splitlines()[1]
            for name in ("efficientnet_b0", "cas_vit_s")
        )
        self.assertRegex(enough, r"not memory \(\d+ of 1,024 L3 cuts\)")
        self.assertNotIn("not memory", open_)
        self.assertRegex(open_, r"of memory it takes at least [\d,]+ of 1,024 L3 cuts")
        whole = result("cas_vit_s", "--tile-height", "full", "--fit", "assume")
        self.assertIn("l3_cuts", {use["name"] for use in whole["fit"]["resources"] if use["demand"] > use["limit"]})

    def test_the_next_command_runs(self):
        for arguments in (
            ("tiny_se",),
            ("tiny_se", "--tile-height", "full,2"),
            ("mobilenet_v2",),
            DEADLOCK,
            ("efficientnet_b0", "--fit", "require"),
            ("tiny_se", "--frames", "1"),
            ("efficientnet_b0", "--tile-height", "full,7"),
            ("resnext26_32x4d", "--batch", "4"),
            (
                "tiny_se",
                "--device",
                "tiny",
                "--set",
                "/rates/conv=3000",
                "--buffer-kib",
                "1",
                "--fit",
                "require",
                "--tile-height",
                "se=4",
            ),
            ("mobilenetv3_large", "--buffer-kib", "10"),
            ("regnetx_800mf", "--link", "gen2x1"),
        ):
            shown = lines(*arguments, status=(0, 1))
            command = next_command(shown)
            self.assertEqual(command[1], arguments[0])
            rowflow(*command)
            for flag, value in zip(arguments[1:], arguments[2:]):
                if flag in ("--set", "--link", "--device"):
                    self.assertIn(value, command, "what was asked for stays")

    def test_a_plan_has_one_too(self):
        shown = rowflow("plan", "efficientnet_b0").stdout.splitlines()
        self.assertIn("contexts: one lacks layer controllers", shown[1])
        rowflow(*next_command(shown))
        shown = rowflow("plan", "efficientnet_b0", "--fit", "assume").stdout.splitlines()
        self.assertIn("Does not fit in one context: it lacks layer controllers", shown[1])

    def test_verbose_names_what_is_assumed(self):
        for arguments in (("tiny_se",), ("efficientnet_b0", "--tile-height", "full,7")):
            brief, all_of_it = "\n".join(lines(*arguments)), "\n".join(lines(*arguments, "-v"))
            assumed = result(*arguments)
            assumed = (assumed if isinstance(assumed, dict) else assumed[0])["assumed"]
            self.assertIn(f"{len(assumed)} figures are assumed, not measured", brief)
            for name in assumed:
                self.assertIn(name, all_of_it)
        self.assertNotIn("proven", "\n".join(lines("tiny_se")))
        self.assertIn("proven", "\n".join(lines("tiny_se", "--verbose")))

    def test_one_frame_says_why_it_has_no_throughput(self):
        done = rowflow("run", "tiny_se", "--frames", "1")
        self.assertIn("one frame takes 0.003 ms", done.stdout)
        self.assertIn("rowflow: warning: --frames 1: throughput is the pace of several frames", done.stderr)


class Stalls(unittest.TestCase):
    def check(self, document, first, stages, stalls):
        """The shares again, from the stages' own cycles."""
        part = document["stages"][first : first + stages]
        time = lambda s: s["steady"]["busy"] + s["steady"]["starved"] + s["steady"]["blocked"]
        busiest = max(part, key=lambda s: s["steady"]["busy"])
        self.assertEqual(stalls["bottleneck"]["stage"], busiest["name"])
        self.assertAlmostEqual(stalls["bottleneck"]["starved"], busiest["steady"]["starved"] / time(busiest))
        return busiest["steady"]["starved"], time(busiest)

    def test_of_one_context(self):
        document = result("mobilenetv3_large", "--tile-height", "full", "--buffers", "minimal")
        self.check(document, 0, len(document["stages"]), document["stalls"])
        blocks = [block["layer"] for block in document["se_blocks"]]
        squeezed = {
            buffer["from"]
            for buffer in document["buffers"]
            if any(buffer["to"] in (layer + ".squeeze", layer + ".scale") for layer in blocks)
            and buffer["role"] != "vector"
        }
        producers = [stage for stage in document["stages"] if stage["name"] in squeezed]
        blocked = sum(s["steady"]["blocked"] for s in producers) / (
            len(producers) * document["throughput"]["interval_cycles"]
        )
        self.assertGreater(blocked, 0)
        self.assertAlmostEqual(document["stalls"]["se_producers"]["blocked"], blocked, places=6)
        waits = sum(block["wait_for_vector_cycles"] for block in document["se_blocks"])
        self.assertAlmostEqual(
            document["stalls"]["vector_wait"],
            waits / (len(blocks) * document["throughput"]["interval_cycles"]),
            places=6,
        )

    def test_of_several_contexts_by_their_time(self):
        document = result("efficientnet_b0", "--tile-height", "full")
        starved = time = 0
        for context in document["contexts"]["list"]:
            lost, all_of_it = self.check(document, context["first_stage"], context["stages"], context["stalls"])
            self.assertAlmostEqual(all_of_it, context["interval_cycles"], places=3)
            starved, time = starved + lost, time + all_of_it
        self.assertIsNone(document["stalls"]["bottleneck"]["stage"])
        self.assertAlmostEqual(document["stalls"]["bottleneck"]["starved"], starved / time)

    def test_none_where_nothing_was_measured(self):
        self.assertIsNone(result("tiny_se", "--frames", "1")["stalls"])
        self.assertIsNone(result(*DEADLOCK, status=(1,))["stalls"])
        self.assertIsNone(result("mobilenet_v2")["stalls"]["se_producers"])


class Advice(unittest.TestCase):
    """Which tile height is recommended, by what."""

    POINT = ("run", "tiny_se", "--tile-height", "full,7,4,2,1")

    def recommended(self, *options):
        text = " ".join(rowflow(*self.POINT, *options).stdout.split())
        return re.search(r"Recommended: T = (\w+): (.*?)\. (?=Stalls)", text)

    def test_unasked_no_tiles_of_fewer_than_seven_rows(self):
        height, reason = self.recommended().groups()
        self.assertIn(height, ("full", "7"))
        self.assertIn("of tiles of at least 7 rows", reason)
        self.assertIn("seven rows were enough for accuracy in arXiv 2107.02145", reason)
        self.assertNotIn("at least 7 rows", self.recommended("--goal", "latency").group(2))
        self.assertIn("within 1 % of the best latency", self.recommended("--goal", "latency").group(2))

    def test_penalties_decide_where_they_are_given(self):
        with tempfile.TemporaryDirectory() as folder:
            file = pathlib.Path(folder, "penalties.json")
            file.write_text(json.dumps({"penalties": {"se": {"7": 0.3, "4": 0.2, "2": 0.4}}}), encoding="utf-8")
            text = " ".join(rowflow(*self.POINT, "--penalties", str(file)).stdout.split())
            self.assertIn(
                "Penalties in accuracy, as the file has them: T = full 0, T = 7 0.3, T = 4 0.2, T = 2 0.4, " "T = 1 –.",
                text,
            )
            self.assertNotIn("T = 1:", text)  # nothing is known of it
            limited = self.recommended("--penalties", str(file), "--max-penalty", "0.25")
            self.assertIn(limited.group(1), ("full", "4"))
            self.assertIn("within a penalty of 0.25", limited.group(2))
            alone = rowflow("run", "tiny_se", "--penalties", str(file), "--max-penalty", "1")
            self.assertIn("--max-penalty: of several tile heights as text one is recommended within it", alone.stderr)
        self.assertIn("--penalties FILE", rowflow(*self.POINT, "--max-penalty", "1", status=(2,)).stderr)


class Width(unittest.TestCase):
    WIDTHS = (60, 80, 100, 140, 200)
    RUNS = (
        ("efficientnet_b0", "--tile-height", "full,7,1"),
        ("mobilenetv3_small", "--tile-height", "full,7"),
        ("efficientnet_b0", "--tile-height", "7"),
        ("tiny_se", "-v"),
        ("mobilenetv3_small", "--buffer-kib", "300"),
    )

    def test_tables_keep_to_the_width(self):
        for arguments in self.RUNS:
            for width in self.WIDTHS:
                for line in lines(*arguments, columns=width):
                    if line.startswith("Next: ") or " " not in line.strip():
                        continue  # a command, or a word that no line is long enough for
                    self.assertLessEqual(len(line), max(width, 60), (arguments, width, line))

    def test_names_that_differ_stay_different(self):
        arguments = ("efficientnet_b2", "--tile-height", "full,2")
        self.assertEqual(len(set(self.limits(arguments, 200))), 2)
        for width in (60, 100, 150):
            self.assertEqual(len(set(self.limits(arguments, width))), 2, width)

    def limits(self, arguments, width):
        """The cells of the column "limited by"."""
        shown = lines(*arguments, columns=width)
        header = next(n for n, line in enumerate(shown) if "limited by" in line)
        begin = shown[header].index("limited by")
        return [line[begin:].split("  ")[0] for line in shown[header + 1 : header + 3]]

    def test_a_terminal_says_how_wide_it_is(self):
        for width in (60, 140):
            command = [PROGRAM, "run", "mobilenetv3_small", "--tile-height", "full,7"]
            shown = shown_on_terminal(command, "stdout", width, env={**ENVIRONMENT, "NO_COLOR": "1"})
            widest = max(len(line.rstrip()) for line in shown.splitlines() if not line.startswith("Next"))
            self.assertLessEqual(widest, width)
            self.assertGreater(widest, width * 0.6)

    def test_files_have_the_usual_width(self):
        with tempfile.TemporaryDirectory() as folder:
            file = pathlib.Path(folder) / "out.txt"
            rowflow("run", "tiny_se", "-o", file, columns=60)
            self.assertEqual(file.read_text(encoding="utf-8"), rowflow("run", "tiny_se", columns=100).stdout)


class Warnings(unittest.TestCase):
    def warned(self, *arguments, status=(0,)):
        done = rowflow("run", *arguments, status=status)
        quiet = rowflow("run", *arguments, "--quiet", status=status)
        self.assertEqual(quiet.stderr, "")
        self.assertEqual(quiet.stdout, done.stdout)
        return [
            line[len("rowflow: warning: ") :]
            for line in done.stderr.splitlines()
            if line.startswith("rowflow: warning: ")
        ]

    def test_nothing_to_warn_of(self):
        for device in ("hailo8", "hailo8l", "tiny", "edge_small"):
            self.assertEqual(self.warned("tiny_se", "--device", device, "--tile-height", "4", status=(0, 1)), [])
        self.assertEqual(self.warned("resnet_v1_50", "--mapping", "resnet_v1_50"), [])

    def test_implausible_figures(self):
        self.assertEqual(
            self.warned("tiny_se", "--set", "/rates/conv=64001"),
            ["hailo8: /rates/conv: 64.0 MACs a subcluster and cycle, above the peak of 64"],
        )
        self.assertEqual(self.warned("tiny_se", "--set", "/clock_hz=1"), ["hailo8: /clock_hz: a clock of 1 Hz"])
        self.assertEqual(self.warned("tiny_se", "--set", "/rates/pool=1000000"), [])

    def test_files_for_something_else(self):
        with tempfile.TemporaryDirectory() as folder:
            buffers = pathlib.Path(folder) / "buffers.json"
            rowflow("size", "tiny_se", "-o", buffers)
            self.assertEqual(self.warned("tiny_se", "--buffers", buffers), [])
            other = self.warned("tiny_se", "--device", "tiny", "--buffers", buffers, status=(0, 1))
            self.assertEqual(other, [f"--buffers {buffers}: made for the device hailo8, used for tiny"])
            done = rowflow("run", "mobilenet_v2", "--buffers", buffers, status=(2,))
            self.assertIn(f"made for the network tiny_se, used for mobilenet_v2", done.stderr)
            self.assertRegex(
                done.stderr, r'error: --buffers \S*buffers.json: found "\S+", expected the name of a buffer'
            )
        done = rowflow("run", "mobilenet_v2", "--mapping", "resnet_v1_50", status=(2,))
        self.assertIn('error: --mapping resnet_v1_50: found "conv1"', done.stderr)

    def test_options_that_changed_nothing(self):
        self.assertEqual(
            self.warned("mobilenet_v2", "--tile-height", "7"),
            ["--tile-height: mobilenet_v2 has no squeeze-and-excite block, so it changes nothing"],
        )
        self.assertEqual(
            self.warned("tiny_se", "--tile-height", "8"),
            ["--tile-height 8: no block's map is higher than 8 rows, so it is the same as full"],
        )
        self.assertEqual(
            result("tiny_se", "--tile-height", "8")["throughput"],
            result("tiny_se", "--tile-height", "full")["throughput"],
        )
        for option in (("--batch", "4"), ("--max-contexts", "3")):
            self.assertEqual(
                self.warned("tiny_se", *option), [f"{option[0]}: nothing is in several contexts, so it changes nothing"]
            )
        self.assertEqual(
            self.warned("tiny_se", "--buffer-kib", "100"),
            ["--buffer-kib 100: the buffers take less, so it changes nothing"],
        )
        self.assertEqual(self.warned("mobilenetv3_small", "--buffer-kib", "300"), [])
        self.assertEqual(self.warned("efficientnet_b0", "--batch", "4"), [])


if __name__ == "__main__":
    unittest.main(argv=[sys.argv[0]] + sys.argv[3:])
