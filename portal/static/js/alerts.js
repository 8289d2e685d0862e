// What went well is a toast that leaves after six seconds; what failed is a note that stays.
(() => {
  const STAY = 6000;

  function toast(text) {
    const shelf = document.getElementById("toasts");
    const note = document.getElementById("toast-template").content.firstElementChild.cloneNode(true);
    note.querySelector("span").textContent = text;
    shelf.append(note);
    setTimeout(() => note.remove(), STAY);
  }

  function alert(text) {
    const place = document.getElementById("alerts");
    const note = document.getElementById("alert-template").content.firstElementChild.cloneNode(true);
    const words = document.createElement("p");
    words.textContent = text;
    note.lastElementChild.replaceChildren(words);
    note.tabIndex = -1;
    place.replaceChildren(note);
    note.scrollIntoView({ block: "nearest" });
    note.focus({ preventScroll: true });
  }

  function reason(status) {
    const words = document.getElementById("alerts").dataset;
    if (!status) return words.offline;
    return { 403: words.refused, 404: words.gone, 429: words.often }[status] || words.failed;
  }

  // What the page asks by itself, again and again, fails in silence: nobody pressed anything.
  const polled = (event) => event.detail.requestConfig?.elt?.matches('[hx-trigger^="every"]');

  for (const note of document.querySelectorAll("#toasts > *")) setTimeout(() => note.remove(), STAY);
  document.querySelector("[data-focus]")?.focus();

  document.addEventListener("toast", (event) => toast(event.detail.value));

  // A refusal that comes as a fragment is shown in its place; a whole page never goes into a piece of one.
  document.addEventListener("htmx:beforeSwap", (event) => {
    const { xhr, target } = event.detail;
    if (xhr.status < 400) return;
    if (polled(event)) {
      event.detail.shouldSwap = false;
      return;
    }
    const fragment = xhr.responseText.trim() && !/<html[\s>]/i.test(xhr.responseText);
    const shown = fragment && [403, 404, 409, 413, 422, 429].includes(xhr.status) && target;
    event.detail.shouldSwap = Boolean(shown);
    event.detail.isError = !shown;
    if (!shown && document.getElementById("alerts")) alert(reason(xhr.status));
  });
  document.addEventListener("htmx:sendError", (event) => polled(event) || alert(reason(0)));
  document.addEventListener("htmx:timeout", (event) => polled(event) || alert(reason(0)));
  document.addEventListener("htmx:afterSettle", (event) => event.target.querySelector?.("[data-focus]")?.focus());

  window.notices = { toast, alert };
})();
