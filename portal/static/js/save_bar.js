// The bar below a form: appears with the first change, says what changes from what to what, and warns before it is lost.
(() => {
  const SHOWN = 2;
  const PLACE = "saved-at";
  const forms = () => document.querySelectorAll("form[data-dirty]");
  const ticked = (box) => box.type === "checkbox" || box.type === "radio";

  function label(field) {
    if (field.dataset.change) return field.dataset.change;
    const words = field.labels?.[0] || field.closest("fieldset")?.querySelector("legend");
    return (words?.textContent || field.name).trim();
  }

  /** Pairs [before, now] in words for one control, or null where nothing changed. */
  function change(field, form) {
    if (!field.name || field.disabled || ["hidden", "submit", "button", "file"].includes(field.type)) {
      return field.type === "file" && field.value ? ["", field.files[0].name] : null;
    }
    if (field.type === "radio") {
      if (!field.checked) return null;
      const group = [...form.elements].filter((other) => other.name === field.name && other.type === "radio");
      const before = group.find((other) => (other.dataset.was === undefined ? other.defaultChecked : other.value === other.dataset.was));
      return before === field ? null : [before ? words(before) : "", words(field)];
    }
    if (field.type === "checkbox") {
      const before = field.dataset.was === undefined ? field.defaultChecked : field.dataset.was === "yes";
      if (before === field.checked) return null;
      return field.dataset.on ? [field.dataset[before ? "on" : "off"], field.dataset[before ? "off" : "on"]] : [before ? "✓" : "–", before ? "–" : "✓"];
    }
    if (field.tagName === "SELECT") {
      const options = [...field.options];
      const before = field.dataset.was === undefined
        ? options.find((option) => option.defaultSelected) || options[0]
        : options.find((option) => option.value === field.dataset.was);
      const now = options[field.selectedIndex];
      return before === now ? null : [before ? before.text : "", now ? now.text : ""];
    }
    const before = field.dataset.was === undefined ? field.defaultValue : field.dataset.was;
    if (before.trim() === field.value.trim()) return null;
    if (field.type === "password") return ["", "••••"];
    return [before, field.value].map((value) => (value.trim() ? prefix(field, value) + shorten(value.trim()) : ""));
  }

  const words = (radio) => radio.dataset.words || radio.parentElement.textContent.trim();
  const prefix = (field, value) => (/^\s*\d[\d.,\s]*$/.test(value) ? field.dataset.prefix || "" : "");
  const shorten = (text) => (text.length > 40 ? text.slice(0, 39) + "…" : text);
  const lower = (text) => text.charAt(0).toLowerCase() + text.slice(1);

  function row(field, [before, now], bar) {
    const item = document.createElement("li");
    const name = document.createElement("b");
    name.textContent = label(field);
    const blank = field.dataset.blank || bar.dataset.blank;
    const said = (text) => (ticked(field) ? lower(text) : text) || blank;
    const filled = bar.dataset.words.replace(/{(old|new)}/g, (_, which) => said(which === "old" ? before : now));
    item.append(name, ` ${filled}`);
    return item;
  }

  function line(text, kind) {
    const made = document.createElement("p");
    made.className = kind;
    made.dataset.made = "";
    made.textContent = text;
    return made;
  }

  function look(form) {
    const bar = form.querySelector("[data-save-bar]");
    const changes = [...form.elements].map((field) => [field, change(field, form)]).filter(([, pair]) => pair);
    form.dataset.changed = changes.length ? "yes" : "";
    for (const was of form.querySelectorAll("[data-was-of]")) {
      const field = document.getElementById(was.dataset.wasOf);
      was.hidden = !changes.some(([changed]) => changed === field);
    }
    for (const part of form.querySelectorAll("[data-part]")) {
      part.classList.toggle("is-changed", changes.some(([field]) => part.contains(field)));
    }
    if (!bar) return;
    bar.hidden = !changes.length && bar.dataset.always === undefined;
    const side = bar.firstElementChild;
    side.querySelectorAll("[data-made]").forEach((made) => made.remove());
    bar.toggleAttribute("data-rests", !changes.length);
    if (!changes.length) return void (bar.dataset.rest && !bar.hidden && side.append(line(bar.dataset.rest, "muted")));
    if (!side.querySelector("[data-save-text]")) {
      side.append(line(changes.length === 1 ? bar.dataset.one : bar.dataset.many.replace("{n}", changes.length), "strong"));
    }
    const list = document.createElement("ul");
    list.dataset.made = "";
    list.append(...changes.slice(0, SHOWN).map(([field, pair]) => row(field, pair, bar)));
    if (changes.length > SHOWN) {
      const more = document.createElement("li");
      more.textContent = bar.dataset.more.replace("{n}", changes.length - SHOWN);
      list.append(more);
    }
    side.append(list);
  }

  let leaving = false;
  const seen = (event) => {
    const form = event.target.form?.closest?.("form[data-dirty]") || event.target.closest?.("form[data-dirty]");
    if (form) look(form);
  };
  document.addEventListener("input", seen);
  document.addEventListener("change", seen);
  document.addEventListener("reset", (event) => setTimeout(() => event.target.matches("form[data-dirty]") && look(event.target)));
  document.addEventListener("submit", (event) => {
    if (!event.target.matches("form[data-dirty]")) return;
    leaving = true;
    sessionStorage.setItem(PLACE, JSON.stringify([location.pathname, window.scrollY]));
  });
  document.addEventListener("click", (event) => void (event.target.closest("[data-discard]") && (leaving = true)));
  window.addEventListener("beforeunload", (event) => {
    if (leaving) return;
    if (document.querySelector("[data-unsaved]") || [...forms()].some((form) => form.dataset.changed)) event.preventDefault();
  });
  window.addEventListener("pageshow", () => { leaving = false; forms().forEach(look); goBack(); });

  // Saved, one is where one was; what was refused is told on top.
  function goBack() {
    const [path, height] = JSON.parse(sessionStorage.getItem(PLACE) || "[]");
    sessionStorage.removeItem(PLACE);
    if (path === location.pathname && !document.querySelector("[data-focus], [aria-invalid=true]")) window.scrollTo({ top: height, behavior: "instant" });
  }
  document.addEventListener("htmx:afterRequest", () => { leaving = false; });
  document.addEventListener("htmx:load", () => forms().forEach(look));
})();
