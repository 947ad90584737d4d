// ---- Back to a page that answered a form ----

// The browser would show an error of its own, or send the form again: it asks for this page instead.
function forgetForm() {
  const { posted } = document.body.dataset;
  if (posted) history.replaceState(null, "", posted);
}

// ---- Offline ----

function serviceWorker() {
  const worker = navigator.serviceWorker;
  if (!worker) return;
  const base = language === "en" ? "/en" : "";

  // The pages of the day, so that they open at once and without a network.
  const save = () => {
    if (document.hidden) return;
    navigator.clearAppBadge?.().catch(() => {});
    if (navigator.connection?.saveData) return;
    const signs = ownSigns().map((sign) => `/horoscope/${sign}`);
    const paths = ["/", "/date", "/horoscope", ...signs, "/quote"];
    worker.controller?.postMessage(paths.map((path) => base + path));
  };

  window.addEventListener("load", () => {
    // If it fails, pages need the network as before.
    worker.register("/sw.js").catch(() => {});
    save();
  });
  document.addEventListener("visibilitychange", save);
  document.addEventListener("signs", save);
  worker.addEventListener("controllerchange", save);
  worker.addEventListener("message", ({ data }) => showFresh(data));
  if (document.querySelector("[data-offline], [data-saved]"))
    window.addEventListener("online", () => scrollY || location.reload());
}

// The page was shown as it was saved on another day, and today's has arrived since.
function showFresh(html) {
  const page = new DOMParser().parseFromString(html, "text/html");
  if (!document.body.dataset.saved || page.body.dataset.today !== todayInJapan()) return;
  const open = () => location.replace(location.pathname + location.search);
  if (scrollY) notify(messages.arrived, { action: messages.openToday, run: open, stays: true });
  else open();
}
