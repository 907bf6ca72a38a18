// @ts-check
// Chooses the theme before the first paint: `?theme=` in the address, else what the reader's system asks for.
// A classic script on purpose: a module would run after the page is drawn.
(() => {
  const asked = new URLSearchParams(location.search).get("theme");
  const dark = matchMedia("(prefers-color-scheme: dark)");
  const set = () => {
    document.documentElement.dataset.theme = asked === "dark" || asked === "light" ? asked : dark.matches ? "dark" : "light";
  };
  set();
  dark.addEventListener("change", set);
})();
