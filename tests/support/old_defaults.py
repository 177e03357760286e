"""Tests whose figures are of version 0.1's defaults say so on the command line (--defaults 0.1)."""
import program

POINT_COMMANDS = ("run", "plan", "size", "explain", "sweep")


def pinned(arguments):
    """The arguments, with the pin unless the command has no such defaults or something of the kind is said already."""
    arguments = program.words(arguments)
    if not arguments or arguments[0] not in POINT_COMMANDS or len(arguments) < 2:
        return arguments
    if any(argument in ("--defaults", "--point", "--help") for argument in arguments):
        return arguments
    return [*arguments, "--defaults", "0.1"]


_old = program.Runner(pinned)
attempt, rowflow, printed, result = _old.attempt, _old.rowflow, _old.printed, _old.result
