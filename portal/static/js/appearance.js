// Light, dark or like the system: shown at once, kept by the server, and what is being typed stays.
(() => {
  document.addEventListener("submit", (event) => {
    const form = event.target;
    if (!form.matches("[data-appearance]")) return;
    event.preventDefault();
    const wanted = event.submitter.value;
    if (wanted === "auto") delete document.documentElement.dataset.bsTheme;
    else document.documentElement.dataset.bsTheme = wanted;
    for (const button of document.querySelectorAll("[data-appearance] button")) {
      button.setAttribute("aria-pressed", String(button.value === wanted));
    }
    const body = new URLSearchParams(new FormData(form, event.submitter));
    fetch(form.action, { method: "POST", body, redirect: "manual", credentials: "same-origin" });
  });
})();
