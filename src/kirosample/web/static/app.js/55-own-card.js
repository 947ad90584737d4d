// ---- The card of one's own sign, built from the ranking ----

function ownCard() {
  const place = document.querySelector(".own");
  if (!place) return;
  const part = (selector) => place.querySelector(selector);
  const row = (sign) => document.querySelector(`.ranks [data-sign="${sign}"]`);
  let shown; // the sign on the card

  const card = (sign) => {
    const link = row(sign);
    part(".own-sign").replaceChildren(...[...link.children].map((child) => child.cloneNode(true)));
    part(".own-more a").href = link.href;
    const share = part("[data-share]").dataset;
    share.share = `${link.pathname}?date=${document.body.dataset.today}`;
    share.text = link.dataset.text;
    const words = new URLSearchParams({ url: new URL(share.share, location.href).href, text: share.text });
    for (const way of place.querySelectorAll(".share-ways a")) way.search = words;
    part("[data-share] .vh").textContent = `: ${share.text}`;
    share.picture = `${language === "en" ? "/en" : ""}/share/horoscope/${document.body.dataset.today}/${sign}/square.png`;
    for (const [n, score] of place.querySelectorAll(".score").entries()) {
      const points = link.dataset.scores[n];
      const label = score.querySelector(".vh");
      score.querySelector("svg svg").setAttribute("width", 24 * points);
      label.textContent = label.textContent.replace(/\d/, points);
    }
    part(".swatch *").setAttribute("fill", link.dataset.color);
    const { children } = link.nextElementSibling.content.cloneNode(true);
    for (const dd of place.querySelectorAll("dd")) dd.lastElementChild.replaceWith(children[0]);
    part(".own-advice").replaceChildren(children[0]);
  };

  const names = () => load("names", {});
  const nameOf = (sign) =>
    names()[sign] ?? (sign === signs()[0] ? messages.me : row(sign).querySelector(".sign-name").textContent);

  const tab = (sign) => {
    const button = document.createElement("button");
    button.type = "button";
    button.dataset.tab = sign;
    button.setAttribute("aria-pressed", sign === shown);
    const name = document.createElement("span");
    name.textContent = nameOf(sign);
    button.append(name, row(sign).querySelector(".rank").cloneNode(true));
    return button;
  };

  const signs = () => ownSigns().filter(row);

  const show = () => {
    const own = signs();
    place.dataset.mode = own.length ? "card" : "first";
    if (!own.length) return;
    if (!own.includes(shown)) shown = own[0];
    part(".own-tabs").replaceChildren(...(own.length > 1 ? own.map(tab) : []));
    card(shown);
  };

  // After what the visitor did: the focus goes to what is there now.
  const turnTo = (mode) => {
    if (mode === "card") show();
    else place.dataset.mode = mode;
    part("#own-name").value = nameOf(shown);
    const next = place.dataset.mode === "card" ? ".own-more a" : ".own-signs a";
    part(next).focus({ preventScroll: true });
  };

  const keep = (own) => {
    if (!keepSigns(own)) notify(messages.forgotten);
    turnTo("card");
  };

  const choose = (sign) => {
    const own = signs();
    const isChange = place.dataset.mode === "change";
    const before = shown;
    shown = sign;
    if (own.includes(sign)) return turnTo("card");
    const { [before]: name, ...others } = names();
    if (isChange) store("names", { ...others, [sign]: name });
    keep(isChange ? own.map((kept) => (kept === before ? sign : kept)) : [...own, sign]);
  };

  part(".own-name").addEventListener("submit", (event) => {
    event.preventDefault();
    store("names", { ...names(), [shown]: part("#own-name").value.trim() || undefined });
    turnTo("card");
  });

  onOwnSigns(show);
  place.addEventListener("click", (event) => {
    const { sign, tab, turn } = event.target.closest("a, button")?.dataset ?? {};
    if (sign) {
      event.preventDefault();
      choose(sign);
    } else if (tab) {
      shown = tab;
      show();
      part("[aria-pressed=true]").focus();
    } else if (turn === "without") {
      keep(signs().filter((own) => own !== shown));
    } else if (turn) {
      turnTo(turn);
    }
  });
}
