/* Deciding by keyboard in a form with data-keys: a digit chooses the option with that data-key, Enter sends the form, x strikes out the
   chosen person, and a letter presses what carries it as data-act (s skip, u undo, a the same decision for rows alike, ? all keys; → is s).
   Off while typing, composing or holding a modifier. While the next row is on its way keys wait for it, in their order. Without this file all of it is ordinary radio buttons, buttons and links. */
(function () {
  "use strict";

  function form() {
    return document.querySelector("form[data-keys]");
  }

  function choose(option) {
    option.checked = true;
    option.focus();
  }

  /* What a key stands for on this page, or null. */
  function meant(key, within) {
    if (/^[0-9]$/.test(key)) return within.querySelector("[data-key='" + key + "']:enabled");
    if (key === "Enter") return within.querySelector("[data-decide]:enabled");
    if (key === "x") {
      var chosen = within.querySelector("[data-key]:checked");
      return chosen && within.querySelector("[data-strike][value='" + chosen.value + "']:enabled");
    }
    return /^[sua?]$/.test(key) ? document.querySelector("[data-act='" + key + "']") : null;
  }

  /* Does what the key means; whether it means anything here. */
  function press(key) {
    var within = form();
    var target = within && meant(key, within);
    if (!target) return false;
    if (target.type === "radio") choose(target);
    else if (target.tagName === "DETAILS") target.open = !target.open;
    else target.click();
    return true;
  }

  var busy = false;
  var waiting = [];

  function ready() {
    busy = false;
    while (waiting.length && !busy) press(waiting.shift());
  }
  document.addEventListener("htmx:beforeRequest", function () {
    busy = true;
  });
  ["htmx:responseError", "htmx:sendError", "htmx:timeout", "htmx:abort"].forEach(function (failed) {
    document.addEventListener(failed, function () {
      waiting = [];
      busy = false;
    });
  });

  document.addEventListener("keydown", function (event) {
    var within = form();
    var typing = event.target.closest("input:not([type=radio]):not([type=checkbox]), textarea, select, dialog");
    if (!within || event.isComposing || typing || event.ctrlKey || event.metaKey || event.altKey || event.repeat) return;
    var key = event.key === "ArrowRight" ? "s" : event.key.length === 1 ? event.key.toLowerCase() : event.key;
    if (key === "Enter" && event.target.closest("a, button, summary")) return;
    if (busy && /^([0-9xsua?]|Enter)$/.test(key)) waiting.push(key);
    else if (!press(key)) return;
    event.preventDefault();
  });

  /* The next row came without a new page: whoever listens or tabs begins at its top. */
  document.addEventListener("htmx:afterSettle", function () {
    var title = document.querySelector("#review h1");
    if (title && !title.contains(document.activeElement)) {
      title.focus({ preventScroll: true });
      window.scrollTo(0, 0);
    }
    ready();
  });
})();
