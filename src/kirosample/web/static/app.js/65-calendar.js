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

// The page, or the part of it that the button names.
function printing() {
  for (const button of document.querySelectorAll("[data-print]")) {
    button.disabled = false;
    button.addEventListener("click", () => {
      document.body.dataset.printing = button.dataset.print;
      print();
    });
  }
  addEventListener("afterprint", () => delete document.body.dataset.printing);
}

// ---- Marks in a month: they are in the address, and go on to the next one ----

function marks() {
  const boxes = [...document.querySelectorAll(".marks input")];
  if (!boxes.length) return;
  const given = new URLSearchParams(location.search).get("mark")?.split(",") ?? [];
  for (const box of boxes) box.checked = given.includes(box.id);
  if (given.length) boxes[0].closest("details").open = true;
  const links = document.querySelectorAll(".month-section .day-links a, a.other-language");
  const keep = () => {
    const chosen = boxes.filter((box) => box.checked).map((box) => box.id);
    const marked = (address) => {
      const url = new URL(address);
      url.searchParams.delete("mark");
      if (chosen.length) url.search += `${url.search ? "&" : "?"}mark=${chosen}`;
      return url.href;
    };
    history.replaceState(history.state, "", marked(location.href));
    for (const link of links) link.href = marked(link.href);
  };
  if (given.length) keep();
  for (const box of boxes) box.addEventListener("change", keep);
}

// A year opens on this month, where its months stand one below the other.
function openMonth() {
  const month = document.querySelector(".page-year #month");
  if (month && !location.hash && !scrollY && matchMedia("(width < 40rem)").matches) month.scrollIntoView();
}

// ---- The calendar that is chosen, in place ----

function chooseCalendar() {
  const form = document.querySelector("[data-chooses]");
  form?.addEventListener("change", async () => {
    const chosen = new URLSearchParams([...new FormData(form)].filter(([, value]) => value));
    const path = `${form.action}?${String(chosen) || "special=false"}`;
    try {
      const page = new DOMParser().parseFromString(await (await request(path)).text(), "text/html");
      const [said, shown] = [document, page].map((each) => each.querySelector(".subscribe [role=status]"));
      said.replaceChildren(...shown.childNodes);
      while (said.nextElementSibling) said.nextElementSibling.remove();
      while (shown.nextElementSibling) said.parentElement.append(shown.nextElementSibling);
      history.replaceState(history.state, "", path);
      copyButtons();
      ownWay(true);
    } catch ({ status }) {
      notifyFailure(status);
    }
  });
}

// The way of this system is open, unless the page is shown already and would move. Android opens no webcal: address,
// so its button is Google's.
function ownWay(isAsked = false) {
  const [, apple, google] = navigator.userAgent.match(/(iPhone|iPad|Macintosh)|(Android)/) ?? [];
  const way = document.querySelector(`[data-way=${apple ? "apple" : google ? "google" : "other"}]`);
  if (!way) return;
  // A paint is reported late. Chrome's timeline, which begins with the first frame, says it at once.
  const isShown = performance.getEntriesByType("paint").length || (navigator.userAgentData && document.timeline.currentTime);
  way.open = isAsked || !isShown;
  const link = google && way.querySelector("a");
  if (link) way.parentElement.previousElementSibling.querySelector("a").href = link.href;
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
