// One button on each page that has code: fold all of it, or show it. The choice is kept.
document.addEventListener("DOMContentLoaded", () => {
  const folds = [...document.querySelectorAll("article details.hide")];
  const title = document.querySelector("article h1");
  if (!folds.length || !title) return;
  const button = document.createElement("button");
  button.className = "code-switch";
  button.type = "button";
  const show = (code) => {
    folds.forEach((fold) => { fold.open = code; });
    document.body.classList.toggle("results-only", !code);
    button.textContent = code ? "Show only results" : "Show the code";
    button.setAttribute("aria-pressed", String(!code));
  };
  let code = false;
  try { code = localStorage.getItem("mer-code") === "shown"; } catch { /* a page from a file */ }
  button.addEventListener("click", () => {
    code = !code;
    show(code);
    try { localStorage.setItem("mer-code", code ? "shown" : "folded"); } catch { /* as above */ }
  });
  title.after(button);
  if (code) show(code);
  else button.textContent = "Show the code";
});
