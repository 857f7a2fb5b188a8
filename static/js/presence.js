/* Who else has this article open. Asks only while the page is seen, and never counts as work of the
   person (X-Background), so that signing out after idle time still comes. */
(() => {
  "use strict";

  const box = document.querySelector("[data-presence]");
  if (!box) return;
  const address = box.dataset.presence;
  const opens = box.dataset.opens === "1";
  const EVERY = 25000;
  const token = () => {
    const field = document.querySelector("input[name=csrfmiddlewaretoken]");
    return field ? field.value : "";
  };

  const ask = async () => {
    if (document.visibilityState !== "visible") return;
    const headers = { "X-Background": "1", "X-CSRFToken": token() };
    try {
      const answer = await fetch(address, { method: opens ? "POST" : "GET", headers, redirect: "error" });
      if (answer.status !== 200) return;
      const html = (await answer.text()).trim();
      if (html !== box.innerHTML.trim()) box.innerHTML = html;
    } catch (error) {
      /* asked again */
    }
  };

  ask();
  setInterval(ask, EVERY);
  document.addEventListener("visibilitychange", ask);
  if (!opens) return;
  window.addEventListener("pagehide", () => {
    const data = new FormData();
    data.append("csrfmiddlewaretoken", token());
    data.append("roi", "1");
    navigator.sendBeacon(address, data);
  });
})();
