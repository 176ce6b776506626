// A new head: what follows from the relations of now is filled in; what somebody chose himself stays.
(function () {
  "use strict";
  const head = document.querySelector("select[name=new_head]");
  const lists = Array.from(document.querySelectorAll("select[data-proposed]"));
  if (!head || !lists.length) return;

  function fill() {
    for (const list of lists) {
      const own = head.value !== "" && list.dataset.person === head.value;
      list.closest(".field").hidden = own;
      if (own) list.value = "";
      else if (!list.dataset.chosen) list.value = JSON.parse(list.dataset.proposed)[head.value] || "";
    }
  }

  for (const list of lists) {
    if (list.value) list.dataset.chosen = "yes";
    list.addEventListener("change", function () { list.dataset.chosen = "yes"; });
  }
  head.addEventListener("change", fill);
  fill();
})();
