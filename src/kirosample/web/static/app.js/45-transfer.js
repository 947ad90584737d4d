// ---- Favorites to another device ----

const CODE = /^#((?:\w{4}-){2}\w{4})(?:~([0-9a-z]*))?$/; // and the lots, which no server sees
const COMING = "kirosample.coming";

function receiveCode() {
  const field = document.querySelector(".transfer-form input");
  if (!field) return;
  const take = () => {
    const [, code, coming] = location.hash.match(CODE) ?? [];
    if (!code) return;
    field.value = code;
    document.querySelector("[data-typed]").hidden = true;
    remember(coming ?? "");
    history.replaceState(null, "", location.pathname);
  };
  take();
  window.addEventListener("hashchange", take); // another link, while this page is open
}

// Lots wait for the favorites to be moved: opening a link alone mixes nothing.
function remember(coming) {
  try {
    sessionStorage.setItem(COMING, coming);
  } catch {
    // Then only the favorites move.
  }
}

function receiveLots() {
  if (!document.querySelector("[data-moved]")) return;
  try {
    lots.keep({ ...lots.unpacked(sessionStorage.getItem(COMING) ?? ""), ...lots.all() });
  } catch {
    return;
  }
  remember("");
}

function sendCode() {
  const link = document.querySelector("a[data-send]");
  const packed = lots.packed();
  if (link && packed) link.href += `~${packed}`;
  link?.addEventListener("click", async (event) => {
    event.preventDefault();
    try {
      if (navigator.share) return await navigator.share({ url: link.href });
      await navigator.clipboard.writeText(link.href);
      notify(messages.copied);
    } catch (error) {
      if (error.name !== "AbortError") notify(messages.failed);
    }
  });
}
