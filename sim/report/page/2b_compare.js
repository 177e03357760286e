// Design points side by side: throughput, latency, stalls, memory; and the same in figures.
const penaltyUnit = "as the file has it";

function panelOption(id, title, unit, series) {
  const named = series.filter((s) => s.data.some((v) => !missing(v)));
  const width = byId(id).clientWidth || 600, lines = width < 500 && named.length > 2 ? 2 : 1;
  const letters = Math.max(...points.map((p) => labelOf(p).length));
  const crowded = points.length * (7 * letters + 8) > width - 70, top = named.length > 1 ? 32 + 22 * lines : 30;
  return { title: { text: title, left: 0, top: 0 },
    legend: named.length > 1 ? { type: "plain", top: 22, left: 0, itemGap: 6, itemWidth: 16 } : undefined,
    tooltip: { trigger: "axis", axisPointer: { type: "shadow" },
      valueFormatter: (v) => number(v, unit === penaltyUnit ? 4 : 2) },
    grid: { left: 40, right: 12, top, bottom: crowded ? 40 : 30, containLabel: true },
    xAxis: { type: "category", data: points.map((p) => labelOf(p) + (p.result.status === "ok" ? "" : "\n" +
      p.result.status.replace(/_/g, " "))), name: "design point", nameLocation: "middle", nameGap: crowded ? 48 : 26,
    axisLabel: { interval: 0, rotate: crowded ? 45 : 0 } },
    yAxis: { type: "value", name: unit, nameLocation: "middle", nameRotate: 90, nameGap: 46, min: 0 },
    series: named.map((s) => ({ type: "bar", barMaxWidth: 46, barGap: "8%", ...s, itemStyle: { color: color(s.tint) } })) };
}

/** Frames per second of a batch; of one context whatever the batch. */
function batchFps(r, frames) {
  const batch = r.contexts && r.contexts.batches.find((b) => b.frames === frames);
  return r.contexts ? batch && batch.fps : r.throughput.fps;
}

const latencyMs = (r) => (r.contexts ? r.latency.isolated_ms : r.latency.paced_ms);

/** A share of the paced steady regime; older results have none. */
function stallPercent(r, pick) {
  const part = r.stalls ? pick(r.stalls) : null;
  return missing(part) ? null : 100 * part;
}
const producersBlocked = (r) => stallPercent(r, (s) => s.se_producers && s.se_producers.blocked);
const bottleneckStarved = (r) => stallPercent(r, (s) => s.bottleneck.starved);
const waitsForVector = (r) => stallPercent(r, (s) => s.vector_wait);

/** Of one context, or of that which takes most. */
function mostOfContexts(r, ofStages) {
  if (!r.contexts) return ofStages(new Set(r.stages.map((s) => s.name)));
  return Math.max(...r.contexts.list.map((c) =>
    ofStages(new Set(r.stages.slice(c.first_stage, c.first_stage + c.stages).map((s) => s.name)))));
}
const bypassBytes = (r) => mostOfContexts(r, (names) => r.buffers
  .filter((b) => b.role === "se_bypass" && names.has(b.to) && names.has(b.from))
  .reduce((sum, b) => sum + b.capacity_rows * b.row_bytes, 0));

/** What goes out and comes back, between contexts or where it spills. */
const hostBytes = (r) => (r.contexts ? r.contexts.inter_context_bytes : 0) +
  r.buffers.filter((b) => b.level === "host").reduce((sum, b) => sum + b.rows_per_frame * b.row_bytes, 0);

function comparePanels() {
  const of = (pick) => points.map((p) => pick(p.result)), within = (pick) => points.map((p) => p.iso_memory && pick(p.iso_memory));
  const several = points.some((p) => p.result.contexts), budget = "all buffers within " + bytes(page.budget);
  return [
    ["compare-fps", "Throughput", "frames per second", [
      { name: "batch 1", tint: "done", data: several ? of((r) => batchFps(r, 1)) : [] },
      { name: several ? "batch 8" : "buffers as asked", tint: "busy", data: of((r) => batchFps(r, 8)) },
      { name: budget, tint: "starved", data: within((r) => r.throughput.fps) }]],
    ["compare-latency", several ? "Latency of a batch of 1" : "Paced latency", "ms", [
      { name: "buffers as asked", tint: "busy", data: of(latencyMs) },
      { name: budget, tint: "starved", data: within(latencyMs) }]],
    ["compare-stalls", "Stalls in the paced regime", "% of the interval", [
      { name: "SE producers blocked", tint: "blocked", data: of(producersBlocked) },
      { name: "bottleneck starved", tint: "critical", data: of(bottleneckStarved) },
      { name: "scale waits for its vector", tint: "starved", data: of(waitsForVector) }]],
    ["compare-memory", "Memory: most cuts at a time", "cuts", [
      { name: "L3", tint: "busy", stack: "cuts", data: of((r) => cutsOf(r)[0]) },
      { name: "L4", tint: "starved", stack: "cuts", data: of((r) => cutsOf(r)[1] || null) }]],
    ["compare-penalty", "Penalty in accuracy", penaltyUnit, [
      { name: "penalty", tint: "critical", data: of((r) => r.penalty) }]],
  ];
}

const kib = (value) => (missing(value) ? null : value / 1024);
const compareColumns = [["design point", (p) => p.label, true], ["status", (p) => p.result.status.replace(/_/g, " "), true],
  ["contexts", (p) => p.result.fit.contexts], ["fps, batch 1", (p) => batchFps(p.result, 1), false, 1],
  ["fps, batch 8", (p) => batchFps(p.result, 8), false, 1], ["latency, ms", (p) => latencyMs(p.result), false, 3],
  ["SE producers blocked, %", (p) => producersBlocked(p.result), false, 1],
  ["bottleneck starved, %", (p) => bottleneckStarved(p.result), false, 1],
  ["waits for vector, %", (p) => waitsForVector(p.result), false, 1],
  ["SE bypasses, KiB", (p) => kib(bypassBytes(p.result))], ["buffers, KiB", (p) => kib(p.result.buffering.capacity_bytes)],
  ["L3 cuts", (p) => cutsOf(p.result)[0]], ["L4 cuts", (p) => cutsOf(p.result)[1]],
  ["host link, KiB a frame", (p) => kib(hostBytes(p.result))],
  ["pipeline buffering, elements", (p) => p.result.pipeline_buffering.elements],
  ["penalty in accuracy", (p) => p.result.penalty, false, 4],
  ["mJ a frame", (p) => p.result.energy && p.result.energy.frame_mj.value, false, 2],
  ["fps within the budget", (p) => p.iso_memory && p.iso_memory.throughput.fps, false, 1],
  ["latency within it, ms", (p) => p.iso_memory && p.iso_memory.latency.paced_ms, false, 3]];

function drawCompare() {
  byId("s-compare").hidden = points.length < 2;
  if (points.length < 2) return;
  for (const [id, title, unit, series] of comparePanels()) {
    const any = series.some((s) => s.data.some((v) => !missing(v)));
    byId(id).hidden = !any;
    if (any) draw(id, () => panelOption(id, title, unit, series));
  }
  const told = (name, value) => !missing(value) && (name !== "status" || value !== "ok") && (name !== "contexts" || value > 1) &&
    (value !== 0 || !/L4|host/.test(name));
  replace("compare-table", sortableTable("design-points", points,
    compareColumns.filter(([name, pick]) => points.some((p) => told(name, pick(p))))));
}
