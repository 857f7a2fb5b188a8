/* The structure of a text that is read in: rows walked and corrected by keyboard, the focus kept on
   the row that changed. Without this file every button still works. */
(() => {
  "use strict";

  const rows = () => Array.from(document.querySelectorAll("[data-imp]"));
  const openForm = () => document.querySelector(".imp--edit");

  const focusRow = (row) => {
    if (!row) return;
    if (!row.hasAttribute("tabindex")) row.setAttribute("tabindex", "-1");
    row.focus({ preventScroll: true });
    row.scrollIntoView({ block: "nearest" });
  };

  /* Corrections of single rows carry what was seen of the row; what concerns the whole text carries
     its version, which every correction moves on. */
  const renew = () => {
    const bar = document.getElementById("thanh-nhap");
    if (!bar) return;
    document.querySelectorAll("main input[name=lock_version]").forEach((field) => {
      field.value = bar.dataset.version;
    });
  };

  /* One form at a time: a second one would be lost when the first is saved. */
  document.addEventListener("htmx:beforeRequest", (event) => {
    const form = openForm();
    if (!form || form.contains(event.target)) return;
    event.preventDefault();
    form.querySelector("textarea").focus();
  });

  document.addEventListener("htmx:afterSettle", () => {
    renew();
    const form = openForm();
    if (form && !form.contains(document.activeElement)) form.querySelector("textarea").focus();
  });

  document.addEventListener("row-focus", (event) => focusRow(document.getElementById(event.detail.id)));

  document.addEventListener("htmx:beforeSwap", (event) => {
    const asked = event.detail.requestConfig && event.detail.requestConfig.elt;
    if (!asked || !asked.hasAttribute("data-cancel")) return;
    const { id } = asked.closest(".imp--edit");
    setTimeout(() => focusRow(document.getElementById(id)), 60);
  });

  document.addEventListener("keydown", (event) => {
    if (event.target.closest("input, textarea, select, .imp--edit, dialog")) {
      const cancel = event.key === "Escape" && document.querySelector(".imp--edit [data-cancel]");
      if (cancel) cancel.click();
      return;
    }
    if ((event.ctrlKey || event.metaKey) && event.key.toLowerCase() === "z" && !openForm()) {
      const undo = document.querySelector("[data-undo]:not([disabled])");
      if (undo) {
        event.preventDefault();
        undo.click();
      }
      return;
    }
    if (event.ctrlKey || event.altKey || event.metaKey) return;
    const row = event.target.closest("[data-imp]");
    if (!row || event.target !== row) return;
    if (event.key === "ArrowUp" || event.key === "ArrowDown") {
      const all = rows();
      const next = all[all.indexOf(row) + (event.key === "ArrowUp" ? -1 : 1)];
      if (next) {
        event.preventDefault();
        focusRow(next);
      }
      return;
    }
    const key = event.key.length === 1 ? event.key.toLowerCase() : event.key;
    const tool = Array.from(row.querySelectorAll("[data-key]")).find((one) => one.dataset.key === key);
    if (tool && !tool.disabled) {
      event.preventDefault();
      // a row that has just come is bound a moment later; a key may be quicker
      if (window.htmx) window.htmx.process(row);
      tool.click();
    }
  });
})();
