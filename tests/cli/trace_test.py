"""Trace files and waveforms, read by parsers of their own (standard library only) and held against the run's result and
each other.

trace_test.py ROWFLOW. Trace: Trace Event Format (JSON object format; phases M, X, C, s/t/f). Waveforms: IEEE 1364 value
change dump.
"""
import collections
import json
import os
import re
import shutil
import subprocess
import sys
import tempfile

sys.path.append(os.path.join(os.path.dirname(os.path.abspath(__file__)), "../support"))
from missing import missing  # noqa: E402
from old_defaults import rowflow as run  # noqa: E402


def check(condition, message):
    if not condition:
        raise SystemExit("FAILED: " + message)


class Trace:
    """What a viewer would take from the file; raises when an event lacks what its phase requires."""

    def __init__(self, path):
        with open(path, encoding="utf-8") as file:
            document = json.load(file)
        self.about = document["otherData"]
        self.processes, self.contexts, self.names = {}, [], collections.defaultdict(list)
        self.threads, self.slices = {}, collections.defaultdict(list)
        self.counters, self.flows = collections.defaultdict(list), collections.defaultdict(list)
        for event in document["traceEvents"]:
            getattr(self, "phase_" + event["ph"])(event)

    def phase_M(self, event):
        if event["name"] == "thread_name":
            self.threads[event["tid"]] = event["args"]["name"]
        if event["name"] == "process_name":
            self.processes[event["pid"]] = event["args"]["name"]

    def cycles(self, microseconds):
        """Stamps are real time, to the picosecond: of cycles longer than two of these they are exact."""
        return round(microseconds * self.about["clock_hz"] / 1e6)

    def phase_X(self, event):
        check(event["dur"] > 0, "a slice without length")
        args = event["args"]
        begin, length = args["cycle"], args["cycles"]
        check(
            self.cycles(event["ts"]) == begin and self.cycles(event["dur"]) == length,
            f"{event}: not the time of its cycles",
        )
        if self.processes[event["pid"]] == "contexts":
            self.contexts.append((begin, begin + length, event["name"]))
            return
        check(self.processes[event["pid"]].endswith("stages"), f"a slice of {self.processes[event['pid']]}")
        busy = f"frame {args['frame']} row {args['row']}"
        check(event["name"] == (busy if event["cat"] == "busy" else event["cat"]), f"a slice called {event['name']}")
        self.names[event["tid"]].append((event["pid"], args["frame"], args["row"], event["cat"]))
        self.slices[event["tid"]].append((begin, begin + length, event["cat"], args))

    def phase_C(self, event):
        check(self.processes[event["pid"]].endswith("buffers"), f"a counter of {self.processes[event['pid']]}")
        self.counters[event["name"]].append((self.cycles(event["ts"]), event["args"]["rows"]))

    def flow(self, event):
        self.flows[event["id"]].append((event["ph"], self.cycles(event["ts"]), event["tid"]))

    phase_s = phase_t = phase_f = flow

    def check_form(self):
        for tid, slices in self.slices.items():
            for before, after in zip(slices, slices[1:]):
                check(before[1] == after[0], f"{self.threads[tid]}: slices overlap or leave a gap at {before[1]}")
        for name, levels in self.counters.items():
            check(all(a[0] < b[0] for a, b in zip(levels, levels[1:])), f"{name}: counter not in order of time")
        check(self.flows, "no frame flows")
        for points in self.flows.values():
            phases = "".join(p[0] for p in points)
            check(re.fullmatch("st*f", phases), "a flow's phases are " + phases)
            for _, at, tid in points:
                check(
                    any(s[0] <= at < s[1] and s[2] == "busy" for s in self.slices[tid]),
                    f"a flow leads to no slice at {at}",
                )


def check_against_result(trace, result):
    """The whole run's slices and counters add up to the result's figures."""
    names = {name: tid for tid, name in trace.threads.items()}
    for stage in result["stages"]:
        total, blamed = collections.Counter(), collections.Counter()
        for begin, end, doing, args in trace.slices[names[stage["name"]]]:
            total[doing] += end - begin
            if doing != "busy":
                blamed[(args.get("buffer"), doing)] += end - begin
        for doing in ("busy", "starved", "blocked"):
            check(total[doing] == stage[doing], f"{stage['name']}: {doing} {total[doing]}, result {stage[doing]}")
        expected = {(s["buffer"], s["kind"]): s["cycles"] for s in stage["stalls"]}
        check(dict(blamed) == expected, f"{stage['name']}: stalls {dict(blamed)}, result {expected}")
    elapsed = result["elapsed_cycles"]
    for buffer in result["buffers"]:
        levels = trace.counters[buffer["name"]]
        ends = [at for at, _ in levels[1:]] + [elapsed]
        area = sum(rows * (end - at) for (at, rows), end in zip(levels, ends))
        full = sum(end - at for (at, rows), end in zip(levels, ends) if rows == buffer["capacity_rows"])
        check(max(rows for _, rows in levels) == buffer["peak_rows"], f"{buffer['name']}: peak")
        check(abs(area / elapsed - buffer["mean_rows"]) < 1e-9 * max(1, buffer["mean_rows"]), f"{buffer['name']}: mean")
        check(full == buffer["full_cycles"], f"{buffer['name']}: full {full}, result {buffer['full_cycles']}")


def check_rows(trace, result):
    """The names of what a stage does say every frame, and of each its rows in order, from the first on, none left
    out."""
    ids = {name: tid for tid, name in trace.threads.items()}
    exact = 0
    for stage in result["stages"]:
        made = collections.defaultdict(list)
        for _, frame, row, doing in trace.names[ids[stage["name"]]]:
            if doing == "busy":
                made[frame].append(row)
        if not stage["busy"]:
            continue
        check(list(made) == list(range(result["frames"])), f"{stage['name']}: frames {list(made)}")
        for frame, rows in made.items():
            check(rows == sorted(rows) and rows[0] == 0, f"{stage['name']}: rows {rows[:9]}… of frame {frame}")
            if stage["kind"] in ("pointwise", "scale"):
                check(
                    rows == list(range(len(rows))) and len(rows) > 1 or rows == [0],
                    f"{stage['name']}: rows {rows[:9]}…",
                )
                exact += len(rows) > 1
    check(exact > 0, "no stage of a row a step")


def check_contexts(trace, result):
    """Processes a context, whose stages work only while it is switched to."""
    count = len(result["contexts"]["list"])
    check(count > 1 and len(trace.processes) == 1 + 2 * count, f"{count} contexts, processes {trace.processes}")
    check(
        [name for _, _, name in trace.contexts if name.startswith("context")]
        == [f"context {c + 1}" for c in range(count)],
        f"contexts {trace.contexts}",
    )
    for before, after in zip(trace.contexts, trace.contexts[1:]):
        check(before[1] == after[0], "time between contexts that is nobody's")
    active = {name: (begin, end) for begin, end, name in trace.contexts}
    for tid, slices in trace.slices.items():
        begin, end = active[trace.processes[trace.names[tid][0][0]].split(":")[0]]
        check(
            all(begin <= s[0] and s[1] <= end for s in slices if s[2] == "busy"),
            f"{trace.threads[tid]} works without its context",
        )


def check_legend(path, result):
    """The comment at the file's head names every variable once, and says what the numbers stand for."""
    with open(path, encoding="ascii") as file:
        text = file.read()
    check(text.startswith("$comment\n"), "no legend")
    comment = text[: text.index("$end")]
    for words in (
        result["network"]["name"],
        "0 starved",
        "1 busy",
        "2 blocked",
        "3 done",
        f"{result['device']['clock_hz']} Hz",
    ):
        check(words in comment, f"the legend says nothing of {words}")
    stages = re.findall(r"(?m)^  (\S+)\.doing = stage (\S+), (\S+)$", comment)
    check(
        [(s, k) for _, s, k in stages] == [(s["name"], s["kind"]) for s in result["stages"]],
        f"stages of the legend: {stages[:3]}",
    )
    buffers = re.findall(r"(?m)^  (\S+)\.rows = buffer (.+), of (\d+) rows$", comment)
    check(
        [(b, int(n)) for _, b, n in buffers] == [(b["name"], b["capacity_rows"]) for b in result["buffers"]],
        f"buffers: {buffers[:3]}",
    )
    waves = read_vcd(path)
    check(
        {f"SystemC.{m}.doing" for m, _, _ in stages} | {f"SystemC.{m}.rows" for m, _, _ in buffers} == set(waves),
        "not the file's names",
    )


def read_vcd(path):
    """{dotted name: [(time, value), …]} with one entry a change."""
    with open(path, encoding="ascii") as file:
        tokens = iter(file.read().split())
    scope, names, changes, now = [], {}, collections.defaultdict(list), 0
    for token in tokens:
        if token == "$scope":
            next(tokens)
            scope.append(next(tokens))
        elif token == "$upscope":
            scope.pop()
        elif token == "$var":
            next(tokens), next(tokens)
            code = next(tokens)
            names[code] = ".".join(scope + [next(tokens)])
        elif token.startswith("#"):
            check(int(token[1:]) >= now, "time runs backwards")
            now = int(token[1:])
        elif re.fullmatch("b[01]+", token):
            value, code = int(token[1:], 2), next(tokens)
            changes[code].append((now, value))
        elif token == "$comment" or token == "$version" or token == "$date":
            while next(tokens) != "$end":
                pass
    check(len(names) == len(set(names.values())), "two waveforms of one name")
    return {names[code]: values for code, values in changes.items()}


def value_at(changes, at):
    value = None
    for when, new in changes:
        if when > at:
            break
        value = new
    return value


def simplified(changes):
    """Without entries that change nothing and without all but the last of one time."""
    last = {}
    for at, value in changes:
        last[at] = value
    out = []
    for at in sorted(last):
        if not out or out[-1][1] != last[at]:
            out.append((at, last[at]))
    return out


def legal(name):
    return re.sub(r"[^A-Za-z0-9]", "_", name)


def check_waveforms(waves, trace, result):
    """Every buffer's level at every time is the trace's counter; every stage's doing is the trace's slices."""
    code = {"starved": 0, "busy": 1, "blocked": 2}
    ids = {name: tid for tid, name in trace.threads.items()}
    stages = {s["name"]: s for s in result["stages"]}
    elapsed = result["elapsed_cycles"]

    def module(stage):
        layer = stages[stage]["layer"]
        return legal(layer), legal(stage[len(layer) + 1 :]) if stage.startswith(layer + ".") else "stage"

    for name, stage in stages.items():
        layer, part = module(name)
        wave = simplified([c for c in waves[f"SystemC.accelerator.{layer}.{part}.doing"] if c[0] < elapsed])
        expected = [(begin, code[doing]) for begin, _, doing, _ in trace.slices[ids[name]]]
        end = trace.slices[ids[name]][-1][1]
        expected = simplified(expected + ([(end, 3)] if end < elapsed else []))
        check(wave == expected, f"{name}: waveform {wave[:8]}…, trace {expected[:8]}…")
    for buffer in result["buffers"]:
        layer, part = module(buffer["to"])
        wave = simplified(
            [
                c
                for c in waves[f"SystemC.accelerator.{layer}.{part}_from_{legal(buffer['from'])}.rows"]
                if c[0] < elapsed
            ]
        )
        expected = simplified([c for c in trace.counters[buffer["name"]] if c[0] < elapsed])
        check(wave == expected, f"{buffer['name']}: waveform {wave[:8]}…, trace {expected[:8]}…")


def check_with_gtkwave(path):
    """GTKWave's own reader (Debian: gtkwave): it converts what it understood to its format."""
    converter = shutil.which("vcd2fst")
    if converter is None:
        return
    done = subprocess.run([converter, path, path + ".fst"], capture_output=True, text=True)
    check(done.returncode == 0, f"vcd2fst: {done.stderr}")
    check(os.path.getsize(path + ".fst") > 300, "vcd2fst found nothing in the waveforms")
    back = subprocess.run(["fst2vcd", path + ".fst"], capture_output=True, text=True)
    with open(path + ".back", "w", encoding="ascii") as file:
        file.write(back.stdout)
    ours, theirs = read_vcd(path), read_vcd(path + ".back")
    check(set(ours) == set(theirs), f"waveforms lost: {sorted(set(ours) ^ set(theirs))[:5]}")
    for name, changes in ours.items():
        check(simplified(changes) == simplified(theirs[name]), f"{name}: GTKWave reads {theirs[name][:5]}…")
    os.remove(path + ".fst"), os.remove(path + ".back")


def main():
    with tempfile.TemporaryDirectory() as folder:
        path = lambda name: os.path.join(folder, name)
        for network in (
            ["tiny_se", "--device", "tiny"],
            ["efficientnet_b0", "--tile-height", "7", "--frames", "3"],
            ["tiny_se", "--device", "tiny", "--buffers", "minimal", "--frames", "5"],
            ["tiny_se", "--device", "tiny", "--set", "/credit_latency=23", "--frames", "4"],
        ):
            plain = run("run", *network, "--format", "json", "--timing", "synchronous", "--quiet").stdout
            traced = run(
                "run",
                *network,
                "--format",
                "json",
                "--timing",
                "synchronous",
                "--quiet",
                "--trace",
                path("t.json"),
                "--trace-frames",
                "all",
                "--vcd",
                path("w.vcd"),
                "--report",
                path("r.html"),
            ).stdout
            check(plain == traced, f"{network}: tracing changed the result")
            result = json.loads(plain)
            trace = Trace(path("t.json"))
            trace.check_form()
            check(trace.about["truncated"] is False, "truncated")
            check_against_result(trace, result)
            check_rows(trace, result)
            check_legend(path("w.vcd"), result)
            check_waveforms(read_vcd(path("w.vcd")), trace, result)
            check_with_gtkwave(path("w.vcd"))
        run("run", "efficientnet_b0", "--frames", "9", "--trace", path("window.json"), "--quiet")
        window = Trace(path("window.json"))
        window.check_form()
        check(window.about["from_cycle"] > 0, "the default window is the steady frames, not the whole run")
        bounds = [x for slices in window.slices.values() for s in slices for x in s[:2]]
        check(
            min(bounds) >= window.about["from_cycle"] and max(bounds) <= window.about["to_cycle"],
            "slices leave the window",
        )
        several = ["run", "efficientnet_b0", "--tile-height", "7", "--fit", "contexts", "--batch", "2", "--quiet"]
        result = json.loads(run(*several, "--format", "json", "--trace", path("window.json")).stdout)
        contexts = Trace(path("window.json"))
        contexts.check_form()
        check_contexts(contexts, result)
        run("run", "tiny_se", "--trace", path("x"), "--trace-frames", "3:1", status=2)
        run("run", "tiny_se", "--trace", path("no/such/x"), status=2)
        run("run", "tiny_se", "--timing", "synchronous", "--vcd", path("no/such/x.vcd"), status=2)
        run("run", "tiny_se", "--vcd", path("x.vcd"), status=2)
        run("run", "tiny_se", "--tile-height", "full,2", "--trace", path("x"), status=2)
        with open(os.path.join(os.path.dirname(__file__), "../../configs/devices/tiny.json"), encoding="utf-8") as file:
            device = {**json.load(file), "row_forwarding": True}
        with tempfile.NamedTemporaryFile("w", suffix=".json") as forwarding:
            json.dump(device, forwarding)
            forwarding.flush()
            forwarded = ["run", "tiny_se", "--device", forwarding.name]
            refused = run(*forwarded, "--vcd", path("x.vcd"), "--timing", "synchronous", status=2)
            check(refused.stdout == "" and "row_forwarding" in refused.stderr, refused.stderr)
            result = json.loads(
                run(*forwarded, "--format", "json", "--trace", path("t.json"), "--trace-frames", "all").stdout
            )
            trace = Trace(path("t.json"))
            trace.check_form()
            check_against_result(trace, result)
        check(
            sorted(os.listdir(folder)) == ["r.html", "t.json", "w.vcd", "window.json"],
            f"left behind: {os.listdir(folder)}",
        )
    print("traces and waveforms: all good")
    return 0 if shutil.which("vcd2fst") else missing("trace: waveforms as GTKWave reads them", "vcd2fst (gtkwave)")


sys.exit(main())
