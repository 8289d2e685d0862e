// A button that was pressed keeps its width, says that it works, and is not pressed twice.
(() => {
  const set = (button, busy) => {
    if (!button?.matches?.(".btn")) return;
    if (busy) button.setAttribute("aria-busy", "true");
    else button.removeAttribute("aria-busy");
  };

  document.addEventListener("submit", (event) => {
    const form = event.target;
    if (event.defaultPrevented || form.matches("[hx-post], [data-appearance], [data-download], [target]")) return;
    if (form.dataset.sent) return event.preventDefault();
    form.dataset.sent = "yes";
    set(event.submitter, true);
  });
  // Coming back by the history must find the form usable.
  window.addEventListener("pageshow", () => {
    for (const form of document.querySelectorAll("form[data-sent]")) delete form.dataset.sent;
    for (const button of document.querySelectorAll("[aria-busy]")) set(button, false);
  });
  const sender = (event) => event.detail.requestConfig?.triggeringEvent?.submitter || event.detail.elt;
  document.addEventListener("htmx:beforeRequest", (event) => set(sender(event), true));
  document.addEventListener("htmx:afterRequest", (event) => set(sender(event), false));
})();
