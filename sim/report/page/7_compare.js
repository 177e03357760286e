// Section 6: design points side by side, at equal throughput policy and at equal memory.
function barsOption(title, results) {
  const values = (pick) => results.map((r) => (r ? pick(r) : null));
  const line = (name, axis, tint, data) => ({ name, type: "line", yAxisIndex: axis, symbolSize: 8, lineStyle: { color: tint, width: 2 }, itemStyle: { color: tint }, data });
  const bar = { name: "buffer capacity, KiB", type: "bar", yAxisIndex: 1, itemStyle: { color: color("done"), opacity: 0.55 }, data: values((r) => r.buffering.capacity_bytes / 1024) };
  return { title: { text: title, left: 0, top: 0 }, legend: { top: 24 }, tooltip: { trigger: "axis", valueFormatter: (v) => number(v, 3) }, grid: { left: 8, right: 8, top: 84, bottom: 12, containLabel: true },
    xAxis: { type: "category", data: points.map(labelOf) },
    yAxis: [{ type: "value", name: "fps", min: 0 }, { type: "value", name: "KiB", splitLine: { show: false } }, { type: "value", name: "ms", show: false, min: 0 }],
    series: [bar, line("frames per second", 0, color("busy"), values((r) => r.throughput.fps)), { ...line("paced latency, ms", 2, color("blocked"), values((r) => r.latency.paced_ms)), label: { show: true, position: "top", color: color("fg"), fontSize: 10, formatter: (i) => number(i.value, 1) }, labelLayout: { hideOverlap: true } }] };
}

/** Points no other beats in both `worth` (more) and memory (less). */
function paretoFront(list) {
  const front = list.filter((a) => !list.some((b) => b !== a && b.worth >= a.worth && b.memory <= a.memory && (b.worth > a.worth || b.memory < a.memory)));
  return front.sort((a, b) => a.memory - b.memory);
}

function paretoOption() {
  const list = points.flatMap((p) => [[p.label, p.result], [p.label + ", within the budget", p.iso_memory]]).filter(([, r]) => r && r.throughput.fps)
    .map(([name, r]) => ({ name, fps: r.throughput.fps, memory: r.buffering.capacity_bytes / 1024, latency: r.latency.paced_ms, policy: r.buffer_policy, network: r.network.name, device: r.device.name }));
  const rates = list.map((p) => p.fps), flat = Math.max(...rates) < 1.01 * Math.min(...rates);
  const byLatency = flat && list.every((p) => !missing(p.latency)); // equal rates do not tell the points apart
  for (const p of list) p.worth = byLatency ? -p.latency : p.fps;
  const value = (p) => ({ value: [p.memory, byLatency ? p.latency : p.fps], point: p });
  const tip = (i) => { const p = i.data.point; return `<b>${escapeHtml(p.name)}</b><br>${escapeHtml(p.network)} on ${escapeHtml(p.device)}, buffers ${escapeHtml(p.policy)}<br>${number(p.fps, 2)} fps, ${number(p.memory, 1)} KiB, ${number(p.latency, 3)} ms paced`; };
  return { title: { text: (byLatency ? "Paced latency" : "Throughput") + " against buffer memory", subtext: (byLatency ? "All points reach the same throughput." + (byId("pareto").clientWidth < 600 ? "\n" : " ") : "") + "The line joins the points that no other beats.", left: 0, top: 0, itemGap: 8 },
    tooltip: { formatter: tip }, grid: { left: 12, right: byId("pareto").clientWidth < 600 ? 40 : 60, top: 84, bottom: 40, containLabel: true },
    xAxis: { type: "value", name: "buffer capacity, KiB", nameLocation: "middle", nameGap: 26, scale: true }, yAxis: { type: "value", name: byLatency ? "ms" : "fps", scale: !flat, min: flat ? 0 : null },
    series: [{ type: "line", data: paretoFront([...list]).map(value), symbol: "none", lineStyle: { color: color("accent") } },
      { type: "scatter", data: list.map(value), symbolSize: 11, itemStyle: { color: color("busy") }, label: { show: list.length <= 30, position: "right", color: color("fg"), fontSize: 10, formatter: (i) => i.data.point.name }, labelLayout: { hideOverlap: true } }] };
}

/** Frames per second of a batch; of one context whatever the batch. */
function batchFps(r, frames) {
  const batch = r.contexts && r.contexts.batches.find((b) => b.frames === frames);
  return r.contexts ? batch && batch.fps : r.throughput.fps;
}

/** A share of the paced steady regime; older results have none. */
function stallPercent(r, pick) {
  const share = r.stalls ? pick(r.stalls) : null;
  return missing(share) ? null : 100 * share;
}

/** Of one context, or of that which takes most. */
function mostOfContexts(r, ofStages) {
  if (!r.contexts) return ofStages(new Set(r.stages.map((s) => s.name)));
  return Math.max(...r.contexts.list.map((c) => ofStages(new Set(r.stages.slice(c.first_stage, c.first_stage + c.stages).map((s) => s.name)))));
}
const bypassBytes = (r) => mostOfContexts(r, (names) => r.buffers.filter((b) => b.role === "se_bypass" && names.has(b.to) && names.has(b.from)).reduce((sum, b) => sum + b.capacity_rows * b.row_bytes, 0));
const chipCuts = (r) => (r.contexts ? Math.max(...r.contexts.list.map((c) => c.l3_cuts + c.l4_cuts)) : r.fit.resources.filter((u) => u.scope === "chip" && (u.name === "l3_cuts" || u.name === "l4_cuts")).reduce((sum, u) => sum + u.demand, 0));

/** What goes out and comes back, between contexts or where it spills. */
const hostBytes = (r) => (r.contexts ? r.contexts.inter_context_bytes : 0) + r.buffers.filter((b) => b.level === "host").reduce((sum, b) => sum + b.rows_per_frame * b.row_bytes, 0);

function drawCompare() {
  draw("compare-throughput", () => barsOption("Buffers by the policy asked for", points.map((p) => p.result)));
  const within = points.some((p) => p.iso_memory);
  byId("compare-memory").hidden = !within;
  if (within) draw("compare-memory", () => barsOption("All buffers within " + bytes(page.budget), points.map((p) => p.iso_memory)));
  byId("pareto").hidden = points.length < 2;
  if (points.length > 1) draw("pareto", paretoOption);
  const columns = [["design point", (p) => p.label, true], ["status", (p) => p.result.status, true], ["contexts", (p) => p.result.fit.contexts], ["fps, batch 1", (p) => batchFps(p.result, 1), false, 1], ["fps, batch 8", (p) => batchFps(p.result, 8), false, 1],
    ["latency, ms", (p) => (p.result.contexts ? p.result.latency.isolated_ms : p.result.latency.paced_ms), false, 3],
    ["SE producers blocked, %", (p) => stallPercent(p.result, (s) => s.se_producers && s.se_producers.blocked), false, 1],
    ["bottleneck starved, %", (p) => stallPercent(p.result, (s) => s.bottleneck.starved), false, 1],
    ["waits for vector, %", (p) => stallPercent(p.result, (s) => s.vector_wait), false, 1],
    ["SE bypasses, bytes", (p) => bypassBytes(p.result)], ["memory cuts", (p) => chipCuts(p.result)], ["over the host link, bytes a frame", (p) => hostBytes(p.result)],
    ["pipeline buffering, elements", (p) => p.result.pipeline_buffering.elements], ["capacity, bytes", (p) => p.result.buffering.capacity_bytes], ["peak, bytes", (p) => p.result.buffering.peak_bytes],
    ["mJ a frame", (p) => p.result.energy && p.result.energy.frame_mj.value, false, 3], ["W", (p) => p.result.energy && p.result.energy.watts.value, false, 2],
    ["fps within the budget", (p) => p.iso_memory && p.iso_memory.throughput.fps, false, 2], ["paced latency within it, ms", (p) => p.iso_memory && p.iso_memory.latency.paced_ms, false, 3]];
  replace("compare-table", sortableTable("design-points", points, columns));
}
