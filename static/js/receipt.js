/* The receipt page: the code of a scanned QR stands after "#", which no browser sends. It is put
   into the field and taken out of the address, so that it stays in no history. */
(() => {
  "use strict";

  const form = document.querySelector("form[data-receipt]");
  const field = form && form.elements.code;
  const code = decodeURIComponent(location.hash.slice(1));
  if (!field || !/^[0-9A-Za-z-]{20,30}$/.test(code)) return;
  field.value = code;
  history.replaceState(null, "", location.pathname);
  form.submit();
})();
