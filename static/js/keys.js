/* Choosing by keyboard in a form with data-keys: a digit chooses the option with that data-key, Enter sends the form.
   Off while typing, composing or holding a modifier. Without this file the options are ordinary radio buttons. */
(function () {
  "use strict";

  var form = document.querySelector("form[data-keys]");
  if (!form) return;

  document.addEventListener("keydown", function (event) {
    var typing = event.target.closest("input:not([type=radio]), textarea, select, dialog");
    if (event.isComposing || typing || event.ctrlKey || event.metaKey || event.altKey || event.repeat) return;
    if (/^[0-9]$/.test(event.key)) {
      var option = form.querySelector("[data-key='" + event.key + "']:enabled");
      if (!option) return;
      event.preventDefault();
      option.checked = true;
      option.focus();
    } else if (event.key === "Enter" && !event.target.closest("a, button, summary")) {
      var button = form.querySelector("button:enabled");
      if (!button) return;
      event.preventDefault();
      button.click();
    }
  });
})();
