/* Autosave of the editor. What is typed goes to the server a few seconds later, as the form would
   send it (files excepted). Only while the server cannot be reached, or the session has ended, a
   copy lies in this browser: office computers are shared, so it goes as soon as the server has it,
   after a day, and when another person works here (local-drafts.js). The words come from data-…. */
(() => {
  "use strict";

  const box = document.querySelector("[data-autosave]");
  if (!box) return;
  const words = box.dataset;
  const form = box.closest("form");
  const status = document.querySelector("[data-autosave-status]");
  const place = `nhap:${words.person}:${words.target}`;
  const PAUSE = 3000;
  const LONGEST = 15000; // who types without a pause is saved all the same
  const AGAIN = [5, 10, 20, 40, 60];
  const DAY = 24 * 3600 * 1000;
  let timer = 0;
  let since = 0;
  let sending = false;
  let pending = false;
  let failures = 0;
  let ended = false;
  let stopped = false;

  const say = (text, link) => {
    status.textContent = text;
    status.classList.toggle("autosaved--waiting", ended || failures > 0);
    if (!link) return;
    const anchor = document.createElement("a");
    anchor.href = words.signIn;
    anchor.target = "_blank";
    anchor.rel = "noopener";
    anchor.textContent = words.enter;
    status.append(" ", anchor);
  };

  const editors = () => (window.CKEDITOR ? Object.values(CKEDITOR.instances) : []);

  const fields = () => {
    editors().forEach((editor) => editor.updateElement());
    const body = new URLSearchParams();
    for (const [name, value] of new FormData(form)) {
      if (typeof value === "string") body.append(name, value);
    }
    return body;
  };

  const local = {
    write(body) {
      const kept = new URLSearchParams(body);
      kept.delete("csrfmiddlewaretoken");
      try {
        localStorage.setItem(place, JSON.stringify({ at: Date.now(), body: kept.toString() }));
      } catch (error) {
        /* no room or not allowed: the page itself still holds the text */
      }
    },
    read() {
      try {
        const kept = JSON.parse(localStorage.getItem(place));
        if (kept && Date.now() - kept.at < DAY) return kept;
      } catch (error) {
        /* unreadable: as good as none */
      }
      this.forget();
      return null;
    },
    forget() {
      try {
        localStorage.removeItem(place);
      } catch (error) {
        /* nothing there */
      }
    },
  };

  const post = (body) =>
    fetch(words.autosave, { method: "POST", body, headers: { "X-Requested-With": "XMLHttpRequest" }, redirect: "error" });

  /* After signing in again every form of the page needs the new token. True when this person is
     signed in, false when nobody is, null when somebody else is. */
  const renew = async () => {
    const answer = await fetch(words.token, { headers: { "X-Background": "1" }, redirect: "error" });
    if (answer.status === 401) return false;
    if (!answer.ok) throw new Error("no token");
    const { person, token } = await answer.json();
    if (person !== words.person) return null;
    document.querySelectorAll("input[name=csrfmiddlewaretoken]").forEach((field) => {
      field.value = token;
    });
    return true;
  };

  const later = () => {
    clearTimeout(timer);
    timer = setTimeout(send, AGAIN[Math.min(failures, AGAIN.length) - 1] * 1000);
  };

  const sessionEnded = (body) => {
    ended = true;
    if (body) local.write(body);
    say(words.ended, true);
  };

  const strange = (message) => {
    stopped = true;
    local.forget();
    failures = 1;
    say(message || words.other);
  };

  async function send() {
    if (stopped) return;
    if (sending) {
      pending = true;
      return;
    }
    sending = true;
    pending = false;
    since = 0;
    clearTimeout(timer);
    let body = fields();
    try {
      if (ended) {
        const who = await renew();
        if (who === null) return strange();
        if (!who) return sessionEnded(body);
        ended = false;
        body = fields();
      }
      let answer = await post(body);
      if (answer.status === 403) {
        const who = await renew();
        if (who === null) return strange();
        if (!who) return sessionEnded(body);
        answer = await post(fields());
      }
      if (answer.status === 401) return sessionEnded(body);
      const told = await answer.json();
      if (answer.status === 409) return strange(told.message);
      if (answer.status === 422) {
        failures = 1;
        say(told.message);
        return;
      }
      if (!answer.ok) throw new Error(String(answer.status));
      failures = 0;
      local.forget();
      say(words.saved.replace("{at}", told.at));
    } catch (error) {
      failures += 1;
      local.write(body);
      say(words.retrying);
      later();
    } finally {
      sending = false;
      if (pending && !stopped && !ended && !failures) touched();
    }
  }

  function touched() {
    if (stopped || ended) return;
    since = since || Date.now();
    clearTimeout(timer);
    const rest = Math.max(0, since + LONGEST - Date.now());
    timer = setTimeout(send, failures ? AGAIN[0] * 1000 : Math.min(PAUSE, rest));
  }

  form.addEventListener("input", touched);
  form.addEventListener("change", touched);
  const follow = (editor) => editor.on("change", touched);
  if (window.CKEDITOR) {
    editors().forEach(follow);
    CKEDITOR.on("instanceCreated", ({ editor }) => follow(editor));
  }

  window.addEventListener("online", () => {
    if (failures) send();
  });
  /* Coming back from the tab in which one signed in again. */
  const back = () => {
    if (ended && document.visibilityState === "visible") send();
  };
  document.addEventListener("visibilitychange", back);
  window.addEventListener("focus", back);

  /* The real button after the session ended: first take up the new session, then send. */
  let goingOn = false;
  form.addEventListener("submit", (event) => {
    clearTimeout(timer);
    if (!ended || goingOn) {
      stopped = true; // this page is leaving; what it holds travels with the form
      setTimeout(() => { stopped = false; }, 15000);
      return;
    }
    event.preventDefault();
    event.stopImmediatePropagation();
    const button = event.submitter;
    renew().then((who) => {
      if (who === null) return strange();
      if (!who) return sessionEnded(fields());
      ended = false;
      goingOn = true;
      form.requestSubmit(button || undefined);
    }, () => say(words.retrying));
  }, true);

  /* What could not be sent the last time goes now, as a draft of its own beside this page. */
  const left = local.read();
  if (left) {
    const body = new URLSearchParams(left.body);
    body.set("csrfmiddlewaretoken", form.elements.csrfmiddlewaretoken.value);
    post(body).then((answer) => {
      if (!answer.ok) return;
      local.forget();
      const key = body.get("ban_tu_luu");
      const note = document.querySelector("[data-local-offer]");
      if (!note || key === form.elements.ban_tu_luu.value) return;
      const at = new Date(left.at).toLocaleTimeString("vi-VN", { hour: "2-digit", minute: "2-digit" });
      const link = note.querySelector("a");
      note.querySelector("span").textContent = words.found.replace("{at}", at);
      link.href = words.draft.replace("00000000-0000-0000-0000-000000000000", key);
      link.textContent = words.look;
      note.hidden = false;
    }, () => {});
  }
})();
