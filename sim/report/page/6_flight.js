// Section 5: one frame's rows through all stages.
const eighthColors = () => (document.documentElement.dataset.theme === "dark"
  ? ["#2a4d7d", "#2c6a96", "#2f87a8", "#45a3a8", "#6dbb9a", "#a0cf8c", "#d3df87", "#f7ee9b"]
  : ["#30123b", "#3a4f9f", "#3182b5", "#2ea39c", "#5fb96b", "#a3c547", "#dfbc33", "#f28c28"]);

function flightOption() {
  const timeline = point().timeline, result = point().result;
  const shown = timeline ? timeline.flight.stuck || timeline.flight[byId("flight-frame").value] : null;
  const data = [];
  const begin = shown ? shown.from : 0;
  if (shown) shown.stages.forEach((marks, stage) => {
    const parts = Math.min(8, result.stages[stage].steps_per_frame);
    for (let i = 0; i + 1 < marks.length; ++i) data.push([milliseconds(result, marks[i] - begin), milliseconds(result, marks[i + 1] - begin), stage, Math.floor((i * 8) / parts)]);
  });
  const tints = eighthColors();
  const box = (params, api) => {
    const start = api.coord([api.value(0), api.value(2)]), end = api.coord([api.value(1), api.value(2)]);
    const height = Math.max(1, api.size([0, 1])[1] * 0.86);
    const area = params.coordSys;
    const left = Math.max(start[0], area.x), right = Math.min(Math.max(end[0], start[0] + 0.7), area.x + area.width);
    if (right <= left) return null;
    return { type: "rect", shape: { x: left, y: start[1] - height / 2, width: right - left, height }, style: { fill: tints[api.value(3)] } };
  };
  const name = (i) => (result.stages[i] ? result.stages[i].name : "");
  const tip = (p) => `<b>${escapeHtml(name(p.value[2]))}</b><br>rows ${p.value[3]}/8 to ${p.value[3] + 1}/8 of the frame<br>${number(p.value[0], 4)} to ${number(p.value[1], 4)} ms`;
  return { tooltip: { formatter: tip }, grid: { left: byId("flight").clientWidth < 600 ? 56 : 170, right: 16, top: 12, bottom: 64 },
    xAxis: { type: "value", name: "ms", nameLocation: "middle", nameGap: 22, min: 0, axisLabel: { formatter: (v) => number(v, 3) } },
    yAxis: { type: "value", inverse: true, min: -1, max: result.stages.length, axisLabel: { formatter: (v) => (Number.isInteger(v) ? name(v) : ""), width: byId("flight").clientWidth < 600 ? 48 : 160, overflow: "truncate", fontSize: 10 }, splitLine: { show: false } },
    dataZoom: [{ type: "inside", filterMode: "weakFilter" }, { type: "slider", height: 18, bottom: 6, filterMode: "weakFilter" }, { type: "inside", yAxisIndex: 0, orient: "vertical", zoomOnMouseWheel: "shift", filterMode: "weakFilter" }],
    series: [{ type: "custom", renderItem: box, data, encode: { x: [0, 1], y: 2 }, progressive: 4000 }] };
}

function drawFlight() {
  const reason = withoutTimeline(), stuck = reason === "" && point().timeline.flight.stuck;
  byId("flight-note").textContent = reason || (stuck ? `Frame ${stuck.frame}, at which the pipeline stops. ` : "") +
    "One line per stage: from its first step for the frame to its last; colours go from the frame's first eighth of rows to its last. " +
    "A stage that must see the whole map first (squeeze-and-excite) makes a cliff; tiles make a staircase.";
  showOverTime("s-flight", "flight", reason);
  byId("flight-frame").parentElement.hidden = Boolean(stuck);
  if (reason === "") draw("flight", flightOption);
}

byId("flight-frame").addEventListener("change", drawFlight);
