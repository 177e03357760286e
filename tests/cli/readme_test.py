"""The README's terminal output is what the program prints today. Usage: readme_test.py ROWFLOW ROOT [--update]: rewrites instead."""
import pathlib
import re
import subprocess
import sys
import tempfile

program, root = str(pathlib.Path(sys.argv[1]).resolve()), pathlib.Path(sys.argv[2])
readme = (root / "README.md").read_text()
command, shown = re.search(r"main job is `rowflow (.*?)`.*?<!-- main job:.*?-->\n```\n(.*?)```", readme, re.S).groups()
printed = subprocess.run([program, *command.split()], capture_output=True, text=True, check=True).stdout
if printed != shown:
    sys.exit(f"the README shows\n{shown}\nthe program prints\n{printed}")

# Blocks after "<!-- prints: rowflow … -->": that command, run in the root folder.
marked = re.compile(r"(<!-- prints: rowflow ([^>]*?) -->\n```\n)(.*?)(?=```)", re.S)


def prints(command):
    return subprocess.run([program, *command.split()], capture_output=True, text=True, check=False, cwd=root).stdout


if "--update" in sys.argv:
    (root / "README.md").write_text(marked.sub(lambda block: block.group(1) + prints(block.group(2)), readme))
    sys.exit()
for _, command, shown in marked.findall(readme):
    if prints(command) != shown:
        sys.exit(f"the README shows\n{shown}\n`rowflow {command}` prints\n{prints(command)}")

command, picture = re.search(r"`rowflow (run [^`]*) --picture ([^`\s]+)`", readme).groups()
with tempfile.TemporaryDirectory() as folder:
    drawn = pathlib.Path(folder) / "picture.svg"
    subprocess.run([program, *command.split(), "--quiet", "--picture", str(drawn)], capture_output=True, check=True)
    if drawn.read_bytes() != (root / picture).read_bytes():
        sys.exit(f"{picture} is not what `rowflow {command} --picture` draws today")
