// ---- Swiping to the day, month or year before and after ----

const SWIPE = { least: 60, edge: 24, longest: 700 }; // pixels, and milliseconds

function swipe() {
  let start = null;
  const scrollsSideways = (part) =>
    part && (part.scrollWidth > part.clientWidth && /auto|scroll/.test(getComputedStyle(part).overflowX) || scrollsSideways(part.parentElement));
  // Not from the screen's edges, where the system has its own gestures.
  const begins = ({ touches: [touch, second], target }) =>
    !second &&
    !(window.visualViewport?.scale > 1) &&
    Math.min(touch.clientX, innerWidth - touch.clientX) > SWIPE.edge &&
    !target.closest("input, select, textarea") &&
    !scrollsSideways(target);
  addEventListener("touchstart", (event) => {
    start = begins(event) ? { touch: event.touches[0], at: event.timeStamp } : null;
  }, { passive: true });
  addEventListener("touchend", ({ changedTouches: [end], timeStamp, target }) => {
    if (!start || timeStamp - start.at > SWIPE.longest || !getSelection().isCollapsed) return;
    const [x, y] = [end.clientX - start.touch.clientX, end.clientY - start.touch.clientY];
    start = null;
    if (Math.abs(x) < Math.max(SWIPE.least, 2 * Math.abs(y))) return;
    const within = target.closest(".month-section") ?? document;
    within.querySelector(`.day-links [rel=${x < 0 ? "next" : "prev"}]`)?.click();
  }, { passive: true });
}

// ---- Printing ----

function printing() {
  const button = document.querySelector("[data-print]");
  if (!button) return;
  button.disabled = false;
  button.addEventListener("click", () => print());
}

// ---- The visitor's town ----

// Pages have Tokyo's times, the same for everyone. Those of the town are taken from its page of the day.
async function showTown() {
  const select = document.querySelector("#asked-place");
  select?.form.addEventListener("submit", () => store("town", select.value));
  const parts = [...document.querySelectorAll("[data-town]")];
  const day = document.querySelector("#asked-date")?.value ?? document.body.dataset.today;
  const town = load("town", "tokyo");
  if (town === "tokyo" || !parts.length || !day || location.search.includes("place=")) return;
  if (select) select.value = town;
  for (const link of document.querySelectorAll('main a[href*="/date?date="]')) link.search += `&place=${town}`;

  const path = (of) => `${language === "en" ? "/en" : ""}/date?date=${of}&place=${town}`;
  const known = load("times", {});
  const times = {};
  // Tomorrow's too, for a morning without a network.
  for (const of of [day, new Date(Date.parse(day) + DAY).toISOString().slice(0, 10)]) {
    try {
      times[path(of)] = known[path(of)] ?? (await timesOn(path(of)));
    } catch {
      return; // no network: they stay Tokyo's, and say so
    }
    if (of === day) for (const part of parts) part.textContent = times[path(of)][part.dataset.town];
    if (!document.body.dataset.today) return;
  }
  store("times", times);
}

const DAY = 24 * 3600e3; // milliseconds

async function timesOn(path) {
  const page = new DOMParser().parseFromString(await (await request(path)).text(), "text/html");
  const parts = [...page.querySelectorAll("[data-town]")];
  return Object.fromEntries(parts.map((part) => [part.dataset.town, part.textContent]));
}
