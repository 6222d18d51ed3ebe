/* Addresses: every view is one. Controls write themselves into it; links to other pages take language, result and reforms along. */
(function () {
  "use strict";
  const KEPT = ["lang", "run", "reform"];
  let page = null;

  function write(query, values) {
    for (const [key, value] of Object.entries(values)) {
      const text = Array.isArray(value) ? value.join(",") : value;
      if (text === null || text === undefined || text === "") query.delete(key);
      else query.set(key, text);
    }
    const search = query.toString();
    return search ? "?" + search : "";
  }

  /* What a page's address was when it was last left (in this window), with language, result and reforms as they are now. */
  function kept(path) {
    const now = new URLSearchParams(window.location.search);
    const query = new URLSearchParams(window.sessionStorage.getItem("borgerflow:" + path) || "");
    for (const key of KEPT) {
      query.delete(key);
      if (now.has(key)) query.set(key, now.get(key));
    }
    return query;
  }

  function note() {
    try { window.sessionStorage.setItem("borgerflow:" + window.location.pathname, window.location.search); } catch (full) { /* not kept */ }
  }

  window.borgerflow = {
    /* Write the values of controls into the address; nothing is loaded again. */
    remember: function (names, values) {
      const changed = {};
      names.forEach((name, i) => { changed[name] = values[i]; });
      const search = write(new URLSearchParams(window.location.search), changed);
      window.history.replaceState(window.history.state, "", window.location.pathname + search + window.location.hash);
      note();
    },
    /* Go to a page (null: stay), with other values in the address. */
    go: function (path, values) {
      const query = path ? kept(path) : new URLSearchParams(window.location.search);
      const pathname = path || window.location.pathname, search = write(query, values || {});
      const href = window.location.origin + pathname + search;  // else dcc.Location may go back to the address it was loaded with
      window.dash_clientside.set_props("url", { pathname: pathname, search: search, hash: "", href: href });
    },
    /* A page has been shown: name it, and put the focus on its heading when somebody came from another page. */
    arrived: function (about) {
      if (!about) return;
      document.title = about.title;
      document.documentElement.lang = about.language;
      if (page !== null && page !== about.page) {
        window.scrollTo(0, 0);
        window.setTimeout(() => { const h1 = document.querySelector("main h1"); if (h1) h1.focus({ preventScroll: true }); }, 50);
      }
      page = about.page;
      note();
    },
  };

  /* The button beside it opens a file; the hidden field must not be read out or reached a second time. */
  new MutationObserver(function () {
    for (const field of document.querySelectorAll("input[type=file]:not([aria-hidden])")) {
      field.setAttribute("aria-hidden", "true");
      field.tabIndex = -1;
    }
  }).observe(document.documentElement, { childList: true, subtree: true });

  function link(event) {
    const found = event.target.closest && event.target.closest("a[data-page]");
    if (found) found.href = found.pathname + write(kept(found.pathname), Object.fromEntries(new URLSearchParams(found.dataset.with || "")));
    return found;
  }

  document.addEventListener("mousedown", link, true);
  document.addEventListener("focusin", link, true);
  document.addEventListener("click", function (event) {
    const found = link(event);
    if (found && !event.ctrlKey && !event.metaKey && !event.shiftKey && event.button === 0) {
      event.preventDefault();
      const values = Object.fromEntries(new URLSearchParams(found.dataset.with || ""));
      window.borgerflow.go(found.pathname, values);
    }
    const language = event.target.closest && event.target.closest("button[data-language]");
    if (language) window.borgerflow.go(null, { lang: language.dataset.language });
  }, true);
})();
