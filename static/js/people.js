// A new head: what follows from the relations of now is filled in; what somebody chose himself stays. Who leaves as well
// has no relation to choose.
(function () {
  "use strict";
  const head = document.querySelector("select[name=new_head]");
  const lists = Array.from(document.querySelectorAll("select[data-proposed]"));
  const also = Array.from(document.querySelectorAll("input[name=also]"));
  if (!head || !lists.length) return;

  function fill() {
    const leaving = also.filter((one) => one.checked).map((one) => one.value);
    for (const list of lists) {
      const none = (head.value !== "" && list.dataset.person === head.value) || leaving.includes(list.dataset.person);
      list.closest(".field").hidden = none;
      if (none) list.value = "";
      else if (!list.dataset.chosen) list.value = JSON.parse(list.dataset.proposed)[head.value] || "";
    }
  }

  for (const list of lists) {
    if (list.value) list.dataset.chosen = "yes";
    list.addEventListener("change", function () { list.dataset.chosen = "yes"; });
  }
  for (const one of [head, ...also]) one.addEventListener("change", fill);
  fill();
})();
