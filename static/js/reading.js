/* The reading room: further parts of the text come as one scrolls, the contents follow, and the
   place is remembered in this browser. Without this file every part is a page of its own. */
(function () {
  "use strict";

  var room = document.querySelector("[data-room]");
  if (!room) return;
  var root = document.documentElement;
  var box = room.querySelector("[data-parts]");
  var outline = JSON.parse(room.dataset.outline); /* [first pos, last, first paragraph, last, bytes] */
  var base = room.dataset.base;
  var asked = { credentials: room.dataset.public === undefined ? "same-origin" : "omit" };
  var live = document.querySelector("[data-live]");
  var progress = document.querySelector("[data-progress]");
  var contents = document.querySelector("[data-contents]");
  var LINE = 140; /* what stands here is what is being read */
  var KEPT = 9;
  var STORE = "doc-tiep";
  var margins = null;
  var parts = [];
  var perByte = 0.45;

  function word(name) {
    var found = document.querySelector("template[data-words]").content.querySelector('[data-word="' + name + '"]');
    return found ? found.textContent : "";
  }

  function say(words) { live.textContent = words; }

  function address(n) { return n === 1 ? base : base + "phan-" + n + "/"; }

  function keepPlace(change) {
    /* The block under the line stays there, whatever happens above it. */
    var held = blockAt();
    var before = held ? held.getBoundingClientRect().top : 0;
    change();
    if (held && held.isConnected) window.scrollBy({ top: held.getBoundingClientRect().top - before, behavior: "instant" });
  }

  /* Parts: full, or an empty place of about the right height */

  function hold(part, height) {
    part.el.style.minHeight = Math.round(height) + "px";
    part.el.style.containIntrinsicHeight = Math.round(height) + "px";
  }

  function empty(part, height) {
    part.state = "empty";
    part.blocks = [];
    hold(part, height);
    part.el.textContent = "";
    var link = document.createElement("a");
    link.className = "part__link";
    link.href = address(part.n);
    link.textContent = word("part") + " " + part.n + "/" + parts.length;
    part.el.appendChild(link);
  }

  function measure(part) {
    part.el.style.contentVisibility = "visible";
    part.el.style.minHeight = "";
    part.height = part.el.offsetHeight;
    /* A length, no "auto": what the browser remembers may be the height of the empty place. */
    part.el.style.containIntrinsicHeight = part.height + "px";
    part.el.style.contentVisibility = "";
  }

  function filled(part) {
    part.state = "full";
    part.el.classList.remove("is-waiting");
    part.blocks = Array.prototype.slice.call(part.el.querySelectorAll(".block"));
    draw(part);
    measure(part);
  }

  function load(part) {
    if (part.state === "full") return Promise.resolve(part);
    if (part.state === "loading") return part.coming;
    part.state = "loading";
    part.el.classList.add("is-waiting");
    part.coming = window.fetch(base + "phan-" + part.n + "/" + room.dataset.version + "/", asked).then(function (answer) {
      if (!answer.ok) throw new Error(String(answer.status));
      return answer.text();
    }).then(function (html) {
      /* Where it ends is where the reader is: the end stays, the beginning moves. */
      var was = part.el.getBoundingClientRect(), held = was.top < 0 && was.bottom <= window.innerHeight;
      part.el.innerHTML = html;
      filled(part);
      if (held) window.scrollBy({ top: part.el.getBoundingClientRect().bottom - was.bottom, behavior: "instant" });
      say(word("loaded") + " " + word("part").toLowerCase() + " " + part.n + "/" + parts.length);
      trim();
      follow();
      return part;
    }).catch(function () {
      part.state = "empty";
      part.el.classList.remove("is-waiting");
      if (!part.el.querySelector(".part__failed")) {
        var words = document.createElement("p");
        words.className = "part__failed";
        words.textContent = word("failed") + " " + word("again") + ":";
        part.el.insertBefore(words, part.el.firstChild);
      }
      say(word("failed"));
      throw new Error("not loaded");
    });
    return part.coming;
  }

  function inUse(part) {
    var chosen = window.getSelection();
    return part.el.contains(document.activeElement) || part.el.querySelector(".block__panel") ||
      chosen && !chosen.isCollapsed && part.el.contains(chosen.anchorNode);
  }

  /* A phone has little memory: what lies far away is let go, its height stays. */
  function trim() {
    var here = partAt();
    var full = parts.filter(function (part) { return part.state === "full"; });
    full.sort(function (a, b) { return Math.abs(b.n - here.n) - Math.abs(a.n - here.n); });
    while (full.length > KEPT) {
      var part = full.shift();
      if (!inUse(part)) empty(part, part.height);
    }
  }

  function setUp() {
    var shown = box.querySelector(".part");
    var given = Number(shown.dataset.part);
    shown.style.contentVisibility = "visible"; /* it may begin below the fold */
    if (outline[given - 1][4] > 4000) perByte = shown.offsetHeight / outline[given - 1][4];
    var top = shown.getBoundingClientRect().top;
    outline.forEach(function (row, index) {
      var part = { n: index + 1, el: shown, state: "full", blocks: [] };
      parts.push(part);
      if (part.n === given) return;
      part.el = document.createElement("div");
      part.el.className = "part";
      part.el.id = "phan-" + part.n;
      part.el.dataset.part = part.n;
      if (part.n < given) box.insertBefore(part.el, shown); else box.appendChild(part.el);
    });
    parts.forEach(function (part) {
      if (part.n === given) filled(part); else empty(part, outline[part.n - 1][4] * perByte);
    });
    root.classList.add("has-room");
    var links = document.querySelector("[data-part-links]");
    if (links) links.remove();
    if (given > 1) window.scrollBy({ top: shown.getBoundingClientRect().top - top, behavior: "instant" });
    watch();
  }

  function watch() {
    var near = new Set();
    var observer = new window.IntersectionObserver(function (entries) {
      entries.forEach(function (entry) {
        var part = parts[Number(entry.target.dataset.part) - 1];
        if (!entry.isIntersecting) { near.delete(part); return; }
        near.add(part);
        /* Who drags the scroll bar through the whole text does not fetch the whole text. */
        if (part.state === "empty") window.setTimeout(function () {
          if (near.has(part)) load(part).catch(function () { /* said in its place */ });
        }, 120);
      });
    }, { rootMargin: "1200px 0px" });
    parts.forEach(function (part) { observer.observe(part.el); });
  }

  /* Where the reader is */

  function partAt() {
    var found = parts[0];
    parts.some(function (part) {
      if (part.el.getBoundingClientRect().top > LINE) return true;
      found = part;
      return false;
    });
    return found;
  }

  function blockAt() {
    var blocks = partAt().blocks, low = 0, high = blocks.length - 1;
    while (low < high) {
      var middle = Math.ceil((low + high) / 2);
      if (blocks[middle].getBoundingClientRect().top <= LINE) low = middle; else high = middle - 1;
    }
    return blocks[low] || null;
  }

  var lines = contents ? Array.prototype.slice.call(contents.querySelectorAll("a[data-to]")) : [];
  var current = null;

  function follow() {
    var part = partAt(), block = blockAt();
    var pos = block ? Number(block.dataset.pos) : outline[part.n - 1][0];
    var line = null;
    lines.some(function (link) {
      if (Number(link.dataset.to) > pos) return true;
      line = link;
      return false;
    });
    if (line !== current) {
      if (current) current.removeAttribute("aria-current");
      if (line) line.setAttribute("aria-current", "location");
      current = line;
      reveal(line);
    }
    var area = box.getBoundingClientRect();
    var done = (LINE - area.top) / Math.max(1, area.height - window.innerHeight + LINE);
    progress.style.transform = "scaleX(" + Math.min(1, Math.max(0, done)) + ")";
    remember(block);
  }

  function reveal(line) {
    var nav = document.querySelector(".doc-nav");
    if (!line || window.getComputedStyle(nav).position !== "sticky") return;
    var outer = nav.getBoundingClientRect(), inner = line.getBoundingClientRect();
    if (inner.top < outer.top + 40 || inner.bottom > outer.bottom - 40) {
      nav.scrollTop += inner.top - outer.top - outer.height / 3;
    }
  }

  var due = false;
  window.addEventListener("scroll", function () {
    if (due) return;
    due = true;
    window.requestAnimationFrame(function () { due = false; follow(); });
  }, { passive: true });

  /* Another width or size of letters: every height is another one. */
  var width = window.innerWidth;
  function again() {
    keepPlace(function () {
      var full = parts.filter(function (part) { return part.state === "full"; });
      var bytes = 0, height = 0;
      full.forEach(function (part) {
        measure(part);
        bytes += outline[part.n - 1][4];
        height += part.height;
      });
      if (bytes > 4000) perByte = height / bytes;
      parts.forEach(function (part) {
        if (part.state === "empty") hold(part, outline[part.n - 1][4] * perByte);
      });
    });
  }
  window.addEventListener("resize", function () {
    if (window.innerWidth === width) return;
    width = window.innerWidth;
    again();
  });
  new window.MutationObserver(again).observe(root, { attributes: true, attributeFilter: ["data-text", "data-face"] });

  /* Going to a place */

  function partOf(anchor) {
    var found = /^(doan|khoi)-(\d+)$/.exec(anchor);
    if (!found) return null;
    var number = Number(found[2]), column = found[1] === "khoi" ? 0 : 2;
    return parts.filter(function (part) {
      var row = outline[part.n - 1];
      return row[column] && row[column] <= number && number <= row[column + 1];
    })[0] || null;
  }

  var target = null;

  function go(anchor, quietly) {
    var part = partOf(anchor);
    if (!part) return Promise.resolve(null);
    return load(part).then(function () {
      var block = document.getElementById(anchor) ||
        part.el.querySelector('[data-pos="' + anchor.slice(5) + '"]');
      if (!block) return null;
      if (target) target.classList.remove("is-target");
      target = block;
      block.classList.add("is-target");
      block.scrollIntoView({ block: "start", behavior: "instant" });
      block.tabIndex = -1;
      block.focus({ preventScroll: true });
      if (!quietly) window.history.pushState(null, "", address(part.n) + "#" + anchor);
      follow();
      return block;
    }).catch(function () { window.location.href = address(part.n) + "#" + anchor; });
  }

  function plain(event) {
    return event.button === 0 && !event.ctrlKey && !event.metaKey && !event.shiftKey && !event.altKey;
  }

  document.addEventListener("click", function (event) {
    var link = event.target.closest("a[href]");
    if (!link || event.defaultPrevented || !plain(event)) return;
    if (link.matches(".part__link")) {
      event.preventDefault();
      go("khoi-" + outline[Number(link.parentNode.dataset.part) - 1][0]);
      return;
    }
    if (link.origin !== window.location.origin || link.pathname.indexOf(base) !== 0) return;
    if (!/^(phan-\d+\/)?$/.test(link.pathname.slice(base.length))) return;
    var anchor = link.hash.slice(1);
    if (!partOf(anchor)) return;
    event.preventDefault();
    go(anchor);
  });

  window.addEventListener("popstate", function () {
    if (window.location.hash) go(window.location.hash.slice(1), true);
  });

  /* Read on: in this browser only */

  function stored() {
    try {
      return JSON.parse(window.localStorage.getItem(STORE)) || {};
    } catch (error) {
      return {};
    }
  }

  var noted = 0;
  function remember(block) {
    var now = Date.now();
    if (now - noted < 1000 || !block || block.id.indexOf("doan-") || window.scrollY < 400) return;
    noted = now;
    var all = stored();
    all[room.dataset.room] = [Number(block.id.slice(5)), now];
    Object.keys(all).sort(function (a, b) { return all[b][1] - all[a][1]; }).slice(20).forEach(function (key) {
      delete all[key];
    });
    try {
      window.localStorage.setItem(STORE, JSON.stringify(all));
    } catch (error) {
      /* not remembered */
    }
  }

  /* The last place counts, also where the reader left within the second. */
  window.addEventListener("pagehide", function () {
    noted = 0;
    remember(blockAt());
  });

  function offer() {
    var place = stored()[room.dataset.room], chip = document.querySelector("[data-resume]");
    if (!place || !(place[0] > 3) || window.location.hash || window.scrollY > 300) return;
    var link = chip.querySelector("a");
    link.querySelector("b").textContent = place[0];
    link.href = base + "den/?so=" + place[0];
    chip.hidden = false;
    link.addEventListener("click", function (event) {
      if (!plain(event)) return;
      event.preventDefault();
      chip.hidden = true;
      go("doan-" + place[0]);
    });
    chip.querySelector("button").addEventListener("click", function () { chip.hidden = true; });
    window.setTimeout(function () {
      if (!chip.contains(document.activeElement)) chip.hidden = true;
    }, 20000);
  }

  /* Counts and guiding questions come apart from the text */

  function asking(question) {
    var line = document.createElement("p");
    line.className = "guide__asked";
    line.textContent = question.text + " ";
    if (question.url) {
      var link = document.createElement("a"), about = document.createElement("span");
      link.className = "guide__answer no-print";
      link.href = question.url;
      link.textContent = word("answer");
      about.className = "visually-hidden";
      about.textContent = ": " + question.text;
      link.appendChild(about);
      line.appendChild(link);
    }
    return line;
  }

  function draw(part) {
    if (!margins) return;
    part.blocks.forEach(function (block) {
      var pos = block.dataset.pos, count = margins.counts[pos], questions = margins.questions[pos];
      if (count && !block.querySelector(".block__count")) {
        var number = document.createElement("span");
        number.className = "block__count";
        number.textContent = count;
        var what = document.createElement("span");
        what.className = "visually-hidden";
        what.textContent = " " + word("opinions");
        number.appendChild(what);
        block.insertBefore(number, block.querySelector(".block__say"));
      }
      if (questions && !part.el.querySelector('.guide[data-of="' + pos + '"]')) {
        var guide = document.createElement("div");
        guide.className = "guide";
        guide.dataset.of = pos;
        guide.appendChild(document.createElement("b")).textContent = word("asked");
        questions.forEach(function (question) { guide.appendChild(asking(question)); });
        block.parentNode.insertBefore(guide, block.classList.contains("block--heading") ? block.nextSibling : block);
      }
    });
  }

  function fetchMargins() {
    window.fetch(base + "ben-le/", asked).then(function (answer) {
      return answer.ok ? answer.json() : null;
    }).then(function (found) {
      margins = found;
      if (!margins) return;
      keepPlace(function () {
        parts.forEach(function (part) { if (part.state === "full") { draw(part); measure(part); } });
      });
      lines.forEach(function (link) {
        var count = margins.contents[link.dataset.to];
        if (!count) return;
        var number = document.createElement("span");
        number.className = "toc__count";
        number.textContent = count;
        link.appendChild(number);
      });
    }).catch(function () { /* the text is readable without them */ });
  }

  setUp();
  follow();
  offer();
  fetchMargins();
  var wanted = window.location.hash.slice(1);
  if (wanted && partOf(wanted)) go(wanted, true);
  room.reading = { go: go, load: load, parts: parts, outline: outline, word: word, say: say, asked: asked, base: base, plain: plain };
})();
