"""Calls the program."""
import json
import os
import pathlib
import shutil
import subprocess
import tempfile
import weakref


class RowflowError(Exception):
    """What the program said, and its exit status."""

    def __init__(self, status, message):
        super().__init__(message)
        self.status = status


class InputError(RowflowError, ValueError):
    """Something of the input is wrong: status 2."""


class Defect(RowflowError):
    """The program has failed itself: status 3, or a signal."""


def find_program():
    """The program that is called: $ROWFLOW, else the one in PATH, else what the source tree around this file has built.

    Raises FileNotFoundError when there is none.
    """
    named = os.environ.get("ROWFLOW")
    if named:
        return named
    built = pathlib.Path(__file__).resolve().parents[2] / "build" / "release" / "rowflow"
    for program in (shutil.which("rowflow"), str(built) if built.is_file() else None):
        if program:
            return program
    raise FileNotFoundError("no program rowflow: set ROWFLOW to it, or add its folder to PATH")


def _text(value):
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, (list, tuple, range)):
        return ",".join(_text(item) for item in value)
    return str(value)


def arguments(options):
    """Keyword options as words of a command line.

    tile_height=["full", 7] is --tile-height full,7; set={"/clusters": 16} is --set /clusters=16; quiet=True is --quiet;
    None and False leave an option out. `assume_free` and `outputs` take lists as the same option several times.
    """
    words = []
    for name, value in options.items():
        flag = "--" + name.rstrip("_").replace("_", "-")
        if value is None or value is False:
            continue
        if value is True:
            words.append(flag)
        elif isinstance(value, dict):
            for key, item in value.items():
                words += [flag, f"{key}={_text(item)}" if key else _text(item)]
        elif name in ("assume_free", "outputs") and isinstance(value, (list, tuple)):
            for item in value:
                words += [flag, _text(item)]
        else:
            words += [flag, _text(value)]
    return words


def call_text(command, *words, **options):
    """Runs a command and gives back what it prints.

    Status 1 (the answer is no: a deadlock, a network that does not fit) is an answer and no error. Raises InputError
    and Defect.
    """
    line = [find_program(), command, *map(str, words), *arguments(options)]
    done = subprocess.run(line, stdin=subprocess.DEVNULL, capture_output=True, text=True, encoding="utf-8", check=False)
    if done.returncode in (0, 1):
        return done.stdout
    message = done.stderr.strip().removeprefix("rowflow: error: ") or f"status {done.returncode}"
    raise (InputError if done.returncode == 2 else Defect)(done.returncode, message)


def call(command, *words, **options):
    """Runs a command that has --format json and gives back the document: plan, size, explain, tune, calibrate, regress,
    diff, list.

    >>> rowflow.call("explain", "efficientnet_b0", tile_height=7)["critical_cycle"]
    """
    return json.loads(call_text(command, *words, format="json", **options))


def networks():
    """Names of the networks that come with the program."""
    return call("list")["networks"]


def devices():
    """Names of the devices that come with the program."""
    return call("list")["devices"]


def run(network, **options):
    """`rowflow run`: compiles and simulates a network; Runs, a result a device and tile height.

    network: a name, a network config or an ONNX model. Options as on the command line with `_` for `-`: device, set,
    tile_height, buffers, buffer_kib, fps, frames, fit, costs, mapping, …

    >>> rowflow.run("efficientnet_b2", tile_height=["full", 7], device="hailo8", set={"/rates/depthwise": 3000})
    """
    from .run_result import Result, Runs

    documents = json.loads(call_text("run", network, format="json", quiet=True, **options))
    return Runs(map(Result, documents if isinstance(documents, list) else [documents]))


def sweep(network, out=None, **options):
    """`rowflow sweep`: every point of a grid, in parallel; Results.

    network: a name or path, a list of them, or a sweep file. Options that take lists are axes of the grid: tile_height,
    buffers, buffer_kib, device, set, … out: the folder of the results, where a later sweep finds what is there
    already; without it a temporary one that goes with the Results.

    >>> rowflow.sweep("efficientnet_b0", tile_height="full,7..28:7", set={"/clusters": [8, 16]}, out="results")
    """
    from .results import Results

    folder = tempfile.mkdtemp(prefix="rowflow-") if out is None else out
    wanted = network if isinstance(network, (list, tuple)) else [network]
    try:
        call_text("sweep", *wanted, out=folder, quiet=True, **options)
        results = Results(folder)
    except BaseException:
        if out is None:
            shutil.rmtree(folder, ignore_errors=True)
        raise
    if out is None:
        weakref.finalize(results, shutil.rmtree, folder, ignore_errors=True)
    return results
