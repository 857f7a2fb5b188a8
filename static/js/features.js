/* Dragging the rows of a list into another order; keys and buttons are plan-editor.js and forms. */
(function () {
  "use strict";

  var held = null;
  var before = "";

  function order(list) {
    return Array.prototype.map.call(list.querySelectorAll("[data-key]"), function (row) {
      return row.dataset.key;
    }).join(",");
  }

  /* Only the grip starts it, so that titles can still be marked and links followed. */
  document.addEventListener("pointerdown", function (event) {
    var row = event.target.closest("[data-sortable] > [data-key]");
    if (row) row.draggable = Boolean(event.target.closest(".feature__grip"));
  });

  document.addEventListener("dragstart", function (event) {
    var row = event.target.closest && event.target.closest("[data-sortable] > [data-key]");
    if (!row) return;
    held = row;
    before = order(row.parentElement);
    event.dataTransfer.effectAllowed = "move";
    event.dataTransfer.setData("text/plain", row.dataset.key);
    row.classList.add("is-held");
  });

  document.addEventListener("dragover", function (event) {
    if (!held) return;
    var over = event.target.closest && event.target.closest("[data-sortable] > [data-key]");
    if (!over || over.parentElement !== held.parentElement) return;
    event.preventDefault();
    if (over === held) return;
    var box = over.getBoundingClientRect();
    var after = event.clientY > box.top + box.height / 2;
    over.parentElement.insertBefore(held, after ? over.nextSibling : over);
  });

  document.addEventListener("drop", function (event) {
    if (held) event.preventDefault();
  });

  document.addEventListener("dragend", function () {
    if (!held) return;
    var list = held.parentElement;
    var form = document.getElementById("thu-tu");
    held.classList.remove("is-held");
    held.draggable = false;
    held = null;
    var now = order(list);
    if (now === before || !form) return;
    form.elements.order.value = now;
    form.requestSubmit();
  });
})();
