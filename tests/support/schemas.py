"""Every document that a test sees is held to its schema in configs/schemas: checked(done) looks at what was printed."""
import json
import pathlib

import jsonschema

FOLDER = pathlib.Path(__file__).resolve().parents[2] / "configs/schemas"


def _load():
    validators = {}
    for file in sorted(FOLDER.glob("*.schema.json")):
        schema = json.loads(file.read_text(encoding="utf-8"))
        const = schema.get("properties", {}).get("schema", {}).get("const")
        if const:
            jsonschema.Draft7Validator.check_schema(schema)
            validators[const] = jsonschema.Draft7Validator(schema)
    return validators


VALIDATORS = _load()


def check(document):
    """Raises AssertionError, with the place, where a result of the program is not as its schema says."""
    for one in document if isinstance(document, list) else [document]:
        if not isinstance(one, dict) or not str(one.get("schema", "")).startswith("rowflow."):
            continue
        assert one["schema"] in VALIDATORS, f"no file of configs/schemas is of {one['schema']}"
        error = next(VALIDATORS[one["schema"]].iter_errors(one), None)
        if error is not None:
            place = "/".join(map(str, error.absolute_path))
            raise AssertionError(
                f"{one['schema']} at /{place}: {error.message[:300]} (what results have: configs/schemas;"
                " scripts/result_fields.py writes docs/results.md from them)"
            )


def checked(done):
    """The finished program, its standard output looked at."""
    text = done.stdout.decode() if isinstance(done.stdout, bytes) else done.stdout or ""
    if done.returncode in (0, 1) and text.lstrip()[:1] in ("{", "[") and '"rowflow.' in text:
        check(json.loads(text))
    return done
