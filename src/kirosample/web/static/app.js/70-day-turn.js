// ---- The day turns at midnight in Japan ----

const JAPAN = 9 * 3600e3; // milliseconds ahead of UTC

const todayInJapan = () => new Date(Date.now() + JAPAN).toISOString().slice(0, 10);

function dayTurn() {
  const today = document.body.dataset.today;
  if (!today) return;
  // A clock ahead of the server's would find a new day after every reload, on every page.
  const shownKey = "kirosample.turned";
  let closedOn = null;
  const check = () => {
    if (todayInJapan() <= today || todayInJapan() === closedOn || document.querySelector("[data-turned]")) return;
    try {
      if (sessionStorage.getItem(shownKey) === todayInJapan()) return;
    } catch {
      // Without session storage it may appear again.
    }
    const reload = () => {
      try {
        sessionStorage.setItem(shownKey, todayInJapan());
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
