"""The schemas and the reader must agree: on good files, on bad ones, and on files that only semantics can refuse.

Usage: schema_parity.py VALIDATE_PROGRAM SOURCE_FOLDER
"""
import json
import pathlib
import subprocess
import sys

import jsonschema

program, source = sys.argv[1], pathlib.Path(sys.argv[2])
schemas = {
    kind: json.loads((source / "configs/schemas" / f"{kind}.schema.json").read_text())
    for kind in (
        "network",
        "device",
        "buffers",
        "regression",
        "suite",
        "penalties",
        "heights",
        "preprocess",
        "sweep",
        "mapping",
        "calibration",
    )
}
for schema in schemas.values():
    jsonschema.Draft7Validator.check_schema(schema)
assert schemas["suite"]["properties"]["options"] == schemas["regression"]["properties"]["options"]
failures = checked = 0
for folder, schema_good, reader_good in (("good", True, True), ("bad", False, False), ("semantic", True, False)):
    files = sorted((source / "tests/data" / folder).glob("*.json"))
    assert files, f"no files in {folder}"
    verdicts = subprocess.run(
        [program, *map(str, files)], capture_output=True, text=True, check=True
    ).stdout.splitlines()
    assert len(verdicts) == len(files), verdicts
    for file, verdict in zip(files, verdicts):
        valid = jsonschema.Draft7Validator(schemas[file.name.split("_")[0].split(".")[0]]).is_valid(
            json.loads(file.read_text())
        )
        checked += 1
        if valid != schema_good or (verdict == "good") != reader_good:
            failures += 1
            print(f"{folder}/{file.name}: schema says {'good' if valid else 'bad'}, reader says {verdict}")
for kind in ("network", "device", "regression", "sweep", "mapping", "calibration"):
    for file in sorted((source / "configs" / (kind if kind == "calibration" else f"{kind}s")).glob("*.json")):
        jsonschema.Draft7Validator(schemas[kind]).validate(json.loads(file.read_text()))
        checked += 1
    start = source / "configs/new" / f"{kind}.json"
    if start.is_file():
        jsonschema.Draft7Validator(schemas[kind]).validate(json.loads(start.read_text()))
print(f"{checked} files, {failures} disagreements")
sys.exit(1 if failures else 0)
