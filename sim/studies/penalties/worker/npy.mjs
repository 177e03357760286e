// NumPy's array files (numpy.org/doc/stable/reference/generated/numpy.lib.format.html), and archives of them.
import { Fault, library } from './packages.mjs';

const kinds = {
  f4: Float32Array, f8: Float64Array, u1: Uint8Array, i1: Int8Array, b1: Uint8Array, u2: Uint16Array, i2: Int16Array,
  u4: Uint32Array, i4: Int32Array, u8: BigUint64Array, i8: BigInt64Array,
};

/// {dims, data}, the data as it is stored.
export function readArray(bytes, name) {
  const wrong = (what) => new Fault(`${name}: ${what}`);
  if (bytes.length < 12 || bytes.toString('latin1', 0, 6) !== '\x93NUMPY') throw wrong('no .npy file');
  const wide = bytes[6] > 1;
  const begin = wide ? 12 : 10, end = begin + (wide ? bytes.readUInt32LE(8) : bytes.readUInt16LE(8));
  const header = bytes.toString('latin1', begin, end);
  const type = /'descr':\s*'([<>|=]?)(\w\d+)'/.exec(header), shape = /'shape':\s*\(([\d,\s]*)\)/.exec(header);
  if (!type || !shape) throw wrong('found a header that is not understood, expected an array of numbers');
  if (type[1] === '>' || !kinds[type[2]])
    throw wrong(`found elements "${type[1]}${type[2]}", expected little-endian numbers`);
  if (/'fortran_order':\s*True/.test(header)) throw wrong('found Fortran order, expected C order');
  const dims = shape[1].split(',').filter((part) => part.trim() !== '').map(Number);
  const count = dims.reduce((product, size) => product * size, 1), Kind = kinds[type[2]];
  if (bytes.length - end !== count * Kind.BYTES_PER_ELEMENT)
    throw wrong(`found ${bytes.length - end} bytes of data, expected ${count * Kind.BYTES_PER_ELEMENT}`);
  const aligned = bytes.buffer.slice(bytes.byteOffset + end, bytes.byteOffset + bytes.length);
  return { dims, data: new Kind(aligned) };
}

/// Of an array {dims, data: Float32Array}.
export function arrayBytes({ dims, data }) {
  const text = `{'descr': '<f4', 'fortran_order': False, 'shape': (${dims.map((size) => `${size},`).join(' ')}), }`;
  const header = text.padEnd(Math.ceil((10 + text.length + 1) / 64) * 64 - 11) + '\n';
  const start = Buffer.alloc(10);
  start.write('\x93NUMPY\x01\x00', 'latin1');
  start.writeUInt16LE(header.length, 8);
  const numbers = Buffer.from(data.buffer, data.byteOffset, data.byteLength);
  return Buffer.concat([start, Buffer.from(header, 'latin1'), numbers]);
}

/// The arrays of an .npz archive, by name.
export async function readArchive(bytes, name) {
  const { unzipSync } = await library('fflate');
  let parts;
  try {
    parts = unzipSync(bytes);
  } catch {
    throw new Fault(`${name}: no .npz file`);
  }
  return Object.entries(parts).filter(([part]) => part.endsWith('.npy'))
    .map(([part, data]) => [part.slice(0, -4), readArray(Buffer.from(data), `${name}: ${part}`)]);
}
