// Rows held by one buffer over a steady window, for one or two design points.
const roleOrder = ["se_bypass", "skip", "vector", "transfer", "straight"];

function fillBuffers() {
  const buffers = point().result.buffers, before = byId("occupancy-buffer").value;
  const size = (b) => b.capacity_rows * b.row_bytes;
  const groups = roleOrder.map((role) => [role, buffers.filter((b) => b.role === role).sort((a, b) => size(b) - size(a))])
    .filter(([, list]) => list.length);
  replace("occupancy-buffer", ...groups.map(([role, list]) => element("optgroup", { label: role.replace("_", " ") },
    ...list.map((b) => element("option", { value: b.name }, b.name)))));
  if (buffers.some((b) => b.name === before)) byId("occupancy-buffer").value = before;
}

/** [time in ms, most, least] per bin: the peaks of the exact levels are kept. */
function occupancyOf(p, name) {
  const index = p.result.buffers.findIndex((b) => b.name === name);
  if (index < 0 || !p.timeline) return null;
  const { from, to } = p.timeline.occupancy, most = p.timeline.occupancy.most[index];
  const least = p.timeline.occupancy.least[index] || most, width = milliseconds(p.result, (to - from) / most.length);
  return { buffer: p.result.buffers[index], values: most.map((rows, i) => [i * width, rows, least[i]]),
    end: width * most.length };
}

function occupancySeries(p, name, tint) {
  const found = occupancyOf(p, name);
  if (!found) return [];
  const closed = [...found.values, [found.end, ...found.values[found.values.length - 1].slice(1)]];
  const label = { label: { position: "insideStartTop" } };
  const lines = [{ yAxis: found.buffer.capacity_rows, name: "capacity" },
    { yAxis: found.buffer.steady.mean_rows || found.buffer.mean_rows, name: "mean", ...label }];
  const line = { type: "line", step: "end", showSymbol: false, itemStyle: { color: tint } };
  const most = { ...line, name: p.label, data: closed.map((v) => [v[0], v[1]]), lineStyle: { color: tint, width: 1.6 },
    areaStyle: { color: tint, opacity: 0.12 },
    markLine: { silent: true, symbol: "none", lineStyle: { color: tint, type: "dashed" }, data: lines,
      label: { color: color("fg"), position: "insideEndTop",
        formatter: (l) => `${l.name} ${number(l.value, 1)} (${p.label})` } } };
  return [most, { ...line, name: p.label + ", least", data: closed.map((v) => [v[0], v[2]]),
    lineStyle: { color: tint, width: 1, opacity: 0.5 } }];
}

function occupancyOption() {
  const name = byId("occupancy-buffer").value, other = otherOf("occupancy-other");
  const series = [...occupancySeries(point(), name, color("busy")),
    ...(other ? occupancySeries(other, name, color("blocked")) : [])];
  const shown = series.filter((s) => s.markLine);
  const top = Math.max(1, ...shown.map((s) => s.markLine.data[0].yAxis));
  return { legend: { top: 0, data: shown.map((s) => s.name) },
    tooltip: { trigger: "axis", valueFormatter: (v) => number(v) + " rows" },
    grid: { left: 64, right: 20, top: 40, bottom: 72 },
    xAxis: { type: "value", name: "ms", nameLocation: "middle", nameGap: 24, min: 0, max: "dataMax",
      axisLabel: { formatter: (v) => number(v, 3), hideOverlap: true } },
    yAxis: { type: "value", name: "rows held", nameLocation: "middle", nameRotate: 90, nameGap: 44,
      max: Math.ceil(top * 1.08), axisLabel: { showMaxLabel: false }, minInterval: 1 },
    dataZoom: [{ type: "inside" }, { type: "slider", height: 18, bottom: 6, labelFormatter: (v) => number(v, 2) }], series };
}

function drawOccupancy() {
  const reason = withoutTimeline();
  const stretch = point().result.status === "deadlock" ? "The whole run, until it stops."
    : point().result.contexts ? "A batch, from its start to its end." : "Two steady intervals.";
  byId("occupancy-note").textContent = reason || stretch +
    " Each bin shows the most and, paler, the least rows held in it, so no peak is lost. Drag or scroll to zoom.";
  showOverTime("s-occupancy", "occupancy", reason);
  if (reason === "") draw("occupancy", occupancyOption);
}

byId("occupancy-buffer").addEventListener("change", drawOccupancy);
byId("occupancy-other").addEventListener("change", drawOccupancy);
