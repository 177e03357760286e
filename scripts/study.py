"""What studies share: runs of the program, tables, and documents whose blocks a study prints.

A document shows what a study prints between "<!-- prints: scripts/STUDY.py SECTION -->" and the end of the code block
behind it. `main` prints sections, writes them into the document (--update) or compares them with it (--check).
"""
import argparse
import concurrent.futures
import json
import os
import pathlib
import re
import subprocess
import sys

ROOT = pathlib.Path(__file__).resolve().parent.parent


class Runs:
    """Results of `rowflow run`, each combination of arguments run once; several at a time."""

    def __init__(self, program, jobs):
        self.program, self.pool, self.results = program, concurrent.futures.ThreadPoolExecutor(jobs), {}

    def __call__(self, requests):
        """The results of (network, option…) tuples, in their order."""
        new = [request for request in dict.fromkeys(requests) if request not in self.results]
        for request, result in zip(new, self.pool.map(self._run, new)):
            self.results[request] = result
        return [self.results[request] for request in requests]

    def _run(self, request):
        command = [str(self.program), "run", *request, "--format", "json", "--quiet"]
        run = subprocess.run(command, capture_output=True, text=True, check=False)
        if run.returncode not in (0, 1):
            raise SystemExit(f"{' '.join(command)}: exit {run.returncode}: {run.stderr.strip()}")
        return json.loads(run.stdout)


def resized(network, size, folder):
    """A network config of a shipped network with another square input, as a file in the folder."""
    file = pathlib.Path(folder) / f"{network}_{size}.json"
    document = {
        "base": str(ROOT / "configs/networks" / f"{network}.json"),
        "name": file.stem,
        "input": {"height": size, "width": size, "channels": 3},
    }
    file.write_text(json.dumps(document), encoding="utf-8")
    return str(file)


def table(head, rows, left=1):
    """Aligned columns, the first `left` of them to the left; cells are texts."""
    lines = [head, *rows]
    widths = [max(len(line[k]) for line in lines) for k in range(len(head))]
    return "".join(
        "  ".join(
            cell.ljust(width) if k < left else cell.rjust(width) for k, (cell, width) in enumerate(zip(line, widths))
        ).rstrip()
        + "\n"
        for line in lines
    )


class Document:
    """A text whose marked blocks are what sections of a study print."""

    def __init__(self, path, study):
        self.path = path
        self.block = re.compile(rf"(<!-- prints: scripts/{re.escape(study)} (\w+) -->\n```\n)(.*?)(?=```)", re.S)

    def shown(self):
        return {block.group(2): block.group(3) for block in self.block.finditer(self.path.read_text(encoding="utf-8"))}

    def update(self, texts):
        """Puts the texts, by section, into their blocks."""

        def new(block):
            return block.group(1) + texts.get(block.group(2), block.group(3))

        self.path.write_text(self.block.sub(new, self.path.read_text(encoding="utf-8")), encoding="utf-8")


def differences(document, texts):
    shown = document.shown()
    return [
        f"{document.path.name} shows\n{shown.get(name, 'no block ' + name)}\nand should show\n{text}"
        for name, text in texts.items()
        if shown.get(name) != text
    ]


def main(description, sections, document):
    """Command line of a study. `sections`: functions by name that take Runs and return the text that they print."""
    arguments = argparse.ArgumentParser(description=description, formatter_class=argparse.RawDescriptionHelpFormatter)
    arguments.add_argument("sections", nargs="*", help=f"by default all: {', '.join(sections)}")
    arguments.add_argument("--update", action="store_true", help=f"write into {document.path.name}")
    arguments.add_argument("--check", action="store_true", help=f"compare with {document.path.name}")
    arguments.add_argument("--rowflow", type=pathlib.Path, default=ROOT / "build/release/rowflow")
    arguments.add_argument("--jobs", type=int, default=os.cpu_count())
    given = arguments.parse_args()
    if unknown := [name for name in given.sections if name not in sections]:
        arguments.error(f"found section {unknown[0]}, expected one of {', '.join(sections)}")
    runs = Runs(given.rowflow, given.jobs)
    texts = {name: sections[name](runs) for name in given.sections or sections}
    if given.update:
        document.update(texts)
    elif given.check:
        if wrong := differences(document, texts):
            script = pathlib.Path(sys.argv[0]).name
            print("\n".join(wrong), f"scripts/{script} {' '.join(texts)} --update writes it anew", file=sys.stderr)
            return 1
    else:
        print("\n".join(texts.values()), end="")
    return 0
