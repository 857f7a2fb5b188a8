/* An article: the size of its text. Remembered in this browser only; theme.js sets it at once. */
(function () {
  "use strict";

  var root = document.documentElement;
  var SMALLEST = -1, LARGEST = 2;

  function size() {
    return Number(root.dataset.text || 0);
  }

  function label() {
    document.querySelectorAll("[data-text-size]").forEach(function (button) {
      var step = Number(button.dataset.textSize);
      button.disabled = step < 0 && size() <= SMALLEST || step > 0 && size() >= LARGEST || !step && !size();
    });
  }

  function resize(step) {
    var wanted = step ? Math.min(LARGEST, Math.max(SMALLEST, size() + step)) : 0;
    if (wanted) root.dataset.text = String(wanted);
    else delete root.dataset.text;
    try {
      if (wanted) window.localStorage.setItem("co-chu", String(wanted));
      else window.localStorage.removeItem("co-chu");
    } catch (error) {
      /* not remembered, still resized */
    }
    label();
  }

  document.addEventListener("click", function (event) {
    var button = event.target.closest("[data-text-size]");
    if (button) resize(Number(button.dataset.textSize));
    /* A list of ways to share closes when the reader looks elsewhere. */
    document.querySelectorAll("details.share[open]").forEach(function (details) {
      if (!details.contains(event.target)) details.open = false;
    });
  });
  label();
})();
