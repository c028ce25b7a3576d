/* Adds up while somebody types, by the same formulas as households/income.py. The server adds up again: this only shows. */
(function () {
  "use strict";

  var form = document.querySelector("[data-income]");
  if (!form) return;
  var INCOMES = ["工资性收入", "生产经营性收入", "财产性收入", "转移性收入"];

  /* Cents as whole numbers, so that no fraction is lost. */
  function cents(text) {
    var amount = Number(text);
    return text === "" || !isFinite(amount) || amount < 0 ? null : Math.round(amount * 100);
  }

  function shown(amount) {
    if (amount === null) return "—";
    var whole = Math.abs(amount);
    var text = Math.floor(whole / 100).toString().replace(/\B(?=(\d{3})+$)/g, ",");
    return (amount < 0 ? "−" : "") + text + "." + ("0" + (whole % 100)).slice(-2);
  }

  function say(name, text) {
    Array.prototype.forEach.call(form.querySelectorAll('[data-sum="' + name + '"]'), function (cell) {
      cell.textContent = text;
    });
  }

  function totalOf(card) {
    var items = Array.prototype.map.call(card.querySelectorAll("details input"), function (input) {
      return cents(input.value);
    });
    var given = items.filter(function (amount) {
      return amount !== null;
    });
    if (!given.length) return cents(card.querySelector("input").value) || 0;
    return given.reduce(function (sum, amount) {
      return sum + amount;
    }, 0);
  }

  /* Half a cent away from zero, as the server does. */
  function perHead(amount, persons) {
    return persons ? Math.sign(amount) * Math.round(Math.abs(amount) / persons) : null;
  }

  function add() {
    var totals = {};
    Array.prototype.forEach.call(form.querySelectorAll("[data-group]"), function (card) {
      totals[card.dataset.group] = totalOf(card);
      say(card.dataset.group, shown(totals[card.dataset.group]));
    });
    var persons = Math.max(0, parseInt(form.elements.persons.value, 10) || 0);
    var net = -totals["生产经营性支出"];
    INCOMES.forEach(function (name) {
      net += totals[name];
    });
    var reference = net + totals["家庭理赔收入"] - totals["合规自付支出"];
    say("persons", String(persons));
    say("net", shown(net));
    say("net_per_head", shown(perHead(net, persons)));
    say("reference", shown(reference));
    say("reference_per_head", shown(perHead(reference, persons)));
  }

  form.addEventListener("input", add);
})();
