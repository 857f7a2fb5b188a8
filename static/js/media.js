/* Videos of other sites: their player comes when the reader asks for it, never before. */
(function () {
  "use strict";

  document.addEventListener("click", function (event) {
    var button = event.target.closest("[data-load-video]");
    if (!button) return;
    var box = button.closest("[data-video]");
    var frame = document.createElement("iframe");
    frame.title = box.dataset.title;
    frame.setAttribute("sandbox", "allow-scripts allow-same-origin allow-presentation allow-popups");
    frame.allow = "fullscreen; encrypted-media; picture-in-picture";
    frame.referrerPolicy = "strict-origin-when-cross-origin";
    frame.src = box.dataset.video;
    box.textContent = "";
    box.classList.add("is-loaded");
    box.appendChild(frame);
    frame.focus();
  });
})();

/* A gallery: the full picture over the page. Without this the links lead to it. */
(function () {
  "use strict";

  var gallery = document.querySelector("[data-gallery]");
  var template = document.querySelector("template[data-viewer]");
  if (!gallery || !template || !window.HTMLDialogElement) return;
  var links = Array.prototype.slice.call(gallery.querySelectorAll("a"));
  var dialog = template.content.firstElementChild.cloneNode(true);
  var picture = dialog.querySelector("img");
  var at = 0;

  function show(index) {
    at = (index + links.length) % links.length;
    var words = links[at].parentNode.querySelector("figcaption");
    picture.src = links[at].href;
    picture.alt = links[at].querySelector("img").alt;
    dialog.querySelector("[data-words]").textContent = words ? words.textContent.replace(/\s+/g, " ").trim() : "";
    dialog.querySelector("[data-place]").textContent = (at + 1) + " / " + links.length;
  }

  gallery.addEventListener("click", function (event) {
    var link = event.target.closest("a");
    if (!link || event.ctrlKey || event.metaKey || event.shiftKey) return;
    event.preventDefault();
    if (!dialog.isConnected) document.body.appendChild(dialog);
    show(links.indexOf(link));
    dialog.showModal();
  });
  dialog.addEventListener("click", function (event) {
    var step = event.target.closest("[data-step]");
    if (step) show(at + Number(step.dataset.step));
    else if (event.target === dialog || event.target.closest("[data-close]")) dialog.close();
  });
  dialog.addEventListener("keydown", function (event) {
    if (event.key === "ArrowRight") show(at + 1);
    if (event.key === "ArrowLeft") show(at - 1);
  });
  dialog.addEventListener("close", function () {
    picture.removeAttribute("src");
    links[at].focus();
  });
})();
