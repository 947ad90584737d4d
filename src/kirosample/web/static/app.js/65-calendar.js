// ---- Swiping to the day, month or year before and after ----

const LEAST = 60; // pixels
const EDGE = 24; // where the system has its own gestures

function swipe() {
  let start;
  const scrollsSideways = (part) =>
    part &&
    ((part.scrollWidth > part.clientWidth && /auto|scroll/.test(getComputedStyle(part).overflowX)) ||
      scrollsSideways(part.parentElement));
  const begin = ({ touches: [touch, second], target }) => {
    const isSwipe =
      !second &&
      !(window.visualViewport?.scale > 1) &&
      Math.min(touch.clientX, innerWidth - touch.clientX) > EDGE &&
      !target.closest("input, select, [popover]") &&
      !scrollsSideways(target);
    start = isSwipe && { x: touch.clientX, y: touch.clientY }; // Safari may reuse the touch
  };
  const end = ({ changedTouches: [touch], target }) => {
    if (!start || !getSelection().isCollapsed) return;
    const x = touch.clientX - start.x;
    const y = touch.clientY - start.y;
    start = null;
    if (Math.abs(x) < Math.max(LEAST, 2 * Math.abs(y))) return;
    const within = target.closest(".month-section") ?? document;
    within.querySelector(`.day-links [rel=${x < 0 ? "next" : "prev"}]`)?.click();
  };
  addEventListener("touchstart", begin, { passive: true });
  addEventListener("touchend", end, { passive: true });
}

// ---- Printing ----

function printing() {
  const button = document.querySelector("[data-print]");
  if (!button) return;
  button.disabled = false;
  button.addEventListener("click", () => print());
}

// ---- The visitor's town ----

const DAY = 24 * 3600e3; // milliseconds

// Pages have Tokyo's times, the same for everyone. The town's come from its own page of the day.
async function showTown() {
  const select = document.querySelector("#asked-place");
  select?.form.addEventListener("submit", () => store("town", select.value));
  const parts = [...document.querySelectorAll("[data-town]")];
  const { today } = document.body.dataset;
  const day = document.querySelector("#asked-date")?.defaultValue ?? today;
  const town = load("town", "tokyo");
  if (town === "tokyo" || !parts.length || !day || location.search.includes("place=")) return;
  if (select) select.value = town;
  for (const link of document.querySelectorAll('main a[href*="/date?date="]')) {
    link.search += `&place=${town}`;
  }
  // Tomorrow's too, for a morning without a network.
  const tomorrow = today && new Date(Date.parse(today) + DAY).toISOString().slice(0, 10);
  const known = load("times", {});
  const times = {};
  try {
    for (const each of new Set([day, today, tomorrow])) {
      if (!each) continue;
      const path = `${language === "en" ? "/en" : ""}/date?date=${each}&place=${town}`;
      times[path] = known[path]?.moon ? known[path] : await timesOn(path); // an older one lacks it
      if (each === day) for (const part of parts) part.textContent = times[path][part.dataset.town];
    }
    if (today) store("times", times);
  } catch {
    // No network: the times stay Tokyo's, and say so.
  }
}

async function timesOn(path) {
  const response = await request(path);
  const page = new DOMParser().parseFromString(await response.text(), "text/html");
  const parts = [...page.querySelectorAll("[data-town]")];
  return Object.fromEntries(parts.map((part) => [part.dataset.town, part.textContent]));
}
