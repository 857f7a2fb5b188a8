/* <input type="checkbox" data-tick-all hidden>: ticks every box of its form, and shows whether all
   are ticked. Without this script the boxes are ticked one by one. */
(function () {
  "use strict";

  document.querySelectorAll("[data-tick-all]").forEach(function (whole) {
    var boxes = Array.prototype.slice.call(whole.form.querySelectorAll("input[type=checkbox]")).filter(function (box) {
      return box !== whole;
    });
    whole.hidden = false;
    whole.addEventListener("change", function () {
      boxes.forEach(function (box) { box.checked = whole.checked; });
    });
    whole.form.addEventListener("change", function () {
      var ticked = boxes.filter(function (box) { return box.checked; }).length;
      whole.checked = ticked === boxes.length;
      whole.indeterminate = ticked > 0 && ticked < boxes.length;
    });
  });
})();
