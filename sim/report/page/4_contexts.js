// Several contexts on a time axis: a batch from its first switch to its last frame (T19).
const contextParts = [["switch", "switch and reload"], ["first", "first frame"], ["further", "further frames"]];
const contextColors = { switch: "done", first: "starved", further: "busy" };

/** Its sources come first. */
function contextSources(r, context) {
  let sources = 0;
  while (sources + 1 < context.stages && r.stages[context.first_stage + sources].kind === "source") ++sources;
  return sources;
}

const contextName = (r, context, index) =>
  `${index + 1}: ${r.stages[context.first_stage + contextSources(r, context)].name}`;

/** When each context may start: as recorded, or, of a result file, by the same rule. */
function contextBegins({ result: r, begins }) {
  if (begins) return begins;
  const list = r.contexts.list, times = [];
  let end = 0;
  list.forEach((context, c) => {
    const hidden = c === 0 ? context.reload_cycles : list[c - 1].batch_cycles;
    end += context.switch_cycles +
      (r.contexts.reload_overlap ? Math.max(0, context.reload_cycles - hidden) : context.reload_cycles);
    times.push(end);
    end += context.batch_cycles;
  });
  return times;
}

/** [from ms, to ms, context, part] of each stretch of a batch. */
function contextStretches(p) {
  const r = p.result, begins = contextBegins(p), stretches = [];
  let end = 0;
  r.contexts.list.forEach((context, c) => {
    const ms = (cycles) => milliseconds(r, cycles), first = begins[c] + context.first_frame_cycles;
    const last = begins[c] + context.batch_cycles;
    stretches.push([ms(end), ms(begins[c]), c, 0], [ms(begins[c]), ms(first), c, 1]);
    if (last > first) stretches.push([ms(first), ms(last), c, 2]);
    end = last;
  });
  return stretches;
}

function contextsOption() {
  const r = point().result, list = r.contexts.list, stretches = contextStretches(point());
  const narrow = byId("contexts").clientWidth < 600;
  const box = (params, api) => {
    const start = api.coord([api.value(0), api.value(2)]), end = api.coord([api.value(1), api.value(2)]);
    const height = api.size([0, 1])[1] * 0.6;
    return { type: "rect", style: { fill: api.visual("color") },
      shape: { x: start[0], y: start[1] - height / 2, width: Math.max(1, end[0] - start[0]), height } };
  };
  const tip = (i) => `<b>${escapeHtml(contextName(r, list[i.value[2]], i.value[2]))}</b><br>${i.seriesName}: ` +
    `${number(i.value[0], 2)} to ${number(i.value[1], 2)} ms`;
  const series = contextParts.map(([key, name], part) => ({ name, type: "custom", renderItem: box, encode: { x: [0, 1], y: 2 },
    itemStyle: { color: color(contextColors[key]) }, data: stretches.filter((s) => s[3] === part) }));
  return { legend: { top: 0 }, tooltip: { formatter: tip },
    grid: { left: narrow ? 100 : 172, right: 24, top: 36, bottom: 56 },
    xAxis: { type: "value", name: `ms since the start of a batch of ${r.contexts.batch}`, nameLocation: "middle",
      nameGap: 26, min: 0 },
    yAxis: { type: "category", name: "context", nameLocation: "middle", nameRotate: 90, nameGap: narrow ? 84 : 150,
      inverse: true, data: list.map((context, c) => contextName(r, context, c)),
      axisLabel: { width: narrow ? 72 : 140, overflow: "truncate" } },
    series };
}

function batchWords(r, batch) {
  const ms = (cycles) => number(milliseconds(r, cycles), 2);
  return `Batch ${number(batch.frames)}: ${number(batch.fps, 1)} fps (${number(batch.fps_low, 0)} to ` +
    `${number(batch.fps_high, 0)}), ${ms(batch.total_cycles)} ms: switch ${ms(batch.switch_cycles)}, reload that nothing ` +
    `hides ${ms(batch.reload_cycles)}, fill and drain ${ms(batch.fill_drain_cycles)}, ` +
    `steady work ${ms(batch.steady_cycles)}.`;
}

const contextColumns = [["context", ({ name }) => name, true], ["limited by", ({ c }) => c.stalls && c.stalls.bottleneck.stage, true],
  ["subclusters", ({ c }) => c.subclusters], ["controllers", ({ c }) => c.controllers], ["L3 cuts", ({ c }) => c.l3_cuts],
  ["L4 cuts", ({ c }) => c.l4_cuts], ["weights, KiB", ({ c }) => c.weight_bytes / 1024],
  ["buffers, KiB", ({ c }) => c.buffer_bytes / 1024], ["read, KiB", ({ c }) => c.read_bytes / 1024],
  ["written, KiB", ({ c }) => c.written_bytes / 1024], ["interval, cycles", ({ c }) => c.interval_cycles]];

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
  replace("contexts-table", sortableTable("contexts",
    r.contexts.list.map((c, i) => ({ c, name: contextName(r, c, i) })), contextColumns));
}
