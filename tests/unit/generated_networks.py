"""The shipped networks and the table of their figures are byte for byte what their generator writes. Usage:
generated_networks.py SOURCE_FOLDER"""
import pathlib
import subprocess
import sys
import tempfile

source = pathlib.Path(sys.argv[1])
with tempfile.TemporaryDirectory() as folder:
    subprocess.run([sys.executable, "-B", str(source / "scripts/generate_networks.py"), folder], check=True)
    written = {file.name: file.read_bytes() for file in pathlib.Path(folder).iterdir()}
shipped = {file.name: file.read_bytes() for file in (source / "configs/networks").iterdir()}
differing = sorted(name for name in written.keys() | shipped.keys() if written.get(name) != shipped.get(name))
print(f"{len(shipped)} files, differing: {differing}")
sys.exit(1 if differing or not shipped else 0)
