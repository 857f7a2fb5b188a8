/* Keys of the list of places: J, K move, Enter says yes, X says no, C chooses other passages. After a
   decision the row that took its place keeps the focus. Without this script everything is a button. */
(function () {
  "use strict";

  function spots() {
    return Array.prototype.slice.call(document.querySelectorAll("[data-case]"));
  }

  function current() {
    return document.activeElement && document.activeElement.closest("[data-case]");
  }

  function go(step) {
    var all = spots();
    var here = all.indexOf(current());
    var next = all[here < 0 ? 0 : Math.min(Math.max(here + step, 0), all.length - 1)];
    if (next) next.focus();
  }

  function press(selector) {
    var spot = current();
    var target = spot && spot.querySelector(selector);
    if (target) target.click();
    return Boolean(target);
  }

  document.addEventListener("keydown", function (event) {
    var control = event.target.closest("input, textarea, select, a, button");
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    var key = event.key.toLowerCase();
    if (control && (key === "enter" || control.matches("input, textarea, select"))) return;
    if (key === "j") go(1);
    else if (key === "k") go(-1);
    else if (key === "enter" && current()) press("[data-yes]");
    else if (key === "x") press("[data-no]");
    else if (key === "c") press("[data-choose]");
    else return;
    event.preventDefault();
  });

  var place = -1;
  document.addEventListener("htmx:beforeRequest", function (event) {
    var spot = event.target.closest && event.target.closest("form.align-do");
    place = spot ? spots().indexOf(event.target.closest("[data-case]")) : -1;
  });
  document.addEventListener("htmx:afterSettle", function () {
    if (place < 0) return;
    var all = spots();
    var next = all[place];
    // A row that was decided gives the focus to the one that follows; a refusal keeps it.
    if (next && !next.querySelector(".align-refusal") && all[place + 1]) next = all[place + 1];
    place = -1;
    if (next) next.focus();
  });
})();
