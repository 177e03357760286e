"""Results of `rowflow run`."""
import csv
import html
import io
import json
import os
import tempfile

from .tables import flat, table


class Page:
    """An HTML page of `rowflow report` that notebooks show in a frame of their own."""

    def __init__(self, text):
        self.text = text

    def save(self, path):
        """Writes the page to a file."""
        with open(path, "w", encoding="utf-8") as file:
            file.write(self.text)

    def _repr_html_(self):
        return f'<iframe srcdoc="{html.escape(self.text)}" style="width:100%;height:800px;border:0"></iframe>'


class Result(dict):
    """One result: the document of `rowflow run --format json` (docs/results.md has every field), with short ways in."""

    @property
    def fps(self):
        """Frames a second in the steady state; None when there is none (a deadlock)."""
        return self["throughput"]["fps"]

    @property
    def latency_ms(self):
        """Latency of a frame when the source is paced at the steady interval, in milliseconds."""
        return self["latency"]["paced_ms"]

    @property
    def fits(self):
        """Whether the device has enough of everything."""
        return self["fit"]["fits"]

    @property
    def stages(self):
        """A row a stage: busy, starved and blocked cycles, MACs, subclusters."""
        return table(flat(stage) for stage in self["stages"])

    @property
    def buffers(self):
        """A row a row buffer: capacity, peak, memory level."""
        return table(flat(buffer) for buffer in self["buffers"])

    @property
    def se_blocks(self):
        """A row a squeeze-and-excite block."""
        return table(flat(block) for block in self["se_blocks"])

    @property
    def resources(self):
        """A row a resource of the device: demand and limit."""
        return table(self["fit"]["resources"])

    def summary(self):
        """The scalars of the document as one flat dictionary, names joined with dots."""
        return flat({key: value for key, value in self.items() if key not in ("schema", "version")})

    def page(self):
        """The HTML report of this result, for a notebook."""
        return Runs([self]).page()

    def __str__(self):
        words = [f"{self['network']['name']} on {self['device']['name']}, T = {self['tile_height']}"]
        if self["status"] == "deadlock":
            words.append("deadlock")
        else:
            latency = self.latency_ms if self.latency_ms is not None else self["latency"]["isolated_ms"]
            time = "" if latency is None else f", {latency:.3f} ms"
            words.append(f"{self.fps:.1f} fps{time}" if self.fps else self["status"])
        words.append("fits" if self.fits else f"needs {self['fit']['contexts']} contexts")
        return "; ".join(words)

    def __repr__(self):
        return f"<rowflow.Result {self}>"

    def _repr_html_(self):
        rows = [
            ("network", self["network"]["name"]),
            ("device", self["device"]["name"]),
            ("tile height", self["tile_height"]),
            ("status", self["status"]),
            ("frames a second", self.fps),
            ("latency, ms", self.latency_ms),
            ("buffers, bytes", self["buffering"]["capacity_bytes"]),
            ("memory cuts", self["buffering"]["cuts"]),
            ("fits", self.fits),
        ]
        cells = (f"<tr><th>{html.escape(name)}</th><td>{html.escape(str(value))}</td></tr>" for name, value in rows)
        return f"<table>{''.join(cells)}</table>"


class Runs(list):
    """The results of one `rowflow.run`: one a device and tile height, in the order asked for."""

    def __init__(self, results, csv_text=None):
        super().__init__(results)
        self._csv = csv_text

    def frame(self):
        """A row a result with its main figures, named as the columns of a sweep's results are."""
        return table(_figures(result) for result in self)

    def page(self):
        """The HTML report of these results, for a notebook."""
        from .program import call_text

        with tempfile.TemporaryDirectory() as folder:
            file = os.path.join(folder, "results.json")
            with open(file, "w", encoding="utf-8") as out:
                json.dump(list(self), out)
            return Page(call_text("report", file))

    def __repr__(self):
        return "\n".join(map(repr, self))

    def _repr_html_(self):
        frame = self.frame()
        return frame._repr_html_()  # of a DataFrame and of our own table alike


def _bytes_by_role(result):
    """Of several contexts the most that any of them takes."""
    context_of = {stage["name"]: 0 for stage in result["stages"]}
    for index, context in enumerate(result.get("contexts", {}).get("list", [])):
        for stage in result["stages"][context["first_stage"] : context["first_stage"] + context["stages"]]:
            context_of[stage["name"]] = index
    total = {}
    for buffer in result["buffers"]:
        key = (context_of[buffer["from"]], buffer["role"])
        total[key] = total.get(key, 0) + buffer["capacity_rows"] * buffer["row_bytes"]
    most = {}
    for (_, role), size in total.items():
        most[role] = max(most.get(role, 0), size)
    return most


def _figures(result):
    block_bytes = _bytes_by_role(result)
    return {
        "network": result["network"]["name"],
        "device": result["device"]["name"],
        "tile_height": result["tile_height"],
        "buffer_policy": result["buffer_policy"],
        "status": result["status"],
        "fits": result["fit"]["fits"],
        "contexts": result["fit"]["contexts"],
        "fps": result["throughput"]["fps"],
        "interval_cycles": result["throughput"]["interval_cycles"],
        "paced_ms": result["latency"]["paced_ms"],
        "isolated_ms": result["latency"]["isolated_ms"],
        "buffer_bytes": result["buffering"]["capacity_bytes"],
        "bypass_bytes": block_bytes.get("se_bypass", 0),
        "buffer_cuts": result["buffering"]["cuts"],
        "pipeline_buffering_elements": result["pipeline_buffering"]["elements"],
    }
