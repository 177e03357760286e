"""The README's terminal output is what the program prints today."""
import pathlib
import re
import subprocess
import sys
import tempfile

program, root = sys.argv[1], pathlib.Path(sys.argv[2])
readme = (root / "README.md").read_text()
command, shown = re.search(r"main job is `rowflow (.*?)`.*?<!-- main job:.*?-->\n```\n(.*?)```", readme, re.S).groups()
printed = subprocess.run([program, *command.split()], capture_output=True, text=True, check=True).stdout
if printed != shown:
    sys.exit(f"the README shows\n{shown}\nthe program prints\n{printed}")

for command, shown in re.findall(r"<!-- prints: rowflow (.*?) -->\n```\n(.*?)```", readme, re.S):
    printed = subprocess.run([program, *command.split()], capture_output=True, text=True, check=True).stdout
    whole = not shown.endswith("…\n")  # a last line "…" stands for the rest
    if printed != shown if whole else not printed.startswith(shown[: -len("…\n")]):
        sys.exit(f"the README shows for rowflow {command}\n{shown}\nthe program prints\n{printed}")

command, picture = re.search(r"`rowflow (run [^`]*) --picture ([^`\s]+)`", readme).groups()
with tempfile.TemporaryDirectory() as folder:
    drawn = pathlib.Path(folder) / "picture.svg"
    subprocess.run([program, *command.split(), "--quiet", "--picture", str(drawn)], capture_output=True, check=True)
    if drawn.read_bytes() != (root / picture).read_bytes():
        sys.exit(f"{picture} is not what `rowflow {command} --picture` draws today")
