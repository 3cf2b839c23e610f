// Shows the theme that the user has chosen before anything is painted. The page's policy allows no script inside the
// document, so it is a file of its own, which the document waits for.
{
  const key = "temporal-composer-theme";
  const themes = ["system", "light", "dark"];
  const root = document.documentElement;
  const show = (theme) => {
    if (theme === "system") {
      delete root.dataset.theme;
    } else {
      root.dataset.theme = theme;
    }
  };
  const kept = () => {
    try {
      return localStorage.getItem(key);
    } catch {
      return null;
    }
  };
  if (themes.includes(kept())) {
    show(kept());
  }
  globalThis.currentTheme = () => root.dataset.theme ?? "system";
  // Shows the theme after the one that is shown, keeps it where the browser allows that, and returns its name.
  globalThis.nextTheme = () => {
    const next = themes[(themes.indexOf(globalThis.currentTheme()) + 1) % themes.length];
    show(next);
    try {
      if (next === "system") {
        localStorage.removeItem(key);
      } else {
        localStorage.setItem(key, next);
      }
    } catch {
      // It holds until the page is left.
    }
    return next;
  };
}
