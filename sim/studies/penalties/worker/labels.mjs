// The classes of samples: a CSV of file (or array[index]) and class, or a .npy with one number a sample.
import { readFileSync } from 'node:fs';
import { Fault } from './packages.mjs';
import { readArray } from './npy.mjs';

function byOrder(file, samples) {
  const { dims, data } = readArray(readFileSync(file), file);
  if (dims.length !== 1 || data.length < samples.count)
    throw new Fault(`${file}: found an array of ${dims.join(' × ')}, expected one class for each of ` +
      `${samples.count} samples`);
  return Array.from(data.subarray(0, samples.count), Number);
}

/// A sample is found by its path or by any end of it: b.png, a/b.png, x.npy[3].
function byName(file, samples) {
  const classes = new Map();
  readFileSync(file, 'utf8').split(/\r?\n/).forEach((line, row) => {
    if (line.trim() === '' || line.startsWith('#')) return;
    const comma = line.lastIndexOf(','), value = Number(line.slice(comma + 1));
    if (comma < 1 || !Number.isInteger(value) || value < 0)
      throw new Fault(`${file}: line ${row + 1}: found "${line}", expected FILE,CLASS`);
    classes.set(line.slice(0, comma).trim(), value);
  });
  return Array.from({ length: samples.count }, (_, i) => {
    const parts = samples.name(i).split('/');
    for (let k = parts.length - 1; k >= 0; --k) {
      const found = classes.get(parts.slice(k).join('/'));
      if (found !== undefined) return found;
    }
    throw new Fault(`${file}: found no class of ${samples.name(i)}`);
  });
}

/// By sample; null without a file.
export function readLabels(file, samples) {
  if (!file) return null;
  try {
    return file.endsWith('.npy') ? byOrder(file, samples) : byName(file, samples);
  } catch (error) {
    if (error instanceof Fault) throw error;
    throw new Fault(`${file}: cannot be read: ${error.message}`);
  }
}
