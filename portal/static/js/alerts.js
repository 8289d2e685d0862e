// What went well is a toast that leaves after six seconds; what failed is a note that stays until something works.
(() => {
  const STAY = 6000;
  const PATIENCE = 60_000;
  const PATIENCE_WITH_A_FILE = 300_000;
  window.htmx.config.timeout = PATIENCE;

  const place = () => document.getElementById("alerts");

  function toast(text) {
    const shelf = document.getElementById("toasts");
    for (const said of shelf.children) if (said.textContent.trim() === text) said.remove(); // said anew, not piled up
    const note = document.getElementById("toast-template").content.firstElementChild.cloneNode(true);
    note.querySelector("span").textContent = text;
    shelf.append(note);
    setTimeout(() => note.remove(), STAY);
  }

  function note(text) {
    const made = document.getElementById("alert-template").content.firstElementChild.cloneNode(true);
    const words = document.createElement("p");
    words.textContent = text;
    made.lastElementChild.replaceChildren(words);
    return made;
  }

  function alert(text, more) {
    const made = note(text);
    made.dataset.made = "";
    if (more) made.lastElementChild.append(more);
    place().replaceChildren(made);
    show(made);
  }

  // Into sight and under the keyboard, but never away from somebody who is typing.
  function show(made) {
    const typing = document.activeElement?.matches("input:not([type=checkbox], [type=radio], [type=file]), textarea, select");
    place().toggleAttribute("data-floats", Boolean(typing));
    if (typing) return;
    made.tabIndex = -1;
    made.scrollIntoView({ block: "nearest", behavior: "instant" });
    made.focus({ preventScroll: true });
  }

  function reason(status) {
    const words = place().dataset;
    return { 0: words.offline, 403: words.refused, 404: words.gone, 409: words.changed, 429: words.often }[status] || words.failed;
  }

  // What the page asks by itself, again and again, fails in silence: nobody pressed anything.
  const polled = (event) => event.detail.requestConfig?.elt?.matches('[hx-trigger^="every"]');
  const isWhole = (text) => /<html[\s>]/i.test(text);

  /** Whether the answer is one of ours that says itself where it belongs, or the very piece it would replace. */
  function isForHere({ xhr, target }) {
    if (!target || !xhr.responseText.trim() || isWhole(xhr.responseText)) return false;
    if (xhr.getResponseHeader("HX-Retarget")) return true;
    const piece = new DOMParser().parseFromString(xhr.responseText, "text/html").body.firstElementChild;
    return Boolean(target.id) && piece?.id === target.id;
  }

  /** Tell the others that nothing was saved: they show what is. */
  const failed = (event) => document.dispatchEvent(new CustomEvent("failed", { detail: event.detail.requestConfig }));

  function lost(event, words) {
    if (polled(event)) return;
    alert(words);
    failed(event);
  }

  for (const note of document.querySelectorAll("#toasts > *")) setTimeout(() => note.remove(), STAY);
  document.querySelector("[data-focus]")?.focus();

  document.addEventListener("toast", (event) => toast(event.detail.value));
  document.addEventListener("htmx:configRequest", (event) => {
    if (event.detail.elt.matches("[hx-encoding]")) event.detail.timeout = PATIENCE_WITH_A_FILE;
  });

  // A refusal that comes as a fragment is shown in its place; a whole page never goes into a piece of one.
  document.addEventListener("htmx:beforeSwap", (event) => {
    const { xhr, target } = event.detail;
    if (xhr.status === 286 && !xhr.responseText) event.detail.swapOverride = "none"; // asked no more, and what is shown stays
    if (xhr.status < 400 && !isWhole(xhr.responseText)) return;
    if (polled(event)) {
      event.detail.shouldSwap = false;
      return;
    }
    const shown = [400, 403, 404, 409, 413, 422, 429].includes(xhr.status) && isForHere(event.detail);
    event.detail.shouldSwap = shown;
    event.detail.isError = !shown;
    if (!shown) alert(reason(xhr.status));
    if (!shown || target === place()) failed(event);
  });
  document.addEventListener("htmx:sendError", (event) => lost(event, place().dataset.offline));
  document.addEventListener("htmx:timeout", (event) => lost(event, place().dataset.late));
  document.addEventListener("htmx:afterSettle", (event) => {
    const said = event.target === place() && event.target.firstElementChild;
    if (said) setTimeout(() => show(said)); // after htmx has scrolled to where the control wanted to lead
    else event.target.querySelector?.("[data-focus]")?.focus();
  });
  // What somebody pressed and what worked takes the note of what did not away, unless something typed is still not saved.
  document.addEventListener("htmx:afterRequest", (event) => {
    const { xhr, successful, requestConfig } = event.detail;
    const pressed = ["click", "submit", "change", undefined].includes(requestConfig?.triggeringEvent?.type) && !polled(event);
    if (xhr.status >= 400 || !successful || !pressed || document.querySelector("[data-unsaved]")) return;
    for (const made of place().querySelectorAll(":scope > [data-made], :scope > #refusal")) made.remove();
  });

  window.notices = { toast, alert, note };
})();
