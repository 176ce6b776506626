// The household file by keyboard: [ and ] go between sections, e edits the one in view, p prints (keys.js has the rest).
(function () {
  "use strict";
  const off = () => { try { return localStorage.getItem("keys-off") === "1"; } catch { return false; } };
  const typing = (node) => node.closest("input:not([type=checkbox]):not([type=radio]), textarea, select, [contenteditable]");
  const sections = () => Array.from(document.querySelectorAll("[data-sections] > section[id]"));
  let at = null;

  // The section one is in: the one that has the focus, the one gone to last, or the topmost on the screen.
  function current() {
    const list = sections();
    const focused = document.activeElement?.closest("[data-sections] > section[id]");
    return focused || at || list.find((one) => one.getBoundingClientRect().bottom > 80) || list[0];
  }

  function go(by) {
    const list = sections();
    const next = list[Math.max(0, Math.min(list.length - 1, list.indexOf(current()) + by))];
    if (!next) return false;
    at = next;
    next.tabIndex = -1;
    next.focus({ preventScroll: true });
    next.scrollIntoView({ block: "start" });
    history.replaceState(history.state, "", "#" + next.id);
    return true;
  }

  function edit() {
    const button = current()?.querySelector("[data-edit]");
    button?.click();
    return Boolean(button);
  }

  const actions = { "[": () => go(-1), "]": () => go(1), e: edit, p: () => { window.print(); return true; } };
  document.addEventListener("keydown", function (event) {
    if (off() || event.ctrlKey || event.metaKey || event.altKey || typing(event.target) || document.querySelector("dialog[open]")) return;
    const act = actions[event.key];
    if (act && act()) {
      event.preventDefault();
      event.stopImmediatePropagation();
    }
  }, true);
  document.addEventListener("scroll", () => { if (!document.activeElement?.closest("[data-sections]")) at = null; }, { passive: true });
})();
