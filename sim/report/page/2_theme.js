// Theme, size of the window and paper, the same for both pages.
function setTheme(name) {
  document.documentElement.dataset.theme = name;
  redraw();
}

byId("no-script").remove();
const prefersDark = window.matchMedia("(prefers-color-scheme: dark)");
setTheme(prefersDark.matches ? "dark" : "light");
prefersDark.addEventListener("change", (e) => setTheme(e.matches ? "dark" : "light"));
byId("theme").addEventListener("click", () =>
  setTheme(document.documentElement.dataset.theme === "dark" ? "light" : "dark"));

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
  for (const fold of document.querySelectorAll("details.on-paper")) fold.open = true; // where nobody can open it
  setTheme("light");
  redraw();
  drawAll();
});
window.addEventListener("afterprint", () => {
  document.documentElement.classList.remove("printing");
  setTheme(screenTheme);
});
