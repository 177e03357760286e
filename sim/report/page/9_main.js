// Draws everything; follows the chosen point, the theme, the window's size, printing.
function drawPoint() {
  fillBuffers();
  for (const part of [drawHead, drawPipeline, drawContexts, drawTime, drawOccupancy, drawFlight, drawTables, drawInputs]) part();
}

function redraw() {
  for (const { chart, option } of charts.values()) {
    chart.resize();
    chart.setOption(withTheme(option()), { notMerge: true });
  }
}

function setTheme(name) {
  document.documentElement.dataset.theme = name;
  if (charts.size) redraw();
  const key = byId("pipeline-legend");
  [...key.querySelectorAll("i")].forEach((box, i) => { box.style.background = color(["busy", "starved", "blocked", "critical"][i]); });
}

byId("no-script").remove();
const prefersDark = window.matchMedia("(prefers-color-scheme: dark)");
setTheme(prefersDark.matches ? "dark" : "light");
prefersDark.addEventListener("change", (e) => setTheme(e.matches ? "dark" : "light"));
byId("theme").addEventListener("click", () => setTheme(document.documentElement.dataset.theme === "dark" ? "light" : "dark"));

replace("point", ...points.map((p, i) => element("option", { value: i }, p.label)));
byId("point").addEventListener("change", () => { current = Number(byId("point").value); drawPoint(); });
drawCompare();
drawPoint();

let resizing = 0;
let lastWidth = window.innerWidth;
window.addEventListener("resize", () => {
  if (window.innerWidth === lastWidth) return;
  lastWidth = window.innerWidth;
  clearTimeout(resizing);
  resizing = setTimeout(redraw, 120);
});

let screenTheme = "light";
window.addEventListener("beforeprint", () => {
  screenTheme = document.documentElement.dataset.theme;
  document.documentElement.classList.add("printing"); // charts are drawn for a width that fits paper
  setTheme("light");
});
window.addEventListener("afterprint", () => {
  document.documentElement.classList.remove("printing");
  setTheme(screenTheme);
});
