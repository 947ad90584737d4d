// ---- The day turns at midnight in Japan ----

function dayTurn() {
  const today = document.body.dataset.today;
  if (!today) return;
  const JAPAN = 9 * 3600e3;
  const now = () => new Date(Date.now() + JAPAN).toISOString().slice(0, 10);
  // A clock ahead of the server's would find a new day after every reload.
  const shownKey = `kirosample.turned.${location.pathname}`;
  let closedOn = null;
  const check = () => {
    if (now() <= today || now() === closedOn || document.querySelector("[data-turned]")) return;
    try {
      if (sessionStorage.getItem(shownKey) === now()) return;
    } catch {
      // Without session storage it may appear again.
    }
    const reload = () => {
      try {
        sessionStorage.setItem(shownKey, now());
      } catch {
        // As above.
      }
      location.assign(location.pathname);
    };
    const close = { label: messages.close, run: () => (closedOn = now()) };
    const notice = notify(messages.turned, { action: messages.openToday, run: reload, close, stays: true });
    notice.dataset.turned = "";
  };
  check();
  setInterval(check, 30000);
  document.addEventListener("visibilitychange", check);
  window.addEventListener("pageshow", check);
}
