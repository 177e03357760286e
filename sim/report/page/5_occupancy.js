// Section 4: rows held by one buffer over a steady window, for one or two design points.
const roleOrder = ["se_bypass", "skip", "vector", "transfer", "straight"];

/** Why the charts of a point over time are not there, and what makes them; empty when they are. */
function withoutTimeline() {
  const { timeline, result } = point();
  if (timeline) return "";
  if (point().without_timeline) return point().without_timeline;
  if (result.status === "does_not_fit") return "Nothing was simulated, so nothing happened over time.";
  const height = result.tile_height === "mixed" ? "" : ` --tile-height ${result.tile_height}`;
  return `No timeline: result files hold figures, not what happened when. A page made while running has it: rowflow run ${result.network.name} --device ${result.device.name}${height} --report FILE ` +
    "(with the other options of that run).";
}

/** Shows the chart and controls of a section, or the reason why they are not there. */
function showOverTime(section, chart, reason) {
  const charted = reason === "" && chartsOn;
  byId(chart).hidden = reason !== "";
  byId(section).querySelector(".controls").hidden = !charted;
}

function fillBuffers() {
  const buffers = point().result.buffers;
  const before = byId("occupancy-buffer").value;
  const groups = roleOrder.map((role) => [role, buffers.filter((b) => b.role === role).sort((a, b) => b.capacity_rows * b.row_bytes - a.capacity_rows * a.row_bytes)]).filter(([, list]) => list.length);
  replace("occupancy-buffer", ...groups.map(([role, list]) => element("optgroup", { label: role.replace("_", " ") }, ...list.map((b) => element("option", { value: b.name }, b.name)))));
  if (buffers.some((b) => b.name === before)) byId("occupancy-buffer").value = before;
  const other = byId("occupancy-other").value;
  replace("occupancy-other", element("option", { value: "" }, "nothing"), ...points.map((p, i) => (i === current ? null : element("option", { value: i }, p.label))).filter(Boolean));
  if (other !== "" && Number(other) !== current) byId("occupancy-other").value = other;
}

/** [time in ms, most, least] per bin: the peaks of the exact levels are kept. */
function occupancyOf(p, name) {
  const index = p.result.buffers.findIndex((b) => b.name === name);
  if (index < 0 || !p.timeline) return null;
  const { from, to } = p.timeline.occupancy, most = p.timeline.occupancy.most[index], least = p.timeline.occupancy.least[index] || most;
  const width = milliseconds(p.result, (to - from) / most.length);
  return { buffer: p.result.buffers[index], values: most.map((rows, i) => [i * width, rows, least[i]]), end: width * most.length };
}

function occupancySeries(p, name, tint) {
  const found = occupancyOf(p, name);
  if (!found) return [];
  const closed = [...found.values, [found.end, ...found.values[found.values.length - 1].slice(1)]];
  const lines = [{ yAxis: found.buffer.capacity_rows, name: "capacity" }, { yAxis: found.buffer.steady.mean_rows || found.buffer.mean_rows, name: "mean" }];
  const most = { name: p.label, type: "line", step: "end", showSymbol: false, data: closed.map((v) => [v[0], v[1]]), lineStyle: { color: tint, width: 1.6 }, itemStyle: { color: tint }, areaStyle: { color: tint, opacity: 0.12 },
    markLine: { silent: true, symbol: "none", lineStyle: { color: tint, type: "dashed" }, label: { color: color("fg"), position: "insideEndTop", formatter: (l) => `${l.name} ${number(l.value, 1)} (${p.label})` }, data: lines } };
  const least = { name: p.label + ", least", type: "line", step: "end", showSymbol: false, data: closed.map((v) => [v[0], v[2]]), lineStyle: { color: tint, width: 1, opacity: 0.5 }, itemStyle: { color: tint } };
  return [most, least];
}

function occupancyOption() {
  const name = byId("occupancy-buffer").value, other = byId("occupancy-other").value;
  const series = [...occupancySeries(point(), name, color("busy")), ...(other === "" ? [] : occupancySeries(points[Number(other)], name, color("blocked")))];
  const top = Math.max(1, ...series.filter((s) => s.markLine).map((s) => s.markLine.data[0].yAxis));
  return { legend: { top: 0 }, tooltip: { trigger: "axis", valueFormatter: (v) => number(v) + " rows" }, grid: { left: 56, right: 20, top: 40, bottom: 64 },
    xAxis: { type: "value", name: "ms", nameLocation: "middle", nameGap: 22, min: 0, max: "dataMax", axisLabel: { formatter: (v) => number(v, 3) } }, yAxis: { type: "value", name: "rows", max: Math.ceil(top * 1.08), minInterval: 1 },
    dataZoom: [{ type: "inside" }, { type: "slider", height: 18, bottom: 6 }], series };
}

function drawOccupancy() {
  const reason = withoutTimeline(), window = point().result.status === "deadlock" ? "The whole run, until it stops." : "Steady window.";
  byId("occupancy-note").textContent = reason || window + " Each bin shows the most and the least rows held in it, so no peak is lost. Drag or scroll to zoom.";
  showOverTime("s-occupancy", "occupancy", reason);
  if (reason === "") draw("occupancy", occupancyOption);
}

byId("occupancy-buffer").addEventListener("change", drawOccupancy);
byId("occupancy-other").addEventListener("change", drawOccupancy);
