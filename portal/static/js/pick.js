// Typing into a field that is changed only where it is ticked ticks it.
document.addEventListener("input", ({ target }) => {
  const pick = target.closest?.("[data-pick]");
  const box = pick?.querySelector("[name=change]");
  if (box && target !== box) box.checked = true;
});
