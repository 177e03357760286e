// ONNX Runtime for wild_table.py: reads a line of JSON a job, {model, feeds: {name: [file, dims]}, folder}, and answers
// {name: [file or null, dims]} of all outputs; files hold 32-bit floats, as the machine has them.
import { createRequire } from 'node:module';
import { createInterface } from 'node:readline';
import { readFileSync, writeFileSync } from 'node:fs';

const ort = createRequire(process.argv[2])('onnxruntime-node');
let files = 0;

async function run({ model, feeds, folder }) {
  const threads = { interOpNumThreads: 1, intraOpNumThreads: 1 };
  const options = { logSeverityLevel: 4, graphOptimizationLevel: 'disabled', ...threads };
  const session = await ort.InferenceSession.create(model, options);
  const inputs = {};
  for (const [name, [file, dims]] of Object.entries(feeds)) {
    const bytes = readFileSync(file);
    inputs[name] = new ort.Tensor('float32', new Float32Array(bytes.buffer, bytes.byteOffset, bytes.length / 4), dims);
  }
  const results = await session.run(inputs), answer = {};
  for (const [name, { data, dims, type }] of Object.entries(results)) {
    const file = folder && type === 'float32' ? `${folder}/${++files}.bin` : null;
    if (file) writeFileSync(file, new Uint8Array(data.buffer, data.byteOffset, data.byteLength));
    answer[name] = [file, Array.from(dims)];
  }
  await session.release();
  return answer;
}

for await (const line of createInterface({ input: process.stdin })) {
  const answer = await run(JSON.parse(line)).catch((error) => ({ error: [String(error.message ?? error), []] }));
  process.stdout.write(JSON.stringify(answer) + '\n');
}
