/* Text pasted from old Word files: where it looks like TCVN3 or VNI the server reads it, and a
   dialog shows both before anything is converted. When the server cannot say, it is pasted as ever. */
(() => {
  "use strict";

  const template = document.querySelector("template[data-legacy]");
  if (!template) return;
  const FONT = /(?:font-family|face)\s*[:=][^;>]*?(?:\.vn[a-z]|vn(?:time|arial)|vni[ -])/i;
  const LETTERS = /[\u00a1-\u00ff\uf0a1-\uf0ff]/g;
  const NEW = /[\u1ea0-\u1ef9]/g;
  const BIG = 1400000;

  /* Cheap and generous; the server decides. */
  const suspicious = (html, text) => {
    if (html && FONT.test(html)) return true;
    const old = (text.match(LETTERS) || []).length;
    const now = (text.match(NEW) || []).length;
    return old >= 3 && old > now * 8;
  };

  const ask = async (fields) => {
    const body = new URLSearchParams(fields);
    body.set("csrfmiddlewaretoken", document.querySelector("input[name=csrfmiddlewaretoken]").value);
    const answer = await fetch(template.dataset.legacy, { method: "POST", body, redirect: "error" });
    if (!answer.ok) throw new Error(String(answer.status));
    return answer.json();
  };

  const choose = (told) =>
    new Promise((resolve) => {
      const dialog = template.content.firstElementChild.cloneNode(true);
      dialog.querySelector("[data-kind]").textContent = told.kind;
      dialog.querySelector("[data-before]").textContent = told.before;
      dialog.querySelector("[data-after]").textContent = told.after;
      let convert = false;
      dialog.addEventListener("click", (event) => {
        if (event.target.tagName !== "BUTTON") return;
        convert = event.target.value === "convert";
        dialog.close();
      });
      dialog.addEventListener("close", () => {
        dialog.remove();
        resolve(convert);
      });
      document.body.append(dialog);
      dialog.showModal();
    });

  /* --- the rich text --- */

  const inEditor = (editor) => {
    editor.on("paste", (event) => {
      const { dataTransfer, method } = event.data;
      if (!dataTransfer || method === "drop") return;
      let html = dataTransfer.getData("text/html", true) || "";
      const text = dataTransfer.getData("text/plain") || dataTransfer.getData("Text") || "";
      if (!suspicious(html, text)) return;
      if (html.length > BIG) html = html.replace(/<!--[\s\S]*?-->|<img[^>]*>/g, "");
      if (html.length > BIG) html = "";
      const usual = event.data.dataValue;
      event.cancel();
      const put = (what) => {
        editor.focus();
        editor.insertHtml(what);
        editor.fire("change");
      };
      ask(html ? { html } : { text }).then(async (told) => {
        if (!told.kind) return put(usual || told.kept);
        const wish = await choose(told);
        const plain = (words) => `<p>${CKEDITOR.tools.htmlEncode(words).replace(/\n+/g, "</p><p>")}</p>`;
        if (html) put(wish ? told.html : told.kept);
        else put(plain(wish ? told.text : told.kept));
      }).catch(() => put(usual || CKEDITOR.tools.htmlEncode(text)));
    }, null, null, 1);
  };
  if (window.CKEDITOR) {
    Object.values(CKEDITOR.instances).forEach(inEditor);
    CKEDITOR.on("instanceCreated", ({ editor }) => inEditor(editor));
  }

  /* --- title, lead and the other plain fields --- */

  document.addEventListener("paste", (event) => {
    const field = event.target;
    if (!field.matches || !field.matches("textarea, input[type=text]") || !field.form) return;
    const html = event.clipboardData.getData("text/html");
    const text = event.clipboardData.getData("text/plain");
    if (!text || !suspicious(html.length < BIG ? html : "", text)) return;
    event.preventDefault();
    const put = (words) => {
      field.focus();
      field.setRangeText(words, field.selectionStart, field.selectionEnd, "end");
      field.dispatchEvent(new Event("input", { bubbles: true }));
    };
    const byFont = html && html.length < BIG && FONT.test(html);
    ask(byFont ? { html } : { text }).then(async (told) => {
      if (!told.kind) return put(text);
      const wish = await choose(told);
      put(wish ? (byFont ? told.after : told.text) : text);
    }).catch(() => put(text));
  });
})();
