// The service worker: pages from the network, and where there is none, as they were saved.
//
// What stands before this (web/installed.py) names the files that every page needs, and the build
// that they are of: with another build this file differs, and the browser takes the new one.

const CACHE = `kirosample-${BUILD}`;
const JAPAN = 9 * 3600e3;
const SLOW = 3000; // then a page that was saved today is shown
const STUCK = 10000; // then one of another day is, and says so
const MOST = 60; // saved pages and files

const japansDay = (at) => new Date(at + JAPAN).toISOString().slice(0, 10);
const todayInJapan = () => japansDay(Date.now());

self.addEventListener("install", (event) => {
  event.waitUntil(install());
});

async function install() {
  const cache = await caches.open(CACHE);
  // Most are in the browser's own cache already: the page that brought us here came with them.
  await cache.addAll(FILES);
  // Where the app begins: at the English first page where it is installed from an English one.
  const windows = await self.clients.matchAll({ type: "window", includeUncontrolled: true });
  const starts = windows.some(({ url }) => isEnglish(url)) ? ["/", "/en/"] : ["/"];
  await Promise.all(
    starts.map(async (path) => save(path, await fetch(path, { credentials: "omit" }))),
  );
  await self.skipWaiting();
}

self.addEventListener("activate", (event) => {
  event.waitUntil(activate());
});

async function activate() {
  for (const name of await caches.keys()) {
    if (name.startsWith("kirosample-") && name !== CACHE) await caches.delete(name);
  }
  await self.registration.navigationPreload?.enable();
  await self.clients.claim();
  // The pages that are open came before there was anyone to save them.
  const windows = await self.clients.matchAll({ type: "window" });
  await Promise.allSettled(
    windows.map(async ({ url }) => save(url, await fetch(url, { credentials: "omit" }))),
  );
}

self.addEventListener("fetch", (event) => {
  const { request } = event;
  const url = new URL(request.url);
  if (request.method !== "GET" || url.origin !== self.location.origin) return;
  if (request.mode === "navigate") event.respondWith(page(event));
  else if (url.pathname.startsWith("/static/")) event.respondWith(file(request));
});

// ---- Pages: of the network, else saved, else a word about it ----

async function page(event) {
  const { request } = event;
  const saved = await lookUp(request.url);
  const fresh = (async () => (await event.preloadResponse) ?? fetch(request))();
  const kept = fresh.then((response) => save(request.url, response.clone()));
  event.waitUntil(kept.catch(() => {}));
  try {
    if (!saved) return await fresh;
    const patience = saved.headers.get("x-day") === todayInJapan() ? SLOW : STUCK;
    return (await Promise.race([fresh, after(patience)])) ?? asSaved(saved);
  } catch {
    return saved ? asSaved(saved) : offline(request);
  }
}

// Today's page has a plain address, and is the one of that date too.
async function lookUp(url) {
  const saved = await caches.match(url, { cacheName: CACHE });
  const date = new URL(url).searchParams.get("date");
  if (saved || !date) return saved;
  const plain = await caches.match(new URL(url).pathname, { cacheName: CACHE });
  return plain?.headers.get("x-day") === date ? plain : undefined;
}

const after = (milliseconds) => new Promise((resolve) => setTimeout(resolve, milliseconds));

const isEnglish = (url) => /^\/en(\/|$)/.test(new URL(url).pathname);

async function offline({ url }) {
  return caches.match(isEnglish(url) ? "/en/offline" : "/offline", { cacheName: CACHE });
}

// ---- Saving ----

// A page as it may be saved: no error, no redirection, nothing of one's own or of the moment.
function isSavable(response) {
  return (
    response.ok &&
    !response.redirected &&
    response.headers.get("content-type")?.startsWith("text/html") &&
    !response.headers.get("cache-control")?.includes("no-store")
  );
}

async function save(url, response) {
  if (!isSavable(response)) return;
  const html = await response.text();
  // The day that the page takes for today; where it takes none, the day it was sent on.
  const sent = Date.parse(response.headers.get("date")) || Date.now();
  const day = html.match(/ data-today="([\d-]{10})"/)?.[1] ?? japansDay(sent);
  const headers = new Headers(response.headers);
  headers.set("x-day", day);
  await put(url, new Response(html, { headers }));
}

async function put(key, response) {
  const cache = await caches.open(CACHE);
  await cache.delete(key); // so that it stands last among what is kept
  await cache.put(key, response);
  const others = (await cache.keys()).filter(({ url }) => !FILES.includes(new URL(url).pathname));
  for (const old of others.slice(0, -MOST)) await cache.delete(old);
}

// ---- A saved page of another day never passes for today's ----

async function asSaved(saved) {
  const day = saved.headers.get("x-day");
  if (day === todayInJapan()) return saved;
  const html = await saved.text();
  const note = words(html.includes('<html lang="en"') ? "en" : "ja", new Date(day));
  return new Response(
    html
      .replace(/ data-today="[\d-]{10}"/, ` data-saved="${day}"`)
      .replace(/<(title|h1|h2)\b[^>]*>[^]*?<\/\1>/g, ofThatDay)
      .replace("<title>", `<title>${note} `)
      .replace(/<main[^>]*>/, (main) => `${main}<p class="status saved" role="status">${note}</p>`),
    { headers: saved.headers },
  );
}

const ofThatDay = (heading) => heading.replace("きょう", "この日").replace(/\bToday\b/, "That day");

function words(language, day) {
  if (language === "en") {
    const options = { weekday: "long", month: "long", day: "numeric", timeZone: "UTC" };
    return `Saved page of ${day.toLocaleDateString("en", options)}.`;
  }
  const weekday = "日月火水木金土"[day.getUTCDay()];
  return `保存されたページ：${day.getUTCMonth() + 1}月${day.getUTCDate()}日（${weekday}）のものです。`;
}

// ---- Files: named after what is in them, so that a saved one is as good as any ----

async function file(request) {
  const saved = await caches.match(request, { cacheName: CACHE });
  if (saved) return saved;
  const response = await fetch(request);
  if (response.ok) await put(request.url, response.clone());
  return response;
}
