#!/usr/bin/env python3
"""What scripts/setup.sh installs, told by stand-ins for Debian's and npm's programs; what tests do that cannot run.

Usage: setup_test.py ROWFLOW SOURCE_FOLDER
"""
import json
import os
import pathlib
import re
import shutil
import subprocess
import sys
import tempfile
import unittest

ROWFLOW, SOURCE = "", pathlib.Path()
TEST_ONLY = {
    "catch2",
    "librapidcheck-dev",
    "python3-pandas",
    "python3-matplotlib",
    "verilator",
    "chromium",
    "gtkwave",
    "slurm-wlm",
    "munge",
    "clang-tidy",
    "black",
    "clang-format",
}
USED = ("bash", "env", "dirname", "cmp", "cp", "mkdir", "touch", "sed")
DPKG = "#!/usr/bin/env bash\nfor package in $INSTALLED; do echo \"installed $package\"; done\n"
APT = "#!/usr/bin/env bash\n[[ $1 == update ]] || { echo \"apt $*\" >>\"$DID\"; exit \"${APT_STATUS:-0}\"; }\n"
NPM = "#!/usr/bin/env bash\necho \"npm $*\" >>\"$DID\"\nmkdir -p node_modules\n"


class Setup(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = pathlib.Path(folder.name)
        (self.folder / "scripts").mkdir()
        shutil.copy(SOURCE / "scripts/setup.sh", self.folder / "scripts")
        shutil.copy(SOURCE / "package-lock.json", self.folder)
        self.programs = self.folder / "bin"
        self.programs.mkdir()
        for name in USED:
            (self.programs / name).symlink_to(shutil.which(name))
        for name, text in (("dpkg-query", DPKG), ("apt-get", APT), ("sudo", '#!/usr/bin/env bash\nexec "$@"\n')):
            self.program(name, text)

    def program(self, name, text):
        (self.programs / name).write_text(text)
        (self.programs / name).chmod(0o755)

    def setup(self, *arguments, status=0, **environment):
        """What it did: the Debian packages that it asked for, the calls of npm, its words."""
        did = self.folder / "did"
        did.write_text("")
        done = subprocess.run(
            [self.folder / "scripts/setup.sh", *arguments],
            capture_output=True,
            text=True,
            check=False,
            env={"PATH": str(self.programs), "DID": str(did), **environment},
        )
        self.assertEqual(done.returncode, status, done.stderr)
        self.assertEqual(done.stdout, "")
        calls = did.read_text().splitlines()
        packages = {
            word
            for call in calls
            if call.startswith("apt ")
            for word in call.split()
            if re.fullmatch("[a-z][a-z0-9+.-]+", word)
        }
        return packages - {"apt", "install"}, [call for call in calls if call.startswith("npm ")], done.stderr

    def test_the_program_needs_no_packages_of_tests(self):
        packages, _, _ = self.setup()
        self.assertEqual(packages & TEST_ONLY, set())
        self.assertLessEqual({"g++", "cmake", "libsystemc-dev", "libonnx-dev"}, packages)
        more, _, _ = self.setup("tests")
        self.assertLess(packages, more)
        self.assertEqual(more & TEST_ONLY, TEST_ONLY - {"black", "clang-tidy", "clang-format"})
        self.assertLessEqual(TEST_ONLY, self.setup("checks")[0])
        self.assertIn("setup.sh tests", self.setup("everything", status=2)[2])

    def test_npm_where_there_is_none(self):
        self.assertIn("npm", self.setup()[0])
        self.program("npm", NPM)
        packages, npm, _ = self.setup()
        self.assertNotIn("npm", packages)
        self.assertEqual(len(npm), 1)
        self.assertIn("--omit=dev", npm[0])
        (self.programs / "npm").unlink()
        packages, npm, _ = self.setup()
        self.assertNotIn("npm", packages, "its packages are there: nothing to do for it")
        self.assertEqual(npm, [])

    def test_tests_need_all_packages_of_npm(self):
        self.program("npm", NPM)
        self.setup()
        _, npm, _ = self.setup("tests")
        self.assertEqual(len(npm), 1)
        self.assertNotIn("--omit", npm[0])
        for scope in ([], ["tests"]):
            self.assertEqual(self.setup(*scope)[1], [])

    def test_nothing_to_do(self):
        self.program("npm", NPM)
        packages, _, _ = self.setup("checks")
        self.assertEqual(self.setup("checks", INSTALLED=" ".join(packages)), (set(), [], ""))

    def test_what_cannot_be_installed(self):
        self.setup("tests", status=100, APT_STATUS="100")
        self.program("npm", NPM)
        packages, _, _ = self.setup()
        _, _, said = self.setup("tests", APT_STATUS="100", ROWFLOW_ALLOW_MISSING="1", INSTALLED=" ".join(packages))
        self.assertIn("going on without", said)
        self.setup("tests", status=100, APT_STATUS="100", ROWFLOW_ALLOW_MISSING="1")


class Missing(unittest.TestCase):
    def refused(self, command, says, **environment):
        """Fails and names what is not there; skipped (77) where the user allows it."""
        for allowed, status in (("", 1), ("0", 1), ("1", 77)):
            done = subprocess.run(
                [*map(str, command)],
                capture_output=True,
                text=True,
                check=False,
                env={**os.environ, "ROWFLOW_ALLOW_MISSING": allowed, **environment},
            )
            self.assertEqual(done.returncode, status, done.stdout + done.stderr)
            self.assertRegex(done.stdout, rf"(?m)^not run: .*{says}")

    def test_a_test_that_was_not_configured(self):
        self.refused(
            [sys.executable, "-B", SOURCE / "tests/support/missing.py", "rtl", "verilator"], "rtl: no verilator"
        )

    def test_no_slurm(self):
        self.refused(
            [sys.executable, "-B", SOURCE / "tests/slurm/slurm_test.py", ROWFLOW, SOURCE],
            "slurm: no .*sbatch",
            PATH="/nowhere",
        )


class Pinned(unittest.TestCase):
    def test_runs_on_the_node_of_debian_12(self):
        lock = json.loads((SOURCE / "package-lock.json").read_text(encoding="utf-8"))
        for name, package in lock["packages"].items():
            self.assertNotIn("resolved", package, f"{name}: no registry's address in the repository")
            wanted = re.findall(r"(?:>=|\^)\s*(\d+)", package.get("engines", {}).get("node", ""))
            self.assertLessEqual(min(map(int, wanted), default=0), 18, f"{name} wants a newer Node than Debian 12 has")


if __name__ == "__main__":
    ROWFLOW, SOURCE = sys.argv.pop(1), pathlib.Path(sys.argv.pop(1)).resolve()
    unittest.main()
