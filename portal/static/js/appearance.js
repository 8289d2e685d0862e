// Light, dark or like the system: shown at once, kept by the server, and what is being typed stays.
(() => {
  function show(wanted) {
    if (wanted === "auto") delete document.documentElement.dataset.bsTheme;
    else document.documentElement.dataset.bsTheme = wanted;
    for (const button of document.querySelectorAll("[data-appearance] button")) {
      button.setAttribute("aria-pressed", String(button.value === wanted));
    }
  }

  document.addEventListener("submit", async (event) => {
    const form = event.target;
    if (!form.matches("[data-appearance]")) return;
    event.preventDefault();
    const before = form.querySelector("[aria-pressed=true]")?.value || "auto";
    const body = new URLSearchParams(new FormData(form, event.submitter));
    show(event.submitter.value);
    const asked = { method: "POST", body, redirect: "manual", credentials: "same-origin" };
    const answer = await fetch(form.action, asked).catch(() => null);
    if (answer?.ok || answer?.type === "opaqueredirect") return; // back to the page, which this one is
    show(before);
    window.notices.alert(document.getElementById("alerts").dataset[answer ? "failed" : "offline"]);
  });
})();
