// Tiled exports run in ONNX Runtime (WebAssembly, one thread) and are compared with tiled squeeze-and-excite computed directly by
// numbers_models. With tiles of the whole map the original comes back.   node numbers_test.mjs ROWFLOW NUMBERS_MODELS FOLDER
import { execFileSync } from 'node:child_process';
import { mkdirSync, readFileSync, rmSync } from 'node:fs';
import * as ort from 'onnxruntime-web/wasm';

const [rowflow, models, folder] = process.argv.slice(2);
ort.env.wasm.numThreads = 1;
ort.env.logLevel = 'error';
rmSync(folder, { recursive: true, force: true });
mkdirSync(folder, { recursive: true });
execFileSync(models, [folder]);

const run = async (file, test) => {
  const session = await ort.InferenceSession.create(readFileSync(file), { logSeverityLevel: 3 });
  const result = await session.run({ x: new ort.Tensor('float32', Float32Array.from(test.image), test.dims) });
  await session.release();
  return result.s2.data;
};
const distance = (found, expected) => Math.max(...expected.map((value, i) => Math.abs(value - found[i])));

let worst = 0, least_moved = Infinity, failures = 0, checked = 0;
for (const test of JSON.parse(readFileSync(`${folder}/cases.json`))) {
  const original = Array.from(await run(test.model, test));
  const size = Math.max(...original.map(Math.abs));
  for (const tiling of test.tilings) {
    const tiled = test.model.replace('.onnx', `_${tiling.tile}_${tiling.both}.onnx`);
    const first = tiling.both ? [] : ['--tile-first', '1'];
    execFileSync(rowflow, ['export', test.model, '--tile-height', String(tiling.tile), ...first, '-o', tiled, '--quiet']);
    const found = await run(tiled, test);
    const error = distance(found, tiling.expected) / size, moved = distance(found, original) / size;
    const whole = tiling.tile >= test.height;
    const right = found.length === tiling.expected.length && error < 1e-5 && (whole ? moved === 0 : moved > 1e-3);
    worst = Math.max(worst, error);
    if (!whole) least_moved = Math.min(least_moved, moved);
    checked += 1;
    if (!right) {
      failures += 1;
      console.log(`${tiled}: error ${error}, tiling moves ${moved}`);
    }
  }
}
console.log(`${checked} exports: largest error ${worst.toExponential(1)} of the largest value; tiling itself changes at least ${least_moved.toExponential(1)}`);
process.exit(failures === 0 && checked === 300 ? 0 : 1);
