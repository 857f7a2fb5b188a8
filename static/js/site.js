/* What moves on every page. Nothing here is needed: each part has a page that works without it. */
(function () {
  "use strict";

  var root = document.documentElement;

  function all(selector, within) {
    return Array.prototype.slice.call((within || document).querySelectorAll(selector));
  }

  /* Theme: two states; the system's wish until the reader chooses. */
  var system = window.matchMedia("(prefers-color-scheme: dark)");

  function isDark() {
    return root.dataset.theme ? root.dataset.theme === "dark" : system.matches;
  }

  function labelTheme() {
    all("[data-theme-switch]").forEach(function (button) {
      var words = isDark() ? button.dataset.toLight : button.dataset.toDark;
      button.querySelector("span").textContent = words;
      button.title = words;
    });
  }

  function switchTheme() {
    root.dataset.theme = isDark() ? "light" : "dark";
    try {
      window.localStorage.setItem("giao-dien", root.dataset.theme);
    } catch (error) {
      /* not remembered, still switched */
    }
    labelTheme();
  }

  /* Menus that fold away on phones. */
  function toggle(button) {
    var target = document.getElementById(button.dataset.toggle);
    var open = target.classList.toggle("is-open");
    button.setAttribute("aria-expanded", String(open));
    if (open) {
      var first = target.querySelector("input, a, button");
      if (first && first.tagName === "INPUT") first.focus();
    }
  }

  /* What folds away on phones starts open where there is room. */
  if (window.matchMedia("(min-width: 64rem)").matches) {
    all("details[data-open-wide]").forEach(function (details) { details.open = true; });
  }

  /* Toasts. */
  function toast(words) {
    var box = document.querySelector("[data-toasts]");
    var item = document.createElement("div");
    item.className = "toast";
    var text = document.createElement("span");
    text.textContent = words;
    item.appendChild(text);
    box.appendChild(item);
    window.setTimeout(function () { item.remove(); }, 6000);
  }

  /* data-confirm="question" on a form or a button: asks in a dialog, then goes on. */
  function ask(element, go) {
    var dialog = document.querySelector("template[data-confirm]").content.firstElementChild.cloneNode(true);
    dialog.querySelector("h2").textContent = element.dataset.confirm;
    var more = dialog.querySelector("p");
    more.textContent = element.dataset.confirmText || "";
    more.hidden = !more.textContent;
    var yes = dialog.querySelector("[value=yes]");
    yes.textContent = element.dataset.confirmButton || element.textContent.trim();
    if (element.dataset.confirmDanger !== undefined) yes.className = "btn btn--danger";
    dialog.addEventListener("click", function (event) {
      var value = event.target.value;
      if (value === "yes" || value === "no") {
        dialog.close();
        if (value === "yes") go();
      }
    });
    dialog.addEventListener("close", function () { dialog.remove(); });
    document.body.appendChild(dialog);
    dialog.showModal();
  }

  document.addEventListener("click", function (event) {
    var target = event.target.closest("[data-theme-switch], [data-toggle], [data-copy], [data-print], [data-top]");
    if (!target) return;
    if (target.matches("[data-theme-switch]")) switchTheme();
    else if (target.matches("[data-toggle]")) toggle(target);
    else if (target.matches("[data-print]")) {
      event.preventDefault();
      window.print();
    }
    else if (target.matches("[data-top]")) {
      event.preventDefault();
      var calm = window.matchMedia("(prefers-reduced-motion: reduce)").matches;
      window.scrollTo({ top: 0, behavior: calm ? "auto" : "smooth" });
      document.querySelector(".skip").focus({ preventScroll: true });
    } else if (navigator.clipboard) {
      event.preventDefault();
      navigator.clipboard.writeText(target.dataset.copy || window.location.href).then(function () {
        toast(target.dataset.copied || "Đã chép liên kết");
      });
    }
  });

  document.addEventListener("submit", function (event) {
    var form = event.target;
    var element = event.submitter && event.submitter.dataset.confirm ? event.submitter : form;
    if (!element.dataset.confirm || form.dataset.confirmed) return;
    event.preventDefault();
    event.stopImmediatePropagation();
    ask(element, function () {
      form.dataset.confirmed = "yes";
      form.requestSubmit(event.submitter || undefined);
      delete form.dataset.confirmed;
    });
  }, true);

  /* A thin line: an htmx form that could not be sent says so and tries again by itself. */
  var waits = [3, 8, 20, 45, 60];

  function waiting(form) {
    var box = form.querySelector(".retry");
    if (!box) {
      box = document.querySelector("template[data-retry]").content.firstElementChild.cloneNode(true);
      box.querySelector("button").addEventListener("click", function () { again(form); });
      form.appendChild(box);
    }
    return box;
  }

  function again(form) {
    window.clearTimeout(form.retryTimer);
    if (form.isConnected) form.requestSubmit(form.retryButton || undefined);
  }

  function failed(event) {
    var form = event.target.closest ? event.target.closest("form") : null;
    if (!form || form.method !== "post" && !form.hasAttribute("hx-post")) return;
    var status = event.detail.xhr ? event.detail.xhr.status : 0;
    if (status && status < 500 && status !== 429) return;
    form.retryCount = (form.retryCount || 0) + 1;
    waiting(form);
    window.clearTimeout(form.retryTimer);
    form.retryTimer = window.setTimeout(again, waits[Math.min(form.retryCount, waits.length) - 1] * 1000, form);
  }

  document.addEventListener("submit", function (event) { event.target.retryButton = event.submitter; }, true);
  ["htmx:sendError", "htmx:timeout", "htmx:responseError"].forEach(function (name) {
    document.addEventListener(name, failed);
  });
  document.addEventListener("htmx:afterRequest", function (event) {
    if (!event.detail.successful || !event.target.closest) return;
    var form = event.target.closest("form");
    if (!form) return;
    form.retryCount = 0;
    window.clearTimeout(form.retryTimer);
    var box = form.querySelector(".retry");
    if (box) box.remove();
  });
  window.addEventListener("online", function () {
    all(".retry").forEach(function (box) { again(box.closest("form")); });
  });

  /* A page full of typed text is not left by accident. */
  var typed = null;
  document.addEventListener("input", function (event) {
    typed = event.target.closest("form[data-guard]") || typed;
  });
  document.addEventListener("submit", function () { typed = null; });
  window.addEventListener("beforeunload", function (event) {
    if (typed && typed.isConnected) event.preventDefault();
  });

  /* Letters left in a field: <output data-count-for="id_title">. */
  function count(field) {
    all('[data-count-for="' + field.id + '"]').forEach(function (output) {
      output.textContent = field.value.length + (field.maxLength > 0 ? " / " + field.maxLength : "");
    });
  }
  document.addEventListener("input", function (event) {
    if (event.target.id) count(event.target);
  });

  /* A page that is read says so once it is seen: no cookie goes along. The answer brings the
     numbers at its foot up to date. */
  var counter = document.querySelector("[data-visit]");

  function visited() {
    window.fetch(counter.dataset.visitUrl, {
      method: "POST", body: counter.dataset.visit, credentials: "omit", keepalive: true,
      referrerPolicy: "no-referrer" /* addresses of receipts stay out of every log */
    }).then(function (answer) {
      return answer.status === 200 ? answer.json() : {};
    }).then(function (numbers) {
      all("[data-visits]", counter).forEach(function (place) {
        var number = numbers[place.dataset.visits];
        if (number === undefined) return;
        place.textContent = number;
        place.parentNode.hidden = false;
      });
    }).catch(function () { /* not counted; nothing to tell the reader */ });
  }

  if (counter && !navigator.webdriver) {
    if (document.prerendering) document.addEventListener("prerenderingchange", visited, { once: true });
    else if (document.hidden) document.addEventListener("visibilitychange", visited, { once: true });
    else visited();
  }

  system.addEventListener("change", labelTheme);
  labelTheme();
  all("[data-count-for]").forEach(function (output) {
    var field = document.getElementById(output.dataset.countFor);
    if (field) count(field);
  });
  var summary = document.querySelector("[data-focus]");
  if (summary) summary.focus();
})();
