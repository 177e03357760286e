// Draws everything; follows the chosen point, the theme, the window's size, printing.
const pointParts = [drawHead, drawPipeline, drawLevers, drawFloor, drawContexts, drawFlight, drawOccupancy, drawTime,
  drawTables, drawInputs];

function drawPoint() {
  fillBuffers();
  fillBeside();
  for (const part of pointParts) part();
}

function choose(index) {
  current = index;
  byId("point").value = index;
  drawPoint();
}

replace("point", ...points.map((p, i) => element("option", { value: i },
  p.label + (i === page.recommended ? ", recommended" : ""))));
byId("point").addEventListener("change", () => choose(Number(byId("point").value)));
document.querySelector(".pick").hidden = points.length < 2;
drawAnswer();
drawCompare();
choose(missing(page.recommended) ? 0 : page.recommended);
