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
