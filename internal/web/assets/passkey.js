// Passkeys need a script; every other way in does without.
"use strict";
(() => {
  const supported = window.PublicKeyCredential && PublicKeyCredential.parseCreationOptionsFromJSON && PublicKeyCredential.parseRequestOptionsFromJSON;
  if (!supported) return;
  const post = async (url, body) => {
    const answer = await fetch(url, { method: "POST", credentials: "same-origin", headers: body ? { "Content-Type": "application/json" } : {}, body });
    const doc = answer.headers.get("Content-Type") === "application/json" ? await answer.json() : {};
    if (!answer.ok) throw Object.assign(new Error(doc.error || ""), { next: doc.next });
    return doc;
  };
  for (const box of document.querySelectorAll("[data-passkey]")) {
    const button = box.querySelector("button"), note = box.querySelector("[role=alert]");
    box.hidden = false;
    button.addEventListener("click", async () => {
      button.disabled = true;
      note.hidden = true;
      try {
        const { publicKey } = await post(box.dataset.begin);
        const credential = box.dataset.passkey === "signin"
          ? await navigator.credentials.get({ publicKey: PublicKeyCredential.parseRequestOptionsFromJSON(publicKey) })
          : await navigator.credentials.create({ publicKey: PublicKeyCredential.parseCreationOptionsFromJSON(publicKey) });
        const { next } = await post(box.dataset.finish, JSON.stringify(credential.toJSON()));
        location.assign(next);
      } catch (e) {
        if (e.next) { location.assign(e.next); return; }
        note.textContent = e.name === "Error" && e.message ? e.message : box.dataset.failed;
        note.hidden = false;
        button.disabled = false;
      }
    });
  }
})();
