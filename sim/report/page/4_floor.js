// The floor plan: what each cluster of the device holds.
const floorKinds = [["controllers", "layer controllers"], ["subclusters", "subclusters"], ["cuts", "L3 cuts"],
  ["activation_units", "activation units"], ["input_aligners", "input aligners"]];

function meter(name, use, limit, parts) {
  const whole = Math.max(limit || 0, use, 1);
  const bars = parts || [["busy", use]];
  return element("div", { class: "meter" + (limit > 0 && use > limit ? " over" : "") },
    element("span", {}, name), element("b", {}, limit > 0 ? `${number(use)} of ${number(limit)}` : number(use)),
    element("div", { class: "track" }, ...bars.map(([tint, part]) =>
      element("i", { style: `width: ${share(part, whole).toFixed(2)}%; background: var(--${tint})` }))));
}

function clusterBox(index, use, floor, blocks) {
  const cuts = use.weight_cuts + use.buffer_cuts;
  const named = blocks.length > 6 ? [...blocks.slice(0, 5), `and ${blocks.length - 5} more`] : blocks;
  return element("div", { class: "cluster" + (index >= floor.device_clusters ? " beyond" : "") },
    element("h4", {}, `Cluster ${index}${index >= floor.device_clusters ? ": beyond the device's" : ""}`),
    ...floorKinds.map(([key, name]) => (key === "cuts"
      ? meter(name, cuts, floor.limit.weight_cuts, [["done", use.weight_cuts], ["busy", use.buffer_cuts]])
      : floor.limit[key] > 0 || use[key] > 0 ? meter(name, use[key], floor.limit[key]) : null)),
    element("p", { class: "hint" }, named.join(", ") || "nothing"));
}

function drawFloor() {
  const { floor, result: r } = point();
  byId("s-floor").hidden = !floor;
  if (!floor) return;
  const select = byId("floor-context"), several = floor.contexts.length > 1;
  select.parentElement.hidden = !several;
  if (select.options.length !== floor.contexts.length)
    replace("floor-context", ...floor.contexts.map((_, c) => element("option", { value: c }, String(c + 1))));
  const chosen = several ? Number(select.value) : 0;
  const plan = floor.contexts[chosen];
  const context = several ? r.contexts.list[chosen] : { first_stage: 0, stages: r.stages.length };
  const stages = r.stages.slice(context.first_stage, context.first_stage + context.stages);
  const groups = blocksOf(stages), where = new Map();
  const cluster = new Map(stages.map((s, i) => [s.name, floor.stages[context.first_stage + i]]));
  for (const group of groups)
    for (const c of new Set(group.stages.map((s) => cluster.get(s.name)).filter((c) => c >= 0)))
      where.set(c, [...(where.get(c) || []), group.name]);
  const l4 = plan.l4_limit_cuts > 0 || plan.l4_cuts > 0;
  byId("floor").classList.toggle("many", plan.clusters.length > 24);
  replace("floor", ...plan.clusters.map((use, c) => clusterBox(c, use, plan, where.get(c) || [])),
    l4 ? element("div", { class: "cluster" }, element("h4", {}, "Whole chip"),
      meter("L4 cuts", plan.l4_cuts, plan.l4_limit_cuts)) : null);
}

byId("floor-context").addEventListener("change", drawFloor);
