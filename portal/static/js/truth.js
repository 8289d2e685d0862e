// What was not saved is not shown as saved: after a failure boxes and choices stand as the server said last, and what
// was typed stays, marked. `failed` brings the configuration of the request.
(() => {
  const SAME_KEY = 100; // milliseconds
  const chosen = (field) => ["checkbox", "radio"].includes(field.type);
  const typed = (field) => field.matches("textarea, input[name]:not([type=hidden], [type=file], [type=submit])") && !chosen(field);
  const savesItself = (form) => form.matches("form[hx-post]") && /(^|,\s*)change/.test(form.getAttribute("hx-trigger") || "");

  /** The fields that this request was to save or to ask with. Boxes that hang together stand in one piece. */
  function fieldsOf({ elt, target }) {
    if (elt.matches("form")) return [...elt.elements];
    if (chosen(elt)) return [...target.querySelectorAll("[type=checkbox], [type=radio]")];
    return elt.matches("select") ? [elt] : [];
  }

  function back(field) {
    if (chosen(field)) field.checked = field.defaultChecked;
    if (!field.matches("select")) return;
    const options = [...field.options];
    for (const option of options) option.selected = option.defaultSelected;
    if (field.selectedIndex < 0 && !field.multiple) field.selectedIndex = 0;
  }

  function mark(field) {
    if (!typed(field) || field.value === field.defaultValue) return;
    field.dataset.unsaved = "";
    field.setAttribute("aria-invalid", "true");
  }

  function unmark(field) {
    if (field.dataset.unsaved === undefined) return;
    delete field.dataset.unsaved;
    field.removeAttribute("aria-invalid");
  }

  document.addEventListener("failed", ({ detail }) => {
    const { elt, target } = detail;
    const fields = fieldsOf(detail);
    fields.forEach(back);
    if (elt.matches("form") && savesItself(elt)) fields.forEach(mark);
    if (elt.matches("[data-picture] form") && !elt.querySelector(".crop")) elt.reset(); // or the same file could not be chosen again
    old(elt, target);
    tellOfTyped();
  });

  /** What was worked out from something typed before is not shown beside what is typed now. */
  function old(elt, target) {
    if (elt === target && /^input/.test(elt.getAttribute("hx-trigger"))) {
      const head = elt.querySelector("h2");
      elt.replaceChildren(...[head, window.notices.note(document.getElementById("alerts").dataset.old)].filter(Boolean));
    }
    if (elt.matches("[type=password]")) target.replaceChildren();
  }

  function tellOfTyped() {
    const note = document.querySelector("#alerts .note > div");
    if (!note || note.querySelector("[data-kept]") || !document.querySelector("[data-unsaved]")) return;
    const words = document.createElement("p");
    words.dataset.kept = "";
    words.textContent = document.getElementById("alerts").dataset.kept;
    note.append(words);
  }
  document.addEventListener("htmx:afterSettle", (event) => event.target.id === "alerts" && tellOfTyped());

  // A form that stays where it is when it was saved: what was sent is what the server has.
  document.addEventListener("htmx:afterRequest", ({ detail }) => {
    const { elt, formData } = detail.requestConfig || {};
    if (detail.xhr.status >= 400 || !detail.successful || !elt?.matches("form") || !savesItself(elt)) return;
    delete elt.dataset.touched;
    for (const field of elt.elements) {
      const sent = formData.getAll(field.name);
      if (chosen(field)) field.defaultChecked = sent.includes(field.value);
      else if (typed(field) && sent.length) field.defaultValue = sent[0];
      if (typed(field) && field.value === field.defaultValue) unmark(field);
    }
  });
  document.addEventListener("input", ({ target }) => target.dataset && delete target.dataset.unsaved);

  // Enter in a changed field is a change and then a submit: what the first brought is not asked for once more.
  const changed = new WeakMap();
  document.addEventListener("htmx:configRequest", (event) => {
    const { elt, triggeringEvent } = event.detail;
    if (!triggeringEvent || !elt.matches("form") || !savesItself(elt)) return;
    if (triggeringEvent.type === "change") changed.set(elt, triggeringEvent.timeStamp);
    else if (triggeringEvent.timeStamp - changed.get(elt) < SAME_KEY) event.preventDefault();
  });
})();
