// What single changes give (rowflow explain), best first; or the commands that say it.
const leverColumns = (base) => {
  const change = (now, before) => (missing(now) || !before ? null : 100 * (now / before - 1));
  return [["change", (l) => l.name, true], ["from", (l) => l.from, true], ["to", (l) => l.to, true],
    ["status", (l) => l.status, true], ["fps", (l) => l.fps, false, 1],
    ["fps, change %", (l) => change(l.fps, base.fps), false, 1],
    ["paced latency, ms", (l) => l.paced_ms, false, 3],
    ["latency, change %", (l) => change(l.paced_cycles, base.paced_cycles), false, 1],
    ["buffers, KiB", (l) => (missing(l.capacity_bytes) ? null : l.capacity_bytes / 1024), false, 1]];
};

function drawLevers() {
  const { explain, result: r } = point();
  byId("s-levers").hidden = r.status === "does_not_fit";
  if (!explain) {
    const height = r.tile_height === "mixed" ? "" : ` --tile-height ${r.tile_height}`;
    const of = `${r.network.name} --device ${r.device.name}${height}`;
    replace("levers", element("p", {}, "Each change to this point that rowflow explain simulates stands here when the " +
      "page is made of result and explanation:"),
    element("pre", {}, `rowflow run ${of} --format json -o run.json\n` +
      `rowflow explain ${of} --format json -o explain.json\nrowflow report run.json explain.json -o page.html`));
    return;
  }
  const gain = (l) => (missing(l.fps) || !explain.fps ? -1 : l.fps / explain.fps - 1);
  const sooner = (l) => (missing(l.paced_cycles) || !explain.paced_cycles ? -1 : 1 - l.paced_cycles / explain.paced_cycles);
  const best = [...explain.levers].sort((a, b) => gain(b) - gain(a) || sooner(b) - sooner(a));
  const columns = leverColumns(explain).filter(([name, pick]) => name === "change" || best.some((l) => !missing(pick(l))));
  replace("levers", explain.text ? element("p", {}, explain.text) : null,
    element("p", { class: "hint" }, `Against ${number(explain.fps, 1)} fps and ` +
      `${number(milliseconds(r, explain.paced_cycles), 3)} ms in one context.`),
    sortableTable("levers", best, columns));
}
