/* Loaded before the first paint, so that a chosen theme or size of text never flashes. */
(function () {
  "use strict";
  var root = document.documentElement;
  root.classList.add("js");
  try {
    var chosen = window.localStorage.getItem("giao-dien");
    if (chosen === "dark" || chosen === "light") root.dataset.theme = chosen;
    var size = window.localStorage.getItem("co-chu");
    if (/^(-1|1|2)$/.test(size)) root.dataset.text = size;
    if (window.localStorage.getItem("kieu-chu") === "sans") root.dataset.face = "sans";
  } catch (error) {
    /* Storage may be forbidden; the system's wish then holds. */
  }
})();
