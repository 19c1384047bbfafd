// Keeps the program itself on this device. Documents and answers never pass through here.
// `cargo xtask web` fills in the two placeholders.
const VERSION = "__VERSION__";
const FILES = __PRECACHE__;
const CACHE = `tallystick-${VERSION}`;
const GUIDE = "tallystick-guide";

self.addEventListener("install", (event) => {
  event.waitUntil(
    caches.open(CACHE).then((cache) =>
      cache.addAll(FILES.map((path) => new Request(path, { cache: "reload" })))),
  );
});

self.addEventListener("activate", (event) => {
  event.waitUntil((async () => {
    const names = await caches.keys();
    await Promise.all(names
      .filter((name) => name.startsWith("tallystick-") && ![CACHE, GUIDE].includes(name))
      .map((name) => caches.delete(name)));
    await self.clients.claim();
  })());
});

self.addEventListener("message", (event) => {
  if (event.data === "activate") self.skipWaiting();
});

const fromCache = async (path, request) => {
  const cache = await caches.open(CACHE);
  return (await cache.match(path)) ?? fetch(request);
};

// The guide of a demo is kept as last seen, so that it is still there offline.
const guide = async (request) => {
  const cache = await caches.open(GUIDE);
  try {
    const response = await fetch(request);
    if (response.ok) await cache.put(request, response.clone());
    else await cache.delete(request);
    return response;
  } catch (error) {
    const kept = await cache.match(request);
    if (kept) return kept;
    throw error;
  }
};

self.addEventListener("fetch", (event) => {
  const { request } = event;
  const url = new URL(request.url);
  if (request.method !== "GET" || url.origin !== self.location.origin) return;
  if (url.pathname === "/demo.json" || url.pathname.startsWith("/demo/")) {
    event.respondWith(guide(request));
  } else if (request.mode === "navigate" && /^\/($|wallet($|\/)|verify$)/.test(url.pathname)) {
    event.respondWith(fromCache("/", request));
  } else if (FILES.includes(url.pathname)) {
    event.respondWith(fromCache(url.pathname, request));
  }
});
