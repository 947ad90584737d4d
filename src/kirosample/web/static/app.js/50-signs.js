// ---- The visitor's own signs: mine first, then a family's ----

let unstored = null; // used if the browser stores nothing

function ownSigns() {
  const old = load("sign", null); // until November 2026 there was one
  const signs = unstored ?? load("signs", old ? [old] : []);
  return Array.isArray(signs) ? signs.filter((sign) => /^[a-z]+$/.test(sign)) : [];
}

function keepSigns(signs) {
  unstored = store("signs", signs) ? null : signs;
  document.dispatchEvent(new Event("signs"));
  return !unstored;
}

function onOwnSigns(show) {
  show();
  document.addEventListener("signs", show);
  whenChangedElsewhere(show);
}

// The shortcut of the installed app is the same for everyone. The URL comes from the ranking: a path
// such as //example.com would lead to another site.
function openOwnSign() {
  if (location.hash !== "#mine") return;
  const link = document.querySelector(`.ranked-head[data-sign="${ownSigns()[0]}"]`);
  if (link) location.replace(link.href);
}

function markOwnSigns() {
  // The first place on a phone, unless the page is shown already and would move.
  const isShown = performance.getEntriesByType("paint").length > 0;
  if (!isShown) document.querySelector(".ranking")?.setAttribute("data-mine", "");
  onOwnSigns(() => {
    const signs = ownSigns();
    for (const link of document.querySelectorAll("[data-sign]"))
      link.closest("li").classList.toggle("is-own", signs.includes(link.dataset.sign));
  });
}

function chooseSign() {
  const button = document.querySelector("[data-choose-sign]");
  if (!button) return;
  const sign = button.dataset.chooseSign;
  const isOwn = () => ownSigns().includes(sign);
  onOwnSigns(() => {
    button.setAttribute("aria-pressed", isOwn());
    button.dataset.says = isOwn() ? "own" : ownSigns().length ? "another" : "first";
  });
  button.disabled = false;
  button.addEventListener("click", () => {
    const others = ownSigns().filter((own) => own !== sign);
    const stored = keepSigns(isOwn() ? others : [...others, sign]);
    if (!stored) notify(messages.forgotten);
    else notify(isOwn() ? messages.chosen : messages.unchosen);
  });
}
