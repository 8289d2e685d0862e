// A session that ended while a page stood open: to the sign-in page and back, unless something typed would be lost by it.
(() => {
  const WORK = "main form:is([data-touched], [data-changed=yes], :has(.field-error:not([hidden])))";
  document.addEventListener("input", ({ target }) => {
    if (target.form && !target.form.matches("[role=search]")) target.form.dataset.touched = "";
  });

  let waiting = false;
  document.addEventListener("htmx:beforeOnLoad", (event) => {
    const { xhr, requestConfig } = event.detail;
    const door = xhr.status === 401 && xhr.getResponseHeader("HX-Redirect");
    if (!door) return;
    event.preventDefault();
    if (!document.querySelector(WORK)) {
      location.assign(`${door}?next=${encodeURIComponent(location.pathname + location.search)}`);
      return;
    }
    const { out, signIn } = document.getElementById("alerts").dataset;
    const way = { href: door, target: "_blank", rel: "noopener", className: "btn btn-sm", textContent: signIn };
    const actions = Object.assign(document.createElement("div"), { className: "actions" });
    actions.append(Object.assign(document.createElement("a"), way));
    window.notices.alert(out, actions);
    waiting = true;
    document.dispatchEvent(new CustomEvent("failed", { detail: requestConfig }));
  });

  // Signed in again in another tab, this page may go on: its forms get the token of the new session.
  window.addEventListener("focus", async () => {
    if (!waiting) return;
    const answer = await fetch(location.href, { credentials: "same-origin" });
    if (!answer.ok || answer.redirected) return;
    const fresh = new DOMParser().parseFromString(await answer.text(), "text/html");
    if (fresh.body.dataset.who !== document.body.dataset.who) return location.reload();
    waiting = false;
    const headers = fresh.body.getAttribute("hx-headers");
    document.body.setAttribute("hx-headers", headers);
    for (const field of document.querySelectorAll("input[name=csrf_token]")) field.value = JSON.parse(headers)["X-CSRFToken"];
    document.getElementById("alerts").replaceChildren();
  });
})();
