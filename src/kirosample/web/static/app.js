// What the pages do beyond their links and forms. Each part stands alone: where one fails,
// or the browser keeps nothing, the plain page goes on working.

// ---- What this browser remembers ----

function recall(name, otherwise) {
  try {
    return JSON.parse(localStorage.getItem(`kirosample.${name}`)) ?? otherwise;
  } catch {
    return otherwise;
  }
}

function keep(name, value) {
  try {
    localStorage.setItem(`kirosample.${name}`, JSON.stringify(value));
    return true;
  } catch {
    return false; // private browsing or a full store: the page works, it only remembers nothing
  }
}

// It may change in another tab, or after this page was left, which the back button brings as it was.
function whenChangedElsewhere(show) {
  window.addEventListener("storage", show);
  window.addEventListener("pageshow", (event) => event.persisted && show());
}

// ---- Words to the visitor, spoken by screen readers too ----

const QUICK = 6000;
const UNDOABLE = 12000;

function say(text, { action, run, close, stays = false, lang } = {}) {
  const notices = document.querySelector(".notices");
  const notice = document.createElement("div");
  notice.className = "notice";
  if (lang) notice.lang = lang;
  const said = document.createElement("span");
  said.textContent = text;
  notice.append(said);
  const offer = (label, then) => {
    const button = document.createElement("button");
    button.type = "button";
    button.textContent = label;
    button.addEventListener("click", () => {
      notice.remove();
      then();
    });
    notice.append(button);
  };
  if (action) offer(action, run);
  if (close) offer(close.label, close.run);
  // A notice that someone points at or has the focus in stays; so does one for good.
  const leave = () => {
    if (notice.matches(":hover, :focus-within")) setTimeout(leave, QUICK);
    else notice.remove();
  };
  if (!stays) {
    for (const old of notices.querySelectorAll(".notice:not([data-stays])")) old.remove();
    setTimeout(leave, action ? UNDOABLE : QUICK);
  } else {
    notice.dataset.stays = "";
  }
  notices.append(notice);
  return notice;
}

const WORDS = {
  ja: {
    0: "つながりませんでした。電波のよいところで、もう一度お試しください。",
    404: "取り消せませんでした。このブラウザーは Cookie を受け付けないようです。",
    422: "お気に入りに入れられる期間が過ぎました。",
    429: "ただいま混みあっています。少し待ってから、もう一度お試しください。",
    503: "お気に入りは、ただいまお休みしています。少し待ってから、もう一度お試しください。",
    failed: "うまくいきませんでした。もう一度お試しください。",
    added: "お気に入りに入れました。",
    already: "すでにお気に入りに入っています。",
    removed: "お気に入りから外しました。",
    restored: "お気に入りに戻しました。",
    undo: "元に戻す",
    ownSign: "わたしの星座",
    chosen: "わたしの星座にしました。",
    unchosen: "わたしの星座から外しました。",
    forgotten: "このブラウザーには覚えておけませんでした。",
    turned: "日付が変わりました。",
    openToday: "きょうのページを開く",
    offered: "このページは日本語でも読めます。",
    accept: "日本語で読む",
    close: "閉じる",
  },
  en: {
    0: "No connection. Please try again when you are online.",
    404: "It could not be taken back. This browser seems to refuse cookies.",
    422: "It can no longer be added to favorites.",
    429: "Things are busy right now. Please wait a little and try again.",
    503: "Favorites are not available right now. Please wait a little and try again.",
    failed: "That did not work. Please try again.",
    added: "Added to your favorites.",
    already: "It is among your favorites already.",
    removed: "Removed from your favorites.",
    restored: "Back among your favorites.",
    undo: "Undo",
    ownSign: "My sign",
    chosen: "This is your sign now.",
    unchosen: "This is no longer your sign.",
    forgotten: "This browser could not remember it.",
    turned: "A new day has begun in Japan.",
    openToday: "Open today’s page",
    offered: "You can read this page in English.",
    accept: "Read in English",
    close: "Close",
  },
};

const language = document.documentElement.lang;
const words = WORDS[language] ?? WORDS.ja;

const failure = (status) => words[status] ?? words.failed;

// ---- Likes ----

class Refused extends Error {
  constructor(status) {
    super(`status ${status}`);
    this.status = status;
  }
}

const PATIENCE = 10000; // a network that hangs is none

async function ask(path, options = {}) {
  let response;
  try {
    const signal = AbortSignal.timeout?.(PATIENCE);
    response = await fetch(path, { credentials: "same-origin", signal, ...options });
  } catch {
    throw new Refused(0);
  }
  if (!response.ok) throw new Refused(response.status);
  return response;
}

// Which things this visitor likes, as this browser learned it: the thing -> the favorite's id.
const likes = {
  unkept: null, // all of them, where the browser keeps nothing
  all: () => likes.unkept ?? recall("likes", {}),
  id: (thing) => likes.all()[thing],
  keep(all) {
    likes.unkept = keep("likes", all) ? null : all;
  },
  set(thing, id) {
    likes.keep({ ...likes.all(), [thing]: id });
  },
  drop(thing) {
    const { [thing]: _, ...rest } = likes.all();
    likes.keep(rest);
  },
};

async function like(thing) {
  const [type, item] = thing.split(":");
  const response = await ask("/api/favorites", {
    method: "POST",
    headers: { "Content-Type": "application/json" },
    body: JSON.stringify({ type, item }),
  });
  const favorite = await response.json();
  likes.set(thing, favorite.id);
  return { favorite, isNew: response.status === 201 };
}

async function withdraw(thing, id) {
  try {
    await ask(`/api/favorites/${id}`, { method: "DELETE" });
  } catch (error) {
    // 404: it was taken back elsewhere, which is as well. But who keeps nothing keeps no cookie
    // either, is somebody else to the server now, and the like stands.
    if (error.status !== 404 || likes.unkept) throw error;
  }
  likes.drop(thing);
}

// What can be liked no more has a heart only for those who like it: its button -> what stood there.
function heartsOfOld() {
  const hearts = new Map();
  for (const plain of document.querySelectorAll("[data-liked-once]")) {
    const thing = plain.dataset.likedOnce;
    if (likes.id(thing) === undefined) continue;
    const button = document.createElement("button");
    button.className = "button like-button";
    button.name = "like";
    button.value = thing;
    button.append(...plain.cloneNode(true).childNodes);
    plain.replaceWith(button);
    hearts.set(button, plain);
  }
  return hearts;
}

function likeButtons() {
  const old = heartsOfOld();
  // The value of each is what it is about: "quote:…" or "horoscope:…".
  const buttons = [...document.querySelectorAll("button[name=like]")];
  const pending = new Set();

  const show = (button, liked) => button.setAttribute("aria-pressed", liked);
  const leave = (button) => {
    if (isLiked(button) || !old.has(button)) return;
    const plain = old.get(button);
    plain.replaceChildren(...button.childNodes);
    button.replaceWith(plain);
  };
  const isLiked = (button) => button.getAttribute("aria-pressed") === "true";
  const count = (button, number) => {
    const shown = button.querySelector("[data-likes]");
    const before = shown ? Number(shown.textContent) : 0;
    if (shown) shown.textContent = typeof number === "function" ? number(before) : number;
    return before;
  };

  async function toggle(button) {
    const thing = button.value;
    if (pending.has(thing)) return; // twenty taps at once are one
    pending.add(thing);
    const liked = isLiked(button);
    const undo = () => {
      button.focus();
      toggle(button);
    };
    button.setAttribute("aria-busy", "true");
    show(button, !liked);
    const before = count(button, (now) => now + (liked ? -1 : 1));
    try {
      if (liked) {
        await withdraw(thing, likes.id(thing));
        say(words.removed, old.has(button) ? {} : { action: words.undo, run: undo });
      } else {
        const { favorite, isNew } = await like(thing);
        count(button, favorite.likes);
        say(isNew ? words.added : words.already);
      }
    } catch (error) {
      show(button, liked);
      count(button, before);
      say(failure(error.status));
    } finally {
      button.removeAttribute("aria-busy");
      pending.delete(thing);
      leave(button);
    }
  }

  const isRemembered = (button) => likes.id(button.value) !== undefined;

  whenChangedElsewhere(() => {
    for (const button of buttons) {
      const liked = isRemembered(button);
      if (pending.has(button.value) || liked === isLiked(button)) continue;
      show(button, liked);
      count(button, (now) => now + (liked ? 1 : -1));
      leave(button);
    }
  });

  for (const button of buttons) {
    button.querySelector("[data-plain]")?.remove();
    show(button, isRemembered(button));
    button.addEventListener("click", (event) => {
      event.preventDefault();
      toggle(button);
    });
  }

  confirmLikes(buttons, (button) => {
    if (pending.has(button.value)) return;
    show(button, false);
    leave(button);
  });
}

const MOST_PAGES = 5;

// What was remembered may have been taken back elsewhere, or the cookie may be gone.
async function confirmLikes(buttons, forget) {
  const remembered = buttons.filter((button) => likes.id(button.value) !== undefined);
  if (!remembered.length) return;
  const mine = new Set();
  let cursor = "";
  try {
    for (let page = 0; page < MOST_PAGES; page++) {
      const answer = await ask(`/api/favorites/mine?limit=100${cursor && `&cursor=${cursor}`}`);
      const { favorites, next } = await answer.json();
      for (const favorite of favorites) mine.add(favorite.id);
      if (remembered.every((button) => mine.has(likes.id(button.value)))) return;
      if (!next) break;
      if (page === MOST_PAGES - 1) return; // too many to know: what is remembered stands
      cursor = encodeURIComponent(next);
    }
  } catch {
    return; // it cannot be known now
  }
  for (const button of remembered) {
    if (mine.has(likes.id(button.value))) continue;
    likes.drop(button.value);
    forget(button);
  }
}

function withdrawals() {
  for (const form of document.querySelectorAll("form[data-withdraw]")) {
    const entry = form.closest("[data-favorite]");
    const thing = entry.dataset.thing;
    const button = form.querySelector("button");
    const label = [...button.childNodes];
    const final = "final" in entry.dataset; // it can be liked no more
    let pending = false;
    likes.set(thing, Number(entry.dataset.favorite)); // one's own list is the server's word

    const show = (withdrawn) => {
      entry.classList.toggle("withdrawn", withdrawn);
      button.replaceChildren(...(withdrawn ? [words.undo] : label));
      button.hidden = withdrawn && final;
    };

    const undo = () => {
      button.focus();
      change();
    };

    async function change() {
      if (pending) return;
      pending = true;
      const withdrawn = entry.classList.contains("withdrawn");
      show(!withdrawn);
      try {
        if (withdrawn) {
          const { favorite } = await like(thing);
          entry.dataset.favorite = favorite.id;
          entry.querySelector("[data-likes]").textContent = favorite.likes;
          say(words.restored);
        } else {
          await withdraw(thing, entry.dataset.favorite);
          const shown = entry.querySelector("[data-likes]");
          shown.textContent = Math.max(0, Number(shown.textContent) - 1);
          say(words.removed, final ? {} : { action: words.undo, run: undo });
        }
      } catch (error) {
        show(withdrawn);
        say(failure(error.status));
      } finally {
        pending = false;
      }
    }

    form.addEventListener("submit", (event) => {
      event.preventDefault();
      change();
    });
  }
}

// ---- The visitor's own sign ----

function chooseSign() {
  const button = document.querySelector("[data-choose-sign]");
  if (!button) return;
  const sign = button.dataset.chooseSign;
  const show = () => button.setAttribute("aria-pressed", recall("sign", null) === sign);
  button.disabled = false;
  show();
  whenChangedElsewhere(show);
  button.addEventListener("click", () => {
    const chosen = recall("sign", null) === sign ? null : sign;
    const kept = keep("sign", chosen);
    show();
    if (!kept) say(words.forgotten);
    else say(chosen ? words.chosen : words.unchosen);
  });
}

function showOwnSign() {
  const place = document.querySelector("[data-own-sign]");
  if (!place) return;
  const signs = [...document.querySelectorAll("[data-sign]")];
  const none = place.firstElementChild; // a word on how to choose one
  none.hidden = false;
  const show = () => {
    const sign = recall("sign", null);
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
  label.textContent = words.ownSign;
  card.append(label, ...[...own.children].map((part) => part.cloneNode(true)));
  return card;
}

// ---- Quotes without repeats ----

const SEEN_CHARACTERS = 7500; // of ids: some 390 of 490, within the server's limit of an address

function anotherQuote() {
  const quote = document.querySelector("[data-quote]")?.dataset.quote;
  const link = document.querySelector("[data-another]");
  if (!quote || !link) return;
  let seen = recall("seen", []);
  if (!Array.isArray(seen)) seen = [];
  // One that "another" leads to again: all were seen, and the round begins anew.
  const anew = recall("another", false) && seen.includes(quote);
  keep("another", false);
  seen = [...(anew ? [] : seen.filter((id) => id !== quote)), quote];
  while (seen.join(",").length > SEEN_CHARACTERS) seen.shift();
  keep("seen", seen);
  link.search = `?not=${seen.map(encodeURIComponent).join(",")}`;
  link.addEventListener("click", () => keep("another", true));
}

// ---- The day turns at midnight in Japan ----

function dayTurn() {
  const today = document.body.dataset.today;
  if (!today) return;
  const JAPAN = 9 * 3600e3;
  const now = () => new Date(Date.now() + JAPAN).toISOString().slice(0, 10);
  // A clock that runs ahead of ours would find a new day again after every reload.
  const told = `kirosample.turned.${location.pathname}`;
  let closedOn = null;
  const check = () => {
    if (now() <= today || now() === closedOn || document.querySelector("[data-turned]")) return;
    try {
      if (sessionStorage.getItem(told) === now()) return;
    } catch {
      // Without a session store it may be told once more.
    }
    const reload = () => {
      try {
        sessionStorage.setItem(told, now());
      } catch {
        // As above.
      }
      location.assign(location.pathname);
    };
    const close = { label: words.close, run: () => (closedOn = now()) };
    const notice = say(words.turned, { action: words.openToday, run: reload, close, stays: true });
    notice.dataset.turned = "";
  };
  check();
  setInterval(check, 30000);
  document.addEventListener("visibilitychange", check);
  window.addEventListener("pageshow", check);
}

// ---- Read without a network ----

function saving() {
  // After all that the page itself needs. Where it fails, there is the network as before.
  const register = () => navigator.serviceWorker.register("/sw.js").catch(() => {});
  if ("serviceWorker" in navigator) window.addEventListener("load", register);
}

// ---- The other language ----

// By what the browser prefers, not the server: pages are the same for everyone, and kept in caches.
function offerLanguage() {
  const link = document.querySelector("a.other-language");
  if (!link) return;
  link.addEventListener("click", () => keep("language", link.hreflang));
  const known = navigator.languages.map((tag) => tag.slice(0, 2)).filter((tag) => tag in WORDS);
  const wanted = known[0] ?? "en";
  if (wanted === language || recall("language", null) === language) return;
  const { offered, accept, close } = WORDS[wanted];
  say(offered, {
    lang: wanted,
    stays: true,
    action: accept,
    run: () => link.click(),
    close: { label: close, run: () => keep("language", language) },
  });
}

const PARTS = [offerLanguage, dayTurn, likeButtons, withdrawals, chooseSign, showOwnSign, anotherQuote, saving];

for (const part of PARTS) {
  try {
    part();
  } catch (error) {
    console.warn(part.name, error);
  }
}
