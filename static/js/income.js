// The yearly income form adds up while one types, in whole cents, as the server does; the server's result counts.
(function () {
  "use strict";
  const form = document.querySelector("form[data-income]");
  if (!form) return;
  const GROUPS = {
    wage_income: ["wage_work", "wage_public_post", "wage_other"],
    business_income: ["business_planting", "business_breeding", "business_forestry", "business_other"],
    property_income: ["property_dividend", "property_land_rent", "property_other"],
    transfer_income: ["transfer_family_planning", "transfer_dibao", "transfer_tekun", "transfer_pension",
      "transfer_ecology", "transfer_land_subsidy", "transfer_producer", "transfer_elderly", "transfer_disability",
      "transfer_support", "transfer_other"],
  };
  const NARROW = { "０": "0", "１": "1", "２": "2", "３": "3", "４": "4", "５": "5", "６": "6", "７": "7", "８": "8", "９": "9", "．": "." };

  // Cents of a field; null where nothing (or no amount) stands in it.
  function cents(name) {
    const text = (form.elements[name]?.value || "").replace(/[０-９．]/g, (one) => NARROW[one]).replace(/[,，\s]/g, "");
    const parts = /^(\d{1,10})(?:\.(\d{0,2}))?$/.exec(text);
    return parts ? Number(parts[1]) * 100 + Number((parts[2] || "").padEnd(2, "0")) : null;
  }

  const plain = (sum) => (sum < 0 ? "-" : "") + Math.floor(Math.abs(sum) / 100).toLocaleString("en") + "." + String(Math.abs(sum) % 100).padStart(2, "0");
  const show = (name, text) => { const place = form.querySelector('[data-sum="' + name + '"]'); if (place) place.textContent = text; };

  function add() {
    let net = -(cents("business_expense") || 0);
    let known = false;
    for (const [total, names] of Object.entries(GROUPS)) {
      const filled = names.map(cents).filter((one) => one !== null);
      const sum = filled.reduce((a, b) => a + b, 0);
      known = known || filled.length > 0;
      net += sum;
      show(total, filled.length ? plain(sum) : "--");
    }
    const people = Number((form.elements.member_count?.value || "").trim()) || 0;
    show("net_income", known ? plain(net) : "--");
    show("member_count", people > 0 ? String(people) : "--");
    // Half a cent goes away from zero, as in the register.
    const head = people > 0 ? Math.sign(net) * Math.floor((2 * Math.abs(net) + people) / (2 * people)) : 0;
    show("net_income_per_capita", known && people > 0 ? plain(head) : "--");
  }

  form.addEventListener("input", add);
  // Enter moves down as in a sheet; Ctrl+S or the button goes on.
  form.addEventListener("keydown", function (event) {
    if (event.key !== "Enter" || !event.target.matches("input")) return;
    event.preventDefault();
    const fields = Array.from(form.querySelectorAll("input:not([type=hidden]), select, textarea"));
    const next = fields[fields.indexOf(event.target) + 1] || form.querySelector("button[type=submit]");
    next.focus();
    next.select?.();
  });
  add();
})();
