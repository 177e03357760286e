#!/usr/bin/env python3
"""Writes docs/results.md, the table of every field of every result, from the schemas. With --check: compares.

Usage: result_fields.py [--check]
"""
import json
import pathlib
import sys

ROOT = pathlib.Path(__file__).resolve().parents[1]
PAGE = ROOT / "docs/results.md"
KINDS = (
    "result",
    "plan",
    "contexts_plan",
    "size",
    "explain",
    "tune",
    "calibration_result",
    "sweep_result",
    "regress",
    "diff",
)
INTRO = """# Results

Every field of every JSON document that rowflow writes, with its unit. The schemas are in `configs/schemas`; this
page is written from them by `scripts/result_fields.py`, and tests hold every document to its schema.

- `schema` names the document's kind and version, which rises when a meaning changes.
- Where something is unknown (nothing was simulated, a deadlock) the value is null; a type with `?` may be null. Fields
  marked † are there only where they apply.
- `a[].b` is b of each item of the list a, `a.<name>.b` of each member of a.
- Cycles are of `device.clock_hz`. Rules T1, T2, …: [models/README.md](../models/README.md).
- The columns of `results.sqlite` (tables `points`, `se_blocks`) and of CSV have the names of the rows of
  `rowflow.sweep`, after the settings; truths are 0 and 1 in columns of type BOOLEAN, `true` and `false` elsewhere.
"""


def type_of(field):
    if "const" in field:
        return "text"
    if "enum" in field:
        words = [word for word in field["enum"] if word is not None]
        return " \\| ".join(f"`{word}`" for word in words) + ("?" if None in field["enum"] else "")
    kinds = field.get("type", "any")
    kinds = kinds if isinstance(kinds, list) else [kinds]
    names = {"string": "text", "boolean": "truth"}
    text = " or ".join(names.get(kind, kind) for kind in kinds if kind != "null")
    return text + ("?" if "null" in kinds else "")


def fields(schema, definitions, prefix=""):
    """(name, type, unit, meaning) of a schema's members and of theirs."""
    optional = set(schema.get("properties", {})) - set(schema.get("required", ()))
    for name, field in schema.get("properties", {}).items():
        yield from entry(prefix + name, field, definitions, name in optional)


def entry(name, field, definitions, optional):
    null = ""
    if "anyOf" in field:  # a definition or null
        null, meaning = "?", field.get("description", "")
        field = {**definitions[field["anyOf"][0]["$ref"].rsplit("/", 1)[-1]], "description": meaning}
        yield name, f"object{null}", "", meaning
        return
    mark = " †" if optional else ""
    meaning, unit = field.get("description", ""), field.get("unit", "")
    if field.get("type") == "array":
        item = field["items"]
        if "$ref" in item:
            item = definitions[item["$ref"].rsplit("/", 1)[-1]]
        kind = "list" if item.get("type") == "object" else f"list of {type_of(item)}"
        yield name + mark, kind, item.get("unit", unit), meaning
        yield from fields(item, definitions, f"{name}[].")
    elif "names" in field:
        of = field["additionalProperties"]
        yield name + mark, f"by {field['names']}", of.get("unit", unit), meaning
        yield from fields(of, definitions, f"{name}.<{field['names']}>.")
    else:
        yield name + mark, type_of(field), unit, meaning
        yield from fields(field, definitions, f"{name}.")


def page():
    text = INTRO
    for kind in KINDS:
        schema = json.loads((ROOT / "configs/schemas" / f"{kind}.schema.json").read_text(encoding="utf-8"))
        const = schema["properties"]["schema"]["const"]
        text += f"\n## {const}\n{schema['title']} ([schema](../configs/schemas/{kind}.schema.json)).\n\n"
        text += "| field | type | unit | meaning |\n|---|---|---|---|\n"
        for name, kind_, unit, meaning in fields(schema, schema.get("definitions", {})):
            mark = " †" if name.endswith(" †") else ""
            text += f"| `{name.removesuffix(' †')}`{mark} | {kind_} | {unit} | {meaning} |\n"
    return text


if __name__ == "__main__":
    if sys.argv[1:] == ["--check"]:
        if not PAGE.is_file() or PAGE.read_text(encoding="utf-8") != page():
            sys.exit("docs/results.md is not what the schemas say: scripts/result_fields.py writes it")
    else:
        PAGE.write_text(page(), encoding="utf-8")
