// Keeps the shell and its files for when there is no network: those that are stated above, and no
// page of anybody.
"use strict";
self.addEventListener("install", (event) => {
  event.waitUntil(caches.open(STATED.cache).then((cache) => cache.addAll(STATED.kept)).then(() => self.skipWaiting()));
});

self.addEventListener("activate", (event) => {
  const old = (names) => Promise.all(names.filter((name) => name !== STATED.cache).map((name) => caches.delete(name)));
  event.waitUntil(caches.keys().then(old).then(() => self.clients.claim()));
});

self.addEventListener("fetch", (event) => {
  const { request } = event;
  const url = new URL(request.url);
  if (request.method !== "GET" || url.origin !== self.location.origin) return;
  if (STATED.kept.includes(url.pathname)) {
    event.respondWith(caches.match(url.pathname).then((kept) => kept || fetch(request)));
  } else if (request.mode === "navigate") {
    event.respondWith(fetch(request).catch(() => caches.match(STATED.shell)));
  }
});
