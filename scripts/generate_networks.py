#!/usr/bin/env python3
"""Writes configs/networks/*.json and the table in configs/networks/README.md from the definitions in scripts/networks.

  scripts/generate_networks.py [FOLDER]   write what differs (FOLDER: by default configs/networks)
  scripts/generate_networks.py --check    write nothing, exit 1 naming the files that differ
"""
import argparse
import pathlib
import sys

sys.dont_write_bytecode = True

from networks import (
    attributes,
    cas_vit,
    compact,
    darknet,
    decoders,
    edgetpu,
    efficientdet,
    efficientnet,
    hardnet,  # noqa: E402
    inception,
    mobilenet,
    osnet,
    regnet,
    repghost,
    resnet,
    restoration,
    ssd,
    stdc,
    tiny,
    yolov5,
    yolov8,
)
from networks.table import readme  # noqa: E402
from networks.text import network_text  # noqa: E402

ROOT = pathlib.Path(__file__).resolve().parent.parent
FAMILIES = (
    tiny,
    efficientnet,
    edgetpu,
    efficientdet,
    mobilenet,
    regnet,
    resnet,
    inception,
    hardnet,
    repghost,
    cas_vit,
    stdc,
    decoders,
    compact,
    attributes,
    osnet,
    restoration,
    ssd,
    darknet,
    yolov5,
    yolov8,
)


def main():
    arguments = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    arguments.add_argument("folder", nargs="?", type=pathlib.Path, default=ROOT / "configs" / "networks")
    arguments.add_argument("--check", action="store_true")
    folder, check = vars(arguments.parse_args()).values()
    networks = [net for family in FAMILIES for net in family.networks()]
    files = {folder / (net.name + ".json"): network_text(net) for net in networks}
    files[folder / "README.md"] = readme(networks, ROOT / "tests" / "data" / "published.csv")
    differing = [path for path, text in files.items() if not path.exists() or path.read_text(encoding="utf-8") != text]
    for path in differing:
        if check:
            print(f"{path}: not what scripts/generate_networks.py writes", file=sys.stderr)
        else:
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(files[path], encoding="utf-8")
    print(f"{len(files)} files, {len(differing)} {'differ' if check else 'written'}")
    return 1 if check and differing else 0


if __name__ == "__main__":
    sys.exit(main())
