// LiteRT, TFLite's own runtime (npm's @litertjs/core, WebAssembly for browsers), in node.
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import vm from 'node:vm';

const require = createRequire(import.meta.url);
const wasm = join(dirname(fileURLToPath(import.meta.resolve('@litertjs/core'))), '..', 'wasm') + '/';
// What a worker of a browser has, and what its compiler's start-up code asks node for.
Object.assign(globalThis, { self: globalThis, require, __dirname: wasm, __filename: join(wasm, 'loader.js') });
globalThis.importScripts = (path) => vm.runInThisContext(readFileSync(String(path), 'utf8'), { filename: String(path) });
const silent = () => {};
const { loadLiteRt, loadAndCompile, Tensor } = await import('@litertjs/core');
const told = { ...console };
Object.assign(console, { log: silent, info: silent, warn: silent, error: silent, debug: silent });
await loadLiteRt(wasm);
Object.assign(console, told);

/** Outputs [{name, shape, data}] of the model in this file for the input `image(shape)`, in the file's order. */
export async function runTflite(file, image) {
  Object.assign(console, { log: silent, info: silent, warn: silent, error: silent, debug: silent });
  try {
    const model = await loadAndCompile(new Uint8Array(readFileSync(file)), { accelerator: 'wasm' });
    const shape = Array.from(model.getInputDetails()[0].shape);
    const input = new Tensor(image(shape), shape);
    const results = await model.run([input]);
    const outputs = [];
    for (const [k, result] of results.entries()) {
      const detail = model.getOutputDetails()[k];
      outputs.push({ name: detail.name, shape: Array.from(detail.shape), data: Float32Array.from(await result.data()) });
      result.delete();
    }
    input.delete();
    model.delete();
    return { shape, outputs };
  } finally {
    Object.assign(console, told);
  }
}
