// The page of a sweep: its fronts, the effect of each knob, its points, how it was made. Uses 1_base.js, 2_theme.js and
// the tables of 8_tables.js.
const objectives = page.objectives; // {column, better}
const figure = (p, column) => p.figures[page.columns.indexOf(column)];
const settingNames = [...new Set(points.flatMap((p) => Object.keys(p.settings)))]
  .filter((name) => new Set(points.map((p) => p.settings[name])).size > 1);
const networks = [...new Set(points.map((p) => p.settings.network))];
const words = (p) => settingNames.map((name) => `${name} = ${p.settings[name] ?? "–"}`).join(", ") || "no setting varies";
const readable = { fps: "frames per second", paced_ms: "paced latency, ms", latency_ms: "latency, ms",
  buffer_bytes: "buffers, KiB",
  buffer_cuts: "buffers, memory cuts", frame_mj: "energy, mJ a frame", watts: "power, W",
  penalty: "penalty in accuracy" };
/** Older sweeps have the paced latency alone. */
const latency = page.columns.includes("latency_ms") ? "latency_ms" : "paced_ms";
const nameOf = (column) => readable[column] ?? column.replace(/_/g, " ");
const scaled = (p, column) => {
  const value = figure(p, column);
  return column === "buffer_bytes" && !missing(value) ? value / 1024 : value;
};
const numeric = (column) => points.some((p) => typeof figure(p, column) === "number");
const varies = (column) => new Set(points.map((p) => figure(p, column)).filter((v) => !missing(v))).size > 1;
/** What can be told apart; all that is a number where nothing varies. */
const axisColumns = page.columns.filter((c) => numeric(c) && varies(c)).length > 1
  ? page.columns.filter((c) => numeric(c) && varies(c)) : page.columns.filter(numeric);
const firstOf = (wanted, not) => wanted.find((c) => axisColumns.includes(c) && c !== not) ??
  axisColumns.find((c) => c !== not) ?? axisColumns[0];

/** Values of a setting, numbers in their order, "full" as the largest. */
function valuesOf(name) {
  const values = [...new Set(points.map((p) => p.settings[name] ?? "–"))], rank = (v) => (v === "full" ? Infinity : Number(v));
  return values.every((v) => !Number.isNaN(rank(v))) ? values.sort((a, b) => rank(b) - rank(a)) : values.sort();
}

function drawHead() {
  const card = (name, value) => element("div", { class: "card" }, element("b", {}, value), element("span", {}, name));
  const ok = points.filter((p) => p.status === "ok");
  const best = (column, pick) => {
    const values = ok.map((p) => figure(p, column)).filter((v) => !missing(v));
    return values.length ? pick(...values) : null;
  };
  const counts = Object.entries(page.rows).map(([status, count]) => card(status.replace(/_/g, " "), number(count)));
  const fastest = best("fps", Math.max), quickest = ok.find((p) => figure(p, "fps") === fastest);
  replace("head", quickest ? element("p", { class: "verdict" }, `Fastest: ${words(quickest)}: ${number(fastest, 1)} fps` +
    (missing(figure(quickest, latency)) ? "" : `, ${number(figure(quickest, latency), 3)} ms`) +
    `, buffers ${bytes(figure(quickest, "buffer_bytes"))}.`) : element("p", { class: "warn" }, "No point of it runs."),
  element("div", { class: "cards" }, ...counts, card("on the front", number(points.filter((p) => p.front).length)),
    card("most frames per second", number(fastest, 1)), card("least latency, ms", number(best(latency, Math.min), 3)),
    card("least buffers", bytes(best("buffer_bytes", Math.min)))));
  if (page.left_out > 0)
    byId("head").append(element("p", { class: "hint" }, `${number(page.left_out)} points that are not on the front are ` +
      "left out here, evenly; results.csv has all."));
}

function tip(p) {
  const lines = [["frames per second", number(figure(p, "fps"), 2)],
    ["latency", number(figure(p, latency), 3) + " ms"], ["buffers", bytes(figure(p, "buffer_bytes"))],
    ...(missing(figure(p, "penalty")) ? [] : [["penalty", number(figure(p, "penalty"), 4)]]),
    ["limited by", figure(p, "limited_by") ?? "–"], ...(p.status === "ok" ? [] : [["status", p.status.replace(/_/g, " ")]])];
  return `<b>${escapeHtml(p.id.slice(0, 8))}</b><br>` +
    settingNames.map((name) => `${escapeHtml(name)} = ${escapeHtml(p.settings[name] ?? "–")}<br>`).join("") +
    lines.map(([name, value]) => `${name}: ${escapeHtml(value)}`).join("<br>");
}

const signOf = (column) => {
  const paced = column === "paced_ms" || column === "paced_cycles";
  const o = objectives.find(({ column: c }) => c === column || (c === "latency_ms" && paced));
  return o ? (o.better === "larger" ? -1 : 1) : 0;
};

/** Front of the two axes shown alone: points of different networks are no alternatives; of an axis that is no
 *  objective, none. */
function frontLine(list, across, up) {
  const sx = signOf(across), sy = signOf(up);
  if (!sx || !sy || across === up) return [];
  const costs = list.map((p) => [sx * scaled(p, across), sy * scaled(p, up), p]).sort((a, b) => a[0] - b[0] || a[1] - b[1]);
  let least = Infinity;
  return costs.filter(([, cost]) => cost < least && ((least = cost), true))
    .map(([, , p]) => [scaled(p, across), scaled(p, up)]);
}

/** Where a point stands that has no figure for an axis, as one that does not fit: beyond the others' least. */
function edge(list, column) {
  const values = list.map((p) => scaled(p, column)).filter((v) => typeof v === "number");
  const least = Math.min(...values), most = Math.max(...values);
  return values.length ? least - 0.06 * (most - least || Math.abs(least) || 1) : 0;
}

function paretoOption(list) {
  const across = byId("across").value, up = byId("up").value, by = byId("colour").value;
  const kinds = by ? valuesOf(by) : [""], tint = tints(kinds.length), none = [edge(list, across), edge(list, up)];
  const place = (p) => [across, up].map((column, i) => (typeof scaled(p, column) === "number" ? scaled(p, column) : none[i]));
  const ok = list.filter((p) => p.status === "ok" && typeof scaled(p, across) === "number" && typeof scaled(p, up) === "number");
  const rest = list.filter((p) => !ok.includes(p));
  const series = kinds.map((kind, k) => ({ type: "scatter", name: by ? `${by} = ${kind}` : "points",
    itemStyle: { color: tint[k] }, data: ok.filter((p) => !by || (p.settings[by] ?? "–") === kind).map((p) =>
      ({ value: place(p), point: p, symbolSize: p.front ? 13 : 6, itemStyle: { opacity: p.front ? 1 : 0.5 } })) }))
    .filter((s) => s.data.length);
  if (rest.length)
    series.push({ type: "scatter", name: "does not fit or run (at the edge)", symbol: "path://M0,0L10,10M10,0L0,10", symbolSize: 9,
      itemStyle: { color: "transparent", borderColor: color("fg"), borderWidth: 1.5 },
      data: rest.map((p) => ({ value: place(p), point: p })) });
  return { tooltip: { formatter: (i) => (i.data.point ? tip(i.data.point) : "") },
    legend: series.length > 1 ? { top: 0, data: series.map((s) => s.name) } : undefined,
    grid: { left: 44, right: 24, top: series.length > 1 ? 40 : 16, bottom: 40, containLabel: true },
    xAxis: { type: "value", name: nameOf(across), nameLocation: "middle", nameGap: 26, scale: true },
    yAxis: { type: "value", name: nameOf(up), nameLocation: "middle", nameRotate: 90, nameGap: 56, scale: true },
    series: [{ type: "line", name: "front", data: frontLine(ok, across, up), symbol: "none", silent: true,
      lineStyle: { color: color("fg"), width: 1 } }, ...series] };
}

function showDetails(p) {
  const command = `rowflow run --point ${page.folder}:${p.id.slice(0, 8)}`;
  const copy = element("button", { class: "copy", type: "button", onclick: () => copyText(command, copy) }, "Copy");
  replace("point-details", element("p", {}, element("b", {}, p.id.slice(0, 8)), ": " + words(p) +
    (p.reason ? ": " + p.reason : "")), element("p", {}, element("code", {}, command), " ", copy));
}

const most = 12; // networks that have a chart of their own
const shownNetworks = networks.slice(0, most);
const paretoId = (n) => (n === 0 ? "pareto" : "pareto-" + n);

/** A front a network, each with its own scale. */
function drawPareto() {
  shownNetworks.forEach((network, n) => {
    const list = points.filter((p) => p.settings.network === network);
    draw(paretoId(n), () => paretoOption(list),
      (chart) => chart.on("click", (event) => event.data && event.data.point && showDetails(event.data.point)));
  });
}

function layOutFronts() {
  const many = shownNetworks.length > 1;
  replace("fronts", ...shownNetworks.map((network, n) => element("div", {},
    many ? element("h3", {}, network) : null, element("div", { class: "chart" + (many ? "" : " tall"), id: paretoId(n) }))));
  if (networks.length > most)
    byId("fronts").append(element("p", { class: "hint" }, `Not drawn: ${networks.slice(most).join(", ")}; see the tables.`));
}

/** The least, the median and the most of a figure at each value of a setting, over all other settings. */
function effectOption(name, column, list) {
  const values = valuesOf(name).filter((v) => list.some((p) => (p.settings[name] ?? "–") === v));
  const figures = values.map((v) => list.filter((p) => (p.settings[name] ?? "–") === v).map((p) => scaled(p, column))
    .filter((f) => typeof f === "number").sort((a, b) => a - b));
  const median = (f) => (f.length ? (f[(f.length - 1) >> 1] + f[f.length >> 1]) / 2 : null);
  const range = (params, api) => {
    const low = api.coord([api.value(0), api.value(1)]), high = api.coord([api.value(0), api.value(2)]);
    return { type: "line", shape: { x1: low[0], y1: low[1], x2: high[0], y2: high[1] },
      style: { stroke: color("done"), lineWidth: 6, opacity: 0.55 } };
  };
  return { title: { text: name, left: 0, top: 0 }, tooltip: { trigger: "axis", valueFormatter: (v) => number(v, 3) },
    grid: { left: 44, right: 16, top: 34, bottom: 30, containLabel: true },
    xAxis: { type: "category", data: values.map(String), name, nameLocation: "middle", nameGap: 26,
      axisLabel: { width: 90, overflow: "truncate" } },
    yAxis: { type: "value", name: nameOf(column), nameLocation: "middle", nameRotate: 90, nameGap: 52, scale: true },
    series: [{ type: "custom", name: "least to most", renderItem: range, itemStyle: { color: color("done") }, encode: { x: 0, y: [1, 2] },
      data: figures.map((f, i) => [i, f[0], f[f.length - 1]]).filter((d) => !missing(d[1])) },
    { type: "line", name: "median", data: figures.map(median), symbolSize: 8, lineStyle: { color: color("busy") },
      itemStyle: { color: color("busy") } }] };
}

function drawEffects() {
  const column = byId("effect").value, network = byId("effect-network").value;
  const list = points.filter((p) => networks.length < 2 || p.settings.network === network);
  const names = settingNames.filter((name) => name !== "network" &&
    new Set(list.map((p) => p.settings[name])).size > 1).slice(0, 12);
  byId("s-effects").hidden = !names.length;
  const before = [...byId("effects").children].map((host) => host.id);
  const ids = names.map((_, i) => "effect-" + i);
  if (before.join() !== ids.join()) {
    for (const id of before) charts.delete(id);
    replace("effects", ...ids.map((id) => element("div", { class: "chart low", id })));
  }
  names.forEach((name, i) => draw(ids[i], () => effectOption(name, column, list)));
}

const alongside = () => ["fps", latency, "buffer_bytes", "buffer_cuts", "frame_mj", "penalty"].filter((c) => axisColumns.includes(c));

/** Each point a line through its settings and its figures; those of the front stand out. */
function parallelOption() {
  const by = byId("colour").value, kinds = by ? valuesOf(by) : [""], tint = tints(kinds.length);
  const axes = [...settingNames.filter((name) => new Set(points.map((p) => p.settings[name])).size <= 60).slice(0, 6)
    .map((name) => ({ name, type: "category", data: valuesOf(name).map(String).reverse(), of: (p) => String(p.settings[name] ?? "–") })),
  ...alongside().map((column) => ({ name: nameOf(column), type: "value", scale: true, of: (p) => scaled(p, column) }))];
  const line = (p) => ({ value: axes.map((axis) => axis.of(p) ?? "-"),
    lineStyle: { width: p.front ? 2 : 1, opacity: p.front ? 0.95 : 0.18 } });
  const narrow = byId("parallel").clientWidth < 600;
  return { legend: by ? { top: 0 } : undefined, tooltip: {},
    parallel: { left: 64, right: narrow ? 44 : 90, top: by ? 74 : 48, bottom: 24, axisExpandable: axes.length > 8 },
    parallelAxis: axes.map(({ of, ...axis }, dim) => ({ dim, nameLocation: "end", nameTruncate: { maxWidth: narrow ? 60 : 140 },
      ...axis })),
    series: kinds.map((kind, k) => ({ type: "parallel", name: by ? `${by} = ${kind}` : "points", lineStyle: { color: tint[k] },
      itemStyle: { color: tint[k] }, data: points.filter((p) => p.status === "ok" && (!by || (p.settings[by] ?? "–") === kind)).map(line) }))
      .filter((s) => s.data.length) };
}

const text = (column) => !numeric(column);
const digits = { fps: 2, paced_ms: 3, latency_ms: 3, interval_cycles: 1, paced_cycles: 1, after_last_row_cycles: 1, loaded_cycles: 1,
  frame_mj: 3, watts: 2, penalty: 4 };
const idColumns = [["point", (p) => p.id.slice(0, 8), true], ...settingNames.map((name) => {
  const numbers = points.every((p) => missing(p.settings[name]) || /^-?[0-9.]+$/.test(p.settings[name]));
  return [name, (p) => (missing(p.settings[name]) ? null : numbers ? Number(p.settings[name]) : p.settings[name]), !numbers];
})];
const figureColumn = (column) => [column.replace(/_/g, " "), (p) => figure(p, column), text(column), digits[column] || 0];
const frontColumns = [...idColumns,
  ...["fps", latency, "buffer_bytes", "buffer_cuts", "peak_bytes", "limited_by"].map(figureColumn),
  ...(objectives.some((o) => o.column === "penalty") ? [figureColumn("penalty")] : [])];
const told = page.columns.filter(varies);
const allColumns = [...idColumns, ["status", (p) => p.status, true], ["reason", (p) => p.reason, true],
  ...page.columns.map((column) => [...figureColumn(column), told.slice(0, 8).includes(column) ? "" : "csv"])];

function drawTables() {
  replace("front-table", sortableTable("front", points.filter((p) => p.front), frontColumns));
  replace("tables", element("p", { class: "hint" }, "Copied as CSV a table has every figure of its points."),
    foldedTable("points", "All points", points, allColumns));
}

function drawInputs() {
  replace("inputs", factsText({ program: "rowflow " + page.version, ...(page.command ? { command: page.command } : {}),
    folder: page.folder, sweep: page.sweep }));
}

function drawColoured() {
  drawPareto();
  draw("parallel", parallelOption);
}

const options = (names, chosen, say = nameOf) =>
  names.map((name) => element("option", { value: name, selected: name === chosen }, say(name)));
const startUp = firstOf(["fps", latency, "interval_cycles"]);
replace("up", ...options(axisColumns, startUp));
replace("across", ...options(axisColumns, firstOf(["buffer_bytes", "buffer_cuts", "frame_mj", latency], startUp)));
replace("effect", ...options(axisColumns, startUp));
const running = networks.find((n) => points.some((p) => p.settings.network === n && p.status === "ok")) ?? networks[0];
replace("effect-network", ...options(networks, running, String));
byId("effect-network").parentElement.hidden = networks.length < 2;
const fewValued = settingNames.filter((name) => name !== "network" && new Set(points.map((p) => p.settings[name])).size <= 24);
replace("colour", element("option", { value: "" }, "one"),
  ...options(fewValued, fewValued.includes("tile_height") ? "tile_height" : fewValued[0], String));
for (const id of ["across", "up"]) byId(id).addEventListener("change", drawPareto);
byId("colour").addEventListener("change", drawColoured);
for (const id of ["effect", "effect-network"]) byId(id).addEventListener("change", drawEffects);
layOutFronts();
for (const part of [drawHead, drawColoured, drawEffects, drawTables, drawInputs]) part();
