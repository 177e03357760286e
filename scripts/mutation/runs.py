"""Runs the tests of the built copy: all once, to see which mutants each reaches; then for each mutant those that do."""
import collections
import concurrent.futures
import json
import os
import pathlib
import resource
import signal
import subprocess
import tempfile
import time

import tree as trees

# Tests of the program from outside that are quick enough to be run for every mutant that the others leave alive.
OUTSIDE = (
    "regressions",
    "judge",
    "energy_cli",
    "laws_cli",
    "results",
    "regress_cli",
    "goal_cli",
    "measured_lists",
    "old_results",
    "schema_parity",
    "setup",
    "trace",
    "mapping_cli",
    "se_modes_cli",
    "readme",
    "bars",
    "tune_cli",
    "proven_cli",
    "design_cli",
    "sweep",
    "hostile_cli",
    "cli",
    "answers_cli",
    "explain_cli",
    "studies_documents",
)
MEMORY = 6 << 30
FILE_SIZE = 1 << 30

Test = collections.namedtuple("Test", "name command folder program case")


def tests_of(build, outside):
    listed = subprocess.run(
        ["ctest", "--show-only=json-v1"], cwd=build, check=True, capture_output=True, text=True
    ).stdout
    tests = []
    for test in json.loads(listed)["tests"]:
        command = test.get("command")
        if not command or test["name"].endswith("_NOT_BUILT"):
            continue
        folder = next((p["value"] for p in test.get("properties", []) if p["name"] == "WORKING_DIRECTORY"), str(build))
        program = os.path.basename(command[0])
        if program.endswith("_test") and len(command) > 1:
            tests.append(Test(test["name"], command, folder, command[0], command[1]))
        elif test["name"] in outside:
            tests.append(Test(test["name"], command, folder, None, None))
    return tests


def limits():
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    resource.setrlimit(resource.RLIMIT_FSIZE, (FILE_SIZE, FILE_SIZE))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


def run(command, folder, seconds, **environment):
    """True when it passes, False when it fails, None when it takes too long."""
    with tempfile.TemporaryDirectory(prefix="rowflow-mutant-") as scratch:
        process = subprocess.Popen(
            command,
            cwd=folder,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            start_new_session=True,
            preexec_fn=limits,
            env=trees.environment(TMPDIR=scratch, **environment),
        )
        try:
            return process.wait(timeout=seconds) == 0
        except subprocess.TimeoutExpired:
            return None
        finally:
            try:
                os.killpg(process.pid, signal.SIGKILL)
            except ProcessLookupError:
                pass
            process.wait()


class Reach:
    """Which mutants each test reaches, and how long it takes without one. Kept in a file for as long as the programs
    are the same."""

    def __init__(self, tests, tree):
        self.seconds, self.reached, self.left_out, self.tests = {}, {}, [], {test.name: test for test in tests}
        self.kept, self.program = tree.kept / "reach.json", tree.build / "rowflow"

    def built_at(self, test):
        path = pathlib.Path(test.program) if test.program else self.program
        return path.stat().st_mtime_ns if path.exists() else 0

    def record(self, test):
        with tempfile.NamedTemporaryFile(prefix="rowflow-seen-") as seen:
            start = time.monotonic()
            passed = run(test.command, test.folder, 900, ROWFLOW_MUTANTS_SEEN=seen.name)
            taken = time.monotonic() - start
            data = pathlib.Path(seen.name).read_bytes()
        return test.name, [self.built_at(test), passed, taken, [number for number, byte in enumerate(data) if byte]]

    def measure(self, jobs, say):
        """What is known stays known as it comes, so that a run that was cut off goes on."""
        kept = json.loads(self.kept.read_text()) if self.kept.exists() else {}
        known = {
            name: entry
            for name, entry in kept.items()
            if name in self.tests and entry[0] == self.built_at(self.tests[name]) and entry[1]
        }
        with concurrent.futures.ThreadPoolExecutor(jobs) as pool:
            for i, (name, entry) in enumerate(
                pool.map(self.record, [t for name, t in self.tests.items() if name not in known])
            ):
                known[name] = kept[name] = entry
                if i % 20 == 19:
                    trees.replace(self.kept, json.dumps(kept))
        trees.replace(self.kept, json.dumps(kept))
        for name, (_, passed, taken, reached) in known.items():
            if passed:
                self.seconds[name], self.reached[name] = taken, set(reached)
            else:
                self.left_out.append(name)
                say(f"fails without a mutant, left out: {name}")

    def stages(self, number, most_seconds):
        """What to run for a mutant, quickest first: [(command, folder, seconds without it, names)…]."""
        cases, outside = collections.defaultdict(list), []
        for name, reached in self.reached.items():
            if number not in reached or self.seconds[name] > most_seconds:
                continue
            test = self.tests[name]
            if test.program:
                cases[test.program].append(test)
            else:
                outside.append(test)
        groups = [(sum(self.seconds[t.name] for t in group), group) for group in cases.values()]
        groups.sort(key=lambda pair: pair[0])
        return groups + [(self.seconds[t.name], [t]) for t in sorted(outside, key=lambda t: self.seconds[t.name])]


def catch_list(group):
    """A file that names the cases to run."""
    with tempfile.NamedTemporaryFile("w", prefix="rowflow-cases-", delete=False) as file:
        for test in sorted(group, key=lambda t: t.name):
            file.write(test.case + "\n")
    return file.name


def attempt(number, seconds, group):
    """One stage of a mutant: its name, and True, False or None as `run` says. What takes too long is tried again with
    much more time: another's load is no defect."""
    name, passed = attempt_within(10 + 8 * seconds, number, group)
    return (name, passed) if passed is not None else attempt_within(60 + 40 * seconds, number, group)


def attempt_within(limit, number, group):
    test = group[0]
    if test.program is None:
        return test.name, run(test.command, test.folder, limit, ROWFLOW_MUTANT=str(number))
    cases = catch_list(group)
    passed = run([test.program, "--abort", "--input-file", cases], test.folder, limit, ROWFLOW_MUTANT=str(number))
    os.unlink(cases)
    return os.path.basename(test.program), passed


def verdict(reach, number, most_seconds, budget, before):
    """{"killer": [test or program, "fails" or "hangs"] or None, "reached": whether any test does, "passed": {name: what
    was tried}, "left": stages beyond the budget of seconds}. `before` is an earlier verdict: who killed it then comes
    first, and what passed and is as it was is not tried again."""
    stages = reach.stages(number, most_seconds)
    found = {
        "killer": None,
        "reached": bool(stages) or bool(before.get("passed")),
        "passed": dict(before.get("passed", {})),
        "left": 0,
    }
    named = [(os.path.basename(group[0].program or group[0].name), seconds, group) for seconds, group in stages]
    if before.get("killer"):
        named.sort(key=lambda stage: stage[0] != before["killer"][0])
    spent = 0
    for name, seconds, group in named:
        state = [reach.built_at(group[0]), sorted(test.name for test in group)]
        if found["passed"].get(name) == state:
            continue
        if spent > 0 and spent + seconds > budget:
            found["left"] += 1
            continue
        spent += seconds
        name, passed = attempt(number, seconds, group)
        if not passed:
            found["killer"] = [name, "hangs" if passed is None else "fails"]
            break
        found["passed"][name] = state
    return found
