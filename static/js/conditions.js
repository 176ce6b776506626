// Rows of a drafted condition, which the server draws anew when a choice changes. An answer that a later question has
// overtaken is not shown, and what was typed while it was under way stays typed: nothing is lost on a slow line.
(function () {
  "use strict";
  const AREA = "conditions";
  let asked = 0;
  let kept = [];

  const state = (node) => (node.type === "checkbox" ? String(node.checked) : node.value);
  const all = () => new Map(Array.from(document.querySelectorAll(`#${AREA} input[id], #${AREA} select[id]`), (node) => [node.id, state(node)]));

  document.addEventListener("htmx:before:request", function ({ detail: { ctx } }) {
    if (ctx.target?.id !== AREA) return;
    asked += 1;
    ctx.turn = asked;
    ctx.typed = all();
  });

  document.addEventListener("htmx:before:swap", function (event) {
    const { ctx } = event.detail;
    if (ctx.target?.id !== AREA) return;
    kept = [];
    if (ctx.turn !== asked) event.preventDefault();
    // A row taken away gives its names to the next one: what stands there now is the server's to say.
    else if (!ctx.vals?.act?.startsWith("drop")) kept = [...all()].filter(([id, now]) => ctx.typed.has(id) && ctx.typed.get(id) !== now);
  });

  document.addEventListener("htmx:after:swap", function ({ detail: { ctx } }) {
    if (ctx.target?.id !== AREA) return;
    for (const [id, was] of kept.splice(0)) {
      const node = document.getElementById(id);
      if (!node || state(node) === was) continue;
      if (node.type === "checkbox") node.checked = was === "true";
      else node.value = was;
      node.dispatchEvent(new Event("change", { bubbles: true }));
    }
  });
})();
