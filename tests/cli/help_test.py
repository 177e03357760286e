#!/usr/bin/env python3
"""Help, man page, completion and version are what the program is. Usage: help_test.py ROWFLOW NUMBERS_MODELS ROOT"""
import os
import pathlib
import re
import shlex
import shutil
import subprocess
import sys
import tempfile
import unittest

sys.path.append(str(pathlib.Path(__file__).resolve().parents[1] / "support"))
from program import PROGRAM, ROOT, attempt  # noqa: E402

MODELS = ""


def said(*arguments):
    done = attempt(*arguments)
    assert done.returncode == 0 and not done.stderr, done.stderr
    return done.stdout


def commands():
    return re.findall(r"(?m)^  ([a-z]+) ", said("--help").split("Options")[0])


def flags(text):
    return set(re.findall(r"(?m)^  (?:-\w, )?(--[a-z-]+)", text))


def examples(command):
    return re.findall(r"(?m)^  (rowflow .*)$", said("help", command).split("\nExamples\n")[1])


class Help(unittest.TestCase):
    def test_of_every_command(self):
        self.assertEqual(len(commands()), 18)
        self.assertEqual(said("help"), said("--help"))
        for command in commands():
            text = said("help", command)
            self.assertEqual(said(command, "--help"), text)
            self.assertLessEqual(max(map(len, text.splitlines())), 100, command)
            self.assertTrue(examples(command), command)

    def test_groups(self):
        groups = dict(re.findall(r"(?s)\n([A-Z][a-z ]+)\n(  .*?)(?=\n\n|$)", said("help", "run")))
        self.assertEqual(
            list(groups),
            [
                "Arguments",
                "Options",
                "Network and tiles",
                "Device and mapping",
                "Buffers",
                "Simulation",
                "Output",
                "Examples",
            ],
        )
        self.assertLessEqual({"--device", "--set", "--link"}, flags(groups["Device and mapping"]))
        self.assertEqual(flags(groups["Options"]), {"--point", "--sensitivity"})
        self.assertIn("--quiet", flags(groups["Output"]))

    def test_of_what_there_is_not(self):
        done = attempt("help", "swep")
        self.assertEqual((done.returncode, done.stdout), (2, ""))
        self.assertIn('did you mean "sweep"', done.stderr)

    def test_examples_do_what_they_say(self):
        with tempfile.TemporaryDirectory() as folder:
            subprocess.run([MODELS, folder], check=True, capture_output=True)
            shutil.copy(next(iter(sorted(pathlib.Path(folder).glob("*.onnx")))), pathlib.Path(folder, "model.onnx"))
            attempt(
                "sweep",
                "tiny_se",
                "--device",
                "tiny",
                "--tile-height",
                "full,4",
                "--shard",
                "2/2",
                "-o",
                "part2",
                cwd=folder,
            )
            for command in ["run", *commands()]:
                for line in examples(command):
                    done = attempt(*shlex.split(line)[1:], cwd=folder)
                    if command == "penalties":  # Node.js may not be here: as far as the folder of data, which is not
                        self.assertIn("images", done.stderr)
                        continue
                    self.assertEqual(done.returncode, 0, f"{line}\n{done.stderr}")


class Manual(unittest.TestCase):
    def test_man_page(self):
        page = said("help", "--format", "man")
        for command in commands():
            self.assertIn(f'.SS "rowflow {command}"', page)
            for flag in flags(said("help", command)) - {"--help"}:
                self.assertIn("\\fB" + flag.replace("-", "\\-"), page)
        if shutil.which("man") is None:
            return
        done = subprocess.run(
            ["man", "--warnings", "-E", "UTF-8", "-l", "-Tutf8", "-Z", "-"],
            input=page,
            text=True,
            capture_output=True,
            check=True,
            env={**os.environ, "MANROFFSEQ": "", "MANWIDTH": "80"},
        )
        self.assertEqual(done.stderr, "")

    def completed(self, *words, folder="."):
        script = (
            'source "$0"; PATH="$1:$PATH"; shift; COMP_WORDS=("$@"); COMP_CWORD=$(($# - 1)); _rowflow; '
            'printf "%s\\n" "${COMPREPLY[@]}"'
        )
        done = subprocess.run(
            ["bash", "-c", script, self.script, str(pathlib.Path(PROGRAM).parent), *words],
            check=True,
            capture_output=True,
            text=True,
            cwd=folder,
        )
        self.assertEqual(done.stderr, "")
        return done.stdout.split()

    def test_completion(self):
        with tempfile.NamedTemporaryFile("w", suffix=".bash") as file:
            file.write(said("help", "--format", "bash"))
            file.flush()
            self.script = file.name
            self.assertEqual(set(self.completed("rowflow", "")), {*commands(), "--help", "--version"})
            self.assertEqual(self.completed("rowflow", "swe"), ["sweep"])
            for command in commands():
                self.assertEqual(
                    {f for f in self.completed("rowflow", command, "--") if f != "--device-set"},
                    flags(said("help", command)),
                    command,
                )
            self.assertEqual(self.completed("rowflow", "run", "tiny_s"), ["tiny_se"])
            self.assertEqual(self.completed("rowflow", "run", "--device", "hailo8"), ["hailo8", "hailo8l"])
            self.assertEqual(self.completed("rowflow", "run", "--buffers", ""), ["minimal", "full-rate", "best"])
            self.assertEqual(self.completed("rowflow", "run", "tiny_se", "--out", ""), [], "files, which are bash's")
            self.assertEqual(self.completed("rowflow", "new", ""), ["device", "network", "regression", "sweep"])


class Version(unittest.TestCase):
    def test_with_commit(self):
        version = said("--version")
        self.assertRegex(version, r"^rowflow \d+\.\d+\.\d+( \(commit [0-9a-f]{7,40}\+?\))?\n$")
        git = subprocess.run(["git", "-C", ROOT, "rev-parse", "HEAD"], capture_output=True, text=True, check=False)
        if git.returncode == 0:
            commit = re.search(r"\(commit ([0-9a-f]+)", version)
            self.assertTrue(commit and git.stdout.startswith(commit.group(1)), f"{version} of {git.stdout}")


class Configs(unittest.TestCase):
    def test_of_another_folder(self):
        with tempfile.TemporaryDirectory() as folder:
            shutil.copytree(pathlib.Path(ROOT, "configs/devices"), pathlib.Path(folder, "devices"))
            pathlib.Path(folder, "networks").mkdir()
            shutil.copy(pathlib.Path(ROOT, "configs/networks/tiny_se.json"), pathlib.Path(folder, "networks/mine.json"))
            environment = {**os.environ, "ROWFLOW_CONFIGS": folder}
            self.assertIn("networks\n  mine\n", attempt("list", env=environment).stdout)
            self.assertEqual(attempt("run", "mine", "--device", "tiny", env=environment).returncode, 0)
            self.assertEqual(attempt("run", "tiny_se", env=environment).returncode, 2)
        for arguments in (("list",), ("run", "tiny_se")):
            done = attempt(*arguments, env={**os.environ, "ROWFLOW_CONFIGS": "/nowhere"})
            self.assertEqual((done.returncode, done.stdout), (2, ""))
            self.assertIn('ROWFLOW_CONFIGS: found no folder "/nowhere"', done.stderr)

    def test_beside_the_program_or_in_the_system(self):
        with tempfile.TemporaryDirectory() as folder:
            alone = pathlib.Path(folder, "bin/rowflow")
            alone.parent.mkdir()
            shutil.copy(PROGRAM, alone)
            nothing = {**os.environ, "XDG_DATA_DIRS": "/nowhere"}

            def alone_on(**environment):
                return subprocess.run(
                    [alone, "run", "tiny_se", "--device", "tiny"],
                    capture_output=True,
                    text=True,
                    check=False,
                    env={**nothing, **environment},
                )

            self.assertEqual(alone_on().returncode, 2)
            self.assertIn("share/rowflow/configs", alone_on().stderr)
            data = pathlib.Path(folder, "data/rowflow")
            data.mkdir(parents=True)
            (data / "configs").symlink_to(pathlib.Path(ROOT, "configs").resolve())
            self.assertEqual(alone_on(XDG_DATA_DIRS=f"relative::{data.parent}").returncode, 0)
            data.parent.rename(pathlib.Path(folder, "share"))
            self.assertEqual(alone_on().returncode, 0)


if __name__ == "__main__":
    MODELS = os.path.abspath(sys.argv[2])
    unittest.main(argv=sys.argv[:1])
