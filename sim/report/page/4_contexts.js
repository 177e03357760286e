// Section between pipeline and time: several contexts, one after another, and where the time of a batch goes (T19).
const contextColors = { switch: "done", reload: "critical", first: "blocked", further: "busy" };

function contextRows(r) {
  return r.contexts.list.map((context, index) => ({
    name: `${index + 1}: ${r.stages[context.first_stage + contextSources(r, context)].name}`,
    switch: milliseconds(r, context.switch_cycles),
    reload: milliseconds(r, context.reload_cycles),
    first: milliseconds(r, context.first_frame_cycles),
    further: milliseconds(r, context.batch_cycles - context.first_frame_cycles),
    context,
  }));
}

/** Its sources come first. */
function contextSources(r, context) {
  let sources = 0;
  while (sources + 1 < context.stages && r.stages[context.first_stage + sources].kind === "source") ++sources;
  return sources;
}

function contextsOption() {
  const r = point().result, rows = contextRows(r);
  const names = { switch: "switch", reload: "reload", first: "first frame", further: `the other ${r.contexts.batch - 1} frames` };
  const bar = (key) => ({ name: names[key], type: "bar", stack: "time", itemStyle: { color: color(contextColors[key]) }, data: rows.map((row) => row[key]) });
  return {
    legend: { top: 0 }, tooltip: { trigger: "axis", axisPointer: { type: "shadow" }, valueFormatter: (v) => number(v, 2) + " ms" },
    grid: { left: 8, right: 24, top: 36, bottom: 32, containLabel: true },
    xAxis: { type: "value", name: "ms of a batch", nameLocation: "middle", nameGap: 24 },
    yAxis: { type: "category", inverse: true, data: rows.map((row) => row.name) },
    series: Object.keys(names).map(bar),
  };
}

function batchWords(r, batch) {
  const ms = (cycles) => number(milliseconds(r, cycles), 2);
  return `Batch ${number(batch.frames)}: ${number(batch.fps, 1)} fps (${number(batch.fps_low, 0)} to ${number(batch.fps_high, 0)}), ` +
    `${ms(batch.total_cycles)} ms: switch ${ms(batch.switch_cycles)}, reload that nothing hides ${ms(batch.reload_cycles)}, ` +
    `fill and drain ${ms(batch.fill_drain_cycles)}, steady work ${ms(batch.steady_cycles)}.`;
}

function drawContexts() {
  const r = point().result;
  byId("s-contexts").hidden = !r.contexts;
  if (!r.contexts) return;
  const cut = r.contexts.list.flatMap((context) => context.cut_blocks);
  replace("contexts-words",
    ...r.contexts.batches.map((batch) => element("p", {}, batchWords(r, batch))),
    element("p", {}, `${bytes(r.contexts.inter_context_bytes)} a frame cross the host link between contexts` +
      (cut.length ? `; cut: ${cut.join(", ")}, whose map waits in the host's memory.` : ".")));
  draw("contexts", contextsOption);
  const columns = [["context", (row) => row.name, true], ["subclusters", (row) => row.context.subclusters],
    ["controllers", (row) => row.context.controllers], ["L3 cuts", (row) => row.context.l3_cuts],
    ["weights, bytes", (row) => row.context.weight_bytes], ["buffers, bytes", (row) => row.context.buffer_bytes],
    ["read, bytes", (row) => row.context.read_bytes], ["written, bytes", (row) => row.context.written_bytes],
    ["interval, cycles", (row) => row.context.interval_cycles, false, 1]];
  replace("contexts-table", sortableTable("contexts", contextRows(r), columns));
}
