#!/usr/bin/env python3
"""Every kind of result against its schema, and docs/results.md against the schemas.

Usage: results_test.py ROWFLOW ROOT
"""
import itertools
import json
import pathlib
import subprocess
import sys
import unittest

sys.path.append(str(pathlib.Path(__file__).resolve().parents[1] / "support"))
import old_defaults  # noqa: E402
from folder import InFolder  # noqa: E402
from program import PROGRAM, ROOT  # noqa: E402
import schemas  # noqa: E402


def rowflow(*arguments, status=(0, 1)):
    return json.loads(old_defaults.printed(*arguments, "--format", "json", status=status))


def deadlock(folder):
    """Arguments of a point that deadlocks."""
    file = pathlib.Path(folder) / "too_short.json"
    file.write_text(json.dumps({"buffers": {"conv->se.scale": 3, "conv->add": 4}}), encoding="utf-8")
    return ("tiny_se", "--device", "tiny", "--tile-height", "full", "--buffers", file)


def paths(schema, prefix=()):
    """Of every field that a schema has."""
    for name, field in schema.get("properties", {}).items():
        yield prefix + (name,)
        yield from paths(field, prefix + (name,))
    if isinstance(schema.get("items"), dict):
        yield from paths(schema["items"], prefix + ("[]",))
    if isinstance(schema.get("additionalProperties"), dict):
        yield from paths(schema["additionalProperties"], prefix + ("<>",))


def seen(schema, value, prefix=()):
    """Of those, the ones that a document has."""
    if isinstance(value, dict):
        for name, member in value.items():
            if name in schema.get("properties", {}):
                yield prefix + (name,)
                yield from seen(schema["properties"][name], member, prefix + (name,))
            elif isinstance(schema.get("additionalProperties"), dict):
                yield from seen(schema["additionalProperties"], member, prefix + ("<>",))
    elif isinstance(value, list) and isinstance(schema.get("items"), dict):
        for item in value:
            yield from seen(schema["items"], item, prefix + ("[]",))


def two_inputs():
    return str(ROOT / "tests/data/good/network_two_inputs.json")


class Documents(InFolder):
    def complete(self, documents):
        """The documents have, together, every field that their schema names."""
        schema = schemas.VALIDATORS[documents[0]["schema"]].schema
        missing = set(paths(schema)) - {path for document in documents for path in seen(schema, document)}
        missing = {path for path in missing if path[0] != "power"}  # boards are in both_chips, which a page prints
        self.assertEqual(missing, set(), documents[0]["schema"])

    def test_results(self):
        documents = [
            rowflow("run", "efficientnet_b0", "--tile-height", "7"),
            rowflow("run", *deadlock(self.folder)),
            rowflow("run", "efficientnet_b0", "--fit", "require"),
            rowflow("run", "stdc1"),
            *rowflow("run", "tiny_se", "--tile-height", "1,2", "--frames", "proven"),
            rowflow("run", "tiny_se", "--frames", "1"),
            rowflow("run", "mobilenet_v2", "--device", "tiny", "--fps", "1", "--buffer-kib", "20"),
            rowflow("run", "tiny_se", "--timing", "synchronous"),
            rowflow("run", "resnet_v1_50", "--mapping", "resnet_v1_50"),
            rowflow("run", "tiny_se", "--set", "/row_forwarding=true"),
            rowflow("run", "efficientnet_b0", "--fit", "contexts"),
            rowflow("run", two_inputs()),
            rowflow("run", "tiny_se", "--se-mode", "cumulative", "--tile-height", "2"),
        ]
        self.complete(documents)

    def test_plans(self):
        self.complete(
            [
                rowflow("plan", "efficientnet_b0"),
                rowflow("plan", "tiny_se", "--device", "tiny"),
                rowflow("plan", two_inputs()),
                rowflow("plan", "tiny_se", "--se-mode", "cumulative"),
                rowflow("plan", "stdc1", "--set", "/row_forwarding=true"),
            ]
        )

    def test_plans_of_several_contexts(self):
        document = rowflow("plan", "efficientnet_b0", "--fit", "contexts")
        self.complete([document])
        for context in document["contexts"]:
            schemas.check(context["plan"])

    def test_sizes(self):
        self.complete(
            [
                rowflow("size", "tiny_se", "--pareto"),
                rowflow("size", "tiny_se", "--cuts"),
                rowflow("size", "tiny_se", "--min-fps", "1e9"),
                rowflow("size", "efficientnet_b0", "--fit", "contexts", "--buffers", "best"),
                rowflow("size", "efficientnet_b0", "--fit", "contexts", "--min-fps", "1e9"),
            ]
        )

    def test_explanations(self):
        self.complete(
            [
                rowflow("explain", "tiny_se", "--buffers", "minimal"),
                rowflow("explain", "efficientnet_b0", "--levers", "1"),
                rowflow("explain", "mobilenet_v2", "--subclusters", "s1.b0.dw=1", "--levers", "2"),
                rowflow("explain", *deadlock(self.folder)),
            ]
        )

    def test_tile_heights(self):
        self.complete(
            [
                rowflow("tune", "tiny_se"),
                rowflow("tune", "regnety_400mf", "--heights", "7"),
                rowflow("tune", "tiny_se", "--goal", "throughput", "--buffer-kib", "1"),
                rowflow("tune", "mobilenetv3_small", "--goal", "fewest-tiled", "--buffer-kib", "1"),
            ]
        )

    def test_calibrations(self):
        networks = [
            {"network": "tiny_se", "fps": 1e5},
            {"network": "squeezenet_v1_1", "fps": 3000},
            {"network": "mobilenet_v1", "fps": 3000, "only_check": True},
        ]
        fit = [{"parameter": "/rates/conv", "candidates": [48000, 49000], "reason": "a test"}]
        file = pathlib.Path(self.folder) / "c.json"
        file.write_text(json.dumps({"device": "hailo8", "networks": networks, "fit": fit}), encoding="utf-8")
        self.complete([rowflow("calibrate", file)])

    def test_sweeps(self):
        grid = ("sweep", "tiny_se", "--tile-height", "full,1..2", "--buffers", "minimal,full-rate", "-o", self.folder)
        documents = [rowflow(*grid, "--min-fps", "1", "--max-buffer-kib", "100"), rowflow(*grid, "--min-fps", "1e12")]
        self.complete(documents)
        row = documents[0]["networks"][0]["pareto"][0]
        schema = schemas.VALIDATORS[documents[0]["schema"]].schema
        self.assertEqual(set(row), set(schema["definitions"]["row"]["properties"]))

    def test_regressions(self):
        old = {"/buffer_policy": "full-rate"}  # the default until version 0.1
        cases = {"good": {"/status": "ok"}, "bad": {"/status": "no", "/throughput/fps": 1}, "broken": {}, "old": old}
        for name, expect in cases.items():
            file = pathlib.Path(self.folder) / f"{name}.json"
            file.write_text(json.dumps({"network": "tiny_se", "expect": expect}), encoding="utf-8")
        self.complete([rowflow("regress", self.folder, status=(2,)), rowflow("regress", f"{self.folder}/good.json")])

    def test_differences(self):
        files = []
        for index, point in enumerate((("tiny_se",), ("mobilenetv3_small",), deadlock(self.folder))):
            files.append(f"{self.folder}/{index}.json")
            subprocess.run([PROGRAM, "run", *point, "--format", "json", "-o", files[-1], "--quiet"], check=False)
        self.complete([rowflow("diff", *pair) for pair in itertools.product(files, files)])

    def test_a_field_that_the_schema_has_not_is_refused(self):
        document = rowflow("run", "tiny_se")
        schemas.check(document)
        for change in ({"new": 1}, {"frames": "two"}, {"status": "fine"}, {"schema": "rowflow.result/99"}):
            with self.assertRaises(AssertionError):
                schemas.check({**document, **change})
        document["stages"][3]["steady"]["new"] = 1
        self.assertRaisesRegex(AssertionError, "stages/3/steady", schemas.check, document)


class Page(unittest.TestCase):
    def test_the_page_is_what_the_schemas_say(self):
        subprocess.run([sys.executable, "-B", ROOT / "scripts/result_fields.py", "--check"], check=True)

    def test_every_field_has_a_meaning_and_every_number_a_unit(self):
        def look(place, field):
            kinds = field.get("type", [])
            kinds = {kinds} if isinstance(kinds, str) else set(kinds)
            if kinds & {"integer", "number"}:
                self.assertTrue(field.get("unit"), place)
            for name, member in field.get("properties", {}).items():
                self.assertTrue(member.get("description") or member.get("const"), f"{place}.{name}")
                look(f"{place}.{name}", member)
            for inner in ("items", "additionalProperties"):
                if isinstance(field.get(inner), dict):
                    look(f"{place}[]", field[inner])

        self.assertEqual(len(schemas.VALIDATORS), 10)
        for const, validator in schemas.VALIDATORS.items():
            look(const, validator.schema)


if __name__ == "__main__":
    unittest.main(argv=sys.argv[:1] + sys.argv[3:])
