// @ts-check
// Chooses the theme before the first paint: `?theme=` in the address, else what the reader's system asks for. A page
// that is marked for the night (`data-night`) is dark on a telephone: nobody is to be blinded at three.
// A classic script on purpose: a module would run after the page is drawn.
(() => {
  const asked = new URLSearchParams(location.search).get("theme");
  const dark = matchMedia("(prefers-color-scheme: dark)");
  const small = matchMedia("(max-width: 720px)");
  const set = () => {
    const root = document.documentElement;
    const night = dark.matches || (small.matches && root.dataset.night !== undefined);
    root.dataset.theme = asked === "dark" || asked === "light" ? asked : night ? "dark" : "light";
  };
  set();
  dark.addEventListener("change", set);
  small.addEventListener("change", set);
})();
