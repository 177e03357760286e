// The pipeline, grouped by block: each stage with where its time goes, and the details of one of them.
const doings = ["busy", "starved", "blocked"];
const worthNaming = 5; // per cent of the interval

/** Shares of the steady interval; of the whole run where nothing was steady. */
function shares(stage) {
  const steady = stage.steady, from = steady.busy + steady.starved + steady.blocked > 0 ? steady : stage;
  const whole = from.busy + from.starved + from.blocked;
  return { busy: share(from.busy, whole), starved: share(from.starved, whole), blocked: share(from.blocked, whole),
    whole };
}

/** Names of the stages that set the pace: of each context, its own. */
function paceSetters(r) {
  const names = new Set(r.bottleneck.stages);
  if (r.stalls && r.stalls.bottleneck && r.stalls.bottleneck.stage) names.add(r.stalls.bottleneck.stage);
  for (const context of r.contexts ? r.contexts.list : [])
    if (context.stalls && context.stalls.bottleneck.stage) names.add(context.stalls.bottleneck.stage);
  return names;
}

/** What of a stage matters; `of`: facts of the whole result. */
function factsOf(r) {
  return { pace: paceSetters(r), blocks: new Set(r.se_blocks.map((b) => b.layer)),
    vectors: new Set(r.buffers.filter((b) => b.role === "vector").map((b) => b.name)) };
}

/** Per cent of its interval that a stage waits for an excite vector. */
function vectorWait(stage, facts) {
  const waits = (stage.steady.stalls || []).filter((x) => x.kind === "starved" && facts.vectors.has(x.buffer));
  return share(waits.reduce((sum, x) => sum + x.cycles, 0), shares(stage).whole);
}

/** Works once a tile and waits for the rest of the time, whatever the design: no alarm. */
const idleByNature = (stage, facts) =>
  facts.blocks.has(stage.layer) && (stage.kind === "vector_fc" || stage.kind === "broadcast");
const moves = (stage) => ["source", "sink", "load", "store"].includes(stage.kind);

function classOf(stage, facts) {
  if (facts.pace.has(stage.name)) return "pace";
  if (idleByNature(stage, facts)) return "vector";
  if (moves(stage)) return "moves";
  if (shares(stage).blocked >= worthNaming) return "blocked";
  if (stage.kind === "scale" && vectorWait(stage, facts) >= worthNaming) return "waits";
  return "busy";
}

const classWords = [["pace", "sets the pace"], ["blocked", `blocked ${worthNaming} % or more`],
  ["waits", `waits ${worthNaming} % or more for its SE vector`], ["busy", "works as its share of the work asks"],
  ["vector", "SE vector stage: idle by nature"], ["moves", "reads or writes memory"]];

/** All proper prefixes of a layer's name, longest first: "s4.b3.se" has "s4.b3" and "s4". */
function prefixes(layer) {
  const list = [];
  for (let i = layer.length - 1; i > 0; --i) if (layer[i] === "." || layer[i] === "/") list.push(layer.slice(0, i));
  return list;
}

/** Blocks: [{name, stages}] by the longest prefix of their names that three stages share; what has none of its own is
 *  put together in runs. */
function blocksOf(stages) {
  const count = new Map();
  const known = new Map();
  for (const { layer } of stages) {
    if (!known.has(layer)) known.set(layer, prefixes(layer));
    for (const prefix of known.get(layer)) count.set(prefix, (count.get(prefix) || 0) + 1);
  }
  const groups = new Map();
  let run = null;
  for (const stage of stages) {
    const list = known.get(stage.layer);
    const name = list.find((prefix) => count.get(prefix) >= 3) || list[list.length - 1];
    if (!name) {
      if (!run || run.stages.length >= 12) groups.set(" " + stage.name, (run = { name: "", stages: [] }));
      run.stages.push(stage);
      continue;
    }
    run = null;
    if (!groups.has(name)) groups.set(name, { name, stages: [] });
    groups.get(name).stages.push(stage);
  }
  for (const group of groups.values()) {
    const first = group.stages[0].name, last = group.stages[group.stages.length - 1].name;
    if (!group.name) group.name = group.stages.length > 1 ? `${first} … ${last}` : first;
  }
  return [...groups.values()];
}

function chip(stage, group, facts) {
  const s = shares(stage), wait = stage.kind === "scale" ? vectorWait(stage, facts) : 0;
  const short = stage.name.startsWith(group.name) && stage.name.length > group.name.length + 1
    ? stage.name.slice(group.name.length + 1) : stage.name;
  return element("button", { type: "button", class: "stage is-" + classOf(stage, facts), "data-stage": stage.name,
    style: `--b: ${s.busy.toFixed(1)}%; --w: ${(s.busy + wait).toFixed(1)}%; ` +
      `--x: ${(s.busy + wait + s.blocked).toFixed(1)}%` },
  short, element("small", {}, ` ${number(s.busy)} %`));
}

/** "SE: T = 7 of 17 rows; bypass 14 rows in L3, 2 cuts": what a block of squeeze-and-excite holds. */
function seLine(block, cutsOfBypass) {
  const tile = block.tile_height_effective < block.height
    ? `T = ${block.tile_height_effective} of ${block.height} rows${isCumulative(block) ? ", cumulative" : ""}`
    : `whole map, ${block.height} rows`;
  const bypass = missing(block.bypass_capacity_rows) ? "its map waits in the host's memory"
    : `bypass ${number(block.bypass_capacity_rows)} rows in ${block.bypass_level}` +
      (cutsOfBypass > 0 ? `, ${number(cutsOfBypass)} cut${cutsOfBypass > 1 ? "s" : ""}` : "");
  return `SE: ${tile}; ${bypass}`;
}

function pipelineBlocks(r) {
  const facts = factsOf(r);
  const se = new Map(r.se_blocks.map((b) => [b.layer, b]));
  const layerOf = new Map(r.stages.map((s) => [s.name, s.layer]));
  const bypass = new Map(), skips = new Map();
  for (const b of r.buffers) {
    const layer = layerOf.get(b.to);
    if (b.role === "se_bypass") bypass.set(layer, (bypass.get(layer) || 0) + b.cuts);
    if (b.role === "skip") skips.set(b.to, b);
  }
  return (stages) => blocksOf(stages).map((group) => {
    const lines = [...new Set(group.stages.map((s) => s.layer))].filter((layer) => se.has(layer))
      .map((layer) => seLine(se.get(layer), bypass.get(layer) || 0));
    for (const s of group.stages) {
      const skip = skips.get(s.name);
      if (skip) lines.push(`skip from ${skip.from}: ${number(skip.capacity_rows)} rows in ${skip.level}`);
    }
    return element("div", { class: "block" }, element("h4", {}, group.name),
      element("div", { class: "stages" }, ...group.stages.map((s) => chip(s, group, facts))),
      ...lines.map((line) => element("p", { class: "hint" }, line)));
  });
}

const stageLink = (name) => element("button", { class: "link", type: "button", onclick: () => showStage(name) }, name);

function showStage(name) {
  const { stages, buffers } = point().result;
  const stage = stages.find((s) => s.name === name);
  if (!stage) return replace("stage-details");
  const s = shares(stage);
  const rows = buffers.filter((b) => b.to === name || b.from === name).map((b) => [b.to === name ? "reads" : "writes",
    stageLink(b.to === name ? b.from : b.to), b.role.replace("_", " "), `${b.level}`, number(b.capacity_rows),
    number(b.peak_rows), number(b.mean_rows, 2), bytes(b.capacity_rows * b.row_bytes)]);
  const stalls = stage.steady.stalls.filter((x) => x.cycles > 0)
    .map((x) => `${x.kind} ${number(x.cycles, 1)} cycles a frame on ${x.buffer || "the source's schedule"}`);
  const floor = point().floor, cluster = floor ? floor.stages[stages.indexOf(stage)] : -1;
  replace("stage-details", element("h3", {}, stage.name),
    element("p", {}, `${stage.kind}, ${number(stage.steps_per_frame)} steps and ${number(stage.macs_per_frame)} MACs ` +
      `a frame, ${number(stage.subclusters)} subclusters${cluster >= 0 ? ` in cluster ${cluster}` : ""}. ` +
      `Busy ${number(s.busy, 1)} %, starved ${number(s.starved, 1)} %, blocked ${number(s.blocked, 1)} % ` +
      `of ${number(s.whole, 1)} cycles.`),
    element("p", {}, stalls.length ? "Stalls: " + stalls.join("; ") + "." : "No stalls."),
    element("div", { class: "scroll" }, plainTable(["", "neighbour", "role", "memory", "capacity rows", "peak rows",
      "mean rows", "capacity"], rows, 4)));
}

function plainTable(names, rows, textColumns) {
  const cell = (tag) => (value, i) => element(tag, { class: i < textColumns ? "text" : null }, value);
  return element("table", {}, element("thead", {}, element("tr", {}, ...names.map(cell("th")))),
    element("tbody", {}, ...rows.map((row) => element("tr", {}, ...row.map(cell("td"))))));
}

function drawPipeline() {
  const r = point().result;
  byId("pipeline-note").textContent = "Each stage with the share of its interval that it works (blue)" +
    (r.se_blocks.length ? ", waits for its SE vector (yellow)" : "") + " and is blocked (orange); what is left blank " +
    "is waiting for rows, as every stage does that is faster than the slowest. Click a stage for its numbers.";
  replace("pipeline-legend", ...classWords.filter(([name]) => r.se_blocks.length || !["waits", "vector"].includes(name))
    .map(([name, text]) => element("span", {}, element("i", { class: "is-" + name }), text)));
  const blocks = pipelineBlocks(r), parts = [];
  if (r.contexts) {
    r.contexts.list.forEach((context, c) => {
      const stages = r.stages.slice(context.first_stage, context.first_stage + context.stages);
      parts.push(element("h4", { class: "context" }, `Context ${c + 1}: ${number(context.interval_cycles, 0)} cycles a frame`),
        ...blocks(stages));
    });
  } else {
    parts.push(...blocks(r.stages));
  }
  replace("pipeline", ...parts);
  byId("pipeline").classList.toggle("many", r.stages.length > 600);
  replace("stage-details");
}

byId("pipeline").addEventListener("click", (event) => {
  const button = event.target.closest("[data-stage]");
  if (button) showStage(button.dataset.stage);
});
