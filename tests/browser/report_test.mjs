// The HTML report in a real browser: report_test.mjs ROWFLOW PAGE_WITHOUT_CHARTS FOLDER [SCREENSHOTS]
import { execFileSync } from "node:child_process";
import { existsSync, mkdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import assert from "node:assert/strict";
import { chromium } from "playwright-core";
import { missing } from "../support/missing.mjs";

const [rowflow, pageWithoutCharts, folder, screenshots] = process.argv.slice(2);
const browserPath = process.env.CHROMIUM || "/usr/bin/chromium";
if (!existsSync(browserPath)) missing("browser", browserPath);
mkdirSync(folder, { recursive: true });
const file = (name) => join(folder, name);
execFileSync(rowflow, ["run", "efficientnet_b2", "--defaults", "0.1", "--tile-height", "full,28,14,7,4,2,1", "--report", file("b2.html"), "-o", file("b2.txt"), "--quiet"]);
execFileSync(rowflow, ["run", "tiny_se", "--defaults", "0.1", "--device", "tiny", "--tile-height", "full,2", "--format", "json", "-o", file("tiny.json"), "--quiet"]);
execFileSync(rowflow, ["report", file("tiny.json"), "-o", file("tiny.html")]);
assert.ok(statSync(file("b2.html")).size <= 5 * 1024 * 1024, "EfficientNet-B2 with seven tile heights takes at most 5 MB");

const browser = await chromium.launch({ executablePath: browserPath,
  args: ["--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking", "--disable-component-update", "--disable-sync"] });

/** A page that fails the test on any console error or request that leaves the file. */
async function open(path, width, options = {}) {
  const context = await browser.newContext({ viewport: { width, height: 900 }, ...options });
  const page = await context.newPage();
  page.setDefaultTimeout(300_000); // what is waited for comes, on a busy machine late; ctest's limit is for what does not
  page.problems = [];
  page.on("console", (m) => ["error", "warning"].includes(m.type()) && page.problems.push(m.text()));
  page.on("pageerror", (e) => page.problems.push(String(e)));
  page.on("request", (r) => !/^(file|data|blob):/.test(r.url()) && page.problems.push("request " + r.url()));
  await page.goto("file://" + path);
  await page.waitForFunction(() => document.getElementById("no-script") === null);
  return page;
}

async function close(page) {
  assert.deepEqual(page.problems, []);
  await page.context().close();
}

/** Different colours in a chart's picture: a chart that drew nothing has one or two. */
const colorsIn = (page, id) => page.evaluate((host) => {
  const seen = new Set();
  for (const canvas of document.querySelectorAll(`#${host} canvas`)) {
    const { data } = canvas.getContext("2d").getImageData(0, 0, canvas.width, canvas.height);
    for (let i = 0; i < data.length; i += 4 * 7) if (data[i + 3] > 0) seen.add((data[i] << 16) | (data[i + 1] << 8) | data[i + 2]);
  }
  return seen.size;
}, id);

/** Waits until a chart has drawn: until its picture has more than so many colours. */
async function drawn(page, id, more) {
  for (let tries = 0; tries < 600; ++tries) {
    if ((await colorsIn(page, id)) > more) return;
    await page.waitForTimeout(100);
  }
  assert.fail(`${id} is drawn at ${page.viewportSize().width}`);
}

async function shot(page, name) {
  if (!screenshots) return;
  mkdirSync(screenshots, { recursive: true });
  await page.screenshot({ path: join(screenshots, name + ".png"), fullPage: true });
}

const chartIds = ["pipeline", "time", "occupancy", "flight", "compare-throughput", "compare-memory", "pareto"];

async function testWidth(width) {
  const page = await open(file("b2.html"), width);
  for (const id of chartIds) await drawn(page, id, 8);
  const wide = await page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth);
  assert.ok(wide <= 0, `nothing sticks out at ${width} (by ${wide})`);
  await shot(page, `light-${width}`);
  await close(page);
}

async function testInteraction() {
  const page = await open(file("b2.html"), 1280);
  const count = () => page.textContent("#time-count");
  const all = await count();
  await page.fill("#time-filter", "squeeze");
  assert.notEqual(await count(), all);
  const filtered = await page.evaluate(() => charts.get("time").chart.getOption().xAxis[0].data);
  assert.ok(filtered.length > 0 && filtered.every((n) => n.includes("squeeze")));
  await page.fill("#time-filter", "");
  await page.selectOption("#time-order", "stall");
  const stalls = await page.evaluate(() => { const s = charts.get("time").chart.getOption().series; return s[1].data.map((v, i) => v + s[2].data[i]); });
  assert.ok(stalls.every((v, i) => i === 0 || stalls[i - 1] >= v - 1e-9), "sorted by stall");

  const place = await page.evaluate(() => { // where the third stage is drawn
    const { chart } = charts.get("pipeline");
    const data = chart.getModel().getSeriesByIndex(0).getData();
    const [x, y] = chart.convertToPixel({ seriesIndex: 0 }, data.getItemLayout(2));
    const box = document.getElementById("pipeline").getBoundingClientRect();
    window.scrollTo(0, box.top + window.scrollY - 100);
    const moved = document.getElementById("pipeline").getBoundingClientRect();
    return { x: moved.left + x, y: moved.top + y, name: data.getName(2) };
  });
  // On a busy machine the chart may not have drawn after the scroll: a click before that hits nothing, so it is repeated.
  for (let tries = 0; tries < 600 && !(await page.$("#stage-details h3")); ++tries) {
    await page.mouse.click(place.x, place.y);
    await page.waitForTimeout(100);
  }
  assert.equal(await page.textContent("#stage-details h3"), place.name, "a click shows the stage");
  await page.click("#stage-details .link >> nth=0");
  assert.notEqual(await page.textContent("#stage-details h3"), place.name, "and a neighbour's name leads to it");

  const held = await page.evaluate(() => charts.get("occupancy").chart.getOption().series[0].data.map((d) => d[1]));
  const buffer = await page.evaluate(() => point().result.buffers.find((b) => b.name === byId("occupancy-buffer").value));
  const most = Math.max(...held);
  assert.ok(most >= buffer.steady.mean_rows && most <= buffer.peak_rows, `the bypass is in use in the window: ${most} rows, mean ${buffer.steady.mean_rows}`);

  const start = () => page.evaluate(() => charts.get("occupancy").chart.getOption().dataZoom[0].start);
  await page.evaluate(() => document.getElementById("occupancy").scrollIntoView({ block: "center" }));
  const box = await page.locator("#occupancy").boundingBox();
  await page.mouse.move(box.x + box.width * 0.7, box.y + box.height / 2);
  for (let tries = 0; tries < 600 && !((await start()) > 0); ++tries) { // as the click above
    await page.mouse.wheel(0, -400);
    await page.waitForTimeout(100);
  }
  assert.ok((await start()) > 0, "the wheel zooms");
  await page.selectOption("#occupancy-other", "3");
  const names = await page.evaluate(() => charts.get("occupancy").chart.getOption().series.map((s) => s.name));
  assert.ok(names.includes("T = 7") && names.includes("full SE"), "two tile heights in one chart: " + names);

  await page.click("#fold-stages summary");
  await page.click("#table-stages th >> nth=6");
  const busy = await page.$$eval("#table-stages tbody tr td:nth-child(7)", (cells) => cells.map((c) => Number(c.textContent.replace(/,/g, ""))));
  assert.ok(busy.length > 100 && busy.every((v, i) => i === 0 || busy[i - 1] >= v), "sorted by busy");
  const csv = await page.evaluate(() => csvOf(point().result.stages, stageColumns).trim().split("\n").length);
  assert.equal(csv, busy.length + 1);

  await page.selectOption("#flight-frame", "steady");
  await page.selectOption("#point", "3");
  assert.match(await page.textContent("#head"), /tile height 7/);
  await shot(page, "interaction-1280");
  await close(page);
}

async function testThemesAndPrint() {
  const page = await open(file("b2.html"), 1280, { colorScheme: "dark" });
  const background = () => page.evaluate(() => getComputedStyle(document.body).backgroundColor);
  const dark = await background();
  for (const id of chartIds) await drawn(page, id, 4);
  await shot(page, "dark-1280");
  await page.click("#theme");
  assert.notEqual(await background(), dark);
  await page.click("#theme");
  const pdf = await page.pdf({ format: "A4", path: screenshots ? join(screenshots, "print.pdf") : undefined });
  assert.ok(pdf.length > 50000, "printed with its charts");
  await close(page);
}

/** Result files hold no timeline: words and the command that makes one stand where the two charts would. */
async function testResultFiles() {
  const page = await open(file("tiny.html"), 1280);
  for (const [note, chart] of [["occupancy-note", "occupancy"], ["flight-note", "flight"]]) {
    assert.match(await page.textContent("#" + note), /No timeline: .*rowflow run tiny_se --device tiny --tile-height full --report FILE/);
    assert.ok(!(await page.isVisible("#" + chart)), "no empty chart: " + chart);
  }
  assert.equal(await page.locator("#point option").count(), 2);
  await close(page);
}

/** A run that stops: its own window, as far as its rows came. */
async function testDeadlock() {
  writeFileSync(file("shallow.json"), JSON.stringify({ buffers: { "conv->se.scale": 2 } }));
  assert.throws(() => execFileSync(rowflow, ["run", "tiny_se", "--defaults", "0.1", "--device", "tiny", "--tile-height", "full", "--buffers", file("shallow.json"), "--report", file("deadlock.html"), "-o", file("deadlock.txt"), "--quiet"]),
    (error) => error.status === 1);
  const page = await open(file("deadlock.html"), 1280);
  assert.match(await page.textContent("#head"), /Deadlock/);
  assert.match(await page.textContent("#flight-note"), /Frame 0, at which the pipeline stops/);
  for (const id of ["pipeline", "time", "occupancy", "flight"]) await drawn(page, id, 4);
  const bars = await page.evaluate(() => charts.get("flight").chart.getOption().series[0].data.length);
  assert.ok(bars > 4, "rows that moved before it stopped");
  await shot(page, "deadlock-1280");
  await close(page);
}

/** Forwarded rows have no timeline (rule T16): the page is made all the same and says why two charts are not there. */
async function testForwarding() {
  const device = JSON.parse(readFileSync(new URL("../../configs/devices/tiny.json", import.meta.url)));
  writeFileSync(file("forwarding.json"), JSON.stringify({ ...device, row_forwarding: true }));
  execFileSync(rowflow, ["run", "tiny_se", "--defaults", "0.1", "--device", file("forwarding.json"), "--tile-height", "full,2", "--report", file("forwarding.html"), "-o", file("forwarding.txt"), "--quiet"]);
  const page = await open(file("forwarding.html"), 1280);
  assert.match(await page.textContent("#flight-note"), /Rows are forwarded in parts/);
  await drawn(page, "pipeline", 4);
  await close(page);
}

async function testWithoutCharts() {
  writeFileSync(file("one.json"), JSON.stringify(JSON.parse(execFileSync(rowflow, ["run", "tiny_se", "--defaults", "0.1", "--device", "tiny", "--format", "json", "--quiet"]))));
  writeFileSync(file("off.html"), execFileSync(pageWithoutCharts, [file("one.json")]));
  const page = await open(file("off.html"), 1280);
  assert.ok(await page.isVisible("#charts-off"));
  await page.click("#fold-stages summary");
  await page.waitForSelector("#table-stages tbody tr:nth-child(6)"); // the tables are there
  await page.click("#theme");
  await shot(page, "without-charts-1280");
  await close(page);
}

/** A chain of a thousand stages: opening and filtering stay quick. */
async function testThousandStages() {
  const result = JSON.parse(execFileSync(rowflow, ["run", "tiny_se", "--defaults", "0.1", "--device", "tiny", "--format", "json", "--quiet"]));
  const { stages, buffers } = result;
  const stage = stages[1], buffer = buffers[0];
  result.stages = Array.from({ length: 1000 }, (_, i) => ({ ...stage, name: "s" + i, layer: "s" + i }));
  result.buffers = Array.from({ length: 999 }, (_, i) => ({ ...buffer, name: `s${i}->s${i + 1}`, from: "s" + i, to: "s" + (i + 1) }));
  writeFileSync(file("thousand.json"), JSON.stringify(result));
  execFileSync(rowflow, ["report", file("thousand.json"), "-o", file("thousand.html")]);
  const page = await open(file("thousand.html"), 1280);
  const cdp = await page.context().newCDPSession(page);
  await cdp.send("Performance.enable", { timeDomain: "threadTicks" }); // the thread's own time, whatever else the machine does
  const busy = async () => (await cdp.send("Performance.getMetrics")).metrics.find((metric) => metric.name === "TaskDuration").value;
  const before = await busy();
  await page.evaluate(() => { byId("time-filter").value = "s9"; drawTime(); drawPipeline(); });
  const taken = (await busy()) - before;
  assert.ok(taken > 0 && taken < 2, `a thousand stages are redrawn in ${taken} s`);
  await drawn(page, "pipeline", 4);
  await shot(page, "thousand-1280");
  await close(page);
}

/** A sweep's page: its front, hover and click on a point, tables, themes. */
async function testSweep() {
  rmSync(file("sweep"), { recursive: true, force: true }); // of an earlier version, perhaps
  execFileSync(rowflow, ["sweep", "efficientnet_b0", "--defaults", "0.1", "--tile-height", "full,28,14,7,4", "--device-set", "/rates/depthwise=3000,4000,8000", "-o", file("sweep"), "--report", file("sweep.html"), "--quiet"]);
  execFileSync(rowflow, ["report", file("sweep"), "-o", file("again.html")]);
  for (const width of [1280, 400]) {
    const page = await open(file("sweep.html"), width);
    await drawn(page, "pareto", 8);
    const wide = await page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth);
    assert.ok(wide <= 0, `nothing of the sweep sticks out at ${width} (by ${wide})`);
    await shot(page, `sweep-${width}`);
    await close(page);
  }
  const page = await open(file("again.html"), 1280, { colorScheme: "dark" });
  const expected = await page.evaluate(() => {
    const good = (a, b) => objectives.every(({ column, better }) => (better === "larger" ? figure(a, column) >= figure(b, column) : figure(a, column) <= figure(b, column)));
    return points.filter((p) => !points.some((q) => q !== p && good(q, p))).length;
  });
  assert.equal(await page.locator("#table-front tbody tr").count(), expected);
  const at = await page.evaluate(() => {
    const front = points.find((p) => p.front);
    return charts.get("pareto").chart.convertToPixel({ gridIndex: 0 }, [figure(front, "buffer_bytes") / 1024, figure(front, "fps")]);
  });
  const box = await page.locator("#pareto").boundingBox();
  await page.locator("#pareto").hover({ position: { x: at[0], y: at[1] } });
  await page.waitForFunction(() => /rates\/depthwise = \d+/.test(document.getElementById("pareto").textContent));
  assert.ok(box.width > 400);
  await page.locator("#pareto").click({ position: { x: at[0], y: at[1] } });
  await page.waitForFunction(() => /rowflow run --point \S+:[0-9a-f]{8}/.test(document.getElementById("point-details").textContent));
  await page.selectOption("#across", "paced_ms");
  await page.selectOption("#colour", "");
  await page.click("#fold-points summary");
  await page.waitForSelector("#table-points tbody tr");
  assert.equal(await page.locator("#table-points tbody tr").count(), 15);
  await page.click("#theme");
  await shot(page, "sweep-again");
  await close(page);
}

try {
  await testSweep();
  for (const width of [1280, 1920, 400]) await testWidth(width);
  await testInteraction();
  await testThemesAndPrint();
  await testResultFiles();
  await testDeadlock();
  await testForwarding();
  await testWithoutCharts();
  await testThousandStages();
  console.log("report: all good");
} finally {
  await browser.close();
}
