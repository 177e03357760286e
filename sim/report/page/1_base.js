"use strict";
// What every part of the page uses: the data, small DOM helpers, charts that follow theme and size.
const page = JSON.parse(document.getElementById("data").textContent);
const points = page.points;
const charts = new Map(); // element id → {chart, option()}
const chartsOn = typeof echarts !== "undefined";
const byId = (id) => document.getElementById(id);
let current = 0;
const point = () => points[current];

function element(tag, attributes = {}, ...children) {
  const node = document.createElement(tag);
  for (const [key, value] of Object.entries(attributes)) {
    if (key.startsWith("on")) node.addEventListener(key.slice(2), value);
    else if (!missing(value) && value !== false) node.setAttribute(key, value === true ? "" : value);
  }
  node.append(...children.filter((child) => child !== null && child !== undefined));
  return node;
}

function replace(id, ...children) {
  byId(id).replaceChildren(...children.filter((child) => !missing(child)));
}

const color = (name) => getComputedStyle(document.documentElement).getPropertyValue("--" + name).trim();
const missing = (value) => value === null || value === undefined;

const formats = new Map(); // to make one takes longer than to use it a hundred times

function number(value, digits = 0) {
  if (missing(value)) return "–";
  const least = Number.isInteger(value) ? 0 : digits, key = 32 * digits + least;
  if (!formats.has(key))
    formats.set(key, new Intl.NumberFormat("en", { maximumFractionDigits: digits, minimumFractionDigits: least }));
  return formats.get(key).format(value).replace(/^-(?=[0.]+$)/, ""); // no zero below zero
}

function bytes(value) {
  if (missing(value)) return "–";
  if (value < 1024) return number(value) + " B";
  return value < 1048576 ? number(value / 1024, 1) + " KiB" : number(value / 1048576, 2) + " MiB";
}

const milliseconds = (result, cycles) => (missing(cycles) ? null : (cycles / result.device.clock_hz) * 1000);
const share = (value, whole) => (whole > 0 ? (100 * value) / whole : 0);
const labelOf = (p) => p.label;

/** Draws charts that come near the window; the others wait. */
const nearWindow = new IntersectionObserver((changes) => {
  for (const change of changes) {
    const entry = charts.get(change.target.id);
    entry.near = change.isIntersecting;
    if (entry.near && entry.stale) show(entry);
  }
}, { rootMargin: "600px" });

function show(entry) {
  if (!entry.chart) entry.chart = echarts.init(entry.host, null, { renderer: "canvas" });
  if (entry.prepare) entry.prepare(entry.chart);
  entry.prepare = null;
  entry.stale = false;
  entry.chart.resize();
  entry.chart.setOption(withTheme(entry.option()), { notMerge: true });
}

/** Makes or redraws the chart in element `id`; `option` is called again whenever theme or data change. */
function draw(id, option, prepare = null) {
  const host = byId(id);
  if (!chartsOn) {
    host.classList.add("off");
    host.textContent = "Charts are off.";
    return;
  }
  const entry = charts.get(id) || { host, chart: null, near: false, prepare };
  Object.assign(entry, { option, stale: true });
  if (entry.near) show(entry);
  if (charts.has(id)) return;
  charts.set(id, entry);
  nearWindow.observe(host);
}

/** For paper, which has all of them. */
function drawAll() {
  for (const entry of charts.values()) if (entry.stale && !entry.host.hidden) show(entry);
}

function redraw() {
  for (const entry of charts.values()) {
    entry.stale = true;
    if (entry.near) show(entry);
  }
}

function axisTheme(axis) {
  const text = color("soft"), line = color("line");
  return { ...axis, axisLabel: { color: text, ...axis.axisLabel }, nameTextStyle: { color: text },
    axisLine: { lineStyle: { color: line } }, splitLine: { ...axis.splitLine, lineStyle: { color: line, opacity: 0.6 } } };
}

function withTheme(option) {
  const fg = color("fg"), themed = { backgroundColor: "transparent", animation: false, ...option, textStyle: { color: fg } };
  for (const key of ["xAxis", "yAxis", "parallelAxis"]) {
    if (!option[key]) continue;
    themed[key] = Array.isArray(option[key]) ? option[key].map(axisTheme) : axisTheme(option[key]);
  }
  if (option.legend) themed.legend = { type: "scroll", ...option.legend, textStyle: { color: fg } };
  if (option.title) themed.title = { ...option.title, textStyle: { color: fg, fontSize: 13, fontWeight: 600 } };
  if (option.tooltip) themed.tooltip = { confine: true, backgroundColor: color("card"), borderColor: color("line"),
    textStyle: { color: fg }, ...option.tooltip };
  return themed;
}

/** So many colours that differ, in the order of what they stand for. */
function tints(count) {
  const few = ["busy", "starved", "critical", "done", "blocked", "accent"].map(color);
  if (count <= few.length) return few.slice(0, count);
  const dark = document.documentElement.dataset.theme === "dark";
  return Array.from({ length: count }, (_, i) =>
    `hsl(${Math.round((330 * i) / (count - 1))}, ${i % 2 ? 55 : 80}%, ${(dark ? 62 : 42) + (i % 2 ? 8 : -4)}%)`);
}

const entities = { "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;" };
const escapeHtml = (text) => String(text).replace(/[&<>"]/g, (c) => entities[c]);
