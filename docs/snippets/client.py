"""Reads a Stoa registry with Python's standard library alone."""

import json
import os
from urllib.error import HTTPError
from urllib.parse import urlencode
from urllib.request import Request, urlopen

STOA = os.environ.get("STOA", "http://localhost:8080")


def get(address, etag=None):
    """Returns status, document and entity tag of an address."""
    request = Request(address, headers={"If-None-Match": etag} if etag else {})
    try:
        with urlopen(request, timeout=30) as answer:  # follows redirects
            return answer.status, json.load(answer), answer.headers["ETag"]
    except HTTPError as error:
        if error.code == 304:
            return 304, None, etag
        raise RuntimeError(json.load(error)["detail"]) from error


# 1. How many goods of software are there?
_, found, _ = get(STOA + "/api/v1/goods?" + urlencode({"kind": "software", "limit": 1}))
print(found["total"], "goods")

# 2. Read the list to its end: follow next until there is none.
next_page = STOA + "/api/v1/goods?" + urlencode({"kind": "software", "sort": "name", "limit": 2})
while next_page:
    _, page, _ = get(next_page)
    for good in page["items"]:
        print(good["slug"])
    next_page = page.get("next")

# 3. One good; an old address or an id of another registry redirects.
_, good, tag = get(STOA + "/api/v1/goods/dhis2")
print("dhis2 is", good["stage"])

# 4. Ask again for nothing: while the good stands as it is, the answer is 304.
status, _, _ = get(STOA + "/api/v1/goods/dhis2", tag)
print(status)
