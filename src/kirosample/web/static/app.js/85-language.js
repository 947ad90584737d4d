// ---- The other language ----

// By the browser's preference and not by the server, whose pages are the same for everyone.
function offerLanguage() {
  const link = document.querySelector("a.other-language");
  if (!link) return;
  link.addEventListener("click", () => store("language", link.hreflang));
  const known = navigator.languages.map((tag) => tag.slice(0, 2)).filter((tag) => tag in MESSAGES);
  const wanted = known[0] ?? "en";
  if (wanted === language || load("language", null) === language) return;
  const { offered, accept, close } = MESSAGES[wanted];
  notify(offered, {
    lang: wanted,
    stays: true,
    action: accept,
    run: () => link.click(),
    close: { label: close, run: () => store("language", language) },
  });
}
