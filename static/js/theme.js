/* Loaded before the first paint, so that a chosen theme never flashes. */
(function () {
  "use strict";
  var root = document.documentElement;
  root.classList.add("js");
  try {
    var chosen = window.localStorage.getItem("giao-dien");
    if (chosen === "dark" || chosen === "light") root.dataset.theme = chosen;
  } catch (error) {
    /* Storage may be forbidden; the system's wish then holds. */
  }
})();
