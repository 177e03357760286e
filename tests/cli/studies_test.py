"""Documents show what studies print today: the sections that are quick enough for every run of the tests; and pictures
are drawn from the tables shown. Usage: studies_test.py ROWFLOW SOURCE_FOLDER
"""
import importlib
import pathlib
import re
import subprocess
import sys
import tempfile
import unittest

ROWFLOW, SOURCE = "", pathlib.Path()
STUDIES = {
    "context_study": ("fitted", "cas_vit", "pi", "regnetx"),
    "tile_study": ("small", "published"),
    "build_study": ("builds", "fifos", "widths"),
}  # what is checked
ALL = (*STUDIES, "accuracy_study")  # the last needs downloads and an hour
PICTURES = {"tile_study": "tiling.svg", "accuracy_study": "accuracy.svg"}


def study(name, *arguments):
    command = [sys.executable, "-B", SOURCE / f"scripts/{name}.py", *arguments]
    return subprocess.run(command, capture_output=True, text=True, check=False)


class Studies(unittest.TestCase):
    def test_documents_show_what_is_printed(self):
        for name, sections in STUDIES.items():
            with self.subTest(name):
                done = study(name, *sections, "--check", "--rowflow", ROWFLOW, "--jobs", "2")
                self.assertEqual(done.returncode, 0, done.stderr)

    def test_documents_have_every_section(self):
        for name in ALL:
            module = importlib.import_module(name)
            document = getattr(module, "DOCUMENT")
            self.assertEqual(sorted(document.shown()), sorted(module.SECTIONS), name)
            self.assertEqual([n for n, text in document.shown().items() if not text.strip()], [], name)

    def test_a_section_that_is_not_there_is_named(self):
        done = study("tile_study", "heigths")
        self.assertEqual(done.returncode, 2)
        self.assertIn("heigths", done.stderr)

    def test_another_text_is_refused_and_updated(self):
        base = importlib.import_module("study")
        with tempfile.TemporaryDirectory() as folder:
            path = pathlib.Path(folder, "some.md")
            path.write_text(
                "<!-- prints: scripts/some.py a -->\n```\nold\n```\nand\n"
                "<!-- prints: scripts/some.py b -->\n```\nkept\n```\n",
                encoding="utf-8",
            )
            document = base.Document(path, "some.py")
            self.assertEqual(base.differences(document, {"b": "kept\n"}), [])
            self.assertEqual(len(base.differences(document, {"a": "new\n", "c": "missing\n"})), 2)
            document.update({"a": "new\n"})
            self.assertEqual(document.shown(), {"a": "new\n", "b": "kept\n"})

    def test_depths_of_the_public_resnet_are_as_the_document_says(self):
        done = study("depth_table", ROWFLOW)
        self.assertEqual(done.returncode, 0, done.stderr)
        edges, same, one = re.search(r"(\d+) edges; .*\+0 rows (\d+)×, -1 rows (\d+)×", done.stdout).groups()
        trust = " ".join((SOURCE / "docs/trust.md").read_text(encoding="utf-8").split())
        self.assertIn(f"the same on {same} of {edges} edges, one row less on {one}", trust)

    def test_pictures_are_those_of_the_tables(self):
        for name, picture in PICTURES.items():
            shown = (SOURCE / "docs" / picture).read_bytes()
            version = re.search(rb"Matplotlib v([\d.]+)", shown).group(1).decode()
            if version != importlib.import_module("matplotlib").__version__:
                self.skipTest(f"drawn by Matplotlib {version}")
            with self.subTest(name), tempfile.TemporaryDirectory() as folder:
                path = pathlib.Path(folder, "drawn.svg")
                done = study(name, "--picture", str(path))
                self.assertEqual(done.returncode, 0, done.stderr)
                self.assertEqual(path.read_bytes(), shown)


if __name__ == "__main__":
    ROWFLOW, SOURCE = sys.argv.pop(1), pathlib.Path(sys.argv.pop(1))
    sys.path.insert(0, str(SOURCE / "scripts"))
    unittest.main()
