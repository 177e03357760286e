"""Runs the simulator `rowflow` and reads its results.

>>> import rowflow
>>> runs = rowflow.run("efficientnet_b0", tile_height=["full", "7..28:7"], set={"/clusters": 16})
>>> runs.frame()[["tile_height", "fps", "isolated_ms", "buffer_cuts"]]
>>> runs[0].stages                             # a row a stage
>>> points = rowflow.sweep("efficientnet_b0", tile_height="full,7", set={"/clusters": "4..16:4"})
>>> points.points, points.blocks               # a row a point, a row an SE block
>>> rowflow.Results("DIR")                     # a folder that `rowflow sweep -o DIR` has written

Only the standard library is needed. Where pandas is installed tables are DataFrames, else lists of dictionaries that
notebooks show as tables. Options are those of the command line, with `_` for `-`.
"""
from .program import Defect, InputError, RowflowError, call, devices, find_program, networks, run, sweep
from .results import Results
from .run_result import Page, Result, Runs

__all__ = [
    "Defect",
    "InputError",
    "Page",
    "Result",
    "Results",
    "RowflowError",
    "Runs",
    "call",
    "devices",
    "find_program",
    "networks",
    "run",
    "sweep",
]
