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

// While a machine looks, its place on the page is shown anew; what it filled in
// comes with the whole page, once it has ended.
(() => {
  const again = async () => {
    const old = document.querySelector("[data-look]");
    if (!old) return;
    try {
      const r = await fetch(location.href, { headers: { Accept: "text/html" } });
      const now = r.ok && new DOMParser().parseFromString(await r.text(), "text/html").querySelector(".look");
      if (now && !("look" in now.dataset)) return location.reload();
      if (now) old.replaceWith(document.adoptNode(now));
    } catch { /* offline: tried again */ }
    setTimeout(again, 1500);
  };
  if (document.querySelector("[data-look]")) setTimeout(again, 1500);
})();

// An application is saved as it is written, one answer at a time. What cannot
// be saved is said and tried again; pressing the button does the same by hand.
(() => {
  const form = document.querySelector("form[data-autosave]");
  if (!form) return;
  const state = form.querySelector(".state");
  const dirty = new Set(), stuck = new Set();
  let timer = 0, busy = false, sent = false;

  const say = (text, tone) => { state.textContent = text; state.dataset.tone = tone; };
  const block = (el) => el.closest("[data-question]");
  const body = (q) => {
    const data = new URLSearchParams();
    for (const el of q.querySelectorAll("input, textarea, select")) {
      if (el.name && !el.disabled && el.type !== "file" && (!["checkbox", "radio"].includes(el.type) || el.checked)) data.append(el.name, el.value);
    }
    return data;
  };
  const plan = (ms) => { clearTimeout(timer); timer = setTimeout(flush, ms); };

  // After an answer other questions may be asked, and less may be missing: the
  // page is asked for anew, and only what changed in it is taken over.
  const renew = async () => {
    const r = await fetch(location.pathname, { headers: { Accept: "text/html" } });
    if (!r.ok) return;
    const fresh = new DOMParser().parseFromString(await r.text(), "text/html");
    for (const id of ["parts", "lacks"]) {
      const now = document.getElementById(id), next = fresh.getElementById(id);
      if (now && next) now.replaceWith(next);
    }
    const here = document.getElementById("questions"), there = fresh.getElementById("questions");
    if (!here || !there) return;
    const kept = new Map([...here.children].map((q) => [q.dataset.question, q]));
    let last = null;
    for (const q of [...there.children]) {
      const mine = kept.get(q.dataset.question);
      kept.delete(q.dataset.question);
      const items = (n) => n.querySelectorAll("[name^='i.']").length;
      let put = mine || q;
      const files = mine && mine.querySelector(".attached");
      if (files) files.replaceWith(q.querySelector(".attached"));
      if (mine && items(mine) !== items(q) && !mine.contains(document.activeElement) && !dirty.has(mine)) { mine.replaceWith(q); put = q; }
      if (last ? last.nextElementSibling !== put : here.firstElementChild !== put) last ? last.after(put) : here.prepend(put);
      last = put;
    }
    for (const q of kept.values()) q.remove();
  };

  const mark = (q, text) => {
    const wrong = q.querySelector(".mend");
    if (wrong) { wrong.textContent = text; wrong.hidden = !text; }
    q.classList.toggle("bad", Boolean(text));
  };

  // A file is sent as soon as it is chosen; one that is too large is not sent.
  const bring = async (input) => {
    const q = block(input), data = new FormData();
    mark(q, "");
    for (const file of input.files) {
      if (file.size > input.dataset.max) {
        mark(q, file.name + ": " + input.dataset.large);
        say(input.dataset.large, "bad");
        input.value = "";
        return;
      }
      data.append(input.name, file);
    }
    say(state.dataset.saving, "");
    try {
      const r = await fetch(form.action, { method: "POST", body: data, headers: { Accept: "application/json" } });
      const told = await r.json();
      mark(q, Object.values(told.wrong || {}).join(" "));
      say(told.says, r.ok ? "good" : "bad");
      input.value = "";
      await renew();
    } catch { say(state.dataset.offline, "bad"); }
  };

  const save = async (q) => {
    const r = await fetch(form.action, { method: "POST", body: body(q), headers: { Accept: "application/json" }, keepalive: true });
    const told = await r.json();
    for (const [id, version] of Object.entries(told.saved)) {
      const field = form.elements["v." + id];
      if (field) field.value = version;
    }
    mark(q, Object.values(told.wrong || {}).join(" "));
    q.querySelector(".from")?.remove();
    if (told.clash) stuck.add(q);
    return { ok: r.ok, says: told.says };
  };

  async function flush() {
    if (busy || sent || !dirty.size) return;
    busy = true;
    say(state.dataset.saving, "");
    let end = { ok: true, says: "" };
    for (const q of [...dirty]) {
      dirty.delete(q);
      if (stuck.has(q) || !q.isConnected) continue;
      try {
        const one = await save(q);
        if (end.ok) end = one;
      } catch {
        dirty.add(q);
        busy = false;
        say(state.dataset.offline, "bad");
        plan(5000);
        return;
      }
    }
    busy = false;
    say(end.says, end.ok ? "good" : "bad");
    if (end.ok) try { await renew(); } catch { /* the next save asks again */ }
    if (dirty.size) plan(300);
  }

  form.addEventListener("input", (e) => { const q = block(e.target); if (q && e.target.type !== "file") { dirty.add(q); plan(1200); } });
  form.addEventListener("change", (e) => {
    if (e.target.type === "file") { if (e.target.files.length) bring(e.target); } else if (block(e.target)) plan(150);
  });
  form.addEventListener("submit", () => { sent = true; clearTimeout(timer); });
  addEventListener("pagehide", () => { for (const q of dirty) if (!sent && !stuck.has(q)) navigator.sendBeacon(form.action, body(q)); });
})();

// A form that must be sent once is sent once, however often it is pressed.
for (const form of document.querySelectorAll("form[data-once]")) {
  form.addEventListener("submit", (e) => {
    if (form.dataset.gone) e.preventDefault();
    form.dataset.gone = "1";
  });
}
