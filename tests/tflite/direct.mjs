// A TFLite file computed directly, operator by operator, from its bytes: the squeeze-and-excite network of MediaPipe's
// selfie segmentation and no more. With `tile` rows, every mean over a whole map is one a tile, and gates its tile.
import { readFileSync } from 'node:fs';

/** A table of the file; fields are numbered as in TensorFlow's schema.fbs. */
class Table {
  constructor(view, at) {
    this.view = view;
    this.at = at;
    this.fields = at - view.getInt32(at, true);
  }
  place(k) {
    const offset = 4 + 2 * k;
    const far = offset < this.view.getUint16(this.fields, true) ? this.view.getUint16(this.fields + offset, true) : 0;
    return far ? this.at + far : 0;
  }
  int(k, standard = 0) { return this.place(k) ? this.view.getInt32(this.place(k), true) : standard; }
  byte(k) { return this.place(k) ? this.view.getInt8(this.place(k)) : 0; }
  follow(k) { return this.place(k) + this.view.getUint32(this.place(k), true); }
  table(k) { return this.place(k) ? new Table(this.view, this.follow(k)) : null; }
  tables(k) {
    const from = this.follow(k), count = this.view.getUint32(from, true);
    return Array.from({ length: count }, (_, i) => from + 4 + 4 * i)
      .map((at) => new Table(this.view, at + this.view.getUint32(at, true)));
  }
  bytes(k) {
    if (!this.place(k)) return new Uint8Array();
    const from = this.follow(k);
    return new Uint8Array(this.view.buffer, this.view.byteOffset + from + 4, this.view.getUint32(from, true));
  }
  ints(k) {
    if (!this.place(k)) return [];
    const from = this.follow(k), count = this.view.getUint32(from, true);
    return Array.from({ length: count }, (_, i) => this.view.getInt32(from + 4 + 4 * i, true));
  }
}

const half = (bits) => {
  const exponent = (bits >> 10) & 31, fraction = (bits & 1023) / 1024, sign = bits & 0x8000 ? -1 : 1;
  return sign * (exponent === 0 ? 2 ** -14 * fraction : 2 ** (exponent - 15) * (1 + fraction));
};

function stored(tensor, buffers) {
  const bytes = buffers[tensor.int(2)].bytes(0), view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  if (bytes.length === 0) return null;
  const read = { 0: (i) => view.getFloat32(4 * i, true), 1: (i) => half(view.getUint16(2 * i, true)), 2: (i) => view.getInt32(4 * i, true) };
  const count = tensor.ints(0).reduce((a, b) => a * b, 1);
  return Float64Array.from({ length: count }, (_, i) => read[tensor.byte(1)](i));
}

const map = (h, w, c) => ({ h, w, c, data: new Float64Array(h * w * c) });
const each = (x, f) => ({ ...x, data: x.data.map(f) });
const padding = (mode, extent, kernel, stride) => {  // 0 is SAME
  const out = mode === 0 ? Math.ceil(extent / stride) : Math.floor((extent - kernel) / stride) + 1;
  return [out, mode === 0 ? Math.max(0, (out - 1) * stride + kernel - extent) >> 1 : 0];
};

function convolved(x, weights, [, kh, kw], bias, mode, [sh, sw], filters, depthwise) {
  const [h, top] = padding(mode, x.h, kh, sh), [w, left] = padding(mode, x.w, kw, sw), y = { ...map(h, w, filters), tile: x.tile };
  for (let row = 0; row < h; ++row) for (let column = 0; column < w; ++column) for (let f = 0; f < filters; ++f) {
    let sum = bias[f];
    for (let i = 0; i < kh; ++i) for (let j = 0; j < kw; ++j) {
      const r = row * sh + i - top, c = column * sw + j - left;
      if (r < 0 || c < 0 || r >= x.h || c >= x.w) continue;
      const pixel = (r * x.w + c) * x.c;
      if (depthwise) sum += x.data[pixel + f] * weights[(i * kw + j) * filters + f];
      else for (let k = 0, at = ((f * kh + i) * kw + j) * x.c; k < x.c; ++k) sum += x.data[pixel + k] * weights[at + k];
    }
    y.data[(row * w + column) * filters + f] = sum;
  }
  return y;
}

/** A kernel as large as its stride: every pixel of the output has one of the input. */
function transposed(x, weights, [filters, kh, kw], bias) {
  const y = map(x.h * kh, x.w * kw, filters);
  for (let row = 0; row < y.h; ++row) for (let column = 0; column < y.w; ++column) for (let f = 0; f < filters; ++f) {
    const pixel = (Math.floor(row / kh) * x.w + Math.floor(column / kw)) * x.c;
    const at = ((f * kh + row % kh) * kw + column % kw) * x.c;
    let sum = bias[f];
    for (let k = 0; k < x.c; ++k) sum += x.data[pixel + k] * weights[at + k];
    y.data[(row * y.w + column) * filters + f] = sum;
  }
  return y;
}

function meanOfTiles(x, tile) {
  const rows = Math.min(tile || x.h, x.h), y = { ...map(Math.ceil(x.h / rows), 1, x.c), tile: rows };
  for (let t = 0; t < y.h; ++t) {
    const end = Math.min((t + 1) * rows, x.h), pixels = (end - t * rows) * x.w;
    for (let r = t * rows; r < end; ++r) for (let c = 0; c < x.w; ++c) for (let k = 0; k < x.c; ++k)
      y.data[t * x.c + k] += x.data[(r * x.w + c) * x.c + k] / pixels;
  }
  return y;
}

function scaled(a, b) {
  const [x, gate] = a.tile ? [b, a] : [a, b];
  return { ...x, data: x.data.map((v, i) => v * gate.data[gate.tile ? Math.floor(i / (x.w * x.c) / gate.tile) * x.c + i % x.c : i]) };
}

/** Bilinear with half pixels or not; corners are not aligned. */
function resized(x, [h, w], half) {
  const y = map(h, w, x.c);
  const source = (o, from, to) => half ? (o + 0.5) * from / to - 0.5 : o * from / to;
  for (let row = 0; row < h; ++row) for (let column = 0; column < w; ++column) {
    const r = Math.max(source(row, x.h, h), 0), c = Math.max(source(column, x.w, w), 0);
    const r0 = Math.min(Math.floor(r), x.h - 1), c0 = Math.min(Math.floor(c), x.w - 1), r1 = Math.min(r0 + 1, x.h - 1), c1 = Math.min(c0 + 1, x.w - 1);
    const at = (i, j, k) => x.data[(i * x.w + j) * x.c + k], fr = r - r0, fc = c - c0;
    for (let k = 0; k < x.c; ++k)
      y.data[(row * w + column) * x.c + k] = (1 - fr) * ((1 - fc) * at(r0, c0, k) + fc * at(r0, c1, k)) + fr * ((1 - fc) * at(r1, c0, k) + fc * at(r1, c1, k));
  }
  return y;
}

/** The first output for an image [height, width, channels], as an array. `tile`: rows, 0 the whole map. */
export function runDirectly(file, image, tile) {
  const bytes = readFileSync(file), view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  const model = new Table(view, view.getUint32(0, true));
  const codes = model.tables(1).map((code) => Math.max(code.byte(0), code.int(3)));
  const graph = model.tables(2)[0], tensors = graph.tables(0), buffers = model.tables(4);
  const shapes = tensors.map((tensor) => tensor.ints(0)), values = tensors.map((tensor) => stored(tensor, buffers));
  const [first] = graph.ints(1), [, h, w, c] = shapes[first];
  values[first] = { h, w, c, data: Float64Array.from(image) };
  for (const operator of graph.tables(3)) {
    const inputs = operator.ints(1), [out] = operator.ints(2), [a, b, bias] = inputs.map((k) => values[k]);
    const options = operator.table(4), kernel = shapes[inputs[1]], channels = shapes[out][3];
    const strides = () => [options.int(2), options.int(1)];
    const operations = {
      0: () => each(a, (v, i) => v + b.data[i]),
      1: () => meanOfTiles(a, tile),
      3: () => convolved(a, b, kernel, bias, options.byte(0), strides(), channels, false),
      4: () => convolved(a, b, kernel, bias, options.byte(0), strides(), channels, true),
      6: () => a,
      14: () => each(a, (v) => 1 / (1 + Math.exp(-v))),
      18: () => scaled(a, b),
      19: () => each(a, (v) => Math.max(v, 0)),
      23: () => resized(a, [b[0], b[1]], options.byte(3) !== 0),
      32: () => transposed(a, b, kernel, bias),
      40: () => meanOfTiles(a, tile),
      117: () => each(a, (v) => v * Math.min(Math.max(v + 3, 0), 6) / 6),
    };
    values[out] = operations[codes[operator.int(0)]]();
  }
  return values[graph.ints(2)[0]].data;
}
