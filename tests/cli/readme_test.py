"""The README's terminal output is what the program prints today."""
import pathlib
import re
import subprocess
import sys

program, root = sys.argv[1], pathlib.Path(sys.argv[2])
readme = (root / "README.md").read_text()
command, shown = re.search(r"main job is `rowflow (.*?)`.*?<!-- main job:.*?-->\n```\n(.*?)```", readme, re.S).groups()
printed = subprocess.run([program, *command.split()], capture_output=True, text=True, check=True).stdout
if printed != shown:
    sys.exit(f"the README shows\n{shown}\nthe program prints\n{printed}")
