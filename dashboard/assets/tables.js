/* Tables beside charts: written when somebody opens them, and again when their numbers change while they are open. */
(function () {
  "use strict";

  function cell(row, kind, text, scope) {
    const one = document.createElement(kind);
    one.textContent = text;
    if (scope) one.scope = scope;
    row.append(one);
  }

  function write(place) {
    if (place.dataset.table === place.written) return;
    const data = JSON.parse(place.dataset.table);
    const table = document.createElement("table");
    const head = table.createTHead().insertRow();
    data.head.forEach((text) => cell(head, "th", text, "col"));
    const body = table.createTBody();
    for (const values of data.body) {
      const row = body.insertRow();
      values.forEach((text, i) => (i ? cell(row, "td", text) : cell(row, "th", text, "row")));
    }
    place.replaceChildren(table);
    place.written = place.dataset.table;
  }

  function open(details) {
    if (details.open) details.querySelectorAll("[data-table]").forEach(write);
  }

  document.addEventListener("toggle", (event) => event.target.tagName === "DETAILS" && open(event.target), true);
  new MutationObserver((changes) => {
    for (const change of changes) {
      const details = change.target.closest("details");
      if (details) open(details);
    }
  }).observe(document.documentElement, { attributes: true, attributeFilter: ["data-table"], subtree: true });
})();
