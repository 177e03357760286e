// Section 1: what came out, in words.
const statusWords = { ok: "", deadlock: "Deadlock: the pipeline stops before the last frame.", does_not_fit: "Does not fit, so nothing was simulated." };

function shortage(result) {
  const short = result.fit.resources.filter((r) => r.demand > r.limit);
  if (!short.length) return "";
  const needs = short.map((r) => `${number(r.demand)} of ${number(r.limit)} ${r.name.replace(/_/g, " ")}${r.scope === "chip" ? "" : " on " + r.scope}`);
  return `Needs ${needs.slice(0, 4).join(", ")}${needs.length > 4 ? ` and ${needs.length - 4} more` : ""}${result.fit.contexts > 1 ? `: would take at least ${result.fit.contexts} contexts` : ""}. ` +
    "The figures are those of a device that has enough.";
}

/** "32 rows cut to 18": the largest tile heights of the point's SE blocks. */
function seWords(result) {
  const blocks = result.se_blocks;
  if (!blocks.length) return "The network has no squeeze-and-excite blocks.";
  const cut = blocks.filter((b) => b.tile_height_effective < b.height);
  if (!cut.length && blocks.length === 1) return "The squeeze-and-excite block pools the whole map.";
  if (!cut.length) return `All ${blocks.length} squeeze-and-excite blocks pool the whole map.`;
  return `${cut.length} of ${blocks.length} squeeze-and-excite blocks pool tiles; the largest map, ${number(Math.max(...blocks.map((b) => b.height)))} rows, in tiles of ${number(Math.max(...cut.map((b) => b.tile_height_effective)))} rows.`;
}

function cuts(result) {
  const reference = points.find((p) => p.result.tile_height === "full" && p.result.network.name === result.network.name);
  if (!reference || reference.result === result || !result.buffering.capacity_bytes) return "";
  const times = (a, b) => (b > 0 ? `${number(a / b, 2)} times less` : "");
  return `Against full squeeze-and-excite: pipeline buffering ${times(reference.result.pipeline_buffering.elements, result.pipeline_buffering.elements)}, ` +
    `buffer capacity ${times(reference.result.buffering.capacity_bytes, result.buffering.capacity_bytes)}.`;
}

/** The critical cycle in words; a cycle of one stage is that stage's own work. */
function limitWords(result) {
  const { text, stages, buffers, interval_cycles } = result.bottleneck;
  if (text) return "What limits it: " + text;
  if (stages.length === 1 && !buffers.length) return `What limits it: stage ${stages[0]} works all the time, ${number(interval_cycles, 1)} cycles a frame.`;
  if (stages.length) return `What limits it: the cycle through ${[...stages, ...buffers].join(", ")}.`;
  return "";
}

function card(value, name) {
  return element("div", { class: "card" }, element("b", {}, value), element("span", {}, name));
}

/** Of several contexts frames per second depend on the batch. */
function contextCards(r) {
  if (!r.contexts) {
    return [card(number(r.throughput.fps, 1), "frames per second"),
      card(missing(r.latency.paced_ms) ? "–" : number(r.latency.paced_ms, 3) + " ms", "paced latency")];
  }
  return [card(number(r.contexts.list.length), "contexts"),
    ...r.contexts.batches.map((b) => card(number(b.fps, 1), `frames per second, batch ${b.frames}`)),
    card(number(r.latency.isolated_ms, 3) + " ms", "latency, batch 1")];
}

/** "2.35 mJ (1.60–3.40)": a figure and its range. */
const spread = (figure, unit) => `${number(figure.value, 2)}${unit} (${number(figure.low, 2)}–${number(figure.high, 2)})`;

/** Where the energy of a frame goes, by memory level and by kind of stage, largest first. */
function energyWords(result) {
  if (!result.energy) return [];
  const { frame_mj, static_mj, by_part_mj, by_kind_mj } = result.energy;
  const list = (entries, whole) => entries.filter(([, mj]) => mj > 0).sort((a, b) => b[1] - a[1]).map(([name, mj]) => `${name} ${number(share(mj, whole), 1)} %`).join(", ");
  return [`Energy of a frame: ${list([["static", static_mj], ...Object.entries(by_kind_mj)], frame_mj.value)}. ` +
    `What is not static goes, by assumed shares, to ${list(Object.entries(by_part_mj), frame_mj.value - static_mj)}.`];
}

/** All input maps of the network; of several the first sets the pace. */
function inputsText(network) {
  const shape = (map) => `${map.height}×${map.width}×${map.channels}`;
  const further = network.further_inputs || [];
  return [`input${further.length ? "s" : ""} ${shape(network.input)}`, ...further.map((map) => `${map.name} ${shape(map)}`)].join(", ");
}

/** The answer in words, as the program says it first; older results have none. */
function verdictWords(result) {
  return result.verdict ? [result.verdict.fit, result.verdict.answer].filter(Boolean) : [];
}

function drawHead() {
  const r = point().result;
  const words = [statusWords[r.status] + (r.deadlock ? " " + r.deadlock.text.replace(/^deadlock: /, "") : ""), shortage(r)].filter(Boolean);
  const limit = limitWords(r);
  const lines = [seWords(r), limit, cuts(r), ...(r.notes || []).map((note) => `Note: ${note}.`)].filter(Boolean);
  const assumed = r.assumed.length ? "Assumed, not measured: " + r.assumed.join(", ") + "." : "Depends on no assumed device parameter.";
  replace("head",
    ...verdictWords(r).map((text) => element("p", { class: "verdict" }, text)),
    element("p", {}, `${r.network.name}, ${inputsText(r.network)}, on ${r.device.name} ` +
      `at ${number(r.device.clock_hz / 1e6)} MHz; tile height ${r.tile_height}; buffers ${r.buffer_policy}; ${r.frames} frame${r.frames === 1 ? "" : "s"} simulated.`),
    ...words.map((text) => element("p", { class: "warn" }, text)),
    element("div", { class: "cards" },
      ...contextCards(r),
      card(number(r.pipeline_buffering.elements), "pipeline buffering, elements (published metric)"),
      card(bytes(r.buffering.capacity_bytes), "buffer capacity"),
      card(bytes(r.buffering.peak_bytes), "buffer peak"),
      card(missing(r.buffering.cuts) ? "–" : number(r.buffering.cuts), "memory cuts of " + bytes(r.buffering.cut_bytes || 0)),
      card(number(r.throughput.interval_cycles, 1), "cycles per frame"),
      ...(r.energy ? [card(spread(r.energy.frame_mj, " mJ"), "energy a frame"), card(spread(r.energy.watts, " W"), "power of the board")] : [])),
    ...energyWords(r).map((text) => element("p", {}, text)),
    ...lines.map((text) => element("p", {}, text)),
    element("p", { class: "hint" }, assumed));
}
