// Where the steady interval of each stage goes: the bottleneck first, then the longest stalls.
const stagesAtOnce = 24;

/** What sets the pace first, then by stalls; SE vector stages, idle by nature, and reads and writes last. */
function byStalls(stages, facts) {
  const rank = (s) => (facts.pace.has(s.name) ? 0 : idleByNature(s, facts) || moves(s) ? 2 : 1);
  const stall = (s) => { const parts = shares(s); return parts.blocked + parts.starved; };
  return [...stages].sort((a, b) => rank(a) - rank(b) || stall(b) - stall(a));
}

function timeRows() {
  const wanted = byId("time-filter").value.trim().toLowerCase(), r = point().result, facts = factsOf(r);
  const list = byId("time-order").value === "stall" ? byStalls(r.stages, facts) : r.stages;
  return list.filter((s) => s.name.toLowerCase().includes(wanted))
    .map((s) => ({ name: s.name, pace: facts.pace.has(s.name), ...shares(s) }));
}

function timeOption() {
  const rows = timeRows(), narrow = byId("time").clientWidth < 600;
  const bar = (name) => ({ name, type: "bar", stack: "time", itemStyle: { color: color(name) }, barCategoryGap: "18%",
    data: rows.map((r) => r[name]) });
  const tip = (items) => `<b>${escapeHtml(rows[items[0].dataIndex].name)}</b><br>` +
    items.map((i) => `${i.marker}${i.seriesName} ${number(i.value, 1)} %`).join("<br>") +
    `<br>of ${number(rows[items[0].dataIndex].whole, 1)} cycles`;
  const zoom = { yAxisIndex: 0, startValue: 0, endValue: Math.min(rows.length, stagesAtOnce) - 1 };
  return { legend: { top: 0 }, tooltip: { trigger: "axis", axisPointer: { type: "shadow" }, formatter: tip },
    grid: { left: narrow ? 128 : 236, right: 44, top: 32, bottom: 44 },
    xAxis: { type: "value", min: 0, max: 100, name: "% of the interval", nameLocation: "middle", nameGap: 26 },
    yAxis: { type: "category", inverse: true, name: "stage", nameLocation: "middle", nameRotate: 90,
      nameGap: narrow ? 112 : 216, data: rows.map((r) => (r.pace ? "▶ " : "") + r.name),
      axisLabel: { width: narrow ? 100 : 206, overflow: "truncate", fontSize: 11, interval: 0 } },
    dataZoom: rows.length > stagesAtOnce ? [{ type: "slider", width: 14, right: 8, showDetail: false, brushSelect: false,
      ...zoom }, { type: "inside", zoomOnMouseWheel: "shift", moveOnMouseWheel: false, ...zoom }] : [],
    series: doings.map(bar) };
}

function drawTime() {
  byId("s-time").hidden = point().result.status === "does_not_fit";
  if (byId("s-time").hidden) return;
  const last = point().result.se_blocks.length ? "SE vector stages, and those that only read or write memory,"
    : "Stages that only read or write memory";
  byId("time-note").textContent = last + " are last: they wait by their nature.";
  const count = timeRows().length;
  byId("time-count").textContent = `${count} of ${point().result.stages.length} stages`;
  byId("time").style.height = chartsOn ? `${Math.max(120, 76 + 22 * Math.min(count, stagesAtOnce))}px` : "";
  draw("time", timeOption);
}

byId("time-filter").addEventListener("input", drawTime);
byId("time-order").addEventListener("change", drawTime);
