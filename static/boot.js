// Starts the page. trunk's own loader is an inline script, which the page's
// Content-Security-Policy refuses; this one is a file of its own.

const main = document.querySelector("main");
const element = (id) => document.getElementById(id);
const address = (path) => new URL(path, document.baseURI).href;

// What stops wasm is a trap, a panic too; one of a page that trunk has built alone
// carries Rust's words. A stack that is full stops it as well: Chromium and Safari
// speak of the call stack, Firefox of recursion.
const isFault = (reason) =>
  reason instanceof WebAssembly.RuntimeError ||
  /^panicked at|call stack|recursion/.test(reason?.message);

for (const kind of ["error", "unhandledrejection"]) {
  addEventListener(kind, (event) => {
    const reason = event.error ?? event.reason;
    if (globalThis.WebAssembly && isFault(reason)) {
      stop(reason);
    }
  });
}

// The page no longer answers: what it has left in `#kept` is shown instead.
function stop(reason) {
  const stopped = element("stopped");
  if (!stopped.hidden) {
    return;
  }
  document.querySelectorAll("dialog[open]").forEach((dialog) => dialog.close());
  element("app").hidden = true;
  element("kept").value ||= location.href;
  element("stopped-reason").textContent = reason?.message ?? String(reason);
  stopped.hidden = false;
  element("stopped-copy").addEventListener("click", async () => {
    element("kept").select();
    // Where the browser refuses, the text is selected.
    const copied = navigator.clipboard?.writeText(element("kept").value);
    await copied?.then(() => (element("stopped-copy").textContent = "Copied")).catch(() => {});
  });
  const load = (fragment) => {
    history.replaceState(null, "", `#${fragment}`);
    location.reload();
  };
  const link = element("kept").dataset.link ?? location.hash.slice(1);
  element("stopped-again").addEventListener("click", () => load(link));
  element("stopped-start-over").addEventListener("click", () => {
    saveStopped();
    load("v=1&preset=standard");
  });
}

// What may have stopped the page is not opened again by itself: it moves to the compositions that are saved by name.
function saveStopped() {
  try {
    const kept = localStorage.getItem("temporal-composer");
    if (kept !== null && kept !== "off") {
      localStorage.removeItem("temporal-composer");
      localStorage.setItem("temporal-composer-saved:What stopped the page", kept);
    }
    sessionStorage.removeItem("temporal-composer-session");
  } catch {
    // Where nothing is stored, nothing is opened.
  }
}

// Enables the styles of the page's second part, and resolves once they are loaded. Where they can't be, the next call
// asks for them again.
globalThis.loadSecondStyles = () => {
  const link = element("second-styles");
  return new Promise((resolve, reject) => {
    if (link.sheet) {
      resolve();
      return;
    }
    link.addEventListener("load", resolve);
    link.addEventListener("error", () => {
      // An element asks for its file once.
      link.disabled = true;
      link.replaceWith(link.cloneNode());
      reject();
    });
    link.disabled = false;
  });
};

// What the document itself says is on the screen before the page replaces it. A
// page in the background isn't painted: it doesn't wait for that.
function painted() {
  return new Promise((done) => {
    requestAnimationFrame(() => setTimeout(done));
    setTimeout(done, 100);
  });
}

try {
  // Written by trunk: `pattern_script` in Cargo.toml.
  const { js, wasm } = document.querySelector('meta[name="app"]').dataset;
  const [app] = await Promise.all([import(address(js)), painted()]);
  await app.default({ module_or_path: address(wasm) });
} catch (reason) {
  if (globalThis.WebAssembly && isFault(reason)) {
    stop(reason);
  } else {
    main.remove();
    element("app").hidden = true;
    element("not-started-reason").textContent = String(reason);
    element("not-started").hidden = false;
  }
  throw reason;
}

// Once somebody is at the page and has its second part, which it tells: what is
// kept for offline use is loaded for nobody who only looks. Where a browser has
// or allows no service worker the page works all the same, only not offline.
if ("serviceWorker" in navigator) {
  addEventListener(
    "in-use",
    () => workOffline().catch((reason) => console.info(`not available offline: ${reason}`)),
    { once: true },
  );
}

async function workOffline() {
  const script = address("sw.js");
  const policy = globalThis.trustedTypes?.createPolicy("temporal-composer-worker", {
    createScriptURL(url) {
      if (url !== script) {
        throw new TypeError(`${url} is not the page's service worker`);
      }
      return url;
    },
  });
  const registration = await navigator.serviceWorker.register(
    policy ? policy.createScriptURL(script) : script,
  );
  const offer = () => {
    element("newer").hidden = false;
  };
  // Without a controller it is the first visit, and nothing is newer.
  const watch = (worker) =>
    worker?.addEventListener("statechange", () => {
      if (worker.state === "installed" && navigator.serviceWorker.controller) {
        offer();
      }
    });
  if (registration.waiting && navigator.serviceWorker.controller) {
    offer();
  }
  watch(registration.installing);
  registration.addEventListener("updatefound", () => watch(registration.installing));
  element("newer-take").addEventListener("click", () => {
    navigator.serviceWorker.addEventListener("controllerchange", () => location.reload());
    registration.waiting?.postMessage("take over");
  });
}
