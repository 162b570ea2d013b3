// Small comforts; every page is whole without them.
"use strict";
(() => {
  // "/" goes to the search box, as readers of long lists expect.
  document.addEventListener("keydown", (e) => {
    const open = document.querySelector("details.menu[open]");
    if (e.key === "Escape" && open) {
      open.open = false;
      open.querySelector("summary").focus();
      return;
    }
    if (e.key !== "/" || e.ctrlKey || e.metaKey || e.altKey || e.target.closest("input, select, textarea, [contenteditable]")) return;
    const box = document.querySelector("input[type=search]");
    if (!box) return;
    e.preventDefault();
    box.focus();
    box.select();
  });
  document.addEventListener("click", (e) => {
    for (const d of document.querySelectorAll("details.menu[open]")) if (!d.contains(e.target)) d.open = false;
  });
  // A filter applies as soon as it is chosen where there is a mouse; the place
  // and the focus are kept, so that several can be chosen one after another.
  const form = document.querySelector("form[data-apply]");
  if (!form || !matchMedia("(pointer: fine)").matches) return;
  const key = "stoa-filter";
  let kept = null;
  try { kept = JSON.parse(sessionStorage.getItem(key)); sessionStorage.removeItem(key); } catch { /* no storage: no comfort */ }
  if (kept && kept.path === location.pathname) {
    const box = [...form.elements].find((b) => b.name === kept.name && b.value === kept.value);
    if (box) {
      const more = box.closest("details");
      if (more) more.open = true;
      box.focus({ preventScroll: true });
      scrollTo(0, kept.top);
    }
  }
  form.querySelector(".apply").hidden = true;
  form.addEventListener("change", (e) => {
    try { sessionStorage.setItem(key, JSON.stringify({ path: location.pathname, name: e.target.name, value: e.target.value, top: scrollY })); } catch { /* likewise */ }
    form.requestSubmit();
  });
})();
