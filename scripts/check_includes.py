#!/usr/bin/env python3
"""Holds the sources to the table of who may include whom: a room includes itself and the rooms named here, nothing
else; and each .cpp outside cli to a header of its own name."""
import pathlib
import re
import sys

ALLOWED = {
    "base": [],
    "config": ["base"],
    "network": ["base", "config"],
    "plan": ["base"],
    "metrics": ["base", "plan"],
    "graph": ["base", "plan", "metrics"],
    "import": ["base", "network"],
    "compile": ["base", "config", "network", "plan"],
    "models": ["base", "plan", "metrics"],
    "run": ["base", "plan", "metrics", "graph", "models"],
    "mapper": ["base", "config", "network", "plan", "compile", "metrics", "graph", "run"],
    "evaluate": ["base", "config", "network", "plan", "compile", "metrics", "graph", "run", "mapper"],
    "point": ["base", "config", "network", "import", "plan", "compile", "metrics", "run", "mapper", "evaluate"],
    "report": ["base", "config", "plan", "metrics"],
}
# and nothing of the others
STUDY = ["base", "config", "network", "plan", "compile", "metrics", "run", "mapper", "evaluate", "point"]
ALLOWED.update({f"studies/{study}": STUDY for study in ("size", "explain", "tune", "sweep", "calibrate", "regress")})
ALLOWED["studies/penalties"] = ["base", "config", "network", "import"]
EVERYTHING = {"cli", "main"}
SYSTEMC_ROOMS = {"models", "run", "main"}
RUN_FACADE = "sim/run/run.hpp"  # all that mapper, evaluate, point, the studies and cli may see of run
# the program's own ends, and what a class with one header has in several files
WITHOUT_HEADER = {
    "sim/main.cpp",
    "sim/large_arrays.cpp",
    "sim/graph/schedule_settle.cpp",
    "models/stage_forwarding.cpp",
    "models/stage_shown.cpp",
}
INCLUDE = re.compile(r'^\s*#\s*include\s*([<"])([^>"]+)[>"]', re.MULTILINE)


def room_of(path):
    parts = pathlib.PurePosixPath(path).parts
    if parts[0] == "models":
        return "models"
    if parts[0] != "sim":
        return None
    if parts[1] == "studies" and len(parts) > 3:
        return "/".join(parts[1:3])
    return parts[1] if len(parts) > 2 else "main"


def complaint(room, header):
    target = room_of(header)
    if header.startswith("systemc") or header.startswith("sysc/"):
        return None if room in SYSTEMC_ROOMS else f"{room} knows nothing of SystemC"
    if target is None or target == room:
        return None
    if target == "run" and header != RUN_FACADE:
        return f"of run only {RUN_FACADE} is for others"
    if room in EVERYTHING or target in ALLOWED[room]:
        return None
    return f"{room} may include {', '.join(ALLOWED[room]) or 'no other room'}"


def check(root):
    wrong = []
    files = sorted(p for folder in ("sim", "models") for p in (root / folder).rglob("*.[ch]pp"))
    for path in files:
        name = path.relative_to(root).as_posix()
        room = room_of(name)
        if room not in ALLOWED and room not in EVERYTHING:
            wrong.append(f"{name}: room {room} is not in the table of scripts/check_includes.py")
            continue
        has_header = path.suffix != ".cpp" or room == "cli" or path.with_suffix(".hpp").exists()
        if has_header == (name in WITHOUT_HEADER):
            wrong.append(f"{name}: expected a header of its own name, else its name in scripts/check_includes.py")
        for match in INCLUDE.finditer(path.read_text(encoding="utf-8")):
            why = complaint(room, match.group(2))
            if why:
                wrong.append(f"{name}: includes {match.group(2)}, but {why}")
    return files, wrong


def main():
    root = pathlib.Path(sys.argv[1] if len(sys.argv) > 1 else pathlib.Path(__file__).parent.parent).resolve()
    files, wrong = check(root)
    if not files:
        wrong.append(f"{root}: no sources found")
    print("\n".join(wrong), end="\n" if wrong else "", file=sys.stderr)
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
