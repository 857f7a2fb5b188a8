/* CKEditor in our pages: a picture dialog of our own (choose a file, say what it shows), the CSRF
   token for uploads, a name for the editable region, a count of words. Loaded by RichTextWidget
   after CKEditor itself; the words come from its configuration (config.portal). */
(() => {
  "use strict";
  if (!window.CKEDITOR) return;

  const headers = () => {
    const field = document.querySelector("input[name=csrfmiddlewaretoken]");
    return { "X-CSRFToken": field ? field.value : "", "X-Requested-With": "XMLHttpRequest" };
  };
  // Pasted and dropped pictures go by CKEditor's own XHR.
  Object.defineProperty(CKEDITOR.config, "fileTools_requestHeaders", {
    enumerable: true,
    get: headers,
  });

  CKEDITOR.on("instanceCreated", ({ editor }) => {
    editor.on("langLoaded", () => {
      for (const [plugin, words] of Object.entries(editor.config.portal.lang)) {
        Object.assign(editor.lang[plugin], words);
      }
    });
  });

  const upload = async (address, file) => {
    const data = new FormData();
    data.append("upload", file);
    const response = await fetch(address, { method: "POST", body: data, headers: headers() });
    return response.json();
  };

  /* The picture dialog. CKEditor's upload tab needs a javascript: frame, which our policy refuses,
     and asks for addresses nobody here types. */
  const pictureDialog = (definition, editor) => {
    const words = editor.config.portal;
    const info = definition.getContents("info");
    definition.removeContents("Upload");
    definition.minWidth = 380;

    info.elements[0].className = "rich-hidden"; // the address
    info.elements[2].className = "rich-hidden"; // width and height: taken from the picture
    let status;
    const say = (text, wrong) => {
      status.setText(text);
      status[wrong ? "addClass" : "removeClass"]("rich-picture__wrong");
    };
    const id = `${editor.name}-picture`;
    info.add(
      {
        type: "html",
        id: "picture",
        html:
          `<div class="rich-picture"><label for="${id}">${words.choose}</label>` +
          `<input id="${id}" type="file" accept="image/jpeg,image/png,image/webp,image/gif">` +
          `<p class="rich-picture__help">${words.kinds}</p>` +
          `<p class="rich-picture__status" role="status"></p></div>`,
        onLoad() {
          const dialog = this.getDialog();
          const box = this.getElement();
          const input = box.findOne("input").$;
          status = box.findOne(".rich-picture__status");
          dialog.addFocusable(new CKEDITOR.dom.element(input), 0);
          input.addEventListener("change", async () => {
            const [file] = input.files;
            if (!file) return;
            say(words.sending);
            try {
              const answer = await upload(editor.config.imageUploadUrl, file);
              if (!answer.uploaded) throw new Error(answer.error.message);
              dialog.setValueOf("info", "src", answer.url);
              say(words.sent.replace("{name}", answer.fileName));
            } catch (error) {
              const ours = error.message && !(error instanceof SyntaxError || error instanceof TypeError);
              say(ours ? error.message : words.failed, true);
              input.value = "";
            }
          });
          dialog.on("show", () => {
            input.value = "";
            say("");
          });
        },
      },
      "alt"
    );
    const required = (field, message, also = () => true) => {
      field.validate = function () {
        if (this.getValue().trim() || !also(this.getDialog())) return true;
        say(message, true);
        return false;
      };
    };
    required(info.get("src"), words.noPicture);
    info.get("alt").label = words.alt;
    // Without a picture its own message stands; every field is asked, the last word would win.
    required(info.get("alt"), words.noAlt, (dialog) => dialog.getValueOf("info", "src"));
  };

  CKEDITOR.on("dialogDefinition", ({ data, editor }) => {
    if (data.name === "image2") pictureDialog(data.definition, editor);
  });

  const showCount = (editor, place) => {
    const { count } = editor.config.portal;
    const words = editor.editable().$.innerText.split(/\s+/).filter((word) => /[\p{L}\p{N}]/u.test(word));
    const minutes = Math.max(1, Math.round(words.length / 200));
    place.setText(count.replace("{words}", words.length).replace("{minutes}", minutes));
  };

  CKEDITOR.on("instanceReady", ({ editor }) => {
    const area = editor.editable();
    const label = document.querySelector(`label[for="${editor.element.getId()}"]`);
    area.addClass("prose");
    area.setAttribute("role", "textbox");
    area.setAttribute("aria-multiline", "true");
    if (label) area.setAttribute("aria-label", label.firstChild.textContent.trim());
    const described = editor.element.getAttribute("aria-describedby");
    if (described) area.setAttribute("aria-describedby", described);
    if (label) label.addEventListener("click", () => editor.focus());

    const place = new CKEDITOR.dom.element("span");
    place.addClass("rich-count");
    editor.ui.space("bottom").append(place);
    showCount(editor, place);
    let waiting = 0;
    let cost = 0;
    let later = 0;
    const update = () => {
      const begun = performance.now();
      editor.updateElement(); // autosave and htmx read the textarea
      cost = performance.now() - begun;
    };
    editor.on("change", () => {
      clearTimeout(later);
      if (cost < 60) update();
      else later = setTimeout(update, 1500); // a text of hundreds of pages: not with every key
      clearTimeout(waiting);
      waiting = setTimeout(() => showCount(editor, place), 400);
    });
  });
})();
