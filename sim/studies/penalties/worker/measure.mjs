// Runs one ONNX model over samples in ONNX Runtime and compares what comes out with what the original gave.
//   node measure.mjs JOB.json
// One line of JSON on standard output: {…} the answer, {"fault": …} what is wrong with the user's input, or
// {"missing": […]} npm packages that are not there. Anything else is a defect of this script.
//
// A job: {task, files, shape: [channels, height, width], preprocess, labels, limit, …} and, by task:
//   describe   how many samples the files hold, and what runs them
//   reference  model, samples: [first, end], reference: the folder where outputs go; answers with Σ |output|² too
//   gates      model whose outputs are gates, channels of each, samples; answers with Σ gate by channel as "energies"
//   compare    model, samples, reference, metric, threshold, energies: mean |output|² of the original; for a program
//              as metric: program, found: a folder for outputs
import { execFileSync } from 'node:child_process';
import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { comparisons, energies } from './metrics.mjs';
import { arrayBytes, readArray } from './npy.mjs';
import { Fault, Missing, runtime } from './packages.mjs';
import { readLabels } from './labels.mjs';
import { openSamples } from './samples.mjs';

const job = JSON.parse(readFileSync(process.argv[2]));
const fileOf = (folder, sample, output) => join(folder, `${String(sample).padStart(6, '0')}.${output}.npy`);

async function openModel(file) {
  const { ort } = await runtime();
  const options = { intraOpNumThreads: 1, interOpNumThreads: 1, logSeverityLevel: 3 };
  let session;
  try {
    session = await ort.InferenceSession.create(readFileSync(file), options);
  } catch (error) {
    throw new Fault(`${job.original}: ONNX Runtime does not take it: ${error.message.trim()}`);
  }
  if (session.inputNames.length !== 1)
    throw new Fault(`${job.original}: found ${session.inputNames.length} inputs, expected one, and weights ` +
      'with their values');
  const input = session.inputMetadata[0];
  if (input.type !== 'float32')
    throw new Fault(`${job.original}: found an input of ${input.type}, expected float32`);
  const run = async (sample) => {
    const feeds = { [session.inputNames[0]]: new ort.Tensor('float32', sample.data, sample.dims) };
    try {
      const results = await session.run(feeds);
      const output = ({ dims, data }) => ({ dims, data: Float32Array.from(data, Number) });
      return session.outputNames.map((name) => output(results[name]));
    } catch (error) {
      throw new Fault(`${job.original}: ONNX Runtime cannot run it on ${sample.name}: ${error.message.trim()}`);
    }
  };
  return { run, shape: input.shape };
}

/// Calls take(sample index, outputs) for every sample of this job.
async function forSamples(take) {
  const model = await openModel(job.model);
  const samples = await openSamples(job, model.shape);
  const [first, end] = job.samples;
  for (let i = first; i < end; ++i) await take(i, await model.run(await samples.load(i)), samples);
}

async function describe() {
  const { version } = await runtime();
  const model = await openModel(job.model);
  const samples = await openSamples(job, model.shape);
  readLabels(job.labels, samples);
  await model.run(await samples.load(0)); // the first run takes longer
  const begun = performance.now();
  await model.run(await samples.load(0));
  return { samples: samples.count, runtime: version, seconds: (performance.now() - begun) / 1000 };
}

async function reference() {
  mkdirSync(job.reference, { recursive: true });
  let sums = null;
  await forSamples((i, outputs) => {
    outputs.forEach((output, k) => writeFileSync(fileOf(job.reference, i, k), arrayBytes(output)));
    const more = energies(outputs);
    sums = sums ? sums.map((sum, k) => sum + more[k]) : more;
  });
  return { count: job.samples[1] - job.samples[0], sum: 0, squares: null, energies: sums };
}

/// Of a gate that is repeated over the map: the mean over it.
function gateSums({ data }, channels) {
  const repeats = data.length / channels;
  return Array.from({ length: channels }, (_, c) => {
    let sum = 0;
    for (let k = 0; k < repeats; ++k) sum += data[c * repeats + k];
    return sum / repeats;
  });
}

async function gates() {
  let sums = null;
  await forSamples((i, outputs) => {
    const more = outputs.flatMap((output, k) => gateSums(output, job.channels[k]));
    sums = sums ? sums.map((sum, k) => sum + more[k]) : more;
  });
  return { count: job.samples[1] - job.samples[0], sum: 0, squares: null, energies: sums };
}

const referenceOf = (i, outputs) =>
  outputs.map((_, k) => readArray(readFileSync(fileOf(job.reference, i, k)), 'reference'));

async function compareBySample() {
  const compare = comparisons[job.metric];
  const labels = job.labels ? readLabels(job.labels, await openSamples(job)) : null;
  let count = 0, sum = 0, squares = 0;
  await forSamples((i, outputs, samples) => {
    const { threshold, energies: means } = job, { channelsLast } = samples;
    const loss = compare(referenceOf(i, outputs), outputs, { label: labels?.[i], threshold, means, channelsLast });
    if (!Number.isFinite(loss))
      throw new Fault(`${job.original}: an output for ${samples.name(i)} is no finite number`);
    count += 1;
    sum += loss;
    squares += loss * loss;
  });
  return { count, sum, squares };
}

/// A program of the user's: PROGRAM REFERENCE FOUND, folders of .npy files a sample and output; prints the penalty.
async function compareByProgram() {
  rmSync(job.found, { recursive: true, force: true });
  mkdirSync(job.found, { recursive: true });
  const [first, end] = job.samples, described = [];
  const labels = job.labels ? readLabels(job.labels, await openSamples(job)) : null;
  await forSamples((i, outputs, samples) => {
    outputs.forEach((output, k) => writeFileSync(fileOf(job.found, i, k), arrayBytes(output)));
    described.push({ name: samples.name(i), ...(labels ? { label: labels[i] } : {}) });
  });
  writeFileSync(join(job.found, 'samples.json'), JSON.stringify(described));
  let printed;
  try {
    const options = { encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] };
    printed = execFileSync(job.program, [job.reference, job.found], options);
  } catch (error) {
    const why = error.stderr?.trim().split('\n').pop() || `exit status ${error.status}`;
    throw new Fault(`${job.program}: the metric's program failed: ${why}`);
  }
  rmSync(job.found, { recursive: true, force: true });
  const penalty = printed.trim() === '' ? NaN : Number(printed);
  if (!Number.isFinite(penalty))
    throw new Fault(`${job.program}: found the output "${printed.trim().slice(0, 60)}", expected one number`);
  return { count: end - first, sum: penalty * (end - first), squares: null };
}

const compare = () => (job.metric === 'program' ? compareByProgram() : compareBySample());
const tasks = { describe, reference, gates, compare };
let answer;
try {
  answer = await tasks[job.task]();
} catch (error) {
  if (error instanceof Missing) answer = { missing: error.packages };
  else if (error instanceof Fault) answer = { fault: error.message };
  else throw error;
}
process.stdout.write(JSON.stringify(answer) + '\n');
