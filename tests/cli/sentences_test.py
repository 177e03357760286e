#!/usr/bin/env python3
"""Sentences of `rowflow run` against runs: at T = full of shipped networks, what the text rules out and what it
proposes.

Usage: sentences_test.py ROWFLOW ROOT [--all | NETWORK…]

Without names a sample by a fixed seed; --all takes minutes. No sentence may deny a change of 2 % or more that a run
shows, and every figure that a sentence proposes must come out within 1 %.
"""
import json
import os
import pathlib
import random
import re
import shlex
import sys

sys.path.append(str(pathlib.Path(__file__).resolve().parents[1] / "support"))
import program  # noqa: E402
from program import ROOT  # noqa: E402

ENVIRONMENT = {**os.environ, "COLUMNS": "200"}
MEMORY = {"l3_cuts", "l4_cuts", "memory_bytes", "weight_bytes"}
SAMPLE, SEED = 7, 16
SLOW = re.compile(r"efficientdet_d[3-7]|efficientnet_b[5-7]|regnety_(12|16|32)gf|se_resnet101")  # by hand
denied, proposed = 0, 0


def printed(*arguments):
    """The status may say that the answer is no, never that the command is wrong."""
    return program.printed(*arguments, status=(0, 1), env=ENVIRONMENT, cwd=ROOT)


def results(*arguments):
    documents = json.loads(printed("run", *arguments, "--format", "json", "--quiet"))
    return documents if isinstance(documents, list) else [documents]


def batch_fps(result, frames):
    if "contexts" not in result:
        return result["throughput"]["fps"]
    return next(batch["fps"] for batch in result["contexts"]["batches"] if batch["frames"] == frames)


def latency(result):
    return result["latency"]["isolated_ms" if "contexts" in result else "paced_ms"]


def meets(said, found, what, rounding=0.0):
    """A proposed figure comes out within 1 %, and what printing rounds off."""
    global proposed
    proposed += 1
    assert abs(said - found) <= 0.01 * abs(found) + rounding, f"{what}: said {said}, found {found}"


def one_line(text):
    return " ".join(text.split())


def next_command(text):
    """The arguments of the command that the text proposes."""
    line = next((line for line in text.splitlines() if line.startswith("Next: rowflow ")), None)
    assert line, text
    command = re.sub(r" \([^()]*\)$", "", line[len("Next: rowflow ") :])
    return shlex.split(command)


def check_answer(text, result, what):
    """ "T = 7: 108 fps at batch 1, 452 at batch 8 (337–503), 9.3 ms", or "3678 fps at any batch, 2.1 ms"."""
    words = one_line(text)
    several = re.search(r"([\d.]+) fps at batch 1, ([\d.]+) at batch 8 \(([\d.]+)–([\d.]+)\), ([\d.]+) ms", words)
    if several:
        one, eight, low, high, ms = map(float, several.groups())
        meets(one, batch_fps(result, 1), what + ": fps at batch 1", 0.5)
        meets(eight, batch_fps(result, 8), what + ": fps at batch 8", 0.5)
        assert low <= eight <= high, what
    else:
        found = re.search(r"([\d.]+) fps at any batch, ([\d.]+) ms", words)
        assert found, text
        fps, ms = map(float, found.groups())
        meets(fps, result["throughput"]["fps"], what + ": fps", 0.5)
    meets(ms, latency(result), what + ": ms", 0.05)


def check_fit(text, result, network):
    """What is short is short, and what is not is not."""
    global denied
    words = one_line(text)
    short = lambda resources: {use["name"] for use in resources if use["demand"] > use["limit"]}
    if "Fits in one context" in words:
        assert result["fit"]["fits"] and "contexts" not in result, network
        return
    if "lacks" not in words:
        return
    assert "contexts" in result or not result["fit"]["fits"], network
    if "not memory" in words:
        denied += 1
        alone = results(network, "--tile-height", "full", "--fit", "assume")[0]
        assert not short(alone["fit"]["resources"]) & MEMORY, f"{network}: memory is short too: {words[:200]}"


def check_comparison(text, heights, network):
    """Of several heights together."""
    global denied
    rates = [batch_fps(result, 8) for result in heights.values()]
    words = one_line(text)
    if "reach the same throughput" in words:
        denied += 1
        assert max(rates) <= 1.02 * min(rates), f"{network}: said to be the same: {rates}"
    advice = re.search(r"Recommended: T = (\w+): (.*?\.)(?: |$)", words)
    if not advice:
        return None
    height, reason = advice.groups()
    best = heights[height]
    goal = lambda result: result["throughput"]["fps"]
    large = "of tiles of at least 7 rows" in reason
    smaller = re.search(r"\(T = (\d+): (\d+) fps, \+(\d+) %\)", reason)
    if smaller:
        meets(float(smaller.group(2)), goal(heights[smaller.group(1)]), f"{network}: smaller tiles", 0.5)
        meets(
            float(smaller.group(3)),
            100 * (goal(heights[smaller.group(1)]) / goal(best) - 1),
            f"{network}: what smaller tiles give",
            0.5,
        )
    elif large:  # nothing is said of smaller tiles
        denied += 1
        assert max(rates) <= 1.02 * batch_fps(best, 8), f"{network}: smaller tiles are faster: {rates}"
    if "the only one within" in reason:
        denied += 1
        others = [
            goal(result)
            for name, result in heights.items()
            if name != height and (not large or name == "full" or int(name) >= 7)
        ]
        assert not others or max(others) <= 0.9901 * goal(best), f"{network}: another height is as fast"
    savings = re.search(r"buffers −(\d+) %, (?:paced )?latency −(\d+) %", reason)
    if savings:
        first = heights["full"]
        for percent, figure in zip(map(float, savings.groups()), (lambda r: r["buffering"]["capacity_bytes"], latency)):
            meets(percent, 100 * (1 - figure(best) / figure(first)), f"{network}: savings of T = {height}", 1)
    return height


def check_levers(network):
    """What explain promises of a change, a run with its arguments gives."""
    point = (network, "--tile-height", "full")
    document = json.loads(printed("explain", *point, "--levers", "2", "--format", "json", "--quiet"))
    levers = [lever for lever in document.get("levers", []) if lever["fps"] and lever["lever"] != "all_tiles"]
    for lever in levers[:1] + levers[-1:]:
        changed = results(*point, *lever["arguments"])[0]
        meets(lever["fps"], changed["throughput"]["fps"], f"{network}: explain, {' '.join(lever['arguments'])}")


def check(network):
    has_blocks = any(
        layer["type"] == "squeeze_excite"
        for layer in json.loads((ROOT / "configs/networks" / f"{network}.json").read_text(encoding="utf-8"))["layers"]
    )
    point = (network, "--tile-height", "full") if has_blocks else (network,)
    text, result = printed("run", *point), results(*point)[0]
    check_fit(text, result, network)
    if result["status"] == "ok":
        check_answer(text, result, network)
    step = next_command(text)
    follow = printed(*step)
    if not has_blocks:
        return
    assert step[0] == "run" and "--tile-height" in step, step
    heights = step[step.index("--tile-height") + 1].split(",")
    compared = dict(zip(heights, results(*step[1:])))
    best = check_comparison(follow, compared, network)
    if best:
        alone = results(network, "--tile-height", best)[0]
        check_answer(follow, alone, f"{network}, T = {best}")
        printed(*next_command(follow))
    check_levers(network)


def main():
    names = sorted(path.stem for path in (ROOT / "configs/networks").glob("*.json"))
    asked = sys.argv[3:]
    if not asked:
        names = random.Random(SEED).sample([name for name in names if not SLOW.match(name)], SAMPLE)
    elif asked != ["--all"]:
        names = asked
    wrong = []
    for name in names:
        try:
            check(name)
        except AssertionError as fault:
            wrong.append(f"{name}: {fault}")
            print(wrong[-1], flush=True)
    print(f"{len(names)} networks, {proposed} figures met, {denied} denials held, {len(wrong)} networks refuted")
    sys.exit(1 if wrong else 0)


main()
