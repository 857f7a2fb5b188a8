/* Keys of the form in which papers are typed: Ctrl+Enter saves, 1 2 3 choose the stance while the
   focus is on it or on no field of text. Without this script every key has its button. */
(function () {
  "use strict";

  document.addEventListener("keydown", function (event) {
    var form = document.querySelector("[data-row-form]");
    if (!form) return;
    if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) {
      var button = form.querySelector("[data-save]");
      if (button) {
        event.preventDefault();
        button.click();
      }
      return;
    }
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    if (["1", "2", "3"].indexOf(event.key) < 0) return;
    if (event.target.closest("input:not([type=radio]), textarea, select, dialog")) return;
    var choice = form.querySelectorAll("input[name=stance]")[Number(event.key) - 1];
    if (!choice) return;
    event.preventDefault();
    choice.checked = true;
    choice.focus();
    choice.dispatchEvent(new Event("input", { bubbles: true }));
  });
})();
