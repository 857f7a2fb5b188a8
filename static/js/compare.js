// Going from change to change by the keys n and p; the links beside each change do the same.
(() => {
  "use strict";
  const hint = document.querySelector("[data-keys]");
  if (hint) hint.hidden = false;

  const heads = () => Array.from(document.querySelectorAll("[data-change]"));

  function current() {
    const here = document.activeElement && document.activeElement.closest("[data-change]");
    return here || document.querySelector("[data-change]:target");
  }

  function step(forward) {
    const at = current();
    if (at) {
      const link = at.querySelector(forward ? "[data-after]" : "[data-before]");
      if (link) follow(link);
      return;
    }
    const all = heads();
    const below = all.filter((head) => head.getBoundingClientRect().top > 0);
    const above = all.filter((head) => head.getBoundingClientRect().top < 0);
    show(forward ? below[0] : above[above.length - 1]);
  }

  function follow(link) {
    const address = link.getAttribute("href");
    if (address[0] === "#") show(document.getElementById(address.slice(1)));
    else location.assign(link.href);
  }

  function show(head) {
    if (!head) return;
    history.replaceState(null, "", `#${head.id}`);
    head.focus({ preventScroll: true });
    head.scrollIntoView({ block: "start" });
  }

  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    if (event.target.closest("input:not([type=radio]), select, textarea, [contenteditable]")) return;
    if (event.key === "n") step(true);
    else if (event.key === "p") step(false);
  });
})();
