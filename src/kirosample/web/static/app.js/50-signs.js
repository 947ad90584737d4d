// ---- The visitor's own sign ----

function chooseSign() {
  const button = document.querySelector("[data-choose-sign]");
  if (!button) return;
  const sign = button.dataset.chooseSign;
  const show = () => button.setAttribute("aria-pressed", load("sign", null) === sign);
  button.disabled = false;
  show();
  whenChangedElsewhere(show);
  button.addEventListener("click", () => {
    const chosen = load("sign", null) === sign ? null : sign;
    const stored = store("sign", chosen);
    show();
    if (!stored) notify(messages.forgotten);
    else notify(chosen ? messages.chosen : messages.unchosen);
  });
}

function showOwnSign() {
  const place = document.querySelector("[data-own-sign]");
  if (!place) return;
  const signs = [...document.querySelectorAll("[data-sign]")];
  const none = place.firstElementChild; // how to choose one
  none.hidden = false;
  const show = () => {
    const sign = load("sign", null);
    const own = signs.find((link) => link.dataset.sign === sign);
    for (const link of signs) link.closest("li")?.classList.toggle("is-own", link === own);
    place.replaceChildren(own ? ownCard(own) : none);
  };
  show();
  whenChangedElsewhere(show);
}

function ownCard(own) {
  const card = document.createElement("a");
  card.href = own.href;
  const label = document.createElement("span");
  label.className = "own";
  label.textContent = messages.ownSign;
  card.append(label, ...[...own.children].map((part) => part.cloneNode(true)));
  return card;
}
