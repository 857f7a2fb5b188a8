/* The editor's gallery, attachments and videos: files travel at once with their progress, rows are
   ordered by buttons, Alt + ↑ ↓ or dragging. Without this file "Thêm" and the numbers do the same. */
(function () {
  "use strict";

  var box = document.querySelector("[data-items]");
  if (!box) return;
  var form = box.closest("form");
  var total = form.elements["kem-so"];
  var status = box.querySelector("[data-status]");

  function all(selector, within) {
    return Array.prototype.slice.call((within || box).querySelectorAll(selector));
  }

  function say(words, wrong) {
    status.textContent = words;
    status.classList.toggle("items__status--wrong", Boolean(wrong));
  }

  function changed() {
    form.dispatchEvent(new Event("input", { bubbles: true }));
  }

  /* --- order --- */

  function number(list) {
    all("[data-item]", list).forEach(function (row, n) {
      row.querySelector("[name$=-order]").value = n + 1;
      row.querySelector("[data-move='-1']").disabled = n === 0;
      row.querySelector("[data-move='1']").disabled = !row.nextElementSibling;
    });
  }

  function arm(row) {
    row.querySelector(".item__order").hidden = true;
    row.querySelector(".item__moves").hidden = false;
    row.draggable = true;
  }

  function place(row, way) {
    var other = way < 0 ? row.previousElementSibling : row.nextElementSibling;
    if (!other) return;
    row.parentElement.insertBefore(row, way < 0 ? other : other.nextElementSibling);
    number(row.parentElement);
    changed();
  }

  box.addEventListener("click", function (event) {
    var button = event.target.closest("[data-move]");
    if (!button) return;
    place(button.closest("[data-item]"), Number(button.dataset.move));
    button.focus();
  });

  box.addEventListener("keydown", function (event) {
    var row = event.target.closest("[data-item]");
    if (!row || !event.altKey || !/^Arrow(Up|Down)$/.test(event.key)) return;
    event.preventDefault();
    place(row, event.key === "ArrowUp" ? -1 : 1);
    event.target.focus();
  });

  box.addEventListener("change", function (event) {
    if (event.target.matches("[name$=-remove]")) {
      event.target.closest("[data-item]").classList.toggle("item--gone", event.target.checked);
    }
  });

  var held = null;
  box.addEventListener("dragstart", function (event) {
    held = event.target.closest && event.target.closest("[data-item]");
    // A selection dragged inside a text field is not a row.
    if (!held || event.target !== held && !event.target.matches("img")) held = null;
    else event.dataTransfer.effectAllowed = "move";
  });
  box.addEventListener("dragover", function (event) {
    var row = held && event.target.closest("[data-item]");
    if (!row || row.parentElement !== held.parentElement) return;
    event.preventDefault();
    if (row === held) return;
    var middle = row.getBoundingClientRect();
    var after = event.clientY > middle.top + middle.height / 2;
    row.parentElement.insertBefore(held, after ? row.nextElementSibling : row);
  });
  box.addEventListener("dragend", function () {
    if (!held) return;
    number(held.parentElement);
    held = null;
    changed();
  });

  /* --- sending at once --- */

  /* Saving would break off what is still on its way, and the file would be gone. */
  var underway = 0;
  form.addEventListener("submit", function (event) {
    if (!underway) return;
    event.preventDefault();
    event.stopImmediatePropagation();
    say(box.dataset.busy, true);
    status.scrollIntoView({ block: "center" });
  }, true);

  function tooLarge(input) {
    input.value = "";
    say(box.dataset.tooLarge, true);
  }

  function field(name) {
    return form.elements[name] ? form.elements[name].value : "";
  }

  function add(rows) {
    rows.forEach(function (row) {
      var list = box.querySelector("[data-list='" + row.kind + "']");
      list.insertAdjacentHTML("beforeend", row.html);
      arm(list.lastElementChild);
      number(list);
    });
    total.value = Number(total.value) + rows.length;
  }

  function send(input, button) {
    var data = new FormData();
    data.append("csrfmiddlewaretoken", field("csrfmiddlewaretoken"));
    data.append("co_quan", box.dataset.agency);
    data.append("tu", total.value);
    all("[data-list]").forEach(function (list) {
      data.append("co-" + list.dataset.list, list.children.length);
    });
    if (input.type === "file") {
      Array.prototype.forEach.call(input.files, function (file) { data.append(input.name, file); });
    } else {
      data.append(input.name, input.value);
    }
    var request = new XMLHttpRequest();
    request.open("POST", box.dataset.address);
    request.responseType = "json";
    request.setRequestHeader("X-Requested-With", "XMLHttpRequest");
    underway += 1;
    input.disabled = true;
    if (button) button.disabled = true;
    say(box.dataset.sending);
    request.upload.addEventListener("progress", function (event) {
      if (event.lengthComputable) say(box.dataset.sending + " " + Math.round(100 * event.loaded / event.total) + "%");
    });
    request.addEventListener("loadend", function () {
      underway -= 1;
      input.disabled = false;
      if (button) button.disabled = false;
      if (request.status === 413) {
        tooLarge(input);
        return;
      }
      var answer = request.status === 200 && request.response;
      if (!answer || !answer.rows) {
        say(box.dataset.failed, true); // the files stay chosen and travel with the form
        return;
      }
      add(answer.rows);
      input.value = "";
      say(answer.errors.length ? answer.errors.join(" ") : box.dataset.kept, answer.errors.length > 0);
      if (answer.rows.length) {
        changed();
        var list = box.querySelector("[data-list='" + answer.rows[0].kind + "']");
        var first = list.children[list.children.length - answer.rows.length];
        first.querySelector("input:not([type=hidden])").focus();
      }
    });
    request.send(data);
  }

  box.addEventListener("change", function (event) {
    var input = event.target;
    if (!/^new_/.test(input.name) || !input.files.length) return;
    if (input.name === "new_video" && input.files[0].size > Number(box.dataset.mostVideo)) tooLarge(input);
    else send(input);
  });

  /* Enter in the address, or the button beside it, adds the video; it does not send the form. */
  function addAddress(event) {
    var input = form.elements.video_address;
    if (!input.value.trim()) return;
    event.preventDefault();
    send(input, event.target.closest("button"));
  }
  form.elements.video_address.addEventListener("keydown", function (event) {
    if (event.key === "Enter") addAddress(event);
  });
  all("button[name=next_step]").forEach(function (button) {
    if (button.closest(".items__add").querySelector("[name=video_address]")) {
      button.addEventListener("click", addAddress);
    } else {
      button.hidden = true; // chosen files travel by themselves
    }
  });

  all("[data-item]").forEach(arm);
  all("[data-list]").forEach(number);

  /* --- phases of the chosen chuyên trang only --- */

  var microsite = form.elements.microsite;
  var phase = form.elements.phase;
  if (microsite && phase) {
    var follow = function () {
      var title = microsite.value ? microsite.selectedOptions[0].textContent : "";
      all("optgroup", phase).forEach(function (group) {
        var fits = group.label === title;
        group.hidden = group.disabled = !fits;
        if (!fits && phase.selectedOptions[0].parentElement === group) phase.value = "";
      });
      phase.closest(".field").hidden = !title;
    };
    microsite.addEventListener("change", follow);
    follow();
  }
})();
