// The service worker: the day's pages as they were saved, everything else from the network.
//
// web/pages/pwa.py puts FILES, which every page needs, and BUILD before this: with another build
// this file differs, so that the browser updates it. See docs/decisions/0020-pages-for-readers.md.

const CACHE = `kirosample-${BUILD}`;
const JAPAN = 9 * 3600e3;
const DAY = 24 * 3600e3;
const SLOW = 1500; // milliseconds until a saved page of another day is shown, with a note
const STUCK = 10000; // until a page that is not saved counts as unreachable
const MAX_SAVED = 60; // pages and files
const MAX_AHEAD = 80e3; // bytes transferred until no further page is saved ahead

const MOON = /<svg class="moon".*?<\/svg>/;

const japansDay = (at) => new Date(at + JAPAN).toISOString().slice(0, 10);
const todayInJapan = () => japansDay(Date.now());

self.addEventListener("install", (event) => {
  event.waitUntil(install());
});

async function install() {
  const cache = await caches.open(CACHE);
  // Most are in the HTTP cache already, from the page that registered this worker.
  // During a deployment a server of the other release redirects to its own file.
  await cache.addAll(FILES.map((file) => new Request(file, { redirect: "error" })));
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

let saving = Promise.resolve();

// The pages that the reader is likely to open next, from 80-offline.js. A list that comes meanwhile
// waits: it may have a sign that was just chosen.
self.addEventListener("message", (event) => {
  saving = saving.then(() => saveAhead(event.data)).catch(() => {});
  event.waitUntil(saving);
});

// ---- Pages: saved today, else from the network, else saved on another day ----

async function page(event) {
  const { request } = event;
  const saved = await lookUp(request.url);
  const fresh = (async () => (await event.preloadResponse) ?? fetch(request))();
  event.waitUntil(refresh(event, fresh, saved?.clone()).catch(() => {}));
  const isReload = request.cache === "no-cache"; // a reader who asks for the network
  if (isOf(saved, todayInJapan()) && !isReload) return saved;
  // A town's page differs in its times only, and the plain one says that its are Tokyo's.
  const instead = saved ?? (await lookUp(request.url.replace(/[?&]place=\w+$/, "")));
  try {
    const response = await Promise.race([fresh, after(instead ? SLOW : STUCK)]);
    if (response) return response;
  } catch {
    // No network.
  }
  return instead ? asSaved(instead) : offline(request);
}

// Save the page anew, and send it to the window if it has changed.
async function refresh({ request, resultingClientId }, fresh, saved) {
  const html = await save(request.url, (await fresh).clone());
  if (!html || !saved || html === (await saved.text())) return;
  const client = await self.clients.get(resultingClientId);
  client?.postMessage(html);
}

// A page without a query is today's, and is also the page of that date.
async function lookUp(url) {
  const cache = await caches.open(CACHE);
  const { pathname, search, searchParams } = new URL(url, self.location);
  const date = searchParams.get("date");
  const found = [await cache.match(url)];
  if (!isOf(found[0], todayInJapan()) && search === (date ? `?date=${date}` : "")) {
    const day = date ?? todayInJapan();
    const others = [await cache.match(ahead(pathname, day)), await cache.match(pathname)];
    found.push(...others.filter((saved) => isOf(saved, day)));
  }
  return found.find((saved) => isOf(saved, todayInJapan())) ?? found.find(Boolean);
}

// The page as it will be on this day.
const ahead = (path, day) => `${path}?today=${day}`;

const isOf = (saved, day) => saved?.headers.get("x-day") === day;

const after = (milliseconds) => new Promise((resolve) => setTimeout(resolve, milliseconds));

const isEnglish = (url) => /^\/en(\/|$)/.test(new URL(url).pathname);

async function offline({ url }) {
  const base = isEnglish(url) ? "/en" : "";
  const plain = await caches.match(`${base}/offline`, { cacheName: CACHE });
  const home = await lookUp(`${base}/`);
  const html = await plain.text();
  const moon = isOf(home, todayInJapan()) && (await home.text()).match(MOON)?.[0];
  return new Response(moon ? html.replace(MOON, moon) : html, plain);
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

// Returns the saved page.
async function save(url, response) {
  if (!isSavable(response)) return;
  const html = await response.text();
  // The day that the page calls today, or else the day of the response.
  const sent = Date.parse(response.headers.get("date")) || Date.now();
  const day = html.match(/ data-today="([\d-]{10})"/)?.[1] ?? japansDay(sent);
  const headers = new Headers(response.headers);
  headers.set("x-day", day);
  await put(url, new Response(html, { headers }));
  return html;
}

// Save these pages of today and of tomorrow, one at a time, until one fails, or is of another day:
// then this clock or the server's is wrong, and the next visit would ask for all of them again.
async function saveAhead(paths) {
  const today = todayInJapan();
  let left = MAX_AHEAD;
  for (const day of [today, japansDay(Date.now() + DAY)]) {
    for (const path of paths) {
      if (isOf(await lookUp(`${path}?date=${day}`), day)) continue;
      const url = day === today ? path : ahead(path, day);
      const signal = AbortSignal.timeout?.(STUCK);
      const response = await fetch(url, { credentials: "omit", priority: "low", signal });
      left -= response.headers.get("content-length");
      await save(url, response);
      if (left < 0 || !isOf(await lookUp(`${path}?date=${day}`), day)) return;
    }
  }
}

async function put(url, response) {
  const key = url.split("#")[0]; // a fragment may be a code that carries favorites
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
      .replace(/<(?:title|h[12]\b|p class="eyebrow")[^]*?<\//g, ofThatDay)
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
  if (response.ok && !response.redirected) await put(request.url, response.clone());
  return response;
}
