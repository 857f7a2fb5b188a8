/* Keys of the queue: J, K move between cases, D shows, X does not show, C ticks, S calls what is ticked
   spam. On the page of one case D, X and S work alike. Without this script everything is a button. */
(function () {
  "use strict";

  var cards = Array.prototype.slice.call(document.querySelectorAll("[data-case]"));

  function current() {
    return document.activeElement && document.activeElement.closest("[data-case]");
  }

  function go(step) {
    var here = cards.indexOf(current());
    var next = cards[here < 0 ? 0 : Math.min(Math.max(here + step, 0), cards.length - 1)];
    if (next) next.focus();
  }

  function press(selector) {
    var within = cards.length ? current() : document;
    var target = within && within.querySelector(selector);
    if (!target) return;
    if (target.tagName === "DETAILS") {
      target.open = true;
      var first = target.querySelector("input[type=checkbox]");
      if (first) first.focus();
    } else {
      target.click();
    }
  }

  function spam() {
    if (!cards.length) return press("[data-spam]");
    var button = document.querySelector("[data-spam-chosen]");
    if (button && document.querySelector("input[name=chosen]:checked")) button.click();
  }

  function openByAddress() {
    var wanted = window.location.hash && document.getElementById(window.location.hash.slice(1));
    if (wanted && wanted.tagName === "DETAILS") wanted.open = true;
  }

  document.addEventListener("keydown", function (event) {
    var typing = event.target.closest("input:not([type=checkbox]), textarea, select");
    if (typing || event.ctrlKey || event.metaKey || event.altKey) return;
    var key = event.key.toLowerCase();
    if (key === "j") go(1);
    else if (key === "k") go(-1);
    else if (key === "d") press("[data-approve]");
    else if (key === "x") press("[data-hide]");
    else if (key === "c") press("input[name=chosen]");
    else if (key === "s") spam();
    else return;
    event.preventDefault();
  });

  document.querySelectorAll("[data-tick-page]").forEach(function (whole) {
    whole.hidden = false;
    whole.form.querySelector("label[for=" + whole.id + "]").hidden = false;
    whole.addEventListener("change", function () {
      whole.form.querySelectorAll("input[name=chosen]").forEach(function (box) {
        box.checked = whole.checked;
      });
    });
  });

  openByAddress();
  window.addEventListener("hashchange", openByAddress);
})();
