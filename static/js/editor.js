/* CKEditor in our pages: the CSRF token for uploads, the reader's typography, a name for the
   editable region. Loaded by RichTextWidget after CKEditor itself. */
(() => {
  "use strict";
  if (!window.CKEDITOR) return;

  const token = () => {
    const field = document.querySelector("input[name=csrfmiddlewaretoken]");
    return field ? field.value : "";
  };
  // Uploads are XHRs; CKEditor's own csrf cookie means nothing to the server.
  Object.defineProperty(CKEDITOR.config, "fileTools_requestHeaders", {
    enumerable: true,
    get: () => ({ "X-CSRFToken": token(), "X-Requested-With": "XMLHttpRequest" }),
  });

  CKEDITOR.on("instanceReady", ({ editor }) => {
    const area = editor.editable();
    const label = document.querySelector(`label[for="${editor.element.getId()}"]`);
    area.addClass("prose");
    area.setAttribute("role", "textbox");
    area.setAttribute("aria-multiline", "true");
    if (label) area.setAttribute("aria-label", label.textContent.trim());
    // htmx and autosave read the textarea, so it follows the editor.
    editor.on("change", () => editor.updateElement());
  });
})();
