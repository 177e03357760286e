"""Cases with a folder of their own, and the tables of results folders."""
import csv
import json
import pathlib
import tempfile
import unittest


class InFolder(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = pathlib.Path(folder.name)

    def put(self, name, content):
        """A file there: bytes, text, or a document as JSON."""
        path = self.folder / name
        text = content if isinstance(content, (str, bytes)) else json.dumps(content)
        path.write_bytes(text if isinstance(text, bytes) else text.encode())
        return path


def points_of(folder):
    """The rows of a results folder, as dictionaries."""
    with open(pathlib.Path(folder) / "results.csv", newline="", encoding="utf-8") as file:
        return list(csv.DictReader(file))
