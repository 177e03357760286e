"""Folders that `rowflow sweep` and `rowflow merge` have written."""
import json
import os
import sqlite3

from .program import InputError, call_text
from .run_result import Page, Result
from .tables import table

_LARGER_IS_BETTER = {"fps"}
_OBJECTIVES = ("fps", "latency_ms", "buffer_bytes", "buffer_cuts", "excite_share")


class Results:
    """A results folder, read only. Folders of older versions of the program are read too.

    >>> results = rowflow.Results("DIR")
    >>> results.points.groupby("tile_height")["fps"].max()
    """

    def __init__(self, folder):
        self.folder = os.fspath(folder)
        self.path = os.path.join(self.folder, "results.sqlite")
        if not os.path.isfile(self.path):
            raise InputError(2, f"{self.path}: no such file, expected a folder that rowflow sweep has written")
        self.about = {key: value for key, value in self._query("SELECT key, value FROM about")}
        if not self.about.get("schema", "").startswith("rowflow.sweep/"):
            raise InputError(2, f"{self.path}: found schema \"{self.about.get('schema')}\", expected rowflow.sweep/…")

    def _connect(self):
        return sqlite3.connect(f"file:{self.path}?mode=ro", uri=True)

    def _query(self, sql, *values):
        connection = self._connect()
        try:
            return connection.execute(sql, values).fetchall()
        except sqlite3.DatabaseError as error:
            raise InputError(2, f"{self.path}: {error}") from error
        finally:
            connection.close()

    def _rows(self, name, order, where="1"):
        """The rows of a database's table as dictionaries, yes and no as True and False."""
        kinds = {row[1]: row[2] for row in self._query(f"SELECT * FROM pragma_table_info('{name}')")}
        rows = self._query(f"SELECT {', '.join(kinds)} FROM {name} WHERE {where} ORDER BY {order}")
        truths = [column == "fits" or kind == "BOOLEAN" for column, kind in kinds.items()]
        for row in rows:
            yield {
                column: bool(value) if truth and value is not None else value
                for column, value, truth in zip(kinds, row, truths)
            }

    def _settings(self, row):
        """Settings that have a name each: figures of the device, heights of single blocks; as the CSV names them."""
        found = {}
        settings = json.loads(row["settings"])
        for name, column in (("device_set", "device"), ("figures", "device"), ("block_heights", "tile_height")):
            values = settings.get(name, {})
            for key, value in values.items() if isinstance(values, dict) else ():
                found[f"{column}:{key}"] = _number(value)
        return settings, found

    def _points(self):
        plain = ("network", "device", "tile_height", "tile_first", "buffers", "buffer_kib")
        for row in self._rows("points", "position", "position IS NOT NULL"):
            settings, named = self._settings(row)
            del row["settings"], row["position"]
            point = {"id": row.pop("id")}
            for name in plain:  # an older folder has them in the settings alone
                value = row.pop(name, None)
                point[name] = _number(settings.get(name) if value is None else value)
            point.update(named)
            point.update(row)
            yield point

    @property
    def points(self):
        """A row a point of the sweep run last, in the grid's order: settings, status, reason, figures."""
        return table(self._points())

    @property
    def blocks(self):
        """A row an SE block of a point; `id` is the point's."""
        return table(self._rows("se_blocks", "id, block"))

    def front(self):
        """The points of which none beats another in throughput, latency, bytes, memory cuts and excite work, nor, of a
        network with points whose penalty in accuracy is known, in that; fastest first."""
        rows = list(self._points())
        for row in rows:
            row.setdefault("latency_ms", row["paced_ms"])  # of folders of older versions
        rows = [row for row in rows if row["status"] == "ok" and all(row[name] is not None for name in _OBJECTIVES)]
        judged = {row["network"] for row in rows if row.get("penalty") is not None}
        rows = [row for row in rows if row["network"] not in judged or row["penalty"] is not None]
        costs = [
            [-row[name] if name in _LARGER_IS_BETTER else row[name] for name in _OBJECTIVES]
            + ([row["penalty"]] if row["network"] in judged else [])
            for row in rows
        ]
        order = sorted(range(len(rows)), key=lambda index: (rows[index]["network"], costs[index]))
        kept = []
        for index in order:
            beaten = any(
                rows[other]["network"] == rows[index]["network"]
                and all(a <= b for a, b in zip(costs[other], costs[index]))
                for other in kept
            )
            if not beaten:
                kept.append(index)
        return table(rows[index] for index in kept)

    def result(self, point):
        """The whole Result of a point, by its id or the id's first digits: as kept, else run again."""
        if point and all(digit in "0123456789abcdef" for digit in point):
            kept = self._query("SELECT result FROM results WHERE id GLOB ? LIMIT 2", point + "*")
            if len(kept) == 1:
                return Result(json.loads(kept[0][0]))
        return Result(json.loads(call_text("run", point=f"{self.folder}:{point}", format="json", quiet=True)))

    def page(self):
        """The HTML page of the folder, for a notebook."""
        return Page(call_text("report", self.folder))

    def __len__(self):
        return self._query("SELECT count(*) FROM points WHERE position IS NOT NULL")[0][0]

    def __repr__(self):
        counts = self._query("SELECT status, count(*) FROM points WHERE position IS NOT NULL GROUP BY status")
        words = ", ".join(f"{count} {status}" for status, count in counts)
        return f"<rowflow.Results {self.folder}: {words or 'no points'}>"

    def _repr_html_(self):
        return self.points._repr_html_()


def _number(value):
    """Settings are text in the database: numbers as numbers, yes and no as such, words as words."""
    if not isinstance(value, str):
        return value
    for kind in (int, float):
        try:
            return kind(value)
        except ValueError:
            pass
    return {"true": True, "false": False}.get(value, value)
