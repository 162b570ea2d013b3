// Reads a Stoa registry with fetch, in Node.js 18 or a browser.
const STOA = globalThis.process?.env.STOA ?? "http://localhost:8080";

async function get(address, etag) {
  const answer = await fetch(address, { headers: etag ? { "If-None-Match": etag } : {} }); // follows redirects
  const status = answer.status;
  if (status === 304) return { status };
  const document = await answer.json();
  if (!answer.ok) throw new Error(document.detail);
  return { status, document, etag: answer.headers.get("ETag") };
}

// 1. How many goods of software are there?
const found = await get(`${STOA}/api/v1/goods?${new URLSearchParams({ kind: "software", limit: 1 })}`);
console.log(`${found.document.total} goods`);

// 2. Read the list to its end: follow next until there is none.
let next = `${STOA}/api/v1/goods?${new URLSearchParams({ kind: "software", sort: "name", limit: 2 })}`;
while (next) {
  const { document: page } = await get(next);
  for (const good of page.items) console.log(good.slug);
  next = page.next;
}

// 3. One good; an old address or an id of another registry redirects.
const { document: good, etag } = await get(`${STOA}/api/v1/goods/dhis2`);
console.log(`dhis2 is ${good.stage}`);

// 4. Ask again for nothing: while the good stands as it is, the answer is 304.
const { status } = await get(`${STOA}/api/v1/goods/dhis2`, etag);
console.log(status);
