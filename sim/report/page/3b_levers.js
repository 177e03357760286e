// What single changes give (rowflow explain), best first, and the best path of several; or the commands that say it.
const percent = (gain) => (missing(gain) ? null : 100 * gain);
const leverValue = (value) => (typeof value === "number" ? number(value, Number.isInteger(value) ? 0 : 3) : String(value));
const leverColumns = [["lever", (l) => l.lever.replace(/_/g, " "), true], ["of", (l) => l.name || "all", true],
  ["from", (l) => leverValue(l.from), true], ["to", (l) => leverValue(l.to), true],
  ["status", (l) => (l.fits ? l.status.replace(/_/g, " ") : "does not fit"), true],
  ["contexts", (l) => l.contexts], ["fps", (l) => l.fps, false, 1],
  ["throughput gain, %", (l) => percent(l.throughput_gain), false, 1], ["latency, ms", (l) => l.latency_ms, false, 3],
  ["latency gain, %", (l) => percent(l.latency_gain), false, 1], ["L3 + L4 cuts", (l) => l.cuts],
  ["buffers, KiB", (l) => l.capacity_bytes / 1024], ["options", (l) => l.arguments.join(" "), true, 0, "csv"]];
const elasticityColumns = [["figure of the device", (e) => e.figure, true], ["from", (e) => e.from], ["tried", (e) => e.to],
  ["throughput, % per %", (e) => e.throughput, false, 2], ["latency, % per %", (e) => e.latency, false, 2]];

function leverWords(l) {
  const gains = [["throughput", l.throughput_gain], ["latency", l.latency_gain]].filter(([, gain]) => !missing(gain))
    .map(([name, gain]) => `${name} ${gain < 0 ? "−" : "+"}${number(100 * Math.abs(gain), 1)} %`);
  return `${l.lever.replace(/_/g, " ")}${l.name ? " of " + l.name : ""}: ${l.from} → ${l.to}` +
    (gains.length ? ` (gained so far: ${gains.join(", ")})` : "");
}

function withoutLevers(r) {
  const height = r.tile_height === "mixed" || !r.se_blocks.length ? "" : ` --tile-height ${r.tile_height}`;
  const of = `${r.network.name} --device ${r.device.name}${height}`;
  replace("levers", element("p", {}, "What each single change to this point gives stands here when the page is made " +
    "with --levers N, which takes as long as rowflow explain:"),
  element("pre", {}, `rowflow run ${of} --report page.html --levers 5`));
}

function drawLevers() {
  const { explain, result: r } = point();
  byId("s-levers").hidden = r.status === "does_not_fit" && !explain;
  if (!explain) return withoutLevers(r);
  const path = explain.path || [], levers = explain.levers || [], parts = [];
  if (explain.text) parts.push(element("p", {}, explain.text));
  if (path.length) {
    parts.push(element("p", {}, "The best found together:"),
      element("ol", { id: "path" }, ...path.map((l) => element("li", {}, leverWords(l)))));
    const command = explain.path_command;
    const copy = element("button", { class: "copy", type: "button", onclick: () => copyText(command, copy) }, "Copy");
    if (command) parts.push(element("p", {}, element("code", {}, command), " ", copy));
  }
  parts.push(element("p", { class: "hint" }, `Each change alone, best first, against ${number(explain.fps, 1)} fps and ` +
    `${number(explain.latency_ms, 3)} ms.`), sortableTable("levers", levers, leverColumns));
  if ((explain.elasticities || []).length)
    parts.push(element("p", { class: "hint" }, "How far throughput and latency follow each figure of the device:"),
      sortableTable("elasticities", explain.elasticities, elasticityColumns));
  replace("levers", ...parts);
}
