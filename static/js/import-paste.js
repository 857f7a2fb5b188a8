/* Pasting from Word: the browser holds headings, tables and fonts as HTML, a textarea only words.
   The HTML goes along in a hidden field, the textarea shows the words and cannot be changed until
   what was pasted is dropped. Also: the button says that the file is being read. */
(() => {
  "use strict";

  const area = document.querySelector("textarea[data-paste]");
  const html = document.querySelector("input[data-paste-html]");
  const note = document.querySelector("[data-paste-kept]");
  if (!area || !html || !note) return;
  const said = note.querySelector("[data-paste-said]");
  const MOST = 4000000;
  const STRUCTURE = /<(?:h[1-6]|table|b|strong|i|em|ol|ul|li)[\s>]|mso-|class=["']?Mso|font-family|face=/i;

  const show = () => {
    const kept = html.value !== "";
    note.hidden = !kept;
    area.readOnly = kept;
    if (kept) {
      const words = area.value.split(/\s+/).filter(Boolean).length;
      said.textContent = note.dataset.words.replace("{n}", words.toLocaleString("vi-VN"));
    }
  };

  /* Pictures of the clipboard are files on the writer's disk: nobody else can read them. */
  const lean = (text) => text.replace(/<img[^>]*>/gi, "").replace(/<v:[\s\S]*?<\/v:[a-z]+>/gi, "");

  area.addEventListener("paste", (event) => {
    if (area.readOnly) return;
    const all = area.selectionStart === 0 && area.selectionEnd === area.value.length;
    if (area.value.trim() && !all) return; // put into other words: words only
    const given = event.clipboardData.getData("text/html");
    const text = event.clipboardData.getData("text/plain");
    if (!given || !text.trim() || !STRUCTURE.test(given)) return;
    const kept = lean(given);
    if (kept.length > MOST) {
      said.textContent = note.dataset.long;
      note.hidden = false;
      return;
    }
    event.preventDefault();
    area.value = text;
    html.value = kept;
    area.dispatchEvent(new Event("input", { bubbles: true }));
    show();
  });

  note.querySelector("[data-paste-drop]").addEventListener("click", () => {
    html.value = "";
    area.value = "";
    show();
    area.focus();
  });

  const button = area.form.querySelector("[data-wait]");
  area.form.addEventListener("submit", () => {
    if (!button) return;
    const words = button.lastChild;
    const before = words.textContent;
    words.textContent = button.dataset.wait;
    button.setAttribute("aria-busy", "true");
    window.addEventListener("pageshow", () => {
      words.textContent = before;
      button.removeAttribute("aria-busy");
    }, { once: true });
  });

  show(); // what comes back after a refusal
})();
