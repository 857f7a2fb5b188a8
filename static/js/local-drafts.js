/* On every work page: unsent text of others, of yesterday, and at sign-out one's own leaves this
   browser (autosave.js puts it there when the server cannot be reached). */
(() => {
  "use strict";

  const person = document.currentScript.dataset.person;
  const mine = `nhap:${person}:`;
  const sweep = (keep) => {
    try {
      Object.keys(localStorage).filter((name) => name.startsWith("nhap:")).forEach((name) => {
        if (!keep(name)) localStorage.removeItem(name);
      });
    } catch (error) {
      /* no storage, nothing to sweep */
    }
  };
  const fresh = (name) => {
    try {
      return Date.now() - JSON.parse(localStorage.getItem(name)).at < 24 * 3600 * 1000;
    } catch (error) {
      return false;
    }
  };

  sweep((name) => name.startsWith(mine) && fresh(name));
  document.addEventListener("submit", (event) => {
    if (event.target.matches("form[action$='/dang-xuat/']")) sweep(() => false);
  });
})();
