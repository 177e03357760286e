// What one sample loses: outputs of the original and of the tiled model → a number, 0 where they are the same.
import { Fault } from './packages.mjs';

/// |output|² of each output.
export const energies = (outputs) => outputs.map(({ data }) => data.reduce((sum, value) => sum + value ** 2, 0));

/// Mean, over the outputs, of |found − original|² in parts of the mean |original|² of all samples (that of one sample
/// is next to nothing where there is nothing to see). The penalty is the root of its mean.
function distance(original, found, { means }) {
  let sum = 0;
  original.forEach(({ data }, k) => {
    let difference = 0;
    for (let i = 0; i < data.length; ++i) difference += (found[k].data[i] - data[i]) ** 2;
    if (difference !== 0) sum += means[k] > 0 ? difference / means[k] : 1; // NaN goes on, and is refused
  });
  return sum / original.length;
}

const largest = (data) => data.reduce((best, value, i) => (value > data[best] ? i : best), 0);

/// With labels: right before minus right after, in −1 … 1. Without: whether the class is another one.
function top1(original, found, { label }) {
  if (original[0].dims.filter((size) => size > 1).length > 1)
    throw new Fault(`--metric top1: found an output of ${original[0].dims.join(' × ')}, expected one value a class`);
  const before = largest(original[0].data), after = largest(found[0].data);
  return label === undefined ? Number(before !== after) : Number(before === label) - Number(after === label);
}

/// The class of each pixel: above the threshold or not, or the largest of several channels.
function classes({ dims, data }, { threshold, channelsLast }) {
  const channels = dims.length === 4 ? dims[channelsLast ? 3 : 1] : 1;
  if (channels === 1) return { kinds: 2, pixels: data.map((value) => Number(value > threshold)) };
  const pixels = data.length / channels, found = new Float32Array(pixels);
  for (let p = 0; p < pixels; ++p) {
    const at = (c) => data[channelsLast ? p * channels + c : c * pixels + p];
    for (let c = 1; c < channels; ++c) if (at(c) > at(found[p])) found[p] = c;
  }
  return { kinds: channels, pixels: found };
}

/// 1 − intersection over union with the original's mask; of several classes the mean of those in either.
function iou(original, found, context) {
  const a = classes(original[0], context), b = classes(found[0], context);
  const both = new Float64Array(a.kinds), either = new Float64Array(a.kinds);
  a.pixels.forEach((kind, p) => {
    either[kind] += 1;
    if (kind === b.pixels[p]) both[kind] += 1;
    else either[b.pixels[p]] += 1;
  });
  let sum = 0, count = 0;
  for (let kind = original[0].data.length === a.pixels.length ? 1 : 0; kind < a.kinds; ++kind) {
    if (either[kind] === 0) continue;
    sum += both[kind] / either[kind];
    count += 1;
  }
  return count > 0 ? 1 - sum / count : 0;
}

export const comparisons = { distance, top1, iou };
