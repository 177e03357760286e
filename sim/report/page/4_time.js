// Section 3: where each stage's steady interval goes.
function timeRows() {
  const wanted = byId("time-filter").value.trim().toLowerCase();
  const rows = point().result.stages.filter((s) => s.name.toLowerCase().includes(wanted)).map((s) => ({ name: s.name, ...shares(s) }));
  if (byId("time-order").value === "stall") rows.sort((a, b) => b.starved + b.blocked - (a.starved + a.blocked));
  return rows;
}

function timeOption() {
  const rows = timeRows();
  const bar = (name) => ({ name, type: "bar", stack: "time", itemStyle: { color: color(name) }, barCategoryGap: rows.length > 200 ? "0%" : "15%", large: rows.length > 600, data: rows.map((r) => r[name]) });
  const tip = (items) => `<b>${escapeHtml(items[0].name)}</b><br>` + items.map((i) => `${i.marker}${i.seriesName} ${number(i.value, 1)} %`).join("<br>") + `<br>of ${number(rows[items[0].dataIndex].whole, 1)} cycles`;
  return { legend: { top: 0 }, tooltip: { trigger: "axis", axisPointer: { type: "shadow" }, formatter: tip }, grid: { left: 48, right: 16, top: 36, bottom: 128 },
    xAxis: { type: "category", data: rows.map((r) => r.name), axisLabel: { rotate: 60, fontSize: 10, width: 110, overflow: "truncate" } }, yAxis: { type: "value", max: 100, name: "%" },
    dataZoom: [{ type: "inside" }, { type: "slider", height: 18, bottom: 6 }], series: doings.map(bar) };
}

function drawTime() {
  byId("time-count").textContent = `${timeRows().length} of ${point().result.stages.length} stages`;
  draw("time", timeOption);
}

byId("time-filter").addEventListener("input", drawTime);
byId("time-order").addEventListener("change", drawTime);
