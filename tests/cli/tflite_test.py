#!/usr/bin/env python3
"""TFLite files of MediaPipe (npm's packages, for the tests alone) wherever a network may stand; MACs and parameters
against a count made here
from the files' bytes. Usage: tflite_test.py ROWFLOW SOURCE_FOLDER"""
import json
import pathlib
import struct
import sys
import time
import unittest

sys.path.append(str(pathlib.Path(__file__).resolve().parents[1] / "support"))
from folder import InFolder  # noqa: E402
from program import ROOT, attempt  # noqa: E402

MODELS = ROOT / "node_modules/@mediapipe"
SELFIE = "selfie_segmentation/selfie_segmentation.tflite"
ADD, AVERAGE_POOL, CONV, DEPTHWISE, FULLY_CONNECTED, CUSTOM = 0, 1, 3, 4, 9, 32


class Table:
    """A table of a FlatBuffer; fields are numbered as in TensorFlow's schema.fbs."""

    def __init__(self, data, at):
        self.data, self.at = data, at
        self.fields = at - struct.unpack_from("<i", data, at)[0]

    def place(self, k):
        (size,) = struct.unpack_from("<H", self.data, self.fields)
        far = struct.unpack_from("<H", self.data, self.fields + 4 + 2 * k)[0] if 4 + 2 * k < size else 0
        return self.at + far if far else None

    def number(self, k, form="<i"):
        return struct.unpack_from(form, self.data, self.place(k))[0] if self.place(k) else 0

    def follow(self, k):
        return self.place(k) + self.number(k, "<I")

    def integers(self, k):
        if self.place(k) is None:
            return []
        return list(
            struct.unpack_from(
                f"<{struct.unpack_from('<I', self.data, self.follow(k))[0]}i", self.data, self.follow(k) + 4
            )
        )

    def tables(self, k):
        first = self.follow(k)
        places = range(first + 4, first + 4 + 4 * struct.unpack_from("<I", self.data, first)[0], 4)
        return [Table(self.data, at + struct.unpack_from("<I", self.data, at)[0]) for at in places]


def product(numbers):
    result = 1
    for number in numbers:
        result *= number
    return result


def counted(path):
    """MACs and parameters of a file: (elements of weights) times (how often they are applied), and (elements of weights
    and biases)."""
    data = path.read_bytes()
    model = Table(data, struct.unpack_from("<I", data)[0])
    codes = [max(code.number(0, "<b"), code.number(3)) for code in model.tables(1)]
    graph = model.tables(2)[0]
    shapes = [tensor.integers(0) for tensor in graph.tables(0)]
    macs = parameters = 0
    for operator in graph.tables(3):
        code, inputs, outputs = codes[operator.number(0)], operator.integers(1), operator.integers(2)
        if code not in (CONV, DEPTHWISE, FULLY_CONNECTED, CUSTOM):
            continue
        weights, sites = product(shapes[inputs[1]]), product(shapes[outputs[0]][:3])
        if code == CUSTOM:  # a transposed convolution: every pixel of its input meets every weight
            sites = product(shapes[inputs[0]][:3])
        macs += weights * (1 if code == FULLY_CONNECTED else sites)
        parameters += weights + product(shapes[inputs[2]])
    return macs, parameters


class Files(InFolder):
    def imported(self, model):
        config = self.folder / "network.json"
        done = attempt("import", model, "-o", config)
        self.assertEqual(done.returncode, 0, done.stderr)
        return json.loads(config.read_text()), done.stdout + done.stderr

    def refused(self, *arguments, words=()):
        done = attempt(*arguments)
        self.assertEqual(done.returncode, 2, (arguments, done.stderr))
        for word in words:
            self.assertIn(word, done.stderr)
        return done.stderr


class Networks(Files):
    def test_every_dense_file_imports_and_counts_as_its_bytes_say(self):
        files = sorted(file for file in MODELS.rglob("*.tflite") if "sparse" not in file.name)
        self.assertEqual(len(files), 9)
        for file in files:
            with self.subTest(file=file.name):
                config, _ = self.imported(file)
                self.assertIn(file.name, config["source"])
                described = attempt("plan", file, "--device", "hailo8", "--defaults", "0.1", "--format", "json")
                self.assertEqual(described.returncode, 0, described.stderr)
                network = json.loads(described.stdout)["network"]
                macs, parameters = counted(file)
                self.assertEqual(network["macs"], macs)
                self.assertEqual(network["parameters"], parameters)
                print(
                    f"{file.name}: {len(config['layers'])} layers, {macs / 1e6:.1f} MMAC, "
                    f"{parameters / 1e6:.2f} M parameters"
                )

    def test_selfie_segmentation_has_ten_squeezes(self):
        config, text = self.imported(MODELS / SELFIE)
        blocks = [layer for layer in config["layers"] if layer["type"] == "squeeze_excite"]
        self.assertEqual(len(blocks), 10, text)
        gates = [block for block in blocks if len(block.get("inputs", [])) == 2]
        self.assertEqual(len(gates), 4)
        self.assertEqual([layer["type"] for layer in config["layers"]].count("conv_transpose"), 1)

    def test_a_sparse_file_is_refused_by_name(self):
        text = self.refused(
            "import",
            MODELS / "face_detection/face_detection_full_range_sparse.tflite",
            words=["CONV_2D) and 45 more: a sparse tensor"],
        )
        self.assertNotIn("defect", text)

    def test_wherever_a_network_may_stand(self):
        model = MODELS / SELFIE
        for arguments in (
            ["run", model, "--device", "hailo8", "--tile-height", "7"],
            ["plan", model, "--device", "hailo8"],
            ["size", model, "--device", "hailo8"],
            ["explain", model, "--device", "hailo8"],
        ):
            with self.subTest(command=arguments[0]):
                done = attempt(*arguments)
                self.assertIn(done.returncode, (0, 1), done.stderr)

    def test_export_and_import_of_it_agree(self):
        tiled = self.folder / "tiled.onnx"
        done = attempt("export", MODELS / SELFIE, "--tile-height", "7", "-o", tiled)
        self.assertEqual(done.returncode, 0, done.stderr)
        config, _ = self.imported(tiled)
        self.assertEqual(
            [layer["tile_height"] for layer in config["layers"] if layer["type"] == "squeeze_excite"], [7] * 10
        )
        self.refused(
            "export",
            MODELS / "hands/hand_landmark_lite.tflite",
            "--tile-height",
            "7",
            "-o",
            tiled,
            words=["no squeeze-and-excite block"],
        )

    def test_a_network_ends_where_it_is_told(self):
        done = attempt("import", MODELS / SELFIE, "--outputs", "multiply", "-o", self.folder / "part.json")
        self.assertEqual(done.returncode, 0, done.stderr)
        config = json.loads((self.folder / "part.json").read_text())
        self.assertEqual(config["layers"][-1]["type"], "squeeze_excite")


class Damaged(Files):
    def put(self, name, data):
        (self.folder / name).write_bytes(data)
        return self.folder / name

    def test_other_bytes(self):
        self.refused("import", self.put("a.tflite", b""), words=["a.tflite", "TFL3"])
        self.refused("import", self.put("a.tflite", b"PK\3\4 and so on"), words=["TFL3"])
        self.refused("import", self.put("a.bin", struct.pack("<I", 1 << 30) + b"TFL3" + bytes(100)), words=["damaged"])
        self.refused("import", self.folder / "nothing.tflite", words=["nothing.tflite"])
        self.refused("run", self.folder / "nothing.tflite", words=["no such file"])

    def test_every_beginning_of_a_file(self):
        whole = (MODELS / SELFIE).read_bytes()
        for size in (8, 100, 5000, len(whole) // 2, len(whole) - 1):
            self.refused("import", self.put("short.tflite", whole[:size]), words=["short.tflite"])

    def test_half_a_gigabyte_is_refused_in_under_a_second(self):
        file = self.folder / "large.tflite"
        beginnings = [
            bytes(8),
            struct.pack("<I", 8) + b"TFL3",
            struct.pack("<I", 1 << 29) + b"TFL3",
            # a table whose graphs are 100 million times the same place
            struct.pack("<I", 24)
            + b"TFL3"
            + struct.pack("<HHHHHHHH", 14, 12, 4, 0, 8, 0, 0, 0)
            + struct.pack("<iII", 16, 3, 4)
            + struct.pack("<I", 100_000_000),
        ]
        for beginning in beginnings:
            with open(file, "wb") as stream:
                stream.write(beginning)
                stream.truncate(1 << 29)
            begin = time.monotonic()
            used = time.process_time()
            self.refused("import", file)
            print(f"512 MB refused in {time.monotonic() - begin:.2f} s")
            self.assertLess(time.process_time() - used, 1)
            self.assertLess(time.monotonic() - begin, 10)


if __name__ == "__main__":
    unittest.main(argv=sys.argv[:1])
