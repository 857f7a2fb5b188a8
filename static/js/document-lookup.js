/* Looking up documents beside a form: a hit goes into the field it is meant for, one line each.
   The box: [data-document-lookup], its fields named by data-targets="id_basis=Căn cứ|id_amends=…". */
(function () {
  "use strict";

  function targetsOf(box) {
    return box.dataset.targets.split("|").map(function (part) {
      var at = part.indexOf("=");
      return { field: document.getElementById(part.slice(0, at)), label: part.slice(at + 1) };
    }).filter(function (target) { return target.field; });
  }

  function add(field, line) {
    var lines = field.value.split("\n").map(function (one) { return one.trim(); }).filter(Boolean);
    if (lines.indexOf(line) < 0) {
      lines.push(line);
      field.value = field.tagName === "TEXTAREA" ? lines.join("\n") : line;
      if (field.rows && field.rows < lines.length + 1) { field.rows = lines.length + 1; }
      field.dispatchEvent(new Event("input", { bubbles: true }));
    }
  }

  function arm(box) {
    var targets = targetsOf(box);
    box.querySelectorAll("[data-line]").forEach(function (row) {
      var place = row.querySelector("[data-add]");
      if (!place || place.childElementCount) { return; }
      targets.forEach(function (target) {
        var button = document.createElement("button");
        button.type = "button";
        button.className = "btn btn--small";
        button.textContent = targets.length > 1 ? target.label : box.dataset.verb;
        button.setAttribute("aria-label", target.label + ": " + row.dataset.line);
        button.addEventListener("click", function () {
          add(target.field, row.dataset.line);
          var said = box.querySelector("[data-said]");
          if (said) { said.textContent = target.label + ": " + row.dataset.line; }
        });
        place.appendChild(button);
      });
    });
  }

  document.addEventListener("htmx:afterSwap", function (event) {
    var box = event.target.closest("[data-document-lookup]");
    if (box) { arm(box); }
  });
  document.addEventListener("keydown", function (event) {
    // Enter looks up; it does not send the form around the box.
    if (event.key === "Enter" && event.target.matches("[data-document-lookup] input")) {
      event.preventDefault();
      event.target.dispatchEvent(new Event("search", { bubbles: true }));
    }
  });
})();
