// The user's data as the model's input tensors: images after preprocessing, arrays as they are.
import { readFileSync } from 'node:fs';
import { Fault, library } from './packages.mjs';
import { readArchive, readArray } from './npy.mjs';

const fits = { stretch: 'fill', crop: 'cover', pad: 'contain' };
const kernels = { linear: 'linear', cubic: 'cubic', lanczos: 'lanczos3', nearest: 'nearest' };

/// Pixels as the model wants them: (value · scale − mean) / std of each channel. A `resize` to less than the model's
/// input was refused before.
async function image(file, job, channelsLast) {
  const sharp = await library('sharp');
  const [channels, modelHeight, modelWidth] = job.shape;
  const { scale, mean, std, colour, resize, interpolation, fit } = job.preprocess;
  const grey = channels === 1;
  const [height, width] = resize ?? [modelHeight, modelWidth];
  let pixels;
  sharp.concurrency(1);
  try {
    const pipeline = sharp(file).rotate().flatten({ background: '#000' }).toColourspace(grey ? 'b-w' : 'srgb')
      .resize({ width, height, fit: fits[fit], kernel: kernels[interpolation], background: '#000',
        fastShrinkOnLoad: false });
    const top = Math.floor((height - modelHeight) / 2), left = Math.floor((width - modelWidth) / 2);
    pixels = await pipeline.extract({ top, left, width: modelWidth, height: modelHeight }).raw().toBuffer();
  } catch (error) {
    throw new Fault(`${file}: cannot be read as an image: ${error.message.split('\n')[0]}`);
  }
  const size = modelHeight * modelWidth, found = pixels.length / size, data = new Float32Array(channels * size);
  for (let c = 0; c < channels; ++c) {
    const from = Math.min(colour === 'bgr' ? channels - 1 - c : c, found - 1);
    const factor = scale / std[c % std.length], offset = mean[c % mean.length] / std[c % std.length];
    for (let p = 0; p < size; ++p)
      data[channelsLast ? p * channels + c : c * size + p] = pixels[p * found + from] * factor - offset;
  }
  return data;
}

/// [name, {dims, data}] of a file.
async function arrays(file) {
  const bytes = readFileSync(file);
  return file.endsWith('.npz') ? readArchive(bytes, file) : [['', readArray(bytes, file)]];
}

const isArray = (file) => /\.np[yz]$/i.test(file);

/// The arrays of a file that hold inputs, with how many samples each: with as many axes as the input, or one fewer.
async function inputArrays(file, job, rank) {
  const elements = job.shape.reduce((product, size) => product * size, 1), found = [];
  for (const [part, array] of await arrays(file)) {
    const alone = array.dims.length === rank - 1;
    const dims = alone ? array.dims : array.dims.slice(1);
    const size = dims.reduce((product, extent) => product * extent, 1);
    if (size !== elements || (!alone && array.dims.length !== rank)) continue;
    const name = part ? `${file}:${part}` : file;
    found.push({ name, dims, data: array.data, count: alone ? 1 : array.dims[0], alone });
  }
  if (found.length === 0) {
    const shapes = (await arrays(file)).map(([, array]) => array.dims.join(' × ')).join('; ');
    throw new Fault(`${file}: found ${shapes || 'nothing'}, expected arrays of samples of ${job.shape.join(' × ')} ` +
      '(channels, height, width)');
  }
  return found;
}

/// `shape`: what the model says of its input, open sizes as names; by default of an image.
export async function openSamples(job, shape = ['', job.shape[0], '', '']) {
  const [channels] = job.shape;
  const channelsLast = shape.length === 4 && shape[3] === channels && shape[1] !== channels;
  const list = [];
  for (const file of job.files) {
    if (list.length >= job.limit) break;
    if (!isArray(file)) {
      list.push({ name: file, load: () => image(file, job, channelsLast) });
      continue;
    }
    for (const array of await inputArrays(file, job, shape.length)) {
      const size = array.data.length / array.count;
      const load = (i) => () => Float32Array.from(array.data.subarray(i * size, (i + 1) * size), Number);
      for (let i = 0; i < array.count; ++i)
        list.push({ name: array.alone ? array.name : `${array.name}[${i}]`, dims: array.dims, load: load(i) });
    }
  }
  if (list.length > job.limit) list.length = job.limit;
  const [c, h, w] = job.shape, dims = channelsLast ? [h, w, c] : [c, h, w];
  if (shape.length !== 4 && list.some((sample) => !sample.dims))
    throw new Fault(`${job.original}: its input has ${shape.length} axes and takes no images, expected .npy or ` +
      '.npz files');
  return {
    count: list.length,
    channelsLast,
    name: (i) => list[i].name,
    load: async (i) => ({ name: list[i].name, dims: [1, ...(list[i].dims ?? dims)], data: await list[i].load() }),
  };
}
