#!/usr/bin/env python3
"""Which changes of the sources does no test notice? Mutants drawn over all rooms, all in one build.

  scripts/mutants.py [--count N] [--seed S] [--jobs J] [--longest SECONDS] [--budget SECONDS] [--outside TEST,…]
                     [--folder F] [--living]

Each mutant is one small change (an operator, a bound, a constant, min for max, a check or a call left out). All are
written into one copy of the sources, each behind a switch that ROWFLOW_MUTANT sets at run time, and built once; the
sources themselves stay as they are. Every test case is run once to see which mutants it reaches, then for each mutant
those that reach it, quickest first, until one fails or hangs. Tests that take more than --longest seconds are left
out, and of one mutant those beyond --budget seconds; --outside names those of CTest's that run the program, which come
last.
What was tried is kept (results.json in the folder): a run that was cut off goes on, a run with more seconds tries only
what was left, and after tests have changed only those are tried again, for killed mutants who killed them first.
Printed are the score of each room and the mutants that live, less those that scripts/mutation/equivalent.txt argues to
be no change. --living takes the killed ones of earlier runs as killed. Exit status 1 when a mutant lives that is not
argued there.
"""
import argparse
import concurrent.futures
import json
import pathlib
import sys
import time

ROOT = pathlib.Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT / "scripts" / "mutation"))
sys.dont_write_bytecode = True
import runs  # noqa: E402
import tree as trees  # noqa: E402


def say(text):
    print(time.strftime("%H:%M:%S"), text, file=sys.stderr, flush=True)


def argued(path):
    """{(file, code, change): reason}: blocks of four lines, file, code, change and reason."""
    reasons = {}
    for block in path.read_text().split("\n\n"):
        lines = [line.strip() for line in block.splitlines() if line.strip() and not line.startswith("#")]
        if len(lines) >= 4:
            reasons[tuple(lines[:3])] = " ".join(lines[3:])
        elif lines:
            raise SystemExit(f"{path}: file, code, change and reason expected, found: {lines}")
    return reasons


def chosen_of(numbers, count):
    """The mutants that count: of those that compile, the first of each room's share, and all named ones."""
    left = trees.quotas(trees.all_sites(ROOT), count)
    chosen = {}
    for number, (site, *_) in sorted(numbers.items()):
        room = trees.room_of(site.file)
        if site.kind == "named" or left[room] > 0:
            left[room] -= site.kind != "named"
            chosen[number] = site
    return chosen


def examine(reach, chosen, options, path):
    """{key: verdict}: those in the file at `path`, brought up to date for the chosen ones."""
    results = json.loads(path.read_text()) if path.exists() else {}

    def one(number):
        before = results.get(name_of(chosen[number]), {})
        if options.living and before.get("killer"):
            return number, before
        return number, runs.verdict(reach, number, options.longest, options.budget, before)

    with concurrent.futures.ThreadPoolExecutor(options.jobs) as pool:
        for i, (number, verdict) in enumerate(pool.map(one, chosen)):
            site = chosen[number]
            results[name_of(site)] = verdict
            if not verdict["killer"]:
                say(f"{i + 1}/{len(chosen)} {state_of(verdict)}: {site.file}:{site.line} {site.change}: {site.code}")
            trees.replace(path, json.dumps(results, indent=1))
    return results


def name_of(site):
    return "\0".join(site.key())


def state_of(verdict):
    if not verdict["reached"]:
        return "no test reaches it"
    return f"lives, {verdict['left']} tests left" if verdict["left"] else "lives"


def report(chosen, results, reasons):
    rooms = {room: [0, 0, 0] for room in trees.ROOMS}
    living = []
    for site in chosen.values():
        row = rooms[trees.room_of(site.file)]
        row[0] += 1
        if results[name_of(site)]["killer"]:
            row[1] += 1
        elif site.key() in reasons:
            row[2] += 1
        else:
            living.append(site)
    print("| room | mutants | killed | no change | living |\n|---|---:|---:|---:|---:|")
    for room, (all_, killed, same) in rooms.items():
        print(f"| {room} | {all_} | {killed} | {same} | {all_ - killed - same} |")
    sums = [sum(row[i] for row in rooms.values()) for i in range(3)]
    print(f"| all | {sums[0]} | {sums[1]} | {sums[2]} | {len(living)} |\n")
    for site in living:
        print(f"{site.file}:{site.line}: {site.change} ({state_of(results[name_of(site)])})\n    {site.code}")
    return living


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--count", type=int, default=300)
    parser.add_argument("--seed", default="1")
    parser.add_argument("--jobs", type=int, default=2)
    parser.add_argument("--longest", type=float, default=60)
    parser.add_argument("--budget", type=float, default=600)
    parser.add_argument("--folder", type=pathlib.Path, default=ROOT / "build" / "mutants")
    parser.add_argument("--outside", default=",".join(runs.OUTSIDE))
    parser.add_argument("--living", action="store_true")
    options = parser.parse_args()
    tree = trees.Tree(ROOT, options.folder)
    chosen = chosen_of(trees.built(tree, options.count, options.seed, options.jobs, say), options.count)
    say(f"{len(chosen)} mutants built")
    reach = runs.Reach(runs.tests_of(tree.build, options.outside.split(",")), tree)
    reach.measure(options.jobs, say)
    say(f"{len(reach.seconds)} tests, {sum(reach.seconds.values()):.0f} s without a mutant")
    results = examine(reach, chosen, options, options.folder / "results.json")
    living = report(chosen, results, argued(ROOT / "scripts" / "mutation" / "equivalent.txt"))
    return 1 if living else 0


if __name__ == "__main__":
    sys.exit(main())
