/* Tables (parts.table): written as soon as they can be seen, so folded ones when somebody opens them, and again when their numbers change. */
(function () {
  "use strict";

  function cell(row, kind, text, scope) {
    const one = document.createElement(kind);
    one.textContent = text;
    if (scope) one.scope = scope;
    row.append(one);
  }

  function write(place) {
    if (place.dataset.table === place.written || place.closest("details:not([open])")) return;
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

  function writeAll(within) {
    if (within.querySelectorAll) within.querySelectorAll("[data-table]").forEach(write);
  }

  document.addEventListener("toggle", (event) => writeAll(event.target), true);
  new MutationObserver((changes) => {
    for (const change of changes) {
      if (change.type === "attributes") write(change.target);
      else change.addedNodes.forEach((node) => { if (node.dataset && node.dataset.table) write(node); else writeAll(node); });
    }
  }).observe(document.documentElement, { attributes: true, attributeFilter: ["data-table"], childList: true, subtree: true });
})();
