// Small comforts; every page is whole without them.
"use strict";
(() => {
  const fold = (s) => s.normalize("NFKD").replace(/\p{M}/gu, "").toLowerCase();

  // "/" goes to the search box, as readers of long lists expect.
  document.addEventListener("keydown", (e) => {
    const open = document.querySelector("details.menu[open]");
    if (e.key === "Escape" && open) {
      open.open = false;
      open.querySelector("summary").focus();
      return;
    }
    if (e.key !== "/" || e.ctrlKey || e.metaKey || e.altKey || e.target.closest("input, select, textarea, [contenteditable]")) return;
    const box = document.querySelector("form[role=search] input.box");
    if (!box) return;
    e.preventDefault();
    box.focus();
    box.select();
  });
  document.addEventListener("click", (e) => {
    for (const d of document.querySelectorAll("details.menu[open]")) if (!d.contains(e.target)) d.open = false;
  });

  // What is typed is completed by names of goods: a combobox with a list below
  // it. Enter without a choice in the list searches as ever.
  const complete = (form, number) => {
    const box = form.querySelector("input.box"), said = form.dataset.found.split("|"), known = new Map();
    const list = document.createElement("ul"), status = document.createElement("p");
    let items = [], at = -1, timer, under;
    list.className = "found plain";
    list.id = "found" + number;
    list.hidden = true;
    list.setAttribute("role", "listbox");
    list.setAttribute("aria-label", box.labels[0]?.textContent ?? box.getAttribute("aria-label"));
    status.className = "aside";
    status.setAttribute("role", "status");
    box.type = "text"; // a combobox is none of the kinds of search field
    box.setAttribute("role", "combobox");
    box.setAttribute("aria-autocomplete", "list");
    box.setAttribute("aria-controls", list.id);
    box.setAttribute("aria-expanded", "false");
    box.after(list, status);
    const mark = (i) => {
      list.children[at]?.setAttribute("aria-selected", "false");
      at = i;
      const option = list.children[at];
      if (!option) return box.removeAttribute("aria-activedescendant");
      option.setAttribute("aria-selected", "true");
      option.scrollIntoView({ block: "nearest" });
      box.setAttribute("aria-activedescendant", option.id);
    };
    const show = (open) => {
      mark(-1);
      list.hidden = !open;
      box.setAttribute("aria-expanded", String(open));
    };
    const choose = (item) => {
      show(false);
      show(false);
      if ("fill" in form.dataset) {
        box.value = item.slug;
        form.requestSubmit();
      } else {
        location.assign(form.action + "/" + encodeURIComponent(item.slug));
      }
    };
    const option = (item, i) => {
      const li = document.createElement("li");
      li.id = list.id + "-" + i;
      li.dir = "auto";
      li.textContent = item.name;
      li.setAttribute("role", "option");
      li.setAttribute("aria-selected", "false");
      li.addEventListener("click", () => choose(item));
      return li;
    };
    const ask = async () => {
      const text = box.value.trim();
      under?.abort();
      if (text.length > 100 || text.length < 2 && /^\p{ASCII}*$/u.test(text)) {
        status.textContent = "";
        return show(false);
      }
      if (!known.has(text)) {
        under = new AbortController();
        try {
          const answer = await fetch(form.dataset.suggest + "&q=" + encodeURIComponent(text), { signal: under.signal, credentials: "omit" });
          if (!answer.ok) return show(false);
          known.set(text, (await answer.json()).items);
        } catch {
          return; // a newer question, or no network: the field still searches
        }
      }
      if (text !== box.value.trim() || document.activeElement !== box) return;
      items = known.get(text);
      list.replaceChildren(...items.map(option));
      show(items.length > 0);
      status.textContent = said[items.length];
    };
    box.addEventListener("input", () => {
      clearTimeout(timer);
      timer = setTimeout(ask, 120);
    });
    box.addEventListener("keydown", (e) => {
      if (e.isComposing || e.ctrlKey || e.metaKey || e.altKey) return;
      const n = list.children.length;
      if ((e.key === "ArrowDown" || e.key === "ArrowUp") && n > 0) {
        e.preventDefault();
        if (list.hidden) show(true);
        // one stop more than there are options: the field itself
        mark((at + 1 + (e.key === "ArrowDown" ? 1 : n)) % (n + 1) - 1);
      } else if (e.key === "Escape") {
        if (list.hidden) box.value = "";
        else e.preventDefault();
        show(false);
      }
    });
    form.addEventListener("submit", (e) => { // by Enter, or by the key that sends on a phone
      if (at < 0) return;
      if ("fill" in form.dataset) { // a form cannot be sent anew while it is being sent
        box.value = items[at].slug;
        return;
      }
      e.preventDefault();
      choose(items[at]);
    });
    box.addEventListener("blur", () => show(false));
    list.addEventListener("pointerdown", (e) => e.preventDefault()); // the focus stays in the field
  };
  document.querySelectorAll("form[data-suggest]").forEach(complete);

  // On the map the place under the pointer is named and leads to its page, and a
  // row of the table shows where it is.
  const world = document.querySelector(".world");
  if (world) {
    const named = document.createElement("p");
    named.className = "named";
    named.setAttribute("aria-hidden", "true"); // the table says the same
    world.after(named);
    const place = (a) => world.querySelector(`[id="${a?.getAttribute("href").split("/").pop()}"]`);
    let lit = null;
    const light = (a) => {
      lit?.classList.remove("lit");
      lit = a ?? null;
      lit?.classList.add("lit");
      named.textContent = lit?.querySelector("title").textContent ?? "";
    };
    for (const kind of ["pointerover", "focusin"]) {
      world.addEventListener(kind, (e) => light(e.target.closest("[id]")));
      document.querySelector(".atlas table")?.addEventListener(kind, (e) => light(place(e.target.closest("tr")?.querySelector("th a"))));
    }
    world.classList.add("leads");
    const lead = (e) => { // as a link does: another tab where one is asked for
      const at = e.target.closest("[id]");
      if (!at || e.button > 1) return;
      const to = world.dataset.to + at.id;
      if (e.button === 1 || e.ctrlKey || e.metaKey || e.shiftKey) window.open(to, "_blank", "noopener");
      else location.assign(to);
    };
    for (const kind of ["click", "auxclick"]) world.addEventListener(kind, lead);
    world.addEventListener("mousedown", (e) => { if (e.button === 1 && e.target.closest("[id]")) e.preventDefault(); }); // no scrolling by itself
  }

  // A filter applies as soon as it is chosen where there is a mouse; the place
  // and the focus are kept, so that several can be chosen one after another.
  const form = document.querySelector("form[data-apply]");
  if (!form) return;
  // Long lists of values can be narrowed by their letters.
  for (const more of form.querySelectorAll("details")) {
    const labels = [...more.querySelectorAll("label")];
    if (labels.length < 12) continue;
    const box = document.createElement("input");
    box.className = "box";
    box.type = "search";
    box.placeholder = form.dataset.find;
    box.setAttribute("aria-label", form.dataset.find);
    box.addEventListener("input", () => {
      for (const l of labels) l.hidden = !fold(l.textContent).includes(fold(box.value.trim()));
    });
    box.addEventListener("change", (e) => e.stopPropagation());
    form.addEventListener("submit", (e) => { if (document.activeElement === box) e.preventDefault(); });
    more.querySelector("summary").after(box);
  }
  if (!matchMedia("(pointer: fine)").matches) return;
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
