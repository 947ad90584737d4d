// Progressive enhancement. The parts are independent: if one fails, or the browser stores nothing,
// the plain page still works.

// ---- Local storage ----

function load(name, fallback) {
  try {
    return JSON.parse(localStorage.getItem(`kirosample.${name}`)) ?? fallback;
  } catch {
    return fallback;
  }
}

function store(name, value) {
  try {
    localStorage.setItem(`kirosample.${name}`, JSON.stringify(value));
    return true;
  } catch {
    return false; // private browsing, or the storage is full
  }
}

// Storage may change in another tab, or before the back button restores this page.
function whenChangedElsewhere(show) {
  window.addEventListener("storage", show);
  window.addEventListener("pageshow", (event) => event.persisted && show());
}
