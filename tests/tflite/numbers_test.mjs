// What the import makes of TFLite, in ONNX Runtime, against LiteRT (TFLite's own runtime) and a direct computation: each
// operator by itself, MediaPipe's networks, and tiled exports.
//   node numbers_test.mjs ROWFLOW TFLITE_OPERATORS FOLDER
import { execFileSync } from 'node:child_process';
import { mkdirSync, readFileSync, readdirSync, rmSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import * as ort from 'onnxruntime-web/wasm';
import { runDirectly } from './direct.mjs';
import { runTflite } from './litert.mjs';

const [rowflow, operators, folder] = process.argv.slice(2);
const networks = join(dirname(fileURLToPath(import.meta.url)), '../../node_modules/@mediapipe');
ort.env.wasm.numThreads = 1;
ort.env.logLevel = 'error';
rmSync(folder, { recursive: true, force: true });
mkdirSync(folder, { recursive: true });

async function runOnnx(file, image, shape) {
  const session = await ort.InferenceSession.create(readFileSync(file), { logSeverityLevel: 3 });
  const result = await session.run({ [session.inputNames[0]]: new ort.Tensor('float32', image(shape), shape) });
  const outputs = session.outputNames.map((name) => ({ name, shape: Array.from(result[name].dims), data: result[name].data }));
  await session.release();
  return outputs;
}

const noise = (shape) => {
  let state = 12345;
  const count = shape.reduce((a, b) => a * b, 1);
  return Float32Array.from({ length: count }, () => ((state = (state * 1103515245 + 12345) % 2147483648) / 1073741824 - 1));
};
/** Something like a person before something like a wall, in 0 … 1. */
const portrait = ([, h, w, c]) => Float32Array.from({ length: h * w * c }, (_, i) => {
  const y = Math.floor(i / (w * c)) / h, x = Math.floor(i / c) % w / w, k = i % c;
  const head = ((x - 0.5) / 0.16) ** 2 + ((y - 0.35) / 0.22) ** 2 < 1, body = y > 0.55 && Math.abs(x - 0.5) < 0.1 + 0.5 * (y - 0.5);
  const eye = ((Math.abs(x - 0.5) - 0.06) / 0.025) ** 2 + ((y - 0.32) / 0.015) ** 2 < 1;
  return eye ? 0.1 : head ? [0.85, 0.65, 0.55][k % 3] : body ? [0.15, 0.2, 0.5][k % 3] : 0.6 + 0.3 * y + 0.05 * Math.sin(40 * x + k);
});

/** The largest difference, of the largest value. */
function distance(found, expected) {
  if (found.length !== expected.length) return Infinity;
  let largest = 1e-30, difference = 0;
  for (let i = 0; i < expected.length; ++i) {
    largest = Math.max(largest, Math.abs(expected[i]));
    difference = Math.max(difference, Math.abs(found[i] - expected[i]));
  }
  return Number.isFinite(difference) ? difference / largest : Infinity;
}

let failures = 0;
function check(right, text) {
  if (right) return;
  failures += 1;
  console.log(text);
}

async function compare(tflite, onnx, image, most) {
  const { shape, outputs } = await runTflite(tflite, image), found = await runOnnx(onnx, image, shape);
  let worst = 0;
  for (const [k, expected] of outputs.entries()) {
    const same = found.find((output) => output.name === expected.name) ?? found[k];
    check(same && same.shape.join() === expected.shape.join(), `${onnx}: ${expected.name} [${expected.shape}] is [${same?.shape}]`);
    if (same) worst = Math.max(worst, distance(same.data, expected.data));
  }
  check(found.length === outputs.length && worst <= most, `${onnx}: ${found.length} outputs of ${outputs.length}, error ${worst}`);
  return worst;
}

execFileSync(operators, [folder]);
const cases = readdirSync(folder).filter((name) => name.endsWith('.tflite'));
let worst = 0;
for (const name of cases) {
  const file = join(folder, name), rounds = readFileSync(file).includes('rounded');
  worst = Math.max(worst, await compare(file, file.replace('.tflite', '.onnx'), noise, rounds ? 0.02 : 1e-5));
}
check(cases.length > 200, `${cases.length} operators`);
console.log(`${cases.length} models of one operator: largest error ${worst.toExponential(1)} of the largest value`);

const files = readdirSync(networks, { recursive: true }).filter((name) => name.endsWith('.tflite') && !name.includes('sparse'));
worst = 0;
for (const name of files) {
  const onnx = join(folder, name.replace(/.*\//, '').replace('.tflite', '.onnx'));
  execFileSync(operators, [join(networks, name), onnx]);
  const error = await compare(join(networks, name), onnx, portrait, 1e-3);
  console.log(`${name}: ${error.toExponential(1)}`);
  worst = Math.max(worst, error);
}
check(files.length === 9, `${files.length} networks, expected 9`);
console.log(`${files.length} networks of MediaPipe: largest error ${worst.toExponential(1)} of the largest value`);

const selfie = join(networks, 'selfie_segmentation/selfie_segmentation.tflite');
const { shape, outputs: [full] } = await runTflite(selfie, portrait), image = portrait(shape);
check(distance(runDirectly(selfie, image, 0), full.data) < 1e-3, 'the direct computation is not what LiteRT computes');
check(Math.max(...full.data) > 0.5 && Math.min(...full.data) < 0.1, 'the image has no person or no wall');
for (const tile of [0, 14, 7, 1]) {
  const exported = join(folder, `selfie_${tile}.onnx`);
  execFileSync(rowflow, ['export', selfie, '--tile-height', tile ? String(tile) : 'full', '-o', exported, '--quiet']);
  const [found] = await runOnnx(exported, portrait, shape);
  const error = distance(found.data, runDirectly(selfie, image, tile)), moved = distance(found.data, full.data);
  console.log(`selfie, T = ${tile || 'full'}: error ${error.toExponential(1)}, tiling moves ${moved.toExponential(1)}`);
  check(error < 1e-3 && (tile ? moved > 0.01 : moved < 1e-3), `selfie, T = ${tile || 'full'}`);
}
process.exit(failures === 0 ? 0 : 1);
