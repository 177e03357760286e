"""The program under test, which the test's first argument names, called as its users call it.

Every document that it prints is held to its schema (schemas.py). Tests whose figures are of version 0.1's defaults have
the same functions from old_defaults.py.
"""
import json
import os
import pathlib
import subprocess
import sys

import schemas

PROGRAM = os.path.abspath(sys.argv[1])
ROOT = pathlib.Path(__file__).resolve().parents[2]


def words(arguments):
    """Arguments of any kind as a process takes them."""
    return [argument if isinstance(argument, (str, bytes)) else str(argument) for argument in arguments]


class Runner:
    """`spell` makes the words of the command line from the arguments; `more` is what subprocess.run knows."""

    def __init__(self, spell):
        self.spell = spell

    def attempt(self, *arguments, **more):
        """The finished program, whatever its status."""
        more = {"stdin": subprocess.DEVNULL, "capture_output": True, "text": True, "timeout": 600, **more}
        return schemas.checked(subprocess.run([PROGRAM, *self.spell(arguments)], check=False, **more))

    def rowflow(self, *arguments, status=0, **more):
        """The finished program, which has to end with this status, or with one of these."""
        done = self.attempt(*arguments, **more)
        expected = (status,) if isinstance(status, int) else status
        assert done.returncode in expected, (arguments, done.returncode, done.stdout[-500:], done.stderr)
        return done

    def printed(self, *arguments, **more):
        return self.rowflow(*arguments, **more).stdout

    def result(self, *arguments, command="run", **more):
        """The document that a command prints."""
        return json.loads(self.printed(command, *arguments, "--format", "json", "--quiet", **more))


_today = Runner(words)
attempt, rowflow, printed, result = _today.attempt, _today.rowflow, _today.printed, _today.result
