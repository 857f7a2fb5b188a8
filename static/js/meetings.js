/* Opinions of a meeting, typed one after the other: keys for who types many, and a gentle hint when
   a text begins with somebody's name. Nothing here stops anybody. */
(function () {
  "use strict";

  var TITLE = /^\s*(?:[-–+•*]|\d{1,2}[.)])?\s*(?:đồng chí|đ\/c|đ\.c\.?|đc|ông|bà|anh|chị|cô|chú|bác|thầy)\s+/i;
  var OFFICE = /^(?:phó bí thư|bí thư|chi ủy viên|đảng viên)\s*/i;
  var SAYS = /^\s*(?:\([^)]{1,60}\))?\s*(?::|(?:[,–-]\s*)?(?:có ý kiến|phát biểu|đề nghị|cho rằng|nêu|góp ý|kiến nghị|đề xuất|băn khoăn))/i;

  /* The same as feedback.rules.meetings.names_a_speaker. */
  function named(text) {
    var title = TITLE.exec(text);
    if (!title) return false;
    var rest = text.slice(title[0].length);
    var office = OFFICE.exec(rest);
    if (office) rest = rest.slice(office[0].length);
    var words = 0;
    var word;
    while (words < 5 && (word = /^(\p{Lu}[\p{L}\p{M}]*)\s*/u.exec(rest))) {
      rest = rest.slice(word[0].length);
      words += 1;
    }
    return (words > 0 || Boolean(office)) && SAYS.test(rest);
  }

  function hint(field) {
    var box = field.form.querySelector("[data-speaker-hint]");
    if (box) box.hidden = !named(field.value);
  }

  /* The button that ends the work says that what is being typed goes along. */
  function ending(form) {
    var typed = Array.prototype.some.call(form.elements, function (field) {
      return /^(place|text|proposed)$/.test(field.name) ? field.value.trim() : field.name === "stance" && field.checked;
    });
    var word = document.querySelector("[data-when-typed]");
    if (!word) return;
    word.hidden = !typed;
    word.previousElementSibling.hidden = Boolean(typed);
  }

  document.addEventListener("input", function (event) {
    if (event.target.matches("textarea[data-speaker]")) hint(event.target);
    var form = event.target.closest("form[data-keys]");
    if (form) ending(form);
  });

  document.addEventListener("keydown", function (event) {
    var form = document.querySelector("form[data-keys]");
    if (!form) return;
    if (event.ctrlKey && event.key === "Enter" && form.contains(event.target)) {
      event.preventDefault();
      form.requestSubmit();
    } else if (event.altKey && /^Digit[1-3]$/.test(event.code)) {
      var choice = form.querySelectorAll("input[name=stance]")[Number(event.code.slice(5)) - 1];
      if (!choice) return;
      event.preventDefault();
      choice.checked = true;
      choice.focus();
    }
  });

  /* Whoever keys in minutes goes on at the first field; on a phone that would cover the page. */
  function ready() {
    var field = document.querySelector(".minutes-desk form[data-keys] #id_place");
    if (field && window.matchMedia("(min-width: 64rem)").matches) field.focus({ preventScroll: true });
  }

  document.addEventListener("htmx:afterSettle", function (event) {
    if (event.target.matches && event.target.matches(".work")) ready();
  });
  ready();
})();
