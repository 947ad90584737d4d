// ---- The day turns at midnight in Japan ----

const JAPAN = 9 * 3600e3; // milliseconds ahead of UTC

const todayInJapan = () => new Date(Date.now() + JAPAN).toISOString().slice(0, 10);

// By how many days this clock is ahead of the server's, which a reload has shown: as long as it is so
// on the pages of this session, they are not called old.
const AHEAD = "kirosample.ahead";

function daysAhead(most) {
  try {
    const days = Math.min(most, Number(sessionStorage.getItem(AHEAD)));
    sessionStorage.setItem(AHEAD, days);
    return days;
  } catch {
    return 0; // then it may be said again
  }
}

function dayTurn() {
  const { today } = document.body.dataset;
  if (!today) return;
  let closedOn = null;
  const check = () => {
    const since = Math.max(0, Date.parse(todayInJapan()) - Date.parse(today)) / DAY;
    if (since <= daysAhead(since) || todayInJapan() === closedOn || document.querySelector("[data-turned]")) return;
    const reload = () => {
      try {
        sessionStorage.setItem(AHEAD, Infinity); // until the page that comes says by how many
      } catch {
        // As above.
      }
      const address = new URL(location.href);
      address.searchParams.delete("date"); // a place or a ranking stays
      address.hash = ""; // which alone would not load the page again
      location.assign(address);
    };
    const close = { label: messages.close, run: () => (closedOn = todayInJapan()) };
    const notice = notify(messages.turned, { action: messages.openToday, run: reload, close, stays: true });
    notice.dataset.turned = "";
    if (document.hidden) navigator.setAppBadge?.().catch(() => {}); // until the next visit
  };
  check();
  setInterval(check, 30000);
  document.addEventListener("visibilitychange", check);
  window.addEventListener("pageshow", check);
}

// ---- The evening: what tomorrow is ----

const EVENING = 18;

function evening() {
  const line = document.querySelector("[data-evening]");
  const check = () => {
    const hour = new Date(Date.now() + JAPAN).getUTCHours();
    line.toggleAttribute("data-shown", hour >= EVENING && todayInJapan() === document.body.dataset.today);
  };
  if (!line) return;
  check();
  document.addEventListener("visibilitychange", check);
}

// ---- The home screen: offered on the third different day, once ----

const THIRD = 3;

function offerHomeScreen() {
  const { today } = document.body.dataset;
  const mornings = load("mornings", []);
  const isPhone = matchMedia("(pointer: coarse)").matches && !matchMedia("(display-mode: standalone)").matches;
  if (!today || !document.querySelector(".home") || !isPhone || mornings.length >= THIRD || mornings.includes(today)) return;
  if (!store("mornings", [...mornings, today]) || mornings.length + 1 < THIRD) return;
  const agent = navigator.userAgent;
  const how = /iPhone|iPad/.test(agent) ? messages.homeApple : /Firefox/.test(agent) ? messages.homeFirefox : messages.homeChrome;
  notify(how, { stays: true, close: { label: messages.close, run: () => {} } });
}
