// One frame's rows through all stages, of two design points side by side on one scale of time.
const eighthColors = () => (document.documentElement.dataset.theme === "dark"
  ? ["#2a4d7d", "#2c6a96", "#2f87a8", "#45a3a8", "#6dbb9a", "#a0cf8c", "#d3df87", "#f7ee9b"]
  : ["#30123b", "#3a4f9f", "#3182b5", "#2ea39c", "#5fb96b", "#a3c547", "#dfbc33", "#f28c28"]);

/** Why the charts of a point over time are not there, and what makes them; empty when they are. */
function withoutTimeline() {
  const { timeline, result } = point();
  if (timeline) return "";
  if (result.status === "does_not_fit") return "Nothing was simulated, so nothing happened over time.";
  const height = result.tile_height === "mixed" ? "" : ` --tile-height ${result.tile_height}`;
  return "No timeline: result files hold figures, not what happened when. A page made while running has it: " +
    `rowflow run ${result.network.name} --device ${result.device.name}${height} --report FILE ` +
    "(with the other options of that run).";
}

/** Shows the chart and controls of a section, or the reason why they are not there. */
function showOverTime(section, chart, reason) {
  byId(chart).hidden = reason !== "";
  byId(section).querySelector(".controls").hidden = reason !== "" || !chartsOn;
}

/** The point beside the chosen one at first: the recommended, or what it is to be seen against. */
function besideAtFirst() {
  const best = missing(page.recommended) ? points.length - 1 : page.recommended;
  if (current !== best) return best;
  return best === 0 ? points.length - 1 : 0;
}

function fillBeside() {
  const shown = points.map((p, i) => [p, i]).filter(([p, i]) => i !== current && p.timeline);
  for (const id of ["flight-other", "occupancy-other"]) {
    replace(id, element("option", { value: "" }, "nothing"),
      ...shown.map(([p, i]) => element("option", { value: i }, labelOf(p))));
    byId(id).parentElement.hidden = !shown.length;
    if (shown.some(([, i]) => i === besideAtFirst())) byId(id).value = besideAtFirst();
  }
}

const otherOf = (id) => (byId(id).value === "" ? null : points[Number(byId(id).value)]);
const flightOf = (p) => p.timeline.flight.stuck || p.timeline.flight[byId("flight-frame").value] || p.timeline.flight.first;

/** ms from the frame's first step to its last. */
function flightEnd(p) {
  const shown = flightOf(p), last = Math.max(shown.to, ...shown.stages.map((marks) => marks[marks.length - 1] || 0));
  return milliseconds(p.result, last - shown.from);
}

function flightOption(p, id, until) {
  const shown = flightOf(p), result = p.result, tints = eighthColors(), narrow = byId(id).clientWidth < 600;
  const data = [];
  shown.stages.forEach((marks, stage) => {
    const parts = Math.min(8, result.stages[stage].steps_per_frame);
    for (let i = 0; i + 1 < marks.length; ++i)
      data.push([milliseconds(result, marks[i] - shown.from), milliseconds(result, marks[i + 1] - shown.from), stage,
        Math.floor((i * 8) / parts)]);
  });
  const box = (params, api) => {
    const start = api.coord([api.value(0), api.value(2)]), end = api.coord([api.value(1), api.value(2)]);
    const height = Math.max(1, api.size([0, 1])[1] * 0.86), area = params.coordSys;
    const left = Math.max(start[0], area.x), right = Math.min(Math.max(end[0], start[0] + 0.7), area.x + area.width);
    if (right <= left) return null;
    return { type: "rect", shape: { x: left, y: start[1] - height / 2, width: right - left, height },
      style: { fill: tints[api.value(3)] } };
  };
  const name = (i) => (result.stages[i] ? result.stages[i].name : "");
  const tip = (i) => `<b>${escapeHtml(name(i.value[2]))}</b><br>rows ${i.value[3]}/8 to ${i.value[3] + 1}/8 of the frame` +
    `<br>${number(i.value[0], 4)} to ${number(i.value[1], 4)} ms`;
  return { title: { text: `${labelOf(p)}: ${number(flightEnd(p), 3)} ms`, left: 0, top: 0 }, tooltip: { formatter: tip },
    grid: { left: narrow ? 86 : 176, right: 16, top: 34, bottom: 72 },
    xAxis: { type: "value", name: "ms since the frame's first row", nameLocation: "middle", nameGap: 24, min: 0, max: until,
      axisLabel: { formatter: (v) => number(v, 3), hideOverlap: true } },
    yAxis: { type: "value", name: "stages in order", nameLocation: "middle", nameRotate: 90, nameGap: narrow ? 66 : 156,
      inverse: true, min: -1, max: result.stages.length, splitLine: { show: false },
      axisLabel: { formatter: (v) => (Number.isInteger(v) ? name(v) : ""), width: narrow ? 58 : 146,
        overflow: "truncate", fontSize: 10 } },
    dataZoom: [{ type: "inside", filterMode: "weakFilter" },
      { type: "slider", height: 18, bottom: 6, filterMode: "weakFilter", labelFormatter: (v) => number(v, 2) },
      { type: "inside", yAxisIndex: 0, orient: "vertical", zoomOnMouseWheel: "shift", filterMode: "weakFilter" }],
    series: [{ type: "custom", renderItem: box, data, encode: { x: [0, 1], y: 2 }, progressive: 4000 }] };
}

function drawFlight() {
  const reason = withoutTimeline(), stuck = reason === "" && point().timeline.flight.stuck;
  byId("flight-note").textContent = reason || (stuck ? `Frame ${stuck.frame}, at which the pipeline stops. ` : "") +
    "A line a stage, from its first step for the frame to its last; colours go from the first eighth of the frame's " +
    "rows to the last." + (point().result.se_blocks.length
    ? " A stage that must see the whole map first (squeeze-and-excite) makes a cliff, tiles a staircase." : "");
  showOverTime("s-flight", "flight", reason);
  byId("flight-frame").parentElement.hidden = Boolean(stuck);
  const other = reason === "" ? otherOf("flight-other") : null;
  byId("flight-beside").hidden = !other;
  if (reason !== "") return;
  const until = Math.max(flightEnd(point()), other ? flightEnd(other) : 0);
  draw("flight", () => flightOption(point(), "flight", until));
  if (other) draw("flight-beside", () => flightOption(other, "flight-beside", until));
}

byId("flight-frame").addEventListener("change", drawFlight);
byId("flight-other").addEventListener("change", drawFlight);
