// Section 2: the pipeline as a graph, with the details of one stage.
const doings = ["busy", "starved", "blocked"];

/** Shares of the steady interval; of the whole run where nothing was steady. */
function shares(stage) {
  const steady = stage.steady, from = steady.busy + steady.starved + steady.blocked > 0 ? steady : stage;
  const whole = from.busy + from.starved + from.blocked;
  return { busy: share(from.busy, whole), starved: share(from.starved, whole), blocked: share(from.blocked, whole), whole };
}

const mainDoing = (s) => doings.reduce((best, d) => (s[d] > s[best] ? d : best), "busy");

function pipelineOption() {
  const { stages, buffers, bottleneck } = point().result;
  const host = byId("pipeline");
  const most = Math.max(6, Math.ceil(Math.sqrt((stages.length * host.clientWidth) / host.clientHeight) * 1.1));
  const columns = Math.min(most, Math.ceil(stages.length / 2)); // at least two lines
  const rows = Math.ceil(stages.length / columns);
  // In pixels, so that the chart scales nothing: arcs rise up to 45 above a line of stages, and few lines stay close together.
  const across = (host.clientWidth - 64) / Math.max(1, columns - 1), down = Math.min(110, (host.clientHeight - 112) / (rows - 1));
  const place = new Map(stages.map((s, i) => [s.name, i]));
  const critical = new Set(bottleneck.stages);
  const size = Math.max(5, Math.min(26, (host.clientWidth / columns) * 0.5));
  const nodes = stages.map((s, i) => {
    const row = Math.floor(i / columns), along = i % columns;
    const parts = shares(s), doing = mainDoing(parts);
    return { name: s.name, x: (row % 2 ? columns - 1 - along : along) * across, y: row * down, symbol: s.kind === "source" || s.kind === "sink" ? "diamond" : "roundRect",
      symbolSize: size, value: i, itemStyle: { color: color(doing), opacity: 0.35 + 0.65 * (parts[doing] / 100), borderColor: color("critical"), borderWidth: critical.has(s.name) ? 3 : 0 } };
  });
  const links = buffers.map((b) => {
    const apart = Math.abs(place.get(b.to) - place.get(b.from));
    const beside = b.role === "se_bypass" || b.role === "skip" || apart > 1;
    return { source: b.from, target: b.to, value: b.name, lineStyle: { curveness: beside ? Math.min(0.35, 90 / (apart * across)) : 0, width: beside ? 1.6 : 1,
      color: b.role === "se_bypass" ? color("blocked") : b.role === "skip" ? color("accent") : b.role === "vector" ? color("starved") : color("soft"), opacity: beside ? 0.9 : 0.5 } };
  });
  const tip = (p) => {
    if (p.dataType === "edge") return escapeHtml(p.data.value);
    const s = shares(stages[p.data.value]);
    return `<b>${escapeHtml(p.name)}</b><br>busy ${number(s.busy, 1)} %, starved ${number(s.starved, 1)} %, blocked ${number(s.blocked, 1)} %`;
  };
  return { tooltip: { formatter: tip }, series: [{ type: "graph", layout: "none", roam: true, data: nodes, links, edgeSymbol: ["none", stages.length > 400 ? "none" : "arrow"], edgeSymbolSize: 5,
    left: 32, top: 56, width: across * (columns - 1), height: down * (rows - 1), emphasis: { focus: "adjacency" }, label: { show: false } }] };
}

function stageLink(name) {
  return element("button", { class: "link", type: "button", onclick: () => showStage(name) }, name);
}

function showStage(name) {
  const { stages, buffers } = point().result;
  const stage = stages.find((s) => s.name === name);
  if (!stage) return replace("stage-details");
  const s = shares(stage);
  const rows = buffers.filter((b) => b.to === name || b.from === name).map((b) => [b.to === name ? "reads" : "writes", stageLink(b.to === name ? b.from : b.to), b.role.replace("_", " "),
    number(b.capacity_rows), number(b.peak_rows), number(b.mean_rows, 2), bytes(b.capacity_rows * b.row_bytes)]);
  const stalls = stage.steady.stalls.filter((x) => x.cycles > 0).map((x) => `${x.kind} ${number(x.cycles, 1)} cycles a frame on ${x.buffer || "the source's schedule"}`);
  replace("stage-details", element("h3", {}, stage.name),
    element("p", {}, `${stage.kind}, ${number(stage.steps_per_frame)} steps and ${number(stage.macs_per_frame)} MACs a frame, ${number(stage.subclusters)} subclusters. ` +
      `Busy ${number(s.busy, 1)} %, starved ${number(s.starved, 1)} %, blocked ${number(s.blocked, 1)} % of ${number(s.whole, 1)} cycles.`),
    element("p", {}, stalls.length ? "Stalls: " + stalls.join("; ") + "." : "No stalls."),
    element("div", { class: "scroll" }, plainTable(["", "neighbour", "role", "capacity rows", "peak rows", "mean rows", "capacity"], rows, 3)));
}

function plainTable(names, rows, textColumns) {
  const cell = (tag) => (value, i) => element(tag, { class: i < textColumns ? "text" : null }, value);
  return element("table", {}, element("thead", {}, element("tr", {}, ...names.map(cell("th")))),
    element("tbody", {}, ...rows.map((row) => element("tr", {}, ...row.map(cell("td"))))));
}

function drawPipeline() {
  const key = [["mostly busy", "busy"], ["mostly starved", "starved"], ["mostly blocked", "blocked"], ["critical cycle (ring)", "critical"]];
  replace("pipeline-legend", ...key.map(([text, name]) => element("span", {}, element("i", { style: `background: ${color(name)}` }), text)),
    element("span", {}, "lines: residual skips and SE bypasses are curved"));
  replace("stage-details");
  byId("pipeline").style.height = chartsOn && point().result.stages.length <= 24 ? "280px" : ""; // a few stages need no tall chart
  draw("pipeline", pipelineOption, (chart) => chart.on("click", (p) => p.dataType === "node" && showStage(p.name)));
}
