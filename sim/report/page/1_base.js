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
    else if (value !== null && value !== undefined && value !== false) node.setAttribute(key, value === true ? "" : value);
  }
  node.append(...children.filter((child) => child !== null && child !== undefined));
  return node;
}

function replace(id, ...children) {
  byId(id).replaceChildren(...children);
}

const color = (name) => getComputedStyle(document.documentElement).getPropertyValue("--" + name).trim();
const missing = (value) => value === null || value === undefined;

function number(value, digits = 0) {
  if (missing(value)) return "–";
  return Number(value).toLocaleString("en", { maximumFractionDigits: digits, minimumFractionDigits: Number.isInteger(value) ? 0 : digits });
}

function bytes(value) {
  if (missing(value)) return "–";
  if (value < 1024) return number(value) + " B";
  return value < 1048576 ? number(value / 1024, 1) + " KiB" : number(value / 1048576, 2) + " MiB";
}

const milliseconds = (result, cycles) => (missing(cycles) ? null : (cycles / result.device.clock_hz) * 1000);
const share = (value, whole) => (whole > 0 ? (100 * value) / whole : 0);
const labelOf = (p) => p.label;

/** Makes or redraws the chart in element `id`; `option` is called again whenever theme or data change. */
function draw(id, option, prepare) {
  const host = byId(id);
  if (!chartsOn) {
    host.classList.add("off");
    host.textContent = "Charts are off.";
    return null;
  }
  let entry = charts.get(id);
  if (!entry) {
    entry = { chart: echarts.init(host, null, { renderer: "canvas" }) };
    charts.set(id, entry);
    if (prepare) prepare(entry.chart);
  }
  entry.option = option;
  entry.chart.resize();
  entry.chart.setOption(withTheme(option()), { notMerge: true });
  return entry.chart;
}

function axisTheme(axis) {
  const text = color("soft"), line = color("line");
  return { ...axis, axisLabel: { color: text, ...axis.axisLabel }, nameTextStyle: { color: text }, axisLine: { lineStyle: { color: line } },
    splitLine: { ...axis.splitLine, lineStyle: { color: line, opacity: 0.6 } } };
}

function withTheme(option) {
  const themed = { backgroundColor: "transparent", animation: false, ...option, textStyle: { color: color("fg") } };
  for (const key of ["xAxis", "yAxis"]) {
    if (!option[key]) continue;
    themed[key] = Array.isArray(option[key]) ? option[key].map(axisTheme) : axisTheme(option[key]);
  }
  if (option.legend) themed.legend = { type: "scroll", ...option.legend, textStyle: { color: color("fg") } };
  if (option.title) themed.title = { ...option.title, textStyle: { color: color("fg"), fontSize: 13, fontWeight: 600 }, subtextStyle: { color: color("soft"), fontSize: 12 } };
  if (option.tooltip) themed.tooltip = { confine: true, backgroundColor: color("card"), borderColor: color("line"), textStyle: { color: color("fg") }, ...option.tooltip };
  return themed;
}

const escapeHtml = (text) => String(text).replace(/[&<>"]/g, (c) => ({ "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;" })[c]);
