# Reads a Stoa registry with curl. Set STOA to the instance you ask.
STOA=${STOA:-http://localhost:8080}

# 1. How many goods of software are there?
total=$(curl -sS "$STOA/api/v1/goods?kind=software&limit=1" | grep -o '"total":[0-9]*' | cut -d: -f2)
echo "$total goods"

# 2. Read the list to its end: the Link header names the next page.
next="$STOA/api/v1/goods?kind=software&sort=name&limit=2"
while [ -n "$next" ]; do
  page=$(curl -sS -i "$next" | tr -d '\r')
  echo "$page" | grep -o '"slug":"[^"]*"' | cut -d '"' -f 4
  next=$(echo "$page" | sed -n 's/^[Ll]ink: <\([^>]*\)>; rel="next".*/\1/p')
done

# 3. One good; an old address or an id of another registry redirects, so -L.
answer=$(curl -sS -i -L "$STOA/api/v1/goods/dhis2" | tr -d '\r')
echo "dhis2 is $(echo "$answer" | grep -o '"stage":"[^"]*"' | head -n 1 | cut -d '"' -f 4)"

# 4. Ask again for nothing: while the good stands as it is, the answer is 304.
etag=$(echo "$answer" | sed -n 's/^[Ee][Tt]ag: //p')
curl -sS -o /dev/null -w '%{http_code}\n' -H "If-None-Match: $etag" "$STOA/api/v1/goods/dhis2"
