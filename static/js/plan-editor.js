/* The page of a plan as an editor: rows moved and opened by keyboard, one form open at a time,
   focus back on the row that was changed. Without this file every button still works. */
(function () {
  "use strict";

  function editor() {
    return document.getElementById("soan");
  }

  function openForm() {
    return document.querySelector("#soan .part--edit");
  }

  function say(words) {
    var box = document.querySelector("[data-toasts]");
    if (!words || !box) return;
    var item = document.createElement("div");
    item.className = "toast";
    var text = document.createElement("span");
    text.textContent = words;
    item.appendChild(text);
    box.appendChild(item);
    window.setTimeout(function () { item.remove(); }, 6000);
  }

  function focusInto(form) {
    var first = form.querySelector("[data-focus]") || form.querySelector("#tac-dong") ||
      form.querySelector("textarea, select, input:not([type=hidden])");
    if (first) first.focus();
  }

  function focusRow(id) {
    var row = document.getElementById(id);
    if (row && !row.hasAttribute("tabindex")) row = row.querySelector("[data-part], a, button") || row;
    if (!row) return;
    for (var up = row.parentElement; up; up = up.parentElement) {
      if (up.tagName === "DETAILS") up.open = true;
    }
    row.focus();
    row.scrollIntoView({ block: "nearest" });
  }

  /* One form at a time: a second one would be lost when the first is saved. */
  document.addEventListener("htmx:beforeRequest", function (event) {
    var form = openForm();
    if (!form || form.contains(event.target) || !editor().contains(event.target)) return;
    event.preventDefault();
    focusInto(form);
    say(editor().dataset.busy);
  });

  document.addEventListener("htmx:afterSettle", function (event) {
    var target = event.detail.elt || event.target;
    var form = openForm();
    if (form && (target === form || form.contains(target)) && !form.contains(document.activeElement)) {
      focusInto(form);
    }
  });

  /* Closed without saving: back to the row it stood in. */
  document.addEventListener("htmx:beforeSwap", function (event) {
    var asked = event.detail.requestConfig && event.detail.requestConfig.elt;
    if (!asked || !asked.hasAttribute("data-cancel")) return;
    var id = asked.closest(".part--edit").id;
    window.setTimeout(function () { focusRow(id); }, 60);
  });

  /* After saving and moving the server says which row, and what was done. */
  document.addEventListener("row-focus", function (event) {
    focusRow(event.detail.id);
    say(event.detail.said);
  });

  document.addEventListener("keydown", function (event) {
    if (event.key === "Enter" && event.target.hasAttribute("data-find")) {
      event.preventDefault();
      event.target.dispatchEvent(new Event("tim"));
      return;
    }
    if (event.target.closest("input, textarea, select, .part--edit")) return;
    var row = event.target.closest("[data-part]");
    if (!row) return;
    if (event.altKey && (event.key === "ArrowUp" || event.key === "ArrowDown")) {
      event.preventDefault();
      var button = row.querySelector(":scope > .part-tools [data-move=" + event.key + "]");
      if (button && !button.disabled) button.click();
    } else if (event.key === "Enter" && event.target === row) {
      event.preventDefault();
      row.querySelector(":scope > .part-tools [data-edit]").click();
    }
  });
})();
