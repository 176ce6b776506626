// Single-key shortcuts (experience.md section 3); they can be switched off, and never act while one is typing.
(function () {
  "use strict";
  const OFF = "keys-off";
  const isOff = () => { try { return localStorage.getItem(OFF) === "1"; } catch { return false; } };
  const toggle = document.querySelector("[data-keys-switch]");
  if (toggle) {
    toggle.checked = !isOff();
    toggle.addEventListener("change", () => { try { localStorage.setItem(OFF, toggle.checked ? "0" : "1"); } catch { /* private window */ } });
  }
  const typing = (node) => node.closest("input:not([type=checkbox]):not([type=radio]), textarea, select, [contenteditable]");
  const rows = () => Array.from(document.querySelectorAll("table[data-rows] tbody tr"));

  function step(by) {
    const list = rows();
    if (!list.length) return;
    const now = list.findIndex((row) => row.classList.contains("at"));
    const next = Math.max(0, Math.min(list.length - 1, now < 0 ? 0 : now + by));
    list.forEach((row, n) => row.classList.toggle("at", n === next));
    list[next].scrollIntoView({ block: "nearest" });
    list[next].querySelector("td a, th a")?.focus({ preventScroll: true });
  }

  const actions = {
    "/": () => { const box = document.querySelector("main [data-search]") || document.querySelector("[data-search]"); box?.focus(); box?.select(); return Boolean(box); },
    "?": () => { document.getElementById("keys")?.showModal(); return true; },
    x: () => { const box = document.querySelector("table[data-rows] tr.at [data-row]"); box?.click(); return Boolean(box); },
    u: () => { const up = document.querySelector("[data-up]"); up?.click(); return Boolean(up); },
    j: () => { step(1); return true; },
    k: () => { step(-1); return true; },
    e: () => { const edit = document.querySelector("[data-edit]"); edit?.click(); return Boolean(edit); },
    Enter: () => {
      const link = document.querySelector("table[data-rows] tr.at a");
      if (!link || (document.activeElement && document.activeElement.matches("a, button, summary"))) return false;
      link.click();
      return true;
    },
  };

  document.addEventListener("keydown", function (event) {
    if ((event.ctrlKey || event.metaKey) && event.key.toLowerCase() === "s") {
      const form = document.querySelector("form[data-save]");
      if (form) { event.preventDefault(); form.requestSubmit(); }
      return;
    }
    if (isOff() || event.ctrlKey || event.metaKey || event.altKey || typing(event.target) || document.querySelector("dialog[open]")) return;
    const act = actions[event.key];
    if (act && act()) event.preventDefault();
  });
})();
