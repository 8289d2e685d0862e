// The search in the bar as a combobox: a list below while one types, walked with the arrows. Without script it is a form.
(() => {
  const field = document.getElementById("find");
  if (!field) return;
  const form = field.form;
  const pop = form.querySelector(".found-pop");
  const said = document.getElementById("found-said");
  const key = form.querySelector("kbd");
  const found = () => document.getElementById("found");
  const options = () => [...found().querySelectorAll("[role=option]")];
  let timer, dismissed = false;

  const ARIA = { role: "combobox", "aria-autocomplete": "list", "aria-haspopup": "listbox", "aria-expanded": "false", "aria-controls": "found", "aria-keyshortcuts": "Control+K Meta+K /" };
  for (const [name, value] of Object.entries(ARIA)) field.setAttribute(name, value);
  if (/Mac|iPhone|iPad/.test(navigator.platform)) key.textContent = "⌘K";
  key.hidden = false;

  function choose(option) {
    for (const one of options()) one.setAttribute("aria-selected", String(one === option));
    if (!option) return field.removeAttribute("aria-activedescendant");
    field.setAttribute("aria-activedescendant", option.id);
    option.scrollIntoView({ block: "nearest" });
  }

  function show() {
    pop.hidden = !found().childElementCount;
    field.setAttribute("aria-expanded", String(!pop.hidden && options().length > 0));
  }

  function hide() {
    pop.hidden = true;
    field.setAttribute("aria-expanded", "false");
    choose(null);
  }

  function empty() {
    clearTimeout(timer);
    said.textContent = "";
    found().replaceChildren();
    hide();
  }

  function walk(step) {
    if (pop.hidden) show();
    const all = options();
    if (pop.hidden || !all.length) return;
    const here = all.findIndex((one) => one.getAttribute("aria-selected") === "true");
    choose(all.at(here < 0 && step < 0 ? -1 : (here + step) % all.length));
  }

  field.addEventListener("keydown", (event) => {
    if (event.isComposing) return;
    if (event.key === "ArrowDown" || event.key === "ArrowUp") {
      event.preventDefault();
      walk(event.key === "ArrowDown" ? 1 : -1);
    } else if (event.key === "Escape" && !pop.hidden) {
      event.preventDefault(); // the list goes first, what was typed with the next press
      dismissed = true;
      hide();
    } else if (event.key === "Enter") {
      const chosen = !pop.hidden && options().find((one) => one.getAttribute("aria-selected") === "true");
      if (!chosen) return;
      event.preventDefault();
      chosen.click();
    }
  });

  field.addEventListener("input", () => {
    dismissed = false;
    choose(null);
    if (!field.value.trim()) empty();
  });
  field.addEventListener("focus", () => field.value.trim() && show());
  form.addEventListener("focusout", (event) => event.relatedTarget && !form.contains(event.relatedTarget) && hide());
  document.addEventListener("pointerdown", (event) => !form.contains(event.target) && hide());
  form.addEventListener("submit", (event) => !field.value.trim() && event.preventDefault());

  // Nothing is asked for nothing, and what comes late is not shown to who went on.
  document.addEventListener("htmx:configRequest", (event) => {
    if (event.detail.elt === field && !field.value.trim()) event.preventDefault();
  });
  document.addEventListener("failed", ({ detail }) => detail.elt === field && empty());
  document.addEventListener("htmx:afterRequest", (event) => {
    if (event.detail.elt !== field || !event.detail.successful) return;
    if (!field.value.trim()) return empty();
    choose(null);
    if (document.activeElement !== field || dismissed) return;
    show();
    clearTimeout(timer);
    timer = setTimeout(() => (said.textContent = found().dataset.said || ""), 500); // after the echo of the keys
  });

  document.addEventListener("keydown", (event) => {
    const typing = event.target.closest?.("input, textarea, select, [contenteditable]");
    const bare = !event.ctrlKey && !event.metaKey && !event.altKey;
    const called = (event.ctrlKey !== event.metaKey && !event.altKey && !event.shiftKey && event.key.toLowerCase() === "k") || (bare && event.key === "/" && !typing);
    if (!called || event.defaultPrevented) return;
    event.preventDefault();
    if (!field.offsetParent) return location.assign(form.action);
    field.focus();
    field.select();
  });
})();
