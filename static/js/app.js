// Behaviour of the shared parts. Everything is asked for by data- attributes; nothing here is needed to read or send a page.
(function () {
  "use strict";
  const all = (selector, root) => Array.from((root || document).querySelectorAll(selector));

  // --- dialogs, drop-downs -------------------------------------------------------------------------
  document.addEventListener("click", function (event) {
    const opener = event.target.closest("[data-open]");
    if (opener) {
      document.getElementById(opener.dataset.open)?.showModal();
    }
    if (event.target.closest("[data-close]")) {
      event.target.closest("dialog")?.close();
    }
    const fill = event.target.closest("[data-fill-username]");
    if (fill) {
      document.getElementById("id_username").value = fill.dataset.fillUsername;
      document.getElementById("id_password").value = fill.dataset.fillPassword;
      document.querySelector(".sign-in button[type=submit]").focus();
    }
    if (event.target.closest("[data-print]")) {
      window.print();
    }
    if (event.target.tagName === "DIALOG") {
      event.target.close();
    }
    all("details[data-drop][open]").forEach(function (box) {
      if (!box.contains(event.target)) box.open = false;
    });
  });
  document.addEventListener("keydown", function (event) {
    if (event.key !== "Escape") return;
    all("details[data-drop][open]").forEach(function (box) {
      box.open = false;
      box.querySelector("summary").focus();
    });
  });

  // --- forms -----------------------------------------------------------------------------------------
  document.addEventListener("submit", function (event) {
    const form = event.target;
    if (form.matches("[data-reveal]") || event.submitter?.matches("[data-call]")) {
      event.preventDefault();
      reveal(form, event.submitter);
      return;
    }
    const question = event.submitter?.dataset.confirm || form.dataset.confirm;
    if (question && !window.confirm(question)) {
      event.preventDefault();
      return;
    }
    // A second press would send the same thing twice.
    // data-again: a download leaves the page as it is, and may be wanted once more.
    if (form.method === "post" && !form.hasAttribute("hx-post") && !form.hasAttribute("data-again")) {
      if (form.dataset.sent) event.preventDefault();
      form.dataset.sent = "yes";
    }
  });
  window.addEventListener("pageshow", () => all("form[data-sent]").forEach((form) => delete form.dataset.sent));
  document.addEventListener("change", function (event) {
    if (event.target.matches("[data-submit]")) event.target.form.requestSubmit();
    const upload = event.target.closest("[data-upload]");
    if (upload) describe(upload, event.target.files);
  });

  function describe(upload, files) {
    const size = (bytes) => (bytes > 1048576 ? (bytes / 1048576).toFixed(1) + " MB" : Math.ceil(bytes / 1024) + " KB");
    upload.querySelector("[data-chosen]").textContent = Array.from(files, (f) => f.name + "　" + size(f.size)).join("；");
  }
  all("[data-upload]").forEach(function (upload) {
    const over = (yes) => (event) => {
      event.preventDefault();
      upload.classList.toggle("over", yes);
      if (event.type === "drop") {
        const input = upload.querySelector("input[type=file]");
        input.files = event.dataTransfer.files;
        describe(upload, input.files);
      }
    };
    upload.addEventListener("dragover", over(true));
    upload.addEventListener("dragleave", over(false));
    upload.addEventListener("drop", over(false));
  });

  // --- a masked number: shown for 30 seconds, never kept ----------------------------------------------
  async function reveal(form, button) {
    const place = (button || form).closest(".reveal");
    const mask = place.querySelector("[data-mask]");
    const data = new FormData(form);
    if (button?.name) data.set(button.name, button.value);
    place.querySelector("details")?.removeAttribute("open");
    const answer = await fetch(button?.getAttribute("formaction") || form.action, {
      method: "POST", body: data, credentials: "same-origin", cache: "no-store",
      headers: { "X-Requested-With": "fetch", "HX-Request": "true" },
    });
    const text = (await answer.text()).trim();
    const hidden = mask.dataset.hidden ?? (mask.dataset.hidden = mask.textContent);
    const clear = new DOMParser().parseFromString(text, "text/html").body.textContent.trim();
    mask.textContent = answer.ok ? clear : clear.slice(0, 80) || String(answer.status);
    mask.classList.toggle("shown", answer.ok);
    clearTimeout(Number(mask.dataset.timer));
    mask.dataset.timer = setTimeout(function () {
      mask.textContent = hidden;
      mask.classList.remove("shown");
    }, 30000);
    if (answer.ok && button?.value === "call") window.location.href = "tel:" + clear.replace(/[^\d+]/g, "");
  }

  // --- choosing rows: the batch bar counts, "all matching" needs its own click -------------------------
  function count(form) {
    const boxes = all("[data-row]", form);
    const chosen = boxes.filter((box) => box.checked).length;
    const bar = form.querySelector("[data-batch]");
    if (bar) bar.hidden = chosen === 0;
    all("[data-chosen-count]", form).forEach((place) => (place.textContent = chosen.toLocaleString("en")));
    const head = form.querySelector("[data-all-rows]");
    if (head) {
      head.checked = chosen > 0 && chosen === boxes.length;
      head.indeterminate = chosen > 0 && chosen < boxes.length;
    }
    const every = form.querySelector("[data-all-matching]");
    if (every) {
      every.hidden = chosen !== boxes.length;
      const box = every.querySelector("input");
      if (every.hidden) box.checked = false;
      every.classList.toggle("on", box.checked);
    }
  }
  document.addEventListener("change", function (event) {
    const form = event.target.closest("[data-choose]");
    if (!form) return;
    if (event.target.matches("[data-all-rows]")) {
      all("[data-row]", form).forEach((box) => (box.checked = event.target.checked));
    }
    if (event.target.matches("[data-row], [data-all-rows], [data-all-matching] input")) count(form);
  });
  all("[data-choose]").forEach(count);

  // --- back from a file: the list stands where it was, on the row one came from ---------------------------
  const came = location.hash.startsWith("#r-") && document.getElementById(location.hash.slice(1));
  if (came) {
    came.classList.add("at");
    came.querySelector("a")?.focus({ preventScroll: true });
    came.scrollIntoView({ block: "center" });
  }

  // --- where one is in a long page ----------------------------------------------------------------------
  const index = document.querySelector("[data-index]");
  if (index && "IntersectionObserver" in window) {
    const links = new Map(all("a[href^='#']", index).map((a) => [a.getAttribute("href").slice(1), a]));
    const seen = new IntersectionObserver(function (entries) {
      const top = entries.filter((e) => e.isIntersecting).sort((a, b) => a.boundingClientRect.top - b.boundingClientRect.top)[0];
      if (!top) return;
      links.forEach((a) => a.removeAttribute("aria-current"));
      links.get(top.target.id)?.setAttribute("aria-current", "true");
    }, { rootMargin: "-10% 0px -70% 0px" });
    links.forEach((_, id) => document.getElementById(id) && seen.observe(document.getElementById(id)));
  }

  // --- after polling: a finished job may lead on ---------------------------------------------------------
  document.addEventListener("htmx:after:swap", function () {
    const next = document.querySelector("[data-go]");
    if (next) window.location.assign(next.dataset.go);
  });

  // --- paper: who printed it, and the demo line, on every sheet -------------------------------------------
  if (typeof CSSMarginRule !== "undefined") {
    const quote = (selector) => JSON.stringify((document.querySelector(selector)?.textContent || "").trim());
    const sheet = new CSSStyleSheet();
    sheet.replaceSync(
      "@media print { @page { @bottom-left { content: " + quote(".print-foot") + "; font-size: 8.5pt; }" +
      " @top-center { content: " + quote(".demo") + "; font-size: 8.5pt; } } }");
    document.adoptedStyleSheets.push(sheet);
    document.documentElement.classList.add("margins");
  }

  // A table wider than its frame is scrolled with the keyboard too.
  const frames = new ResizeObserver((seen) => seen.forEach(({ target }) => {
    const over = target.scrollWidth > target.clientWidth;
    target.classList.toggle("over", over);
    if (over) target.tabIndex = 0;
    else target.removeAttribute("tabindex");
  }));
  all(".grid-frame:not(.scroll)").forEach((frame) => frames.observe(frame));

  document.querySelector("[data-focus]")?.focus();
})();
