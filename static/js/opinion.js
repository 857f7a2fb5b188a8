/* The form of an opinion: what is typed is kept, a thin line loses nothing, a proposed wording shows
   what it changes. Without this file the form is sent as every other form.

   Where somebody is signed in and not anonymous, the draft lies sealed on the portal; else, and
   while the portal cannot be reached, only in sessionStorage: it goes with the tab, for computers
   are shared. A form carries its own key, so sending it again never makes a second opinion. */
(function () {
  "use strict";

  var PAUSE = 2500;
  var WAITS = [3, 8, 20, 45, 60];
  var FIELDS = ["submission_key", "stance", "text", "reason", "proposed", "group", "route", "naming", "name", "email"];

  function set(form) {
    if (form.dataset.ready) return;
    form.dataset.ready = "yes";
    var box = form.closest("#phieu-gop-y") || form.parentElement;
    var status = form.querySelector("[data-status]");
    var person = form.dataset.person;
    var place = "y-kien:" + (person || "khach") + ":" + form.dataset.place;
    var timer = 0, failures = 0, sending = false, keeping = null, stopped = false;

    function word(name) {
      return form.querySelector("template[data-words]").content.querySelector('[data-word="' + name + '"]').textContent;
    }

    function say(text, waiting, extra) {
      status.textContent = text;
      status.classList.toggle("is-waiting", Boolean(waiting));
      if (extra) { status.append(" "); status.append(extra); }
    }

    function button(text, act) {
      var made = document.createElement("button");
      made.type = "button";
      made.className = "link-btn";
      made.textContent = text;
      made.addEventListener("click", act);
      return made;
    }

    function signIn() {
      var link = document.createElement("a");
      link.href = form.dataset.signIn;
      link.target = "_blank";
      link.rel = "noopener";
      link.textContent = word("enter");
      return link;
    }

    function value(name) {
      var field = form.elements[name];
      return field ? field.value : "";
    }

    function anonymous() { return !person || value("naming") === "anonymous"; }

    /* In this tab */
    var here = {
      write: function () {
        var kept = {};
        FIELDS.forEach(function (name) { kept[name] = value(name); });
        try { window.sessionStorage.setItem(place, JSON.stringify(kept)); } catch (error) { return false; }
        return true;
      },
      read: function () {
        try { return JSON.parse(window.sessionStorage.getItem(place)); } catch (error) { return null; }
      },
      forget: function () {
        try { window.sessionStorage.removeItem(place); } catch (error) { /* nothing there */ }
      }
    };

    function empty() {
      var passage = form.querySelector("template[data-passage]");
      var same = !passage || value("proposed").trim() === passage.content.textContent.trim();
      return same && !value("stance") && !value("text").trim() && !value("reason").trim();
    }

    function clear() {
      here.forget();
      var passage = form.querySelector("template[data-passage]");
      form.querySelectorAll('[name="stance"]').forEach(function (radio) { radio.checked = false; });
      ["text", "reason", "name", "email"].forEach(function (name) { if (form.elements[name]) form.elements[name].value = ""; });
      if (passage) form.elements.proposed.value = passage.content.textContent;
      draw();
      say(word("forgotten"));
    }

    function keepHere(told) {
      if (here.write()) say(told, false, button(word("forget"), clear));
    }

    /* On the portal */
    function post(address, body) {
      return window.fetch(address, { method: "POST", body: body, headers: { "X-Panel": "1" }, redirect: "error" });
    }

    function save() {
      window.clearTimeout(timer);
      if (stopped || sending || empty()) return;
      if (anonymous()) {
        keepHere(word("here"));
        if (person && !form.dataset.gone) { form.dataset.gone = "yes"; discard(); }
        return;
      }
      delete form.dataset.gone;
      var words = new FormData(form);
      words.delete("files"); // they are stored once, with the form
      keeping = post(form.dataset.opinion, words).then(function (answer) {
        if (answer.status === 401) return ended();
        if (!answer.ok) throw new Error(String(answer.status));
        here.forget();
        if (stopped) return null;
        say(word("saved") + " " + new Date().toLocaleTimeString("vi-VN", { hour: "2-digit", minute: "2-digit" }));
        return null;
      }).catch(function () { if (!stopped) keepHere(word("unsaved")); }).then(function () { keeping = null; });
    }

    function discard() {
      var body = new FormData();
      body.set("csrfmiddlewaretoken", value("csrfmiddlewaretoken"));
      body.set("xoa", "1");
      return post(form.dataset.opinion, body).catch(function () { /* it goes when the opinion is sent */ });
    }

    function touched() {
      failures = 0;
      window.clearTimeout(timer);
      timer = window.setTimeout(save, anonymous() ? 400 : PAUSE);
    }

    /* Sending */
    function ended() {
      here.write();
      say(word("ended"), true, signIn());
    }

    function other() {
      stopped = true;
      here.forget();
      say(word("other"), true);
    }

    /* The token of the page is that of an earlier session: a new one, if it is the same person. */
    function renew() {
      return window.fetch(form.action, { headers: { "X-Panel": "1" }, redirect: "error" }).then(function (answer) {
        return answer.text();
      }).then(function (html) {
        var fresh = new DOMParser().parseFromString(html, "text/html").querySelector("form[data-opinion]");
        if (!fresh || person && !fresh.dataset.person) return "nobody";
        if (fresh.dataset.person !== person) return "another";
        form.elements.csrfmiddlewaretoken.value = fresh.elements.csrfmiddlewaretoken.value;
        return "same";
      });
    }

    function later() {
      failures += 1;
      sending = false;
      here.write();
      say(word("retrying"), true, button(word("now"), send));
      window.clearTimeout(timer);
      timer = window.setTimeout(send, WAITS[Math.min(failures, WAITS.length) - 1] * 1000);
    }

    function stay(told, extra) {
      sending = false;
      press(false);
      if (told) say(told, true, extra);
    }

    function press(on) {
      var main = form.querySelector('.form-foot [type="submit"]');
      if (main) main.setAttribute("aria-disabled", String(on));
    }

    var pressed = null;

    function send(renewed) {
      if (sending || stopped) return;
      sending = true;
      window.clearTimeout(timer);
      press(true);
      say(word("sending"));
      var body = new FormData(form);
      if (pressed) body.set(pressed.name, pressed.value);
      post(form.action, body).then(function (answer) {
        if (answer.status === 401) { ended(); return stay(); }
        if (answer.status === 429) { here.write(); return stay(word("many")); }
        if (answer.status === 403 && renewed !== true) {
          return renew().catch(function () { return "nobody"; }).then(function (who) {
            stay();
            if (who === "same") send(true);
            else if (who === "another") other();
            else ended();
          });
        }
        if (answer.status >= 500) throw new Error(String(answer.status));
        if (answer.status === 201) return received(answer.headers.get("Location"));
        return answer.text().then(show);
      }).catch(later);
    }

    /* Received; if its page does not come, the form is sent again and gets the same receipt. */
    function received(address) {
      return window.fetch(address, { headers: { "X-Panel": "1" }, redirect: "error" }).then(function (answer) {
        if (!answer.ok) throw new Error(String(answer.status));
        return answer.text();
      }).then(function (html) {
        show(html);
        /* The form's own page becomes that of the receipt, so that a reload shows it again. */
        if (new URL(form.action).pathname === window.location.pathname) window.history.replaceState(null, "", address);
      });
    }

    function show(html) {
      var fresh = new DOMParser().parseFromString(html, "text/html").getElementById("phieu-gop-y");
      if (!fresh) throw new Error("no panel");
      sending = false;
      stopped = true;
      if (fresh.querySelector("[data-sent]")) here.forget();
      box.replaceChildren.apply(box, Array.prototype.slice.call(fresh.childNodes));
      start(box);
      var first = box.querySelector("[data-focus], h2");
      if (first) {
        if (!first.hasAttribute("tabindex")) first.tabIndex = -1;
        first.focus({ preventScroll: true });
      }
      var top = (first || box).getBoundingClientRect().top;
      if (top < 0 || top > window.innerHeight - 120) (first || box).scrollIntoView({ block: "center", behavior: "instant" });
    }

    form.addEventListener("submit", function (event) {
      event.preventDefault();
      if (sending) return;
      pressed = event.submitter && event.submitter.name ? event.submitter : null; // of the files
      if (keeping) keeping.then(function () { send(); });
      else send();
    });
    var kept = box.querySelector("[data-kept]");
    if (kept) {
      kept.addEventListener("submit", function (event) {
        event.preventDefault();
        discard().then(function () { kept.remove(); clear(); });
      });
    }
    form.addEventListener("input", touched);
    form.addEventListener("change", touched);
    window.addEventListener("online", function () { if (failures && form.isConnected) send(); });
    window.addEventListener("pagehide", function () { if (!stopped && form.isConnected && !empty()) here.write(); });

    var draw = propose(form, touched);
    grows(form);

    /* What was being typed in this tab */
    var left = here.read();
    if (left && !form.querySelector(".error-summary") && empty()) {
      FIELDS.forEach(function (name) {
        var field = form.elements[name];
        if (!field || !left[name]) return;
        field.value = left[name];
        var more = field.closest && field.closest("details");
        if (more && name !== "proposed") more.open = true;
      });
      if (!empty()) say(word("taken"), false, button(word("forget"), clear));
    }
    draw();
    form.querySelectorAll("textarea").forEach(function (area) { if (area.value) grow(area); });
    unfold(form);
  }

  /* An own opinion that is changed: nothing is kept on the way, the same is shown. */
  function revise(form) {
    if (form.dataset.ready) return;
    form.dataset.ready = "yes";
    propose(form, function () {})();
    grows(form);
    form.querySelectorAll("textarea").forEach(function (area) { if (area.value) grow(area); });
    unfold(form);
  }

  /* A proposed wording, as a change against the passage; gives the function that draws it. */
  function propose(form, touched) {
    var proposal = form.querySelector("[data-proposal]");
    if (!proposal) return function () {};
    var field = form.querySelector("[data-proposed] textarea");
    var passage = form.querySelector("template[data-passage]").content.textContent;
    function draw() {
      proposal.hidden = passage.trim() === field.value.trim();
      if (!proposal.hidden) drawChanges(proposal, passage, field.value);
    }
    field.addEventListener("input", draw);
    proposal.querySelector("[data-original]").addEventListener("click", function () {
      field.value = passage;
      draw();
      touched();
      field.focus();
    });
    return draw;
  }

  function unfold(form) {
    var proposal = form.querySelector("[data-proposal]");
    if (proposal && !proposal.hidden) proposal.closest("details").open = true;
  }

  /* Fields grow with what is in them, so that nobody scrolls inside a small box on a phone. */
  function grow(area) {
    if (!area.offsetParent) return;
    area.style.height = "auto";
    area.style.height = Math.min(area.scrollHeight + 4, 0.6 * window.innerHeight) + "px";
  }

  function grows(form) {
    form.addEventListener("input", function (event) { if (event.target.matches("textarea")) grow(event.target); });
    form.querySelectorAll("details").forEach(function (more) {
      more.addEventListener("toggle", function () { more.querySelectorAll("textarea").forEach(grow); });
    });
  }

  /* Words that were added and taken away; long texts are compared between what stayed at both ends. */
  function changes(old, now) {
    var a = old.match(/\s*\S+/g) || [], b = now.match(/\s*\S+/g) || [], start = 0, end = 0;
    function same(i, j) { return a[i].trim() === b[j].trim(); }
    while (start < a.length && start < b.length && same(start, start)) start++;
    while (end < a.length - start && end < b.length - start && same(a.length - 1 - end, b.length - 1 - end)) end++;
    var x = a.slice(start, a.length - end), y = b.slice(start, b.length - end), runs = [];
    function add(op, text) {
      var last = runs[runs.length - 1];
      if (last && last[0] === op) { last[1] += text; last[2]++; } else runs.push([op, text, 1]);
    }
    b.slice(0, start).forEach(function (text) { add("equal", text); });
    if (x.length * y.length > 400000) {
      x.forEach(function (text) { add("del", text); });
      y.forEach(function (text) { add("ins", text); });
    } else {
      var width = y.length + 1, table = new Uint16Array((x.length + 1) * width), i, j;
      for (i = x.length - 1; i >= 0; i--) {
        for (j = y.length - 1; j >= 0; j--) {
          table[i * width + j] = x[i].trim() === y[j].trim() ? table[(i + 1) * width + j + 1] + 1
            : Math.max(table[(i + 1) * width + j], table[i * width + j + 1]);
        }
      }
      i = j = 0;
      while (i < x.length || j < y.length) {
        if (i < x.length && j < y.length && x[i].trim() === y[j].trim()) { add("equal", y[j]); i++; j++; }
        else if (i < x.length && (j === y.length || table[(i + 1) * width + j] >= table[i * width + j + 1])) add("del", x[i++]);
        else add("ins", y[j++]);
      }
    }
    b.slice(b.length - end).forEach(function (text) { add("equal", text); });
    return runs;
  }

  function drawChanges(proposal, old, now) {
    var box = proposal.querySelector("[data-changes]"), counted = { ins: 0, del: 0 };
    box.textContent = "";
    changes(old, now).forEach(function (run) {
      if (run[0] === "equal") { box.append(run[1]); return; }
      var marked = document.createElement(run[0]), space = /^\s*/.exec(run[1])[0];
      if (box.hasChildNodes()) box.append(space);
      marked.textContent = run[1].slice(space.length);
      box.append(marked);
      counted[run[0]] += run[2];
    });
    var told = proposal.querySelector("[data-changed]");
    told.textContent = told.dataset.words.replace("{+}", counted.ins).replace("{-}", counted.del);
  }

  function start(root) {
    root.querySelectorAll("form[data-opinion]").forEach(set);
    root.querySelectorAll("form[data-revise]").forEach(revise);
  }

  /* What others typed in this tab before goes when somebody signs in or out. */
  function sweep() {
    var form = document.querySelector("form[data-opinion]");
    if (!form) return;
    var mine = "y-kien:" + (form.dataset.person || "khach") + ":";
    try {
      Object.keys(window.sessionStorage).forEach(function (key) {
        if (key.indexOf("y-kien:") === 0 && key.indexOf(mine) && key.indexOf("y-kien:khach:")) window.sessionStorage.removeItem(key);
      });
    } catch (error) { /* no storage */ }
  }

  sweep();
  start(document);
  document.addEventListener("htmx:afterSwap", function (event) { start(event.target); });
})();
