"""Draws mutants, writes them all into one copy of the sources, and builds it."""
import dataclasses
import json
import math
import os
import pathlib
import re
import shutil
import subprocess

import sites

HERE = pathlib.Path(__file__).resolve().parent
ROOMS = (
    "base",
    "config",
    "network",
    "import",
    "plan",
    "metrics",
    "graph",
    "compile",
    "models",
    "run",
    "mapper",
    "evaluate",
    "point",
    "studies",
    "report",
    "cli",
)
SPARE = 1.3  # drawn beyond what is asked for: some do not compile
MOST_OF_ROOM = 2000  # numbers of one room: what changes there leaves the others' files as they were compiled
SWITCH = "rowflow_mutant({})"
A_FILE = 3  # mutants of one file, about: what is compiled again is the files that have some
READERS = 12  # sources that read a header, at most, for it to have mutants


def room_of(file):
    parts = pathlib.PurePosixPath(file).parts
    return parts[0] if parts[0] == "models" else parts[1]


def readers(root):
    """How many sources read each header, directly or not."""
    texts = {
        path.relative_to(root).as_posix(): path.read_text()
        for folder in ("sim", "models", "tests")
        for path in root.glob(f"{folder}/**/*.[ch]pp")
    }
    included = {name: re.findall(r'#include "([^"]+)"', text) for name, text in texts.items()}
    counts = {}
    for source in (name for name in texts if name.endswith(".cpp")):
        seen, open_ones = set(), [source]
        while open_ones:
            for header in included.get(open_ones.pop(), []):
                if header not in seen:
                    seen.add(header)
                    open_ones.append(header)
        for header in seen:
            counts[header] = counts.get(header, 0) + 1
    return counts


def all_sites(root):
    read_by = readers(root)
    files = sorted([*root.glob("sim/**/*.cpp"), *root.glob("models/*.cpp")])
    files += [
        root / name
        for name in sorted(read_by)
        if read_by[name] <= READERS and name.startswith(("sim/", "models/")) and (root / name).exists()
    ]
    found = {room: [] for room in ROOMS}
    for path in files:
        file = path.relative_to(root).as_posix()
        if room_of(file) in found:
            found[room_of(file)] += sites.sites_of(file, path.read_text())
    return found


def quotas(found, count):
    """Sites by room, as the roots of how many there are: the small rooms, which hold the rules, get more of theirs."""
    weights = {room: math.sqrt(len(found[room])) * (0.5 if room in ("report", "cli") else 1) for room in ROOMS}
    total = sum(weights.values())
    shares = {room: int(count * weights[room] / total) for room in ROOMS}
    rest = sorted(ROOMS, key=lambda room: -(count * weights[room] / total % 1))
    for room in rest[: count - sum(shares.values())]:
        shares[room] += 1
    return shares


def named(root):
    return sites.named_sites(HERE / "named.txt", lambda file: (root / file).read_text())


def drawn(found, count, seed, reserved):
    """For each room its sites in drawn order, some more than its share, in the files that the first of them are in;
    none within another, or in one of those reserved."""
    chosen = {}
    for room, share in quotas(found, count).items():
        taken, ranges, files = [], {}, set()
        most_files = math.ceil(share / A_FILE)
        for site in reserved:
            ranges.setdefault(site.file, []).append((site.start, site.end))
        for site in sorted(found[room], key=lambda s: s.order(seed)):
            if site.kind == "constant" and site.order(seed)[-1] in "02468ace":
                continue  # every second: cheap to find, and there are many
            if len(files) == most_files and site.file not in files:
                continue
            others = ranges.setdefault(site.file, [])
            if any(site.start < end and start < site.end for start, end in others):
                continue
            files.add(site.file)
            others.append((site.start, site.end))
            taken.append(site)
            if len(taken) >= math.ceil(share * SPARE):
                break
        chosen[room] = taken
    return chosen


def instrumented(text, numbered):
    for number, site in sorted(numbered, key=lambda pair: -pair[1].start):
        text = text[: site.start] + site.changed.replace("\0", SWITCH.format(number)) + text[site.end :]
    return '#include "mutant.hpp"\n' + text


def lines_of(text, numbers):
    """The lines on which each mutant stands in the instrumented text."""
    lines = {}
    for number in numbers:
        at = text.index(SWITCH.format(number))
        lines[number] = text.count("\n", 0, at) + 1
    return lines


def replace(path, text):
    """Writes a file whole or not at all."""
    young = path.with_suffix(".young")
    young.write_text(text)
    young.replace(path)


class Tree:
    """The copy in folder/source, built in folder/build."""

    def __init__(self, root, folder):
        self.root, self.kept, self.source, self.build = root, folder, folder / "source", folder / "build"

    def write(self, path, text):
        path.parent.mkdir(parents=True, exist_ok=True)
        data = text if isinstance(text, bytes) else text.encode()
        if not path.exists() or path.read_bytes() != data:
            path.write_bytes(data)

    def copy(self, numbered):
        """numbered: {file: [(number, site)…]}."""
        names = subprocess.run(
            ["git", "-C", str(self.root), "ls-files", "-z", "-co", "--exclude-standard"],
            check=True,
            capture_output=True,
            text=True,
        ).stdout.split("\0")
        kept = set()
        for name in filter(None, names):
            path = self.root / name
            if not path.is_file():
                continue
            kept.add(name)
            if name in numbered:
                self.write(self.source / name, instrumented(path.read_text(), numbered[name]))
            else:
                self.write(self.source / name, path.read_bytes())
                shutil.copymode(path, self.source / name)
        for file, place in (("mutant.hpp", "mutant.hpp"), ("mutant.cpp", "sim/base/mutant.cpp")):
            kept.add(place)
            self.write(self.source / place, (HERE / file).read_text())
        for path in self.source.rglob("*"):  # gone since last time
            inside = path.relative_to(self.source).as_posix()
            if path.is_file() and inside not in kept and not re.match(r"node_modules|build|.*__pycache__", inside):
                path.unlink()
        link = self.source / "node_modules"
        if (self.root / "node_modules").exists() and not link.exists():
            link.symlink_to(self.root / "node_modules")

    def configure(self):
        options = ["-DCMAKE_BUILD_TYPE=Release", "-DROWFLOW_TESTS=ON"]
        if shutil.which("ccache"):
            options.append("-DCMAKE_CXX_COMPILER_LAUNCHER=ccache")
        subprocess.run(
            ["cmake", "-G", "Ninja", "-S", str(self.source), "-B", str(self.build), *options],
            check=True,
            stdout=subprocess.DEVNULL,
        )

    def make(self, targets, jobs):
        done = subprocess.run(
            ["ninja", "-C", str(self.build), "-k", "0", f"-j{jobs}", *targets],
            text=True,
            errors="replace",
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
        )
        return None if done.returncode == 0 else done.stdout


def blamed(tree, output, numbered):
    """Mutants on lines that the compiler's errors name; of a file that failed for another reason, all."""
    bad = set()
    where = {
        file: lines_of((tree.source / file).read_text(), [n for n, _ in pairs]) for file, pairs in numbered.items()
    }
    named = set(re.findall(re.escape(str(tree.source)) + r"/([\w/.]+):(\d+)", output))
    for file, line in named:
        for number, site in numbered.get(file, []):
            first = where[file][number]
            if first - 1 <= int(line) <= first + site.changed.count("\n") + 1:
                bad.add(number)
    failed = re.findall(r"FAILED: \S*?\.dir/(\S+)\.o", output)
    for file in failed:
        mine = {number for number, _ in numbered.get(file, [])}
        if mine and not mine & bad and not any(n in bad for pairs in numbered.values() for n, _ in pairs):
            bad |= mine
    return bad


def test_targets(root):
    targets = ["rowflow", "validate_configs", "judge"]
    for folder in ("base", "unit", "mapper", "timing", "import", "system", "point", "studies", "tflite"):
        targets += [f"{folder}_{path.stem}" for path in sorted((root / "tests" / folder).glob("*_test.cpp"))]
    return targets


def built(tree, count, seed, jobs, say, targets=None):
    """Draws, numbers, builds, and leaves out what does not compile: {number: [site…]}, the named ones last. Targets:
    what to build, by default the program and all tests of test_targets."""
    by_name = named(tree.root)
    chosen = drawn(all_sites(tree.root), count, seed, [site for places in by_name for site in places])
    lists = [[[site] for site in chosen[room]] for room in ROOMS] + [by_name]
    numbers = {MOST_OF_ROOM * r + i: places for r, list_ in enumerate(lists) for i, places in enumerate(list_)}
    targets = targets or test_targets(tree.root)
    known = tree.kept / "not_compiling.json"  # of earlier builds
    failing = {tuple(key) for key in json.loads(known.read_text())} if known.exists() else set()
    numbers = {number: places for number, places in numbers.items() if places[0].key() not in failing}
    for attempt in range(12):
        numbered = {}
        for number, places in numbers.items():
            for site in places:
                numbered.setdefault(site.file, []).append((number, site))
        tree.copy(numbered)
        if attempt == 0:
            tree.configure()
        output = tree.make(targets, jobs)
        if output is None:
            listed = {number: [dataclasses.asdict(site) for site in places] for number, places in numbers.items()}
            # for whoever runs one by hand
            (tree.kept / "numbers.json").write_text(json.dumps(listed, indent=1))
            return numbers
        bad = blamed(tree, output, numbered)
        if not bad:
            raise SystemExit(f"mutants: the copy does not build:\n{output[-4000:]}")
        say(f"{len(bad)} of {len(numbers)} do not compile")
        failing |= {numbers[number][0].key() for number in bad}
        known.write_text(json.dumps(sorted(failing)))
        numbers = {number: places for number, places in numbers.items() if number not in bad}
    raise SystemExit("mutants: the copy still does not build")


def environment(**more):
    """What all runs see: one seed for the random tests, few threads."""
    return {**os.environ, "RC_PARAMS": "seed=23", **more}
