// ---- Lots: one a day, kept in this browser only ----

const MONTHS_KEPT = 12;
const RADIX = 36;

const lots = {
  // The day -> its number, and whether it is tied (undefined until one chooses).
  all: () => load("lots", {}),
  keep(found) {
    const first = new Date(Date.now() + JAPAN);
    first.setUTCMonth(first.getUTCMonth() - MONTHS_KEPT);
    const kept = Object.entries({ ...lots.all(), ...found }).filter(([day]) => day > first.toISOString().slice(0, 10));
    return store("lots", Object.fromEntries(kept));
  },
  // For a link: five characters each, three of the day and two of the rest.
  packed: () =>
    Object.entries(lots.all())
      .map(([day, { number, tied }]) => (Date.parse(day) / DAY).toString(RADIX) + (2 * number + Number(tied ?? false)).toString(RADIX).padStart(2, "0"))
      .join(""),
  unpacked(text) {
    const found = text.match(/.{5}/g)?.map((part) => [part.slice(0, 3), part.slice(3)].map((piece) => parseInt(piece, RADIX))) ?? [];
    const days = found.filter(([day, rest]) => rest >= 2 && rest <= 201 && day * DAY < Date.now() + JAPAN);
    return Object.fromEntries(days.map(([day, rest]) => [new Date(day * DAY).toISOString().slice(0, 10), { number: rest >> 1, tied: rest % 2 === 1 }]));
  },
};

// The lot of today on the pages that offer a draw: they are the same for everyone.
function drawnToday() {
  const drawn = lots.all()[todayInJapan()];
  if (!drawn) return;
  const onHome = document.querySelector('.two-ways a[href$="/omikuji"]');
  if (onHome) onHome.textContent = messages.drawn;
  const onDraw = document.querySelector(".draw a[data-after]");
  for (const link of [onHome, onDraw]) if (link) link.href += `/mine/${drawn.number}`;
  for (const part of document.querySelectorAll(".draw [data-before], .draw [data-after]")) part.hidden = "before" in part.dataset;
}

function tieOrKeep() {
  const strip = document.querySelector("[data-lot]");
  if (!strip) return;
  const { lot, drawn } = strip.dataset;
  const buttons = [...document.querySelectorAll("[data-tie]")];
  const tied = () => lots.all()[drawn]?.tied;
  const show = () => {
    for (const button of buttons) button.setAttribute("aria-pressed", button.dataset.tie === String(tied()));
    for (const part of document.querySelectorAll("[data-says]")) part.hidden = part.dataset.says !== String(tied());
  };
  if (lots.all()[drawn]?.number !== Number(lot) && !lots.keep({ [drawn]: { number: Number(lot) } })) notify(messages.forgotten);
  else for (const button of buttons) button.disabled = false;
  whenChangedElsewhere(show);
  show();
  for (const button of buttons) {
    button.addEventListener("click", async () => {
      const folds = button.dataset.tie === "true";
      if (folds && !strip.hidden) {
        strip.dataset.folding = "";
        await Promise.allSettled(strip.getAnimations().map(({ finished }) => finished));
        delete strip.dataset.folding;
      }
      strip.hidden = folds;
      lots.keep({ [drawn]: { number: Number(lot), tied: folds } });
      show();
      document.dispatchEvent(new Event("lots"));
    });
  }
}

// A knot or a slip on the days of a draw, nothing on others.
function monthOfLots() {
  const place = document.querySelector("[data-lots]");
  if (!place) return;
  const buttons = [...place.querySelectorAll("[data-turn]")];
  const [thisYear, thisMonth] = todayInJapan().split("-").map(Number);
  let turned = 0; // months
  const day = (date) => {
    const iso = date.toISOString().slice(0, 10);
    const drawn = lots.all()[iso];
    const part = document.createElement(drawn ? "a" : "span");
    part.textContent = date.getUTCDate();
    if (iso === todayInJapan()) part.setAttribute("aria-current", "date");
    if (!drawn) return part;
    part.href = `${place.dataset.lots}${iso === todayInJapan() ? "mine/" : ""}${drawn.number}`;
    part.dataset.tied = Boolean(drawn.tied);
    part.setAttribute("aria-label", date.getUTCDate() + messages.lot.replace("{n}", drawn.number) + (drawn.tied ? messages.tied : messages.slip));
    return part;
  };
  const show = () => {
    const first = new Date(Date.UTC(thisYear, thisMonth - 1 + turned, 1));
    place.querySelector("b").textContent = first.toLocaleDateString(language, { year: "numeric", month: "long", timeZone: "UTC" });
    const items = [];
    for (const date = new Date(first); date.getUTCMonth() === first.getUTCMonth(); date.setUTCDate(date.getUTCDate() + 1)) {
      const item = document.createElement("li");
      item.append(day(date));
      items.push(item);
    }
    items[0].style.gridColumnStart = first.getUTCDay() + 1;
    const list = place.querySelector("ol");
    list.style.setProperty("--weeks", Math.ceil((first.getUTCDay() + items.length) / 7));
    list.replaceChildren(...items);
    buttons[0].disabled = turned <= -MONTHS_KEPT;
    buttons[1].disabled = turned === 0;
  };
  for (const button of buttons) {
    button.addEventListener("click", () => {
      turned += Number(button.dataset.turn);
      show();
    });
  }
  document.addEventListener("lots", show);
  whenChangedElsewhere(show);
  show();
}
