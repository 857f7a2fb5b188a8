/* Tools of the reading room: find and jump, quote and link a passage, write about it where it
   stands, the kind of letters, keys. */
(function () {
  "use strict";

  var room = document.querySelector("[data-room]");
  if (!room || !room.reading) return;
  var reading = room.reading;
  var root = document.documentElement;

  function find(selector) { return document.querySelector(selector); }

  function toast(words) {
    var item = document.createElement("div");
    item.className = "toast";
    item.appendChild(document.createElement("span")).textContent = words;
    find("[data-toasts]").appendChild(item);
    window.setTimeout(function () { item.remove(); }, 6000);
  }

  function store(key, value) {
    try {
      if (value) window.localStorage.setItem(key, value);
      else window.localStorage.removeItem(key);
    } catch (error) {
      /* not remembered, still done */
    }
  }

  function stored(key) {
    try {
      return window.localStorage.getItem(key);
    } catch (error) {
      return null;
    }
  }

  /* Letters with or without feet */
  function face(name) {
    if (name) root.dataset.face = name;
    else delete root.dataset.face;
    document.querySelectorAll("[data-face]").forEach(function (button) {
      if (button !== root) button.setAttribute("aria-pressed", String(button.dataset.face === (name || "")));
    });
  }
  face(root.dataset.face);
  var set = find("[data-doc-set]");

  /* Find: hits in reading order, one after the other */
  var bar = find("[data-find-bar]"), searchForm = find("[data-find]"), hits = [], at = -1, words = [];

  function folded(text) {
    return text.replace(/[^\x00-\x7f]/g, function (letter) {
      return (letter.normalize("NFD").replace(/[\u0300-\u036f]/g, "").replace(/[đĐ]/, "d") || " ").charAt(0);
    }).toLowerCase();
  }

  function highlight(block) {
    if (!window.CSS || !window.CSS.highlights || !window.Highlight) return;
    var ranges = [], walker = document.createTreeWalker(block, window.NodeFilter.SHOW_TEXT);
    var wanted = words.map(function (one) { return one.replace(/[.*+?^${}()|[\]\\]/g, "\\$&"); }).join("|");
    if (!wanted) return;
    while (walker.nextNode()) {
      var node = walker.currentNode, look = new RegExp("(^|[^a-z0-9])(" + wanted + ")(?![a-z0-9])", "g"), match;
      if (node.parentNode.closest(".block__no, .block__say, .block__panel")) continue;
      while ((match = look.exec(folded(node.data)))) {
        var range = document.createRange();
        range.setStart(node, match.index + match[1].length);
        range.setEnd(node, match.index + match[0].length);
        ranges.push(range);
        look.lastIndex = match.index + match[0].length;
      }
    }
    window.CSS.highlights.set("tim", new window.Highlight(...ranges));
  }

  function step(by) {
    if (!hits.length) return;
    at = (at + by + hits.length) % hits.length;
    bar.querySelector("output").textContent = at + 1 + "/" + hits.length;
    reading.go("khoi-" + hits[at][0], true).then(function (block) { if (block) highlight(block); });
  }

  function closeFind() {
    bar.hidden = true;
    hits = [];
    if (window.CSS && window.CSS.highlights) window.CSS.highlights.delete("tim");
  }

  searchForm.addEventListener("submit", function (event) {
    var typed = searchForm.elements.q.value.trim();
    if (!typed) { event.preventDefault(); return; }
    event.preventDefault();
    var query = "?q=" + encodeURIComponent(typed);
    window.fetch(reading.base + "tim/ket-qua/" + query, reading.asked).then(function (answer) {
      if (!answer.ok) throw new Error(String(answer.status));
      return answer.json();
    }).then(function (found) {
      hits = found.hits;
      words = found.words;
      at = -1;
      bar.hidden = false;
      bar.querySelector("a").href = reading.base + "tim/" + query;
      if (hits.length) step(1);
      else {
        bar.querySelector("output").textContent = reading.word("none");
        reading.say(reading.word("none"));
      }
    }).catch(function () { window.location.href = reading.base + "tim/" + query; });
  });

  bar.addEventListener("click", function (event) {
    var button = event.target.closest("[data-step]");
    if (!button) return;
    if (button.dataset.step === "0") closeFind();
    else step(Number(button.dataset.step));
  });

  /* Jump: a paragraph that is known here; all else is looked up by the server */
  var jumpForm = find("[data-jump]");
  jumpForm.addEventListener("submit", function (event) {
    var typed = jumpForm.elements.so.value.trim(), last = Math.max.apply(null, reading.outline.map(function (row) { return row[3]; }));
    if (!typed) { event.preventDefault(); return; }
    if (!/^\d+$/.test(typed) || Number(typed) < 1 || Number(typed) > last) return;
    event.preventDefault();
    reading.go("doan-" + Number(typed));
  });

  /* A passage: its link, its words with their source, the form for it */
  var quoteBar = find("[data-quote-bar]"), chosen = null, opener = null;

  function blockOf(node) {
    var element = node && (node.nodeType === 1 ? node : node.parentElement);
    return element && room.contains(element) ? element.closest(".block") : null;
  }

  function show(block, quote, box) {
    chosen = { block: block, quote: quote };
    quoteBar.querySelector('[data-do="say"]').hidden = room.dataset.say === undefined;
    quoteBar.querySelector('[data-do="page"]').href = page(block);
    quoteBar.hidden = false;
    var left = Math.min(box.left, root.clientWidth - quoteBar.offsetWidth - 8);
    quoteBar.style.left = Math.max(8, left) + window.scrollX + "px";
    quoteBar.style.top = box.bottom + window.scrollY + 6 + "px";
  }

  function hide(back) {
    if (quoteBar.hidden) return;
    quoteBar.hidden = true;
    if (back && opener && opener.isConnected) opener.focus();
    chosen = opener = null;
  }

  function page(block) { return reading.base + "khoi-" + block.dataset.pos + "/"; }

  function wordsOf(block) {
    var copy = block.cloneNode(true);
    copy.querySelectorAll(".block__no, .block__say, .block__count, .block__panel, .note-back").forEach(function (part) { part.remove(); });
    return copy.textContent.replace(/\s+/g, " ").trim();
  }

  function source(block) {
    var place = block.id.indexOf("doan-") ? "" : ", " + reading.word("para") + " " + block.id.slice(5);
    return "(" + room.dataset.cite + place + ": " + window.location.origin + page(block) + ")";
  }

  function copy(text, told) {
    if (!navigator.clipboard) return;
    navigator.clipboard.writeText(text).then(function () { toast(reading.word(told)); });
  }

  quoteBar.addEventListener("click", function (event) {
    var button = event.target.closest("[data-do]");
    if (!button || !chosen) return;
    var block = chosen.block, quote = chosen.quote;
    if (button.dataset.do === "link") copy(window.location.origin + page(block), "copied");
    else if (button.dataset.do === "quote") copy("“" + (quote || wordsOf(block)) + "”\n" + source(block), "quoted");
    else if (button.dataset.do === "say") write(block, quote);
    else return;
    hide(button.dataset.do !== "say");
  });
  quoteBar.addEventListener("pointerdown", function (event) {
    /* The words stay marked while a button is pressed. */
    if (event.target.closest("button")) event.preventDefault();
  });

  var resting = 0;
  document.addEventListener("selectionchange", function () {
    window.clearTimeout(resting);
    resting = window.setTimeout(function () {
      var selection = window.getSelection();
      if (!selection.rangeCount || selection.isCollapsed) {
        if (!opener && !quoteBar.contains(document.activeElement)) hide();
        return;
      }
      var block = blockOf(selection.anchorNode), other = blockOf(selection.focusNode);
      var text = selection.toString().replace(/\s+/g, " ").trim();
      if (!block || !other || text.length < 2 || block.querySelector(".block__panel") && block.querySelector(".block__panel").contains(selection.anchorNode)) return;
      if (block.compareDocumentPosition(other) & 2) block = other;
      opener = null;
      show(block, text, selection.getRangeAt(0).getBoundingClientRect());
    }, 250);
  });

  /* The form of a passage, below it in the page; a wide screen puts it beside */
  function write(block, quote) {
    var query = "?doan=" + block.dataset.pos;
    if (quote && quote.length <= 600) query += "&trich=" + encodeURIComponent(quote);
    if (room.dataset.signedIn === undefined && room.dataset.open === undefined || !window.htmx) {
      window.location.href = room.dataset.say + query;
      return;
    }
    var panel = block.querySelector(".block__panel");
    if (!panel) {
      panel = document.createElement("div");
      panel.className = "block__panel";
      panel.id = "gop-y-" + block.dataset.pos;
      block.appendChild(panel);
    }
    block.classList.add("is-open");
    block.closest(".part").classList.add("has-panel");
    fillPanel(panel, room.dataset.say + query);
  }

  function fillPanel(panel, address) {
    window.htmx.ajax("GET", address, { target: panel, select: "#phieu-gop-y", swap: "innerHTML" }).then(function () {
      var first = panel.querySelector("h2");
      if (first) { first.tabIndex = -1; first.focus({ preventScroll: true }); }
      panel.scrollIntoView({ block: "nearest" });
    });
  }

  function closePanel(panel) {
    var block = panel.closest(".block"), part = block.closest(".part");
    panel.remove();
    block.classList.remove("is-open");
    if (!part.querySelector(".block__panel")) part.classList.remove("has-panel");
    block.querySelector(".block__no").focus();
  }

  document.addEventListener("click", function (event) {
    if (set.open && !set.contains(event.target)) set.open = false;
    var button = event.target.closest("button[data-face]");
    if (button) {
      face(button.dataset.face);
      store("kieu-chu", button.dataset.face);
    }
    if (event.target.closest("[data-help-open]")) find("dialog[data-help]").showModal();
    if (event.target.closest("[data-help-close]")) find("dialog[data-help]").close();
    if (!quoteBar.contains(event.target) && opener && !opener.contains(event.target)) hide();
    var link = event.target.closest("a[href]");
    if (!link || !room.contains(link) || !reading.plain(event)) return;
    var block = link.closest(".block");
    if (link.matches(".block__no")) {
      event.preventDefault();
      opener = link;
      show(block, "", link.getBoundingClientRect());
      quoteBar.querySelector("button").focus({ preventScroll: true });
    } else if (link.matches(".block__say a") && room.dataset.say !== undefined) {
      event.preventDefault();
      write(block, "");
    } else if (link.matches(".block__panel [data-close]")) {
      event.preventDefault();
      closePanel(link.closest(".block__panel"));
    } else if (link.matches(".block__panel [data-panel]")) {
      event.preventDefault();
      fillPanel(link.closest(".block__panel"), link.href);
    }
  });

  /* Keys; whoever needs single letters for something else turns them off */
  var keys = find("[data-keys-on]");
  keys.checked = stored("phim-tat") !== "khong";
  keys.addEventListener("change", function () { store("phim-tat", keys.checked ? "" : "khong"); });

  document.addEventListener("keydown", function (event) {
    if (event.key === "Escape") {
      if (set.open) { set.open = false; set.querySelector("summary").focus(); }
      else if (!quoteBar.hidden) hide(true);
      else if (!bar.hidden) closeFind();
      return;
    }
    if (!keys.checked || event.ctrlKey || event.metaKey || event.altKey || event.isComposing) return;
    if (event.target.closest("input, textarea, select, [contenteditable], dialog[open]")) return;
    var done = {
      "/": function () { searchForm.elements.q.focus(); },
      g: function () { jumpForm.elements.so.focus(); },
      n: function () { step(1); },
      p: function () { step(-1); },
      m: function () {
        var toc = find(".toc");
        if (!toc) return;
        toc.open = true;
        (toc.querySelector("[aria-current]") || toc.querySelector("a")).focus();
      },
      "?": function () { find("dialog[data-help]").showModal(); }
    }[event.key];
    if (!done) return;
    event.preventDefault();
    done();
  });
})();
