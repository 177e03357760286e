// Section 7: the numbers behind the charts, sortable, to be copied as CSV.
function csvOf(rows, columns) {
  const quoted = (text) => (/[",\n]/.test(text) ? '"' + text.replace(/"/g, '""') + '"' : text);
  const cell = (value) => (missing(value) ? "" : quoted(String(value)));
  const lines = [columns.map(([name]) => cell(name)), ...rows.map((row) => columns.map(([, pick]) => cell(pick(row))))];
  return lines.map((line) => line.join(",")).join("\n") + "\n";
}

async function copyText(text, button) {
  const before = button.textContent;
  try {
    await navigator.clipboard.writeText(text);
  } catch (refused) { // pages opened from disk may not use the clipboard directly
    const area = element("textarea", {});
    area.value = text;
    document.body.append(area);
    area.select();
    document.execCommand("copy");
    area.remove();
  }
  button.textContent = "Copied";
  setTimeout(() => { button.textContent = before; }, 1200);
}

/** columns: [name, row → value, is text, digits, "csv": in the copy alone]. */
function sortableTable(id, rows, all) {
  const columns = all.filter(([, , , , where]) => where !== "csv");
  let sorted = [...rows], by = -1, down = false;
  const body = element("tbody");
  const heads = columns.map(([name, , text], i) => element("th", { class: text ? "text" : null, tabindex: 0, scope: "col",
    onclick: () => sort(i), onkeydown: (e) => e.key === "Enter" && sort(i) }, name));
  const show = () => body.replaceChildren(...sorted.map((row) => element("tr", {},
    ...columns.map(([, pick, text, digits]) => {
      const value = pick(row);
      return element("td", { class: text ? "text" : null },
        missing(value) ? "–" : text ? String(value) : number(value, digits || 0));
    }))));
  const sort = (i) => {
    down = by === i ? !down : !columns[i][2];
    by = i;
    const pick = columns[i][1];
    const order = (a, b) => (missing(a) ? 1 : missing(b) ? -1
      : (typeof a === "string" ? a.localeCompare(b) : a - b) * (down ? -1 : 1));
    sorted = [...rows].sort((a, b) => order(pick(a), pick(b)));
    heads.forEach((head, h) => (h === i ? head.setAttribute("aria-sort", down ? "descending" : "ascending")
      : head.removeAttribute("aria-sort")));
    show();
  };
  show();
  const copy = element("button", { class: "copy", type: "button", onclick: () => copyText(csvOf(sorted, all), copy) },
    "Copy as CSV");
  return element("div", { id: "table-" + id }, copy, element("div", { class: "scroll" },
    element("table", {}, element("thead", {}, element("tr", {}, ...heads)), body)));
}

const stageColumns = [["stage", (s) => s.name, true], ["kind", (s) => s.kind, true],
  ["layer", (s) => s.layer, true, 0, "csv"], ["steps a frame", (s) => s.steps_per_frame],
  ["MACs a frame", (s) => s.macs_per_frame], ["subclusters", (s) => s.subclusters],
  ["busy a frame", (s) => s.steady.busy, false, 1], ["starved a frame", (s) => s.steady.starved, false, 1],
  ["blocked a frame", (s) => s.steady.blocked, false, 1], ["utilization", (s) => s.utilization, false, 4],
  ["mJ a frame, without static", (s) => s.energy_mj, false, 4], ["busy in all", (s) => s.busy, false, 0, "csv"],
  ["starved in all", (s) => s.starved, false, 0, "csv"], ["blocked in all", (s) => s.blocked, false, 0, "csv"],
  ["done", (s) => s.done, false, 0, "csv"]];
const bufferColumns = [["buffer", (b) => b.name, true], ["role", (b) => b.role, true], ["level", (b) => b.level, true],
  ["cuts", (b) => b.cuts], ["row bytes", (b) => b.row_bytes], ["rows a frame", (b) => b.rows_per_frame],
  ["capacity rows", (b) => b.capacity_rows], ["peak rows", (b) => b.peak_rows], ["mean rows", (b) => b.mean_rows, false, 2],
  ["full cycles", (b) => b.full_cycles], ["steady peak rows", (b) => b.steady.peak_rows],
  ["steady mean rows", (b) => b.steady.mean_rows, false, 2], ["capacity bytes", (b) => b.capacity_rows * b.row_bytes]];
const blockColumns = [["block", (b) => b.layer, true], ["height", (b) => b.height],
  ["tile height", (b) => b.tile_height_effective], ["gate", (b) => b.se_mode || "tiled", true], ["bypass capacity rows", (b) => b.bypass_capacity_rows],
  ["bypass peak rows", (b) => b.bypass_peak_rows], ["bypass in", (b) => b.bypass_level, true],
  ["wait for vector, cycles a frame", (b) => b.wait_for_vector_cycles, false, 1],
  ["producer blocked, cycles a frame", (b) => b.producer_blocked_cycles, false, 1],
  ["excite busy, cycles a frame", (b) => b.excite_busy_cycles, false, 1], ["controllers", (b) => b.controllers]];

/** Filled when first opened: a thousand rows cost nothing until they are looked at. */
function foldedTable(id, title, rows, columns) {
  const fold = element("details", { id: "fold-" + id }, element("summary", {}, `${title} (${rows.length})`));
  fold.addEventListener("toggle", () => fold.open && fold.children.length === 1 &&
    fold.append(sortableTable(id, rows, columns)));
  return fold;
}

function drawTables() {
  const r = point().result;
  replace("tables", foldedTable("stages", "Stages", r.stages, stageColumns),
    foldedTable("buffers", "Row buffers", r.buffers, bufferColumns),
    r.se_blocks.length ? foldedTable("blocks", "Squeeze-and-excite blocks", r.se_blocks, blockColumns) : null);
}

function factsText(facts) {
  return element("pre", {}, Object.entries({ ...facts, charts: chartsOn ? "Apache ECharts " + echarts.version : "off" })
    .map(([key, value]) => `${key}: ${typeof value === "object" ? JSON.stringify(value) : value}`).join("\n"));
}

function drawInputs() {
  const r = point().result;
  replace("inputs", factsText({ program: "rowflow " + page.version, ...(page.command ? { command: page.command } : {}),
    network: r.network, device: r.device, tile_height: r.tile_height, buffer_policy: r.buffer_policy, timing: r.timing,
    frames: r.frames, fit: { mode: r.fit.mode, contexts: r.fit.contexts } }));
}
