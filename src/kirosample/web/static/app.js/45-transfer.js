// ---- Favorites to another device ----

const CODE = /^#(\w{4}-){2}\w{4}$/;

function receiveCode() {
  const field = document.querySelector(".transfer-form input");
  if (!field) return;
  const take = () => {
    if (!CODE.test(location.hash)) return;
    field.value = location.hash.slice(1);
    history.replaceState(null, "", location.pathname);
  };
  take();
  window.addEventListener("hashchange", take); // another link, while this page is open
}

function sendCode() {
  const link = document.querySelector("a[data-send]");
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
