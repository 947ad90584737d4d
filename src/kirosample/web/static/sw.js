// The service worker: pages from the network, or else as they were saved.
//
// web/pages/pwa.py puts FILES, which every page needs, and BUILD before this: with another build
// this file differs, so that the browser updates it.

const CACHE = `kirosample-${BUILD}`;
const JAPAN = 9 * 3600e3;
const SLOW = 3000; // milliseconds until a page saved today is shown
const STUCK = 10000; // until one of another day is shown, with a note
const MAX_SAVED = 60; // pages and files

const japansDay = (at) => new Date(at + JAPAN).toISOString().slice(0, 10);
const todayInJapan = () => japansDay(Date.now());

self.addEventListener("install", (event) => {
  event.waitUntil(install());
});

async function install() {
  const cache = await caches.open(CACHE);
  // Most are in the HTTP cache already, from the page that registered this worker.
  await cache.addAll(FILES);
  // The start page, also the English one if it is installed from there.
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
  // Save the open pages, which were loaded before this worker existed.
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

// ---- Pages: from the network, else saved, else the offline page ----

async function page(event) {
  const { request } = event;
  const saved = await lookUp(request.url);
  const fresh = (async () => (await event.preloadResponse) ?? fetch(request))();
  const kept = fresh.then((response) => save(request.url, response.clone()));
  event.waitUntil(kept.catch(() => {}));
  try {
    if (!saved) return await fresh;
    const timeout = saved.headers.get("x-day") === todayInJapan() ? SLOW : STUCK;
    return (await Promise.race([fresh, after(timeout)])) ?? asSaved(saved);
  } catch {
    return saved ? asSaved(saved) : offline(request);
  }
}

// Today's page has no query, and is also the page of today's date.
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

// No error, no redirect, nothing personal.
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
  // The day that the page calls today, or else the day of the response.
  const sent = Date.parse(response.headers.get("date")) || Date.now();
  const day = html.match(/ data-today="([\d-]{10})"/)?.[1] ?? japansDay(sent);
  const headers = new Headers(response.headers);
  headers.set("x-day", day);
  await put(url, new Response(html, { headers }));
}

async function put(key, response) {
  const cache = await caches.open(CACHE);
  await cache.delete(key); // so that it becomes the newest
  await cache.put(key, response);
  const others = (await cache.keys()).filter(({ url }) => !FILES.includes(new URL(url).pathname));
  for (const old of others.slice(0, -MAX_SAVED)) await cache.delete(old);
}

// ---- Mark a saved page of another day ----

async function asSaved(saved) {
  const day = saved.headers.get("x-day");
  if (day === todayInJapan()) return saved;
  const html = await saved.text();
  const note = noteFor(html.includes('<html lang="en"') ? "en" : "ja", new Date(day));
  return new Response(
    html
      .replace(/ data-today="[\d-]{10}"/, ` data-saved="${day}"`)
      .replace(/<(title|h1|h2)\b[^>]*>[^]*?<\/\1>/g, ofThatDay)
      .replace("<title>", `<title>${note} `)
      .replace(/<main[^>]*>/, (main) => `${main}<p class="status saved" role="status">${note}</p>`),
    { headers: saved.headers },
  );
}

const ofThatDay = (heading) => heading.replace("今日", "この日").replace(/\bToday\b/, "That day");

function noteFor(language, day) {
  if (language === "en") {
    const options = { weekday: "long", month: "long", day: "numeric", timeZone: "UTC" };
    return `Saved page of ${day.toLocaleDateString("en", options)}.`;
  }
  const weekday = "日月火水木金土"[day.getUTCDay()];
  return `保存されたページ：${day.getUTCMonth() + 1}月${day.getUTCDate()}日（${weekday}）のものです。`;
}

// ---- Files: named after their content, so that a saved one is always right ----

async function file(request) {
  const saved = await caches.match(request, { cacheName: CACHE });
  if (saved) return saved;
  const response = await fetch(request);
  if (response.ok) await put(request.url, response.clone());
  return response;
}
