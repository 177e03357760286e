// The answer: the verdict over all points and the recommended one; then the chosen point in figures.
const statusWords = { ok: "", deadlock: "Deadlock: the pipeline stops before the last frame.",
  does_not_fit: "Does not fit, so nothing was simulated." };

function shortage(result) {
  const short = result.fit.resources.filter((r) => r.demand > r.limit);
  if (!short.length) return "";
  const needs = short.map((r) => `${number(r.demand)} of ${number(r.limit)} ${r.name.replace(/_/g, " ")}` +
    (r.scope === "chip" ? "" : " on " + r.scope));
  const more = needs.length > 4 ? ` and ${needs.length - 4} more` : "";
  const contexts = result.fit.contexts > 1 ? `: would take at least ${result.fit.contexts} contexts` : "";
  return `Needs ${needs.slice(0, 4).join(", ")}${more}${contexts}. The figures are those of a device that has enough.`;
}

/** How many of its blocks have calibrated factors in place of gates (T24): they have no stages, so a note says it. */
function staticGates(result) {
  const said = (result.notes || []).map((note) => /^([0-9]+) of [0-9]+ squeeze-and-excite blocks are static/.exec(note));
  return Number((said.find(Boolean) || [0, 0])[1]);
}
const isCumulative = (block) => block.se_mode === "cumulative";

/** "32 rows cut to 18": the largest tile heights of the point's SE blocks, and what their gates follow from. */
function seWords(result) {
  const blocks = result.se_blocks, fixed = staticGates(result);
  if (fixed) {
    const all = fixed + blocks.length;
    return `${blocks.length ? `${fixed} of ${all}` : `All ${all}`} squeeze-and-excite blocks have static gates: ` +
      "calibrated factors, no stages, nothing that waits." + (blocks.length ? " " + tileWords(blocks) : "");
  }
  if (!blocks.length) return "The network has no squeeze-and-excite blocks: the tile height has nothing to act on.";
  return tileWords(blocks);
}

function tileWords(blocks) {
  const cut = blocks.filter((b) => b.tile_height_effective < b.height);
  if (!cut.length && blocks.length === 1) return "The squeeze-and-excite block pools the whole map.";
  if (!cut.length) return `All ${blocks.length} squeeze-and-excite blocks pool the whole map.`;
  return `${cut.length} of ${blocks.length} squeeze-and-excite blocks pool tiles; the largest map, ` +
    `${number(Math.max(...blocks.map((b) => b.height)))} rows, in tiles of ` +
    `${number(Math.max(...cut.map((b) => b.tile_height_effective)))} rows.` +
    (cut.some(isCumulative) ? " Gates are cumulative: each follows from all rows up to its tile's end." : "");
}

/** "; tile height 7, cumulative gates": nothing where there is nothing to tile. */
function heightWords(r) {
  if (!r.se_blocks.length) return staticGates(r) ? "; static gates" : "";
  return `; tile height ${r.tile_height}` + (r.se_blocks.some((b) => isCumulative(b) && b.tile_height_effective < b.height)
    ? ", cumulative gates" : "");
}

function savings(result) {
  const full = points.find((p) => p.result.tile_height === "full" && p.result.network.name === result.network.name);
  if (!full || full.result === result || !result.buffering.capacity_bytes) return "";
  const times = (a, b) => (b > 0 ? `${number(a / b, 2)} times less` : "");
  return "Against full squeeze-and-excite: pipeline buffering " +
    `${times(full.result.pipeline_buffering.elements, result.pipeline_buffering.elements)}, ` +
    `buffer capacity ${times(full.result.buffering.capacity_bytes, result.buffering.capacity_bytes)}.`;
}

/** The critical cycle in words; a cycle of one stage is that stage's own work. */
function limitWords(result) {
  const { text, stages, buffers, interval_cycles } = result.bottleneck;
  if (text) return "What limits it: " + text;
  if (stages.length === 1 && !buffers.length)
    return `What limits it: stage ${stages[0]} works all the time, ${number(interval_cycles, 1)} cycles a frame.`;
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
  return [...r.contexts.batches.map((b) => card(number(b.fps, 1), `frames per second, batch ${b.frames}`)),
    card(number(r.latency.isolated_ms, 3) + " ms", "latency, batch 1"),
    card(number(r.contexts.list.length), "contexts")];
}

/** "2.35 mJ (1.60–3.40)": a figure and its range. */
const spread = (figure, unit) =>
  `${number(figure.value, 2)}${unit} (${number(figure.low, 2)}–${number(figure.high, 2)})`;

/** Where the energy of a frame goes, by memory level and by kind of stage, largest first. */
function energyWords(result) {
  if (!result.energy) return [];
  const { frame_mj, static_mj, by_part_mj, by_kind_mj } = result.energy;
  const named = (name) => (name === "macs" ? "MACs" : name.replace(/_/g, " "));
  const list = (entries, whole) => entries.filter(([, mj]) => share(mj, whole) >= 0.05).sort((a, b) => b[1] - a[1])
    .map(([name, mj]) => `${named(name)} ${number(share(mj, whole), 1)} %`).join(", ");
  return [`Energy of a frame: ${list([["static", static_mj], ...Object.entries(by_kind_mj)], frame_mj.value)}. ` +
    "What is not static goes, by assumed shares, to " +
    `${list(Object.entries(by_part_mj), frame_mj.value - static_mj)}.`];
}

/** All input maps of the network; of several the first sets the pace. */
function inputsText(network) {
  const shape = (map) => `${map.height}×${map.width}×${map.channels}`;
  const further = network.further_inputs || [];
  return [`input${further.length ? "s" : ""} ${shape(network.input)}`,
    ...further.map((map) => `${map.name} ${shape(map)}`)].join(", ");
}

/** [L3, L4] cuts of weights and buffers; of several contexts those of the one that takes most. */
function cutsOf(r) {
  const of = (name) => { const use = r.fit.resources.find((u) => u.scope === "chip" && u.name === name);
    return use ? use.demand : 0; };
  if (!r.contexts) return [of("l3_cuts"), of("l4_cuts")];
  const most = r.contexts.list.reduce((a, b) => (b.l3_cuts + b.l4_cuts > a.l3_cuts + a.l4_cuts ? b : a));
  return [most.l3_cuts, most.l4_cuts];
}

/** "930 L3 + 15 L4", as the program's text has it. */
const cutsText = ([l3, l4]) => (l4 > 0 ? `${number(l3)} L3 + ${number(l4)} L4` : `${number(l3)} L3`);

/** The answer over all points, as the program says it first; older results have none. */
function drawAnswer() {
  const verdict = page.fit || page.answer ? [page.fit, page.answer]
    : points.length === 1 && points[0].result.verdict ? Object.values(points[0].result.verdict) : [];
  const lines = verdict.filter(Boolean).map((text) => element("p", { class: "verdict" }, text));
  if (page.reason) {
    const best = missing(page.recommended) ? null : points[page.recommended];
    lines.push(element("p", { id: "recommended" }, best ? "Recommended: " : "No recommendation: ",
      best ? element("button", { class: "pill", type: "button", onclick: () => choose(page.recommended) }, labelOf(best))
        : null, best ? ": " + page.reason + "." : page.reason + "."));
  }
  if (page.next) {
    const copy = element("button", { class: "copy", type: "button", onclick: () => copyText(page.next, copy) }, "Copy");
    lines.push(element("p", { id: "next" }, "Next: ", element("code", {}, page.next), " ", copy));
  }
  replace("answer", ...lines);
}

function drawHead() {
  const r = point().result;
  const warnings = [[statusWords[r.status], r.deadlock && r.deadlock.text.replace(/^deadlock: /, "")].filter(Boolean)
    .join(" "), r.status === "does_not_fit" || !r.verdict ? shortage(r) : ""].filter(Boolean);
  const own = points.length > 1 && r.verdict ? [r.verdict.fit, r.verdict.answer].filter(Boolean).join(" ") : "";
  const lines = [own, seWords(r), limitWords(r), savings(r), ...energyWords(r),
    ...(r.notes || []).map((note) => `Note: ${note}.`)].filter(Boolean);
  replace("head",
    element("h3", {}, labelOf(point())),
    element("p", {}, `${r.network.name}, ${inputsText(r.network)}, on ${r.device.name} ` +
      `at ${number(r.device.clock_hz / 1e6)} MHz${heightWords(r)}; buffers ${r.buffer_policy}; ` +
      `${r.frames} frame${r.frames === 1 ? "" : "s"} simulated.`),
    ...warnings.map((text) => element("p", { class: "warn" }, text)),
    element("div", { class: "cards" },
      ...contextCards(r),
      card(cutsText(cutsOf(r)), "memory cuts of " + bytes(r.buffering.cut_bytes || 0)),
      card(bytes(r.buffering.capacity_bytes), "row buffers"),
      r.pipeline_buffering.elements ? card(number(r.pipeline_buffering.elements), "pipeline buffering, elements") : null,
      ...(missing(r.penalty) ? [] : [card(number(r.penalty, 4), "penalty in accuracy, as the file has it")]),
      ...(r.energy ? [card(spread(r.energy.frame_mj, " mJ"), "energy a frame"),
        card(spread(r.energy.watts, " W"), "power of the board")] : [])),
    ...lines.map((text) => element("p", {}, text)),
    element("details", { id: "assumed", class: "on-paper" }, element("summary", {}, r.assumed.length
      ? `${r.assumed.length} figures are assumed, not measured` : "Depends on no assumed figure of the device"),
    element("p", { class: "hint" }, r.assumed.join(", "))));
}
