/* The heat table: mark the chosen cell, and bring the panel of the unit into view where it is not. */
(function () {
  "use strict";

  document.addEventListener("htmx:afterSwap", function (event) {
    if (event.detail.target.id !== "don-vi") {
      return;
    }
    var marked = document.querySelector("[data-panel][aria-current]");
    if (marked) {
      marked.removeAttribute("aria-current");
    }
    var chosen = event.detail.requestConfig && event.detail.requestConfig.elt;
    if (chosen) {
      chosen.setAttribute("aria-current", "true");
    }
    var place = event.detail.target.getBoundingClientRect();
    if (place.top < 0 || place.top > window.innerHeight - 160) {
      event.detail.target.scrollIntoView({ block: "start" });
    }
    event.detail.target.focus({ preventScroll: true });
  });
})();
