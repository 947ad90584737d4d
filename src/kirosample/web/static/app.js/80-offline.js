// ---- Offline ----

function serviceWorker() {
  // After everything that the page needs. If it fails, pages need the network as before.
  const register = () => navigator.serviceWorker.register("/sw.js").catch(() => {});
  if ("serviceWorker" in navigator) window.addEventListener("load", register);
}
