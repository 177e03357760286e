"""A page made without a chart library says so and is whole otherwise. page_test.py ROWFLOW PAGE_WITHOUT_CHARTS"""
import html.parser
import json
import pathlib
import subprocess
import os
import sys
import tempfile

sys.path.append(os.path.join(os.path.dirname(os.path.abspath(__file__)), "../support"))
from old_defaults import pinned  # noqa: E402

rowflow, page_without_charts = sys.argv[1:]


class Page(html.parser.HTMLParser):
    def __init__(self):
        super().__init__()
        self.ids, self.scripts, self.inside, self.words = set(), [], None, []

    def handle_starttag(self, tag, attributes):
        self.inside = tag
        self.ids.add(dict(attributes).get("id"))
        if tag == "script":
            self.scripts.append((dict(attributes).get("type"), ""))

    def handle_data(self, text):
        if self.inside == "script" and self.scripts:
            self.scripts[-1] = (self.scripts[-1][0], self.scripts[-1][1] + text)
        self.words.append(text)


with tempfile.TemporaryDirectory() as folder:
    result = pathlib.Path(folder, "result.json")
    subprocess.run(
        [rowflow, *pinned(["run", "tiny_se", "--device", "tiny", "--format", "json", "-o", result, "--quiet"])],
        check=True,
    )
    text = subprocess.run([page_without_charts, result], check=True, capture_output=True, text=True).stdout
    page = Page()
    page.feed(text)
    assert "charts-off" in page.ids, "the page does not say that charts are off"
    assert "Charts are off: this rowflow was built without Apache ECharts" in "".join(page.words)
    assert len(page.scripts) == 2, f"{len(page.scripts)} scripts: data and the page's own expected"
    data = json.loads(page.scripts[0][1])
    assert data["points"][0]["result"]["stages"] == [
        {k: v for k, v in stage.items() if k != "stalls"} for stage in json.loads(result.read_text())["stages"]
    ]
    assert len(text) < 200_000, "no chart library inside"
    assert "src=" not in text and "http:" not in text.replace("http://www.w3.org", ""), "nothing is fetched"
print("page without charts: all good")
