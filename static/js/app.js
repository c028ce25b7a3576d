/* First-party behaviour only: no inline handlers, no eval, nothing stored but the 大字版 cookie.
   Everything works without it (plain links and forms); each part below only makes that quicker. */
(function () {
  "use strict";

  var root = document.documentElement;
  root.classList.add("js");

  function one(selector, within) {
    return (within || document).querySelector(selector);
  }

  function all(selector, within) {
    return Array.prototype.slice.call((within || document).querySelectorAll(selector));
  }

  /* 大字版: the server reads the cookie, so the next page comes large at once. */
  document.addEventListener("click", function (event) {
    var link = event.target.closest("[data-large]");
    if (!link) return;
    event.preventDefault();
    var on = root.classList.toggle("large");
    document.cookie = "large=" + (on ? "1" : "") + "; path=/; samesite=lax; max-age=" + (on ? 31536000 : 0);
    link.href = link.href.replace(/on=[01]/, "on=" + (on ? 0 : 1));
  });

  /* Header menus are <details>: close them on Escape and on a click elsewhere. */
  function closeMenus(except) {
    all(".menu[open]").forEach(function (menu) {
      if (menu !== except) menu.open = false;
    });
  }
  document.addEventListener("click", function (event) {
    closeMenus(event.target.closest(".menu"));
  });
  document.addEventListener("keydown", function (event) {
    var open = event.key === "Escape" && one(".menu[open]");
    if (!open) return;
    closeMenus(null);
    one("summary", open).focus();
  });

  /* Error summary: where the reader goes first. */
  var summary = one("[data-focus]");
  if (summary) summary.focus();

  /* Chart tips: text from data-tip ("title|line|line"), position through the CSSOM, which a strict CSP permits. */
  var tip = null;
  document.addEventListener("mousemove", function (event) {
    var mark = event.target.closest && event.target.closest("[data-tip]");
    if (!mark) {
      if (tip) tip.remove();
      tip = null;
      return;
    }
    if (!tip) {
      tip = document.createElement("div");
      tip.className = "tip";
      document.body.appendChild(tip);
    }
    tip.textContent = "";
    mark.dataset.tip.split("|").forEach(function (line, i) {
      var part = document.createElement(i ? "div" : "b");
      part.textContent = line;
      tip.appendChild(part);
    });
    tip.style.left = Math.min(event.clientX + 14, innerWidth - tip.offsetWidth - 8) + "px";
    tip.style.top = Math.max(8, event.clientY - tip.offsetHeight - 12) + "px";
  });

  /* Selecting rows: the bar says how many and where. Without JavaScript the bar simply stands below the list. */
  function countPicked() {
    var bar = one("#bulk");
    if (!bar) return;
    var boxes = all("[data-pick]");
    var picked = boxes.filter(function (box) {
      return box.checked;
    });
    var towns = {};
    var villages = {};
    picked.forEach(function (box) {
      if (box.dataset.town) towns[box.dataset.town] = 1;
      if (box.dataset.village) villages[box.dataset.town + "/" + box.dataset.village] = 1;
    });
    boxes.forEach(function (box) {
      box.closest("tr").classList.toggle("is-sel", box.checked);
    });
    var text = "已选 " + picked.length + " 条";
    if (Object.keys(towns).length) {
      text += "，涉及 " + Object.keys(towns).length + " 个乡镇、" + Object.keys(villages).length + " 个村";
    }
    bar.hidden = !picked.length;
    one("[data-n=chosen]", bar).textContent = text;
    one("[data-clear]", bar).hidden = false;
    var every = one("[data-all]");
    if (every) {
      every.checked = picked.length > 0 && picked.length === boxes.length;
      every.indeterminate = picked.length > 0 && !every.checked;
    }
  }
  document.addEventListener("change", function (event) {
    if (event.target.matches("[data-all]")) {
      all("[data-pick]").forEach(function (box) {
        box.checked = event.target.checked;
      });
    }
    if (event.target.matches("[data-all], [data-pick]")) countPicked();
  });
  document.addEventListener("click", function (event) {
    if (!event.target.closest("[data-clear]")) return;
    all("[data-pick], [data-all]").forEach(function (box) {
      box.checked = false;
    });
    countPicked();
  });

  /* Search as you type, never in the middle of a Chinese IME composition: sends "find", which htmx waits for. */
  var waiting;
  function findSoon(input) {
    clearTimeout(waiting);
    waiting = setTimeout(function () {
      input.dispatchEvent(new CustomEvent("find", { bubbles: true }));
    }, 350);
  }
  document.addEventListener("input", function (event) {
    if (event.target.matches("[data-find-in]") && !event.isComposing) findSoon(event.target);
  });
  document.addEventListener("compositionend", function (event) {
    if (event.target.matches("[data-find-in]")) findSoon(event.target);
  });

  /* Keyboard: / search, j and k move in a list, x picks, Enter opens. Off while typing or composing. */
  var current = -1;
  document.addEventListener("keydown", function (event) {
    var typing = event.target.closest("input:not([type=checkbox]), textarea, select, dialog");
    if (event.isComposing || typing || event.ctrlKey || event.metaKey || event.altKey) return;
    var search = one("[data-find]");
    if (event.key === "/" && search) {
      event.preventDefault();
      search.focus();
      return;
    }
    var rows = all(".list tbody tr");
    if (event.key === "j" || event.key === "k") {
      if (!rows.length) return;
      current = Math.max(0, Math.min(rows.length - 1, current + (event.key === "j" ? 1 : -1)));
      rows.forEach(function (row, i) {
        row.classList.toggle("is-cur", i === current);
      });
      rows[current].scrollIntoView({ block: "nearest" });
    } else if (event.key === "x" && rows[current]) {
      var box = one("[data-pick]", rows[current]);
      if (box) box.click();
    } else if (event.key === "Enter" && rows[current] && !event.target.closest("a, button, summary")) {
      var link = one("a.who", rows[current]);
      if (link) link.click();
    }
  });

  /* Upload box: name and size of the chosen file, a frame while a file hangs over it. */
  document.addEventListener("change", function (event) {
    var box = event.target.type === "file" && event.target.closest("[data-drop]");
    if (!box) return;
    var names = Array.prototype.map.call(event.target.files, function (file) {
      var kilobytes = Math.ceil(file.size / 1024);
      return file.name + "（" + (kilobytes < 1024 ? kilobytes + " KB" : (kilobytes / 1024).toFixed(1) + " MB") + "）";
    });
    box.classList.toggle("is-full", names.length > 0);
    one("[data-drop-name]", box).textContent = names.join("、") || "把文件拖到这里，或点击选择";
  });
  ["dragenter", "dragleave", "drop"].forEach(function (name) {
    document.addEventListener(name, function (event) {
      var box = event.target.closest && event.target.closest("[data-drop]");
      if (box) box.classList.toggle("is-over", name === "dragenter");
    });
  });

  /* A form is sent once: its button rests until the next page, or until this one is shown again (back button).
     The button is disabled only after the browser has read the form, so its own name and value still go along.
     A form that answers with a file stays on its page: give it data-again. */
  document.addEventListener("submit", function (event) {
    var form = event.target;
    if (event.defaultPrevented || form.method !== "post" || form.hasAttribute("data-again")) return;
    if (form.dataset.sent) {
      event.preventDefault();
      return;
    }
    form.dataset.sent = "1";
    setTimeout(function () {
      all("button:not([type=button])", form).forEach(function (button) {
        button.disabled = true;
        button.classList.add("is-busy");
      });
    }, 0);
  });
  addEventListener("pageshow", function () {
    all("form[data-sent]").forEach(function (form) {
      delete form.dataset.sent;
      all(".is-busy", form).forEach(function (button) {
        button.disabled = false;
        button.classList.remove("is-busy");
      });
    });
    countPicked();
  });

  /* The dialog: its inside comes by htmx, then it opens. */
  document.addEventListener("htmx:afterSwap", function (event) {
    if (event.target.id === "dlg" && !event.target.open) event.target.showModal();
    current = -1;
    countPicked();
  });
  document.addEventListener("click", function (event) {
    var close = event.target.closest("dialog [data-close]");
    if (!close) return;
    event.preventDefault();
    close.closest("dialog").close();
  });

  /* A background request that failed says so. Refusals come as plain text (fangpin.web.problem). */
  function notice(text) {
    var old = one(".notice");
    if (old) old.remove();
    var box = document.createElement("p");
    box.className = "note note--red notice";
    box.setAttribute("role", "alert");
    box.textContent = text;
    document.body.appendChild(box);
    setTimeout(function () {
      box.remove();
    }, 8000);
  }
  document.addEventListener("htmx:responseError", function (event) {
    var answer = event.detail.xhr;
    var plain = (answer.getResponseHeader("Content-Type") || "").indexOf("text/plain") === 0;
    notice(plain ? answer.responseText : "没有成功，请刷新页面后再试");
  });
  document.addEventListener("htmx:sendError", function () {
    notice("网络不通，请检查后再试");
  });

  countPicked();
})();
