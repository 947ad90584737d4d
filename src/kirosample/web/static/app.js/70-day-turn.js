// ---- The day turns at midnight in Japan ----

const JAPAN = 9 * 3600e3; // milliseconds ahead of UTC

const todayInJapan = () => new Date(Date.now() + JAPAN).toISOString().slice(0, 10);

function dayTurn() {
  const today = document.body.dataset.today;
  if (!today) return;
  // A clock ahead of the server's would find a new day after every reload.
  const shownKey = `kirosample.turned.${location.pathname}`;
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
