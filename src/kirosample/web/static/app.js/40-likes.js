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
    leadToOwnList();
  },
  set(thing, id) {
    likes.store({ ...likes.all(), [thing]: id });
  },
  drop(thing) {
    const { [thing]: _, ...rest } = likes.all();
    likes.store(rest);
  },
};

const keepsNoList = () => !navigator.cookieEnabled || likes.inMemory !== null;

const LIST = language === "en" ? "/en/favorites" : "/favorites";
const OWN_LIST = `${LIST}?mine=true`;

// The page of favorites is the same for everyone; who has some is led to their own.
function leadToOwnList() {
  const link = document.querySelector(".to-favorites");
  if (link) link.href = Object.keys(likes.all()).length ? OWN_LIST : LIST;
}

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
    const liked = isLiked(button);
    // What keeps neither cookie nor storage is a new visitor with each press: it counts once from one page.
    if (liked && keepsNoList()) return notify(messages.noList);
    pending.add(thing);
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
        if (keepsNoList()) notify(messages.noList);
        else notify(isNew ? messages.added : messages.already, { action: messages.mine, href: OWN_LIST });
      }
    } catch (error) {
      show(button, liked);
      count(button, before);
      notifyFailure(error.status);
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
    const verb = button.firstChild; // what is withdrawn stays named after it
    const label = verb.data;
    const final = "final" in entry.dataset; // it can no longer be liked
    let pending = false;
    likes.set(thing, Number(entry.dataset.favorite)); // the server's list is authoritative

    const show = (withdrawn) => {
      entry.classList.toggle("withdrawn", withdrawn);
      verb.data = withdrawn ? messages.undo : label;
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
        notifyFailure(error.status);
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
