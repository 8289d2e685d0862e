// A field that was refused loses its red mark as soon as it is edited; whether it is right now, the server says.
document.addEventListener("input", ({ target }) => {
  const marked = target.closest?.("[aria-invalid=true]");
  if (!marked) return;
  marked.removeAttribute("aria-invalid");
  const error = document.getElementById(`${marked.id}-error`);
  if (!error) return;
  error.hidden = true;
  const described = (marked.getAttribute("aria-describedby") || "").split(" ").filter((id) => id !== error.id);
  if (described.join("")) marked.setAttribute("aria-describedby", described.join(" "));
  else marked.removeAttribute("aria-describedby");
});
