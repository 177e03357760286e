// Tiled, cumulative and static exports run in ONNX Runtime (WebAssembly, one thread) and are compared with the same
// computed directly by numbers_models. With tiles of the whole map the original comes back.
//   node numbers_test.mjs ROWFLOW NUMBERS_MODELS FOLDER
import { execFileSync } from 'node:child_process';
import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
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

// What this export of a model gives, against `expected`: beside the largest error, how far it is from the original.
const check = async (test, original, name, options, expected, whole) => {
  const size = Math.max(...original.map(Math.abs)), file = test.model.replace('.onnx', `_${name}.onnx`);
  execFileSync(rowflow, ['export', test.model, ...options, '-o', file, '--quiet']);
  const found = await run(file, test);
  const error = distance(found, expected) / size, moved = distance(found, original) / size;
  const right = found.length === expected.length && error < 1e-5 && (whole ? moved === 0 : moved > 1e-3);
  worst = Math.max(worst, error);
  if (!whole) least_moved = Math.min(least_moved, moved);
  checked += 1;
  if (right) return;
  failures += 1;
  console.log(`${file}: error ${error}, the change moves ${moved}`);
};

const blocksOf = (model) =>
  JSON.parse(execFileSync(rowflow, ['import', model, '--quiet'])).layers
    .filter(({ type }) => type === 'squeeze_excite').map(({ name }) => name);

let worst = 0, least_moved = Infinity, failures = 0, checked = 0;
for (const test of JSON.parse(readFileSync(`${folder}/cases.json`))) {
  const original = Array.from(await run(test.model, test));
  for (const { tile, both, expected } of test.tilings) {
    const options = ['--tile-height', String(tile), ...(both ? [] : ['--tile-first', '1'])];
    await check(test, original, `${tile}_${both}`, options, expected, tile >= test.height);
  }
  for (const { tile, expected } of test.cumulative) {
    const options = ['--tile-height', String(tile), '--se-mode', 'cumulative'];
    await check(test, original, `${tile}_cumulative`, options, expected, tile >= test.height);
  }
  const gates = test.model.replace('.onnx', '.gates.json');
  const factors = Object.fromEntries(blocksOf(test.model).map((block, k) => [block, test.static.factors[k]]));
  writeFileSync(gates, JSON.stringify({ penalties: {}, gates: factors }));
  await check(test, original, 'static', ['--se-mode', 'static', '--gates', gates], test.static.expected, false);
}
console.log(`${checked} exports: largest error ${worst.toExponential(1)} of the largest value; the change itself moves ` +
  `at least ${least_moved.toExponential(1)}`);
process.exit(failures === 0 && checked === 656 ? 0 : 1);
