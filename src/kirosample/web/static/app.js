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

// ---- Notices, which screen readers announce ----

const SHORT = 6000; // milliseconds
const WITH_ACTION = 12000;

function notify(text, { action, run, close, stays = false, lang } = {}) {
  const notices = document.querySelector(".notices");
  const notice = document.createElement("div");
  notice.className = "notice";
  if (lang) notice.lang = lang;
  const label = document.createElement("span");
  label.textContent = text;
  notice.append(label);
  const addButton = (label, then) => {
    const button = document.createElement("button");
    button.type = "button";
    button.textContent = label;
    button.addEventListener("click", () => {
      notice.remove();
      then();
    });
    notice.append(button);
  };
  if (action) addButton(action, run);
  if (close) addButton(close.label, close.run);
  // A notice stays while it is hovered or has the focus.
  const leave = () => {
    if (notice.matches(":hover, :focus-within")) setTimeout(leave, SHORT);
    else notice.remove();
  };
  if (!stays) {
    for (const old of notices.querySelectorAll(".notice:not([data-stays])")) old.remove();
    setTimeout(leave, action ? WITH_ACTION : SHORT);
  } else {
    notice.dataset.stays = "";
  }
  notices.append(notice);
  return notice;
}

const MESSAGES = {
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
    openToday: "今日のページを開く",
    offered: "このページは日本語でも読めます。",
    accept: "日本語で読む",
    close: "閉じる",
  },
  en: {
    0: "No connection. Please try again when you are online.",
    404: "We couldn’t remove it. This browser seems to block cookies.",
    422: "This reading is too old to add to favorites.",
    429: "We’re busy right now. Please try again in a moment.",
    503: "Favorites are unavailable right now. Please try again in a moment.",
    failed: "That didn’t work. Please try again.",
    added: "Added to your favorites.",
    already: "Already in your favorites.",
    removed: "Removed from your favorites.",
    restored: "Back in your favorites.",
    undo: "Undo",
    ownSign: "My sign",
    chosen: "Saved as your sign.",
    unchosen: "No longer your sign.",
    forgotten: "This browser couldn’t save it.",
    turned: "A new day has begun in Japan.",
    openToday: "Open today’s page",
    offered: "You can read this page in English.",
    accept: "Read in English",
    close: "Close",
  },
};

const language = document.documentElement.lang;
const messages = MESSAGES[language] ?? MESSAGES.ja;

const failure = (status) => messages[status] ?? messages.failed;

// ---- Likes ----

class RequestError extends Error {
  constructor(status) {
    super(`status ${status}`);
    this.status = status;
  }
}

const TIMEOUT = 10000; // milliseconds

async function request(path, options = {}) {
  let response;
  try {
    const signal = AbortSignal.timeout?.(TIMEOUT);
    response = await fetch(path, { credentials: "same-origin", signal, ...options });
  } catch {
    throw new RequestError(0);
  }
  if (!response.ok) throw new RequestError(response.status);
  return response;
}

// The visitor's likes as far as this browser knows: item -> id of the favorite.
const likes = {
  inMemory: null, // used if the browser stores nothing
  all: () => likes.inMemory ?? load("likes", {}),
  id: (thing) => likes.all()[thing],
  store(all) {
    likes.inMemory = store("likes", all) ? null : all;
  },
  set(thing, id) {
    likes.store({ ...likes.all(), [thing]: id });
  },
  drop(thing) {
    const { [thing]: _, ...rest } = likes.all();
    likes.store(rest);
  },
};

async function like(thing) {
  const [type, item] = thing.split(":");
  const response = await request("/api/favorites", {
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
    await request(`/api/favorites/${id}`, { method: "DELETE" });
  } catch (error) {
    // 404 is fine if it was withdrawn elsewhere. But a browser that stores nothing has no cookie
    // either, so it is a new visitor to the server and the like remains.
    if (error.status !== 404 || likes.inMemory) throw error;
  }
  likes.drop(thing);
}

// An item that can no longer be liked has a button only for visitors who like it: button -> plain.
function buttonsOfOldLikes() {
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
  const old = buttonsOfOldLikes();
  // The value of each is the item: "quote:…" or "horoscope:…".
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
    if (pending.has(thing)) return; // ignore further taps
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
        notify(messages.removed, old.has(button) ? {} : { action: messages.undo, run: undo });
      } else {
        const { favorite, isNew } = await like(thing);
        count(button, favorite.likes);
        notify(isNew ? messages.added : messages.already);
      }
    } catch (error) {
      show(button, liked);
      count(button, before);
      notify(failure(error.status));
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

const MAX_PAGES = 5;

// A stored like may have been withdrawn elsewhere, or the cookie may be gone.
async function confirmLikes(buttons, forget) {
  const remembered = buttons.filter((button) => likes.id(button.value) !== undefined);
  if (!remembered.length) return;
  const mine = new Set();
  let cursor = "";
  try {
    for (let page = 0; page < MAX_PAGES; page++) {
      const response = await request(`/api/favorites/mine?limit=100${cursor && `&cursor=${cursor}`}`);
      const { favorites, next } = await response.json();
      for (const favorite of favorites) mine.add(favorite.id);
      if (remembered.every((button) => mine.has(likes.id(button.value)))) return;
      if (!next) break;
      if (page === MAX_PAGES - 1) return; // too many to check: trust the stored likes
      cursor = encodeURIComponent(next);
    }
  } catch {
    return; // cannot be checked now
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
    const final = "final" in entry.dataset; // it can no longer be liked
    let pending = false;
    likes.set(thing, Number(entry.dataset.favorite)); // the server's list is authoritative

    const show = (withdrawn) => {
      entry.classList.toggle("withdrawn", withdrawn);
      button.replaceChildren(...(withdrawn ? [messages.undo] : label));
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
          notify(messages.restored);
        } else {
          await withdraw(thing, entry.dataset.favorite);
          const shown = entry.querySelector("[data-likes]");
          shown.textContent = Math.max(0, Number(shown.textContent) - 1);
          notify(messages.removed, final ? {} : { action: messages.undo, run: undo });
        }
      } catch (error) {
        show(withdrawn);
        notify(failure(error.status));
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

// ---- Quotes without repeats ----

const SEEN_CHARACTERS = 7500; // of ids, some 390 of 490: the server limits the query

function anotherQuote() {
  const quote = document.querySelector("[data-quote]")?.dataset.quote;
  const link = document.querySelector("[data-another]");
  if (!quote || !link) return;
  let seen = load("seen", []);
  if (!Array.isArray(seen)) seen = [];
  // If "another" leads to a seen quote, all were seen: start over.
  const startOver = load("another", false) && seen.includes(quote);
  store("another", false);
  seen = [...(startOver ? [] : seen.filter((id) => id !== quote)), quote];
  while (seen.join(",").length > SEEN_CHARACTERS) seen.shift();
  store("seen", seen);
  link.search = `?not=${seen.map(encodeURIComponent).join(",")}`;
  link.addEventListener("click", () => store("another", true));
}

// ---- The day turns at midnight in Japan ----

function dayTurn() {
  const today = document.body.dataset.today;
  if (!today) return;
  const JAPAN = 9 * 3600e3;
  const now = () => new Date(Date.now() + JAPAN).toISOString().slice(0, 10);
  // A clock ahead of the server's would find a new day after every reload.
  const shownKey = `kirosample.turned.${location.pathname}`;
  let closedOn = null;
  const check = () => {
    if (now() <= today || now() === closedOn || document.querySelector("[data-turned]")) return;
    try {
      if (sessionStorage.getItem(shownKey) === now()) return;
    } catch {
      // Without session storage it may appear again.
    }
    const reload = () => {
      try {
        sessionStorage.setItem(shownKey, now());
      } catch {
        // As above.
      }
      location.assign(location.pathname);
    };
    const close = { label: messages.close, run: () => (closedOn = now()) };
    const notice = notify(messages.turned, { action: messages.openToday, run: reload, close, stays: true });
    notice.dataset.turned = "";
  };
  check();
  setInterval(check, 30000);
  document.addEventListener("visibilitychange", check);
  window.addEventListener("pageshow", check);
}

// ---- Offline ----

function serviceWorker() {
  // After everything that the page needs. If it fails, pages need the network as before.
  const register = () => navigator.serviceWorker.register("/sw.js").catch(() => {});
  if ("serviceWorker" in navigator) window.addEventListener("load", register);
}

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

const PARTS = [offerLanguage, dayTurn, likeButtons, withdrawals, chooseSign, showOwnSign, anotherQuote, serviceWorker];

for (const part of PARTS) {
  try {
    part();
  } catch (error) {
    console.warn(part.name, error);
  }
}
