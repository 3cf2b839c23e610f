// Keeps the page for when there is no network. `cargo xtask build` writes
// VERSION and FILES above this line: the hash of all files, and their names.

// Other copies of the page may live below the same host.
const OURS = `temporal-composer ${registration.scope} `;
const CACHE = OURS + VERSION;

addEventListener("install", (event) => {
  // Files with a hash in their name never change; the others are asked for again.
  const requests = FILES.map(
    (file) => new Request(file, { cache: /-[0-9a-f]{12,}/.test(file) ? "default" : "reload" }),
  );
  event.waitUntil(caches.open(CACHE).then((cache) => cache.addAll(requests)));
  // No `skipWaiting`: a page that is open keeps the version it was loaded with.
});

addEventListener("activate", (event) => {
  event.waitUntil(
    caches
      .keys()
      .then((names) => names.filter((name) => name.startsWith(OURS) && name !== CACHE))
      .then((old) => Promise.all(old.map((name) => caches.delete(name)))),
  );
});

// The user asked for the newer version.
addEventListener("message", (event) => {
  if (event.data === "take over") {
    skipWaiting();
  }
});

addEventListener("fetch", (event) => {
  const { request } = event;
  if (request.method !== "GET" || !request.url.startsWith(registration.scope)) {
    return;
  }
  // Every address of the page is its one document.
  const wanted = request.mode === "navigate" ? registration.scope : request;
  event.respondWith(
    caches
      .open(CACHE)
      .then((cache) => cache.match(wanted))
      .then((kept) => kept ?? fetch(request)),
  );
});
