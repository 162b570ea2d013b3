// Comforts for whoever writes; every form is whole without them.
"use strict";
(() => {
  // What is like the thing being named is shown while its name and link are
  // typed, before anybody fills in the rest.
  const form = document.querySelector("form[data-alike]");
  if (form) {
    const place = form.querySelector("#alike");
    let timer = 0, asked = "";
    form.addEventListener("input", (e) => {
      if (e.target.name !== "name" && e.target.name !== "link") return;
      clearTimeout(timer);
      timer = setTimeout(async () => {
        const q = new URLSearchParams({ name: form.elements.name.value, link: form.elements.link.value });
        if (q.toString() === asked) return;
        asked = q.toString();
        try {
          const r = await fetch(form.dataset.alike + "?" + q, { headers: { Accept: "text/html" } });
          if (r.ok && q.toString() === asked) place.innerHTML = await r.text();
        } catch { /* offline: the answer comes when the form is sent */ }
      }, 350);
    });
  }
})();
