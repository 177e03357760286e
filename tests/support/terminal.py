"""A stream of the program on a terminal."""
import fcntl
import os
import struct
import subprocess
import termios


def shown_on_terminal(command, stream, width=None, **more):
    """What a command, which has to succeed, writes to `stream` ("stdout" or "stderr") when that is a terminal, of so
    many columns."""
    ours, theirs = os.openpty()
    if width:
        fcntl.ioctl(theirs, termios.TIOCSWINSZ, struct.pack("HHHH", 40, width, 0, 0))
    streams = {"stdin": subprocess.DEVNULL, "stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL, stream: theirs}
    process = subprocess.Popen(command, **streams, **more)
    os.close(theirs)
    written = b""
    try:
        while part := os.read(ours, 65536):
            written += part
    except OSError:  # the program has closed its end
        pass
    os.close(ours)
    assert process.wait() == 0, (command, written)
    return written.decode()
