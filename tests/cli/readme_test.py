"""Terminal output in the documents is what the program prints today. Usage: readme_test.py ROWFLOW ROOT [--update]:
rewrites instead."""
import functools
import os
import pathlib
import re
import subprocess
import sys
import tempfile

program, root = str(pathlib.Path(sys.argv[1]).resolve()), pathlib.Path(sys.argv[2])
readme = (root / "README.md").read_text()
DOCUMENTS = ("README.md", "docs/calibration.md", "docs/guide.md", "docs/screens.md", "docs/trust.md")
SCREENS = ("README.md", "docs/screens.md")  # whole outputs that fit a screen
ENVIRONMENT = {name: value for name, value in os.environ.items() if name != "COLUMNS"}
# Blocks after "<!-- prints: rowflow … -->": that command, run in the root folder; a last line "…" stands for the rest.
marked = re.compile(r"(<!-- prints: rowflow (.*?) -->\n```\n)(.*?)(?=```)", re.S)


@functools.cache
def output(command):
    done = subprocess.run(
        [program, *command.split()], capture_output=True, text=True, check=False, cwd=root, env=ENVIRONMENT
    )
    if done.returncode not in (0, 1):  # 1: the answer is no
        sys.exit(f"rowflow {command}: {done.stderr}")
    return done.stdout


def expected(block):
    command, shown = block.group(2), block.group(3)
    printed = output(command)
    if not shown.endswith("…\n"):
        return block.group(1) + printed
    return block.group(1) + "".join(printed.splitlines(keepends=True)[: shown.count("\n") - 1]) + "…\n"


for name in DOCUMENTS:
    text = (root / name).read_text()
    blocks = list(marked.finditer(text))
    if not blocks:
        sys.exit(f"{name} shows no output")
    if "--update" in sys.argv:
        (root / name).write_text(marked.sub(expected, text))
        continue
    for block in blocks:
        if (now := expected(block)) != block.group():
            sys.exit(f"{name} shows\n{block.group()}\nand should show\n{now}")
        if name in SCREENS and (lines := block.group(3).count("\n")) > 40:
            sys.exit(f"{name} shows {lines} lines of rowflow {block.group(2)}, expected at most 40")
if "--update" in sys.argv:
    sys.exit()
if (lines := readme.count("\n")) > 200:
    sys.exit(f"README.md has {lines} lines, expected at most 200")
for name in DOCUMENTS:
    for number, line in enumerate((root / name).read_text().splitlines(), 1):
        if len(line) > 120:
            sys.exit(f"{name}:{number} has {len(line)} columns, expected at most 120")

command, picture = re.search(r"`rowflow (run [^`]*) --picture ([^`\s]+)`", readme).groups()
with tempfile.TemporaryDirectory() as folder:
    drawn = pathlib.Path(folder) / "picture.svg"
    subprocess.run([program, *command.split(), "--quiet", "--picture", str(drawn)], capture_output=True, check=True)
    if drawn.read_bytes() != (root / picture).read_bytes():
        sys.exit(f"{picture} is not what `rowflow {command} --picture` draws today")
