// Drag a row to its place; the buttons beside it do the same without a pointer and without script.
(() => {
  const stored = new WeakMap();
  const ready = (root) => {
    const lists = root.matches?.("[data-order]") ? [root] : root.querySelectorAll("[data-order]");
    for (const list of lists) {
      list.dataset.orderReady = "";
      stored.set(list, order(list));
    }
  };
  const rows = (list) => [...list.querySelectorAll(":scope > [data-item]")];
  const order = (list) => rows(list).map((row) => row.dataset.item).join(",");

  document.addEventListener("pointerdown", (event) => {
    const grip = event.target.closest("[data-grip]");
    const row = grip?.closest("[data-item]");
    const list = row?.closest("[data-order]");
    if (!list || event.button) return;
    event.preventDefault();
    const before = order(list);
    grip.setPointerCapture(event.pointerId);
    row.classList.add("is-moving");

    // The others step aside and the row under the pointer stays in the document: taken out, it would lose the pointer.
    const move = (at) => {
      const all = rows(list);
      const here = all.indexOf(row);
      const middle = (one) => one.getBoundingClientRect().top + one.offsetHeight / 2;
      const below = all.slice(here + 1).filter((one) => at.clientY > middle(one));
      const above = all.slice(0, here).filter((one) => at.clientY < middle(one));
      if (below.length) row.before(...below);
      else if (above.length) row.after(...above);
    };
    const stop = () => {
      grip.removeEventListener("pointermove", move);
      row.classList.remove("is-moving");
      if (order(list) !== before) send(list);
    };
    grip.addEventListener("pointermove", move);
    grip.addEventListener("lostpointercapture", stop, { once: true });
  });

  function send(list) {
    const target = list.dataset.orderTarget || `#${list.id}`;
    const how = { source: list, target, swap: "outerHTML", values: { order: order(list) } };
    window.htmx.ajax("POST", list.dataset.order, how).catch(() => {}); // what then is said and shown: `failed`
  }

  // An order that was not saved is not shown.
  document.addEventListener("failed", ({ detail: { elt } }) => {
    const ids = stored.get(elt)?.split(",") || [];
    const place = (row) => ids.indexOf(row.dataset.item);
    if (ids.length) elt.append(...rows(elt).sort((one, other) => place(one) - place(other)));
  });
  ready(document);
  document.addEventListener("htmx:load", (event) => ready(event.target));
})();
