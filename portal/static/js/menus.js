// Menus are <details>: one open at a time, closed by Escape and by a press elsewhere, walked with the arrows.
(() => {
  const open = () => document.querySelectorAll("details[data-menu][open]");
  const entries = (menu) => [...menu.querySelectorAll(".menu a, .menu button")];

  document.addEventListener("toggle", (event) => {
    const menu = event.target;
    if (!menu.matches?.("details[data-menu]")) return;
    menu.classList.remove("up");
    if (!menu.open) return;
    for (const other of open()) if (other !== menu && !other.contains(menu)) other.open = false;
    const box = menu.querySelector(".menu").getBoundingClientRect();
    const start = menu.getBoundingClientRect();
    if (box.bottom > innerHeight - 8 && start.top > box.height + 8) menu.classList.add("up");
  }, true);

  document.addEventListener("click", (event) => {
    for (const menu of open()) if (!menu.contains(event.target)) menu.open = false;
  });

  document.addEventListener("keydown", (event) => {
    const menu = event.target.closest?.("details[data-menu]");
    if (event.key === "Escape") {
      for (const one of open()) {
        one.open = false;
        if (one.contains(event.target)) one.querySelector("summary").focus();
      }
      return;
    }
    if (!menu || !["ArrowDown", "ArrowUp", "Home", "End"].includes(event.key)) return;
    event.preventDefault();
    menu.open = true;
    const list = entries(menu);
    const here = list.indexOf(document.activeElement);
    const next = { ArrowDown: here + 1, ArrowUp: here < 0 ? -1 : here - 1, Home: 0, End: -1 }[event.key];
    list.at(next >= list.length ? 0 : next)?.focus();
  });

  // A question that was opened can be put away again.
  const ready = (root) => {
    for (const button of root.querySelectorAll("[data-close], [data-copy]")) button.hidden = false;
  };
  document.addEventListener("click", (event) => {
    const close = event.target.closest("[data-close]");
    if (close) {
      const question = close.closest("details");
      question.open = false;
      question.querySelector("summary").focus();
    }
    const copy = event.target.closest("[data-copy]");
    if (copy) {
      const field = document.getElementById(copy.dataset.copy);
      field.select();
      navigator.clipboard?.writeText(field.value).then(() => window.notices.toast(copy.dataset.done), () => {});
    }
  });
  document.addEventListener("toggle", (event) => {
    if (event.target.matches?.("details[data-confirm]") && event.target.open) event.target.querySelector("input:not([type=hidden]), button")?.focus();
  }, true);
  ready(document);
  document.addEventListener("htmx:load", (event) => ready(event.target));
})();
