"""Importing a model of 100 MB takes about the time of reading it, and memory near the file's size. import_size_test.py
ROWFLOW SOURCE"""
import os
import pathlib
import subprocess
import sys
import tempfile
import time

rowflow, source = sys.argv[1], pathlib.Path(sys.argv[2])
CHUNK, CHUNKS = 1 << 20, 100  # in pieces: the peak of a child counts what this process held before it


def varint(number):
    encoded = bytearray()
    while number > 127:
        encoded.append(number % 128 + 128)
        number //= 128
    return bytes(encoded) + bytes([number])


def field(number, size):
    """What stands before the bytes of a protobuf field."""
    return bytes([number * 8 + 2]) + varint(size)


def write_model(path):
    """A real graph with four more stored tensors: messages written one after the other are read as one."""
    size = CHUNK * CHUNKS // 4
    with open(path, "wb") as file:
        file.write((source / "tests/data/onnx/squeezenet1_1.onnx").read_bytes())
        for name in (b"ballast_0", b"ballast_1", b"ballast_2", b"ballast_3"):
            tensor = (
                b"\x08" + varint(size // 4) + b"\x10\x01" + field(8, len(name)) + name + field(9, size)
            )  # dims, FLOAT, name, raw data
            graph = field(5, len(tensor) + size)
            file.write(field(7, len(graph) + len(tensor) + size) + graph + tensor)
            for _ in range(CHUNKS // 4):
                file.write(bytes(CHUNK))


def read(path):
    begin = time.process_time()  # of the processor: other programs on the machine do not count
    with open(path, "rb") as file:
        while file.read(CHUNK):
            pass
    return time.process_time() - begin


def import_it(path):
    process = subprocess.Popen([rowflow, "import", path, "-o", path + ".json", "--quiet"])
    _, status, usage = os.wait4(process.pid, 0)
    assert status == 0, status
    return usage.ru_utime + usage.ru_stime, usage.ru_maxrss * 1024


with tempfile.TemporaryDirectory() as folder:
    model = os.path.join(folder, "large.onnx")
    write_model(model)
    reading = read(model)
    taken, memory = min(import_it(model) for _ in range(3))
    size = os.path.getsize(model)
    print(
        f"import of {size / 1e6:.0f} MB: {taken:.2f} s of the processor (reading alone {reading:.2f} s), "
        f"{memory / 1e6:.0f} MB of memory"
    )
    assert memory < 1.4 * size
    assert taken < 10 * reading + 1
