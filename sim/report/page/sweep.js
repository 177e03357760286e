// The page of a sweep: its Pareto front, its points, how it was made. Uses 1_base.js and the tables of 8_tables.js.
const objectives = page.objectives; // {column, better}
const figure = (p, column) => p.figures[page.columns.indexOf(column)];
const settingNames = [...new Set(points.flatMap((p) => Object.keys(p.settings)))]
  .filter((name) => new Set(points.map((p) => p.settings[name])).size > 1);
const networks = [...new Set(points.map((p) => p.settings.network))];
const words = (p) => settingNames.map((name) => `${name} = ${p.settings[name] ?? "–"}`).join(", ") || "no setting varies";
const readable = { fps: "frames per second", paced_ms: "paced latency, ms", buffer_bytes: "buffers, KiB", buffer_cuts: "buffers, memory cuts", frame_mj: "energy, mJ a frame", watts: "power, W" };
const axisColumns = page.columns.filter((column) => points.some((p) => typeof figure(p, column) === "number"));
const scaled = (p, column) => (column === "buffer_bytes" && !missing(figure(p, column)) ? figure(p, column) / 1024 : figure(p, column));
const palette = ["busy", "starved", "blocked", "critical", "done", "accent"];

function drawHead() {
  const card = (name, value) => element("div", { class: "card" }, element("b", {}, value), element("span", {}, name));
  const ok = points.filter((p) => p.status === "ok"), best = (column, pick) => (ok.length ? pick(...ok.map((p) => figure(p, column)).filter((v) => !missing(v))) : null);
  const counts = Object.entries(page.rows).map(([status, count]) => card(status.replace(/_/g, " "), number(count)));
  replace("head", element("div", { class: "cards" }, ...counts, card("on the front", number(points.filter((p) => p.front).length)), card("most frames per second", number(best("fps", Math.max), 1)),
    card("least paced latency, ms", number(best("paced_ms", Math.min), 3)), card("least buffers", bytes(best("buffer_bytes", Math.min)))));
  if (page.left_out > 0) byId("head").append(element("p", { class: "hint" }, `${number(page.left_out)} points that are not on the front are left out here, evenly; results.csv has all.`));
}

function tip(p) {
  const lines = [["frames per second", number(figure(p, "fps"), 2)], ["paced latency", number(figure(p, "paced_ms"), 3) + " ms"], ["buffers", bytes(figure(p, "buffer_bytes"))], ["limited by", figure(p, "limited_by") ?? "–"]];
  return `<b>${escapeHtml(p.id.slice(0, 8))}</b><br>${settingNames.map((name) => `${escapeHtml(name)} = ${escapeHtml(p.settings[name] ?? "–")}<br>`).join("")}` + lines.map(([name, value]) => `${name}: ${escapeHtml(value)}`).join("<br>");
}

/** Front of the two axes shown alone, as a line a network: points of different networks are no alternatives; of an axis that is no objective, none. */
function frontLine(list, across, up) {
  const sign = (column) => { const o = objectives.find(({ column: c }) => c === column || (c === "latency_ms" && (column === "paced_ms" || column === "paced_cycles"))); return o ? (o.better === "larger" ? -1 : 1) : 0; };
  const sx = sign(across), sy = sign(up);
  if (!sx || !sy || across === up) return [];
  const costs = list.map((p) => [sx * scaled(p, across), sy * scaled(p, up), p]).sort((a, b) => a[0] - b[0] || a[1] - b[1]);
  let least = Infinity;
  return costs.filter(([, cost]) => cost < least && ((least = cost), true)).map(([, , p]) => [scaled(p, across), scaled(p, up)]);
}

function paretoOption() {
  const across = byId("across").value, up = byId("up").value, by = byId("colour").value;
  const list = points.filter((p) => typeof figure(p, across) === "number" && typeof figure(p, up) === "number");
  const kinds = by ? [...new Set(list.map((p) => p.settings[by] ?? "–"))] : [""];
  const name = (column) => readable[column] ?? column;
  const series = kinds.map((kind, k) => ({ type: "scatter", name: by ? `${by} = ${kind}` : "points", itemStyle: { color: color(palette[k % palette.length]) }, symbol: ["circle", "rect", "triangle", "diamond"][Math.floor(k / palette.length) % 4],
    data: list.filter((p) => !by || (p.settings[by] ?? "–") === kind).map((p) => ({ value: [scaled(p, across), scaled(p, up)], point: p, symbolSize: p.front ? 13 : 5, itemStyle: { opacity: p.front ? 1 : 0.45 } })) }));
  return { tooltip: { formatter: (i) => (i.data.point ? tip(i.data.point) : "") }, legend: by ? { top: 0 } : undefined, grid: { left: 28, right: 24, top: by ? 40 : 16, bottom: 40, containLabel: true },
    xAxis: { type: "value", name: name(across), nameLocation: "middle", nameGap: 26, scale: true }, yAxis: { type: "value", name: name(up), nameLocation: "middle", nameGap: 56, scale: true },
    series: [...networks.map((network) => ({ type: "line", data: frontLine(list.filter((p) => p.status === "ok" && p.settings.network === network), across, up), symbol: "none", silent: true, lineStyle: { color: color("accent"), width: 1 } })), ...series] };
}

function showDetails(p) {
  const command = `rowflow run --point ${page.folder}:${p.id.slice(0, 8)}`;
  const copy = element("button", { class: "copy", type: "button", onclick: () => copyText(command, copy) }, "Copy");
  replace("point-details", element("p", {}, element("b", {}, p.id.slice(0, 8)), ": " + words(p)), element("p", {}, element("code", {}, command), " ", copy));
}

function drawPareto() {
  draw("pareto", paretoOption, (chart) => chart.on("click", (event) => event.data && event.data.point && showDetails(event.data.point)));
}

const text = (column) => !points.some((p) => typeof figure(p, column) === "number");
const digits = { fps: 2, paced_ms: 3, interval_cycles: 1, paced_cycles: 1, after_last_row_cycles: 1, loaded_cycles: 1, frame_mj: 3, watts: 2 };
const idColumns = [["point", (p) => p.id.slice(0, 8), true], ...settingNames.map((name) => {
  const numbers = points.every((p) => missing(p.settings[name]) || /^-?[0-9.]+$/.test(p.settings[name]));
  return [name, (p) => (missing(p.settings[name]) ? null : numbers ? Number(p.settings[name]) : p.settings[name]), !numbers];
})];
const figureColumn = (column) => [column, (p) => figure(p, column), text(column), digits[column] || 0];
const frontColumns = [...idColumns, ...["fps", "paced_ms", "buffer_bytes", "buffer_cuts", "peak_bytes", "limited_by"].map(figureColumn)];
const allColumns = [...idColumns, ["status", (p) => p.status, true], ["reason", (p) => p.reason, true], ...page.columns.map(figureColumn)];

function drawTables() {
  replace("front-table", sortableTable("front", points.filter((p) => p.front), frontColumns));
  replace("tables", foldedTable("points", "All points", points, allColumns));
}

function drawInputs() {
  const facts = { program: "rowflow " + page.version, ...(page.command ? { command: page.command } : {}), folder: page.folder, sweep: page.sweep, charts: chartsOn ? "Apache ECharts " + echarts.version : "off" };
  replace("inputs", element("pre", {}, Object.entries(facts).map(([key, value]) => `${key}: ${typeof value === "object" ? JSON.stringify(value) : value}`).join("\n")));
}

function setTheme(name) {
  document.documentElement.dataset.theme = name;
  for (const { chart, option } of charts.values()) chart.setOption(withTheme(option()), { notMerge: true });
}

const options = (names, chosen) => names.map((name) => element("option", { value: name, selected: name === chosen }, readable[name] ?? name));
byId("no-script").remove();
const prefersDark = window.matchMedia("(prefers-color-scheme: dark)");
setTheme(prefersDark.matches ? "dark" : "light");
prefersDark.addEventListener("change", (e) => setTheme(e.matches ? "dark" : "light"));
byId("theme").addEventListener("click", () => setTheme(document.documentElement.dataset.theme === "dark" ? "light" : "dark"));
replace("across", ...options(axisColumns, "buffer_bytes"));
replace("up", ...options(axisColumns, "fps"));
const fewValued = settingNames.filter((name) => new Set(points.map((p) => p.settings[name])).size <= 24);
replace("colour", element("option", { value: "" }, "one"), ...options(fewValued, fewValued.includes("tile_height") ? "tile_height" : fewValued[0]));
for (const id of ["across", "up", "colour"]) byId(id).addEventListener("change", drawPareto);
for (const part of [drawHead, drawPareto, drawTables, drawInputs]) part();

let resizing = 0;
window.addEventListener("resize", () => {
  clearTimeout(resizing);
  resizing = setTimeout(() => { for (const { chart } of charts.values()) chart.resize(); }, 120);
});
let screenTheme = "light";
window.addEventListener("beforeprint", () => {
  screenTheme = document.documentElement.dataset.theme;
  for (const { chart } of charts.values()) chart.resize({ width: 700 });
  setTheme("light");
});
window.addEventListener("afterprint", () => {
  for (const { chart } of charts.values()) chart.resize({ width: "auto" });
  setTheme(screenTheme);
});
