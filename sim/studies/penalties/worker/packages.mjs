// npm packages of the user's: looked for beside this script, then where the program was started.
import { createRequire } from 'node:module';
import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { pathToFileURL } from 'node:url';

/// What is wrong with the user's input.
export class Fault extends Error {}

export class Missing extends Error {
  constructor(packages) {
    super(`missing: ${packages}`);
    this.packages = packages;
  }
}

function find(name) {
  for (const from of [import.meta.url, pathToFileURL(join(process.cwd(), 'x.js'))]) {
    try {
      return createRequire(from).resolve(name);
    } catch { /* not there */ }
  }
  return null;
}

export async function library(name) {
  const file = find(name);
  if (!file) throw new Missing([name]);
  const module = await import(pathToFileURL(file));
  return module.default ?? module;
}

/// Of the package that a file belongs to.
function versionOf(file, name) {
  for (let folder = dirname(file); folder !== dirname(folder); folder = dirname(folder)) {
    try {
      const about = JSON.parse(readFileSync(join(folder, 'package.json')));
      if (about.name === name) return `${name} ${about.version}`;
    } catch { /* further up */ }
  }
  return name;
}

let loaded = null;

/// onnxruntime-node, or the slower WebAssembly build where only that is there.
export async function runtime() {
  for (const [name, part] of loaded ? [] : [['onnxruntime-node', ''], ['onnxruntime-web', '/wasm']]) {
    const file = find(name + part);
    if (!file || loaded) continue;
    const module = await import(pathToFileURL(file));
    const ort = module.InferenceSession ? module : module.default;
    if (part) Object.assign(ort.env.wasm, { numThreads: 1 });
    ort.env.logLevel = 'error';
    loaded = { ort, version: versionOf(file, name) };
  }
  if (!loaded) throw new Missing(['onnxruntime-node']);
  return loaded;
}
