/* global VERSION, FILES */
// The service worker of the marshals' page: keeps the page and its files, so that it opens without a connection. It never
// touches the API. The portal writes two lines before these: VERSION, a fingerprint of all files, and FILES, their addresses.

const KEPT = `paddock-marshal-${VERSION}`;

self.addEventListener("install", (event) => event.waitUntil(keepAll().then(() => self.skipWaiting())));
self.addEventListener("activate", (event) => event.waitUntil(forgetOthers().then(() => self.clients.claim())));
self.addEventListener("fetch", (event) => {
  const { pathname, origin } = new URL(event.request.url);
  if (event.request.method === "GET" && origin === self.location.origin && FILES.includes(pathname)) {
    event.respondWith(kept(pathname, event.request));
  }
});

/** All or none; a redirect would be the sign-in page, which must never be kept in the place of ours. */
async function keepAll() {
  const cache = await caches.open(KEPT);
  await cache.addAll(FILES.map((path) => new Request(path, { cache: "reload", redirect: "error" })));
}

async function forgetOthers() {
  const names = (await caches.keys()).filter((name) => name.startsWith("paddock-marshal-") && name !== KEPT);
  await Promise.all(names.map((name) => caches.delete(name)));
}

async function kept(path, request) {
  const cache = await caches.open(KEPT);
  return (await cache.match(path)) ?? fetch(request);
}
