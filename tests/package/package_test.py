#!/usr/bin/env python3
"""The Debian packages, made of the built tree: what is in them, that they come and go without a trace, that the program
runs from where it was put, and that a program of somebody else's builds against the library.

Usage: package_test.py BUILD_FOLDER ROOT CMAKE CPACK
"""
import gzip
import json
import os
import pathlib
import re
import shutil
import subprocess
import sys
import tempfile
import unittest

BUILD, ROOT, CMAKE, CPACK = map(os.path.abspath, sys.argv[1:5])
ENVIRONMENT = {"PATH": "/usr/sbin:/usr/bin:/sbin:/bin", "LC_ALL": "C.UTF-8", "HOME": "/nowhere"}


def done(*command, status=0, folder="/", **environment):
    result = subprocess.run(
        [*map(str, command)],
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        check=False,
        cwd=folder,
        env={**ENVIRONMENT, **environment},
        timeout=500,
    )
    assert result.returncode == status, f"{command}\n{result.stdout}{result.stderr}"
    return result.stdout


class Packages(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.temporary = tempfile.TemporaryDirectory()
        cls.folder = pathlib.Path(cls.temporary.name)
        done(CPACK, "-G", "DEB", "--config", pathlib.Path(BUILD, "CPackConfig.cmake"), "-B", cls.folder / "made")
        packages = {p.name.split("_")[0]: p for p in (cls.folder / "made").glob("*.deb")}
        cls.program, cls.development = packages["rowflow"], packages["rowflow-dev"]
        assert len(packages) == 2, packages
        cls.tree = cls.folder / "tree"
        for package in (cls.program, cls.development):
            done("dpkg-deb", "-x", package, cls.tree)

    @classmethod
    def tearDownClass(cls):
        cls.temporary.cleanup()

    def test_says_what_it_needs(self):
        fields = done("dpkg-deb", "-f", self.program)
        for needed in ("libsystemc", "libonnx", "libsqlite3-0", "libxxhash0"):
            self.assertRegex(fields, rf"(?m)^Depends: .*\b{needed}")
        self.assertNotRegex(fields, "chromium|verilator|gtkwave|catch2|slurm")
        self.assertRegex(done("dpkg-deb", "-f", self.development, "Depends"), r"^rowflow \(= \d")

    def test_everything_lies_where_it_should(self):
        share = self.tree / "usr/share"
        page = gzip.decompress((share / "man/man1/rowflow.1.gz").read_bytes()).decode()
        self.assertIn(".TH ROWFLOW 1", page)
        self.assertIn("complete ", (share / "bash-completion/completions/rowflow").read_text())
        for file in ("README.md", "CHANGELOG.md", "LICENSE", "copyright", "docs/results.md", "models/README.md"):
            self.assertTrue((share / "doc/rowflow" / file).is_file(), file)
        shipped = {p.relative_to(pathlib.Path(ROOT, "configs")) for p in pathlib.Path(ROOT, "configs").rglob("*.json")}
        self.assertEqual(
            {p.relative_to(share / "rowflow/configs") for p in (share / "rowflow/configs").rglob("*.json")}, shipped
        )

    def test_links_of_the_documents_lead_somewhere(self):
        doc = self.tree / "usr/share/doc/rowflow"
        for page in doc.rglob("*.md"):
            for link in re.findall(r"\]\((?!https?:|#)([^)#]+)", page.read_text()):
                target = page.parent / link
                if re.search("python/|tests/|sim/|scripts/|CONTRIBUTING", link):
                    continue  # of the sources alone
                self.assertTrue(target.exists(), f"{page.relative_to(doc)}: {link}")

    def test_runs_where_it_was_put(self):
        program = self.tree / "usr/bin/rowflow"
        self.assertNotIn(ROOT.encode(), program.read_bytes(), "nothing of where it was built")
        result = json.loads(done(program, "run", "tiny_se", "--device", "tiny", "--format", "json"))
        self.assertEqual(result["network"]["name"], "tiny_se")
        new = json.loads(done(program, "new", "device"))
        self.assertTrue(new["$schema"].startswith(str(self.tree.resolve() / "usr/share/rowflow/configs/schemas/")))
        moved = self.folder / "moved"
        shutil.copytree(self.tree / "usr", moved, symlinks=True)
        self.assertIn("tiny_se", done(moved / "bin/rowflow", "list"))
        self.assertIn("penalties", done(program, "help"))

    @unittest.skipIf(os.geteuid() != 0, "dpkg installs as root alone")
    def test_comes_and_goes(self):
        root = self.folder / "root"
        admin = root / "var/lib/dpkg"
        for folder in ("info", "updates", "triggers"):
            (admin / folder).mkdir(parents=True)
        for file in ("status", "available"):
            (admin / file).touch()
        before = {p for p in root.rglob("*") if admin not in p.parents}
        dpkg = ("dpkg", "--root", root, "--force-depends", "--log=/dev/null")
        done(*dpkg, "-i", self.program, self.development)
        self.assertIn("tiny_se", done(root / "usr/bin/rowflow", "list"))
        self.assertEqual(done(*dpkg, "--verify"), "")
        done(*dpkg, "-P", "rowflow-dev", "rowflow")
        self.assertEqual({p for p in root.rglob("*") if admin not in p.parents}, before)

    def test_another_program_with_an_accelerator(self):
        source, build = pathlib.Path(ROOT, "docs/examples/virtual_platform"), self.folder / "platform"
        self.assertLessEqual(len((source / "main.cpp").read_text().splitlines()), 100)
        shutil.copytree(source, self.folder / "source")
        done(
            CMAKE,
            "-S",
            self.folder / "source",
            "-B",
            build,
            f"-DCMAKE_PREFIX_PATH={self.tree / 'usr'}",
            "-DCMAKE_BUILD_TYPE=Debug",
        )
        done(CMAKE, "--build", build)
        self.assertNotIn(
            ROOT, (build / "compile_commands.json").read_text() if (build / "compile_commands.json").exists() else ""
        )
        configs = {"ROWFLOW_CONFIGS": str(self.tree / "usr/share/rowflow/configs")}
        for network, device, buffers in (
            ("tiny_se", "tiny", "full-rate"),
            ("tiny_se", "tiny", "minimal"),
            ("mobilenet_v1", "hailo8", "full-rate"),
        ):
            said = done(build / "virtual_platform", network, device, buffers, **configs)
            frames = [
                tuple(map(float, re.findall(r"([\d.]+) us", line)))
                for line in said.splitlines()
                if line.startswith("frame ")
            ]
            self.assertEqual(len(frames), 5, said)
            run = json.loads(
                done(
                    self.tree / "usr/bin/rowflow",
                    "run",
                    network,
                    "--device",
                    device,
                    "--buffers",
                    buffers,
                    "--fit",
                    "assume",
                    "--format",
                    "json",
                )
            )
            isolated, interval = run["latency"]["isolated_ms"] * 1e3, 1e6 / run["throughput"]["fps"]
            self.assertAlmostEqual(frames[0][1], isolated, delta=0.11, msg="alone on the accelerator")
            self.assertAlmostEqual(frames[4][1] - frames[4][0], isolated, delta=0.11, msg="alone again")
            ended = [frame[1] for frame in frames]
            for f in range(1, 5):
                self.assertGreaterEqual(
                    ended[f] - ended[f - 1], interval * 0.999 - 0.11, "no faster than the steady interval allows"
                )
            for f, (exposed, accelerated, taken, processed) in enumerate(frames):
                self.assertGreaterEqual(accelerated - exposed, isolated - 0.11)
                self.assertGreaterEqual(taken, accelerated)
                self.assertAlmostEqual(processed - taken, 300, delta=0.11)
                if f > 0:
                    self.assertAlmostEqual(
                        taken, max(accelerated, frames[f - 1][3]), delta=0.11, msg="one after another"
                    )


if __name__ == "__main__":
    unittest.main(argv=[sys.argv[0], *sys.argv[5:]])
