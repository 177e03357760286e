#!/usr/bin/env python3
"""Writes the shipped network configs. Usage: generate_networks.py [FOLDER], by default configs/networks."""
import pathlib
import sys

from networks import efficientnet, tiny

FAMILIES = [tiny, efficientnet]


def main():
    default = pathlib.Path(__file__).resolve().parent.parent / "configs" / "networks"
    folder = pathlib.Path(sys.argv[1]) if len(sys.argv) > 1 else default
    folder.mkdir(parents=True, exist_ok=True)
    for family in FAMILIES:
        for network in family.networks():
            (folder / f"{network.head['name']}.json").write_text(network.text(), encoding="utf-8")


if __name__ == "__main__":
    main()
