// Starts the page. trunk's own loader is an inline script, which the page's
// Content-Security-Policy refuses; this one is a file of its own.

const main = document.querySelector("main");

try {
  // Written by trunk: `pattern_script` in Cargo.toml.
  const { js, wasm } = document.querySelector('meta[name="app"]').dataset;
  const address = (path) => new URL(path, document.baseURI);
  const app = await import(address(js));
  await app.default({ module_or_path: address(wasm) });
  main.removeAttribute("aria-busy");
} catch (reason) {
  main.remove();
  document.getElementById("not-started-reason").textContent = String(reason);
  document.getElementById("not-started").hidden = false;
  throw reason;
}
