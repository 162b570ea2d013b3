#!/bin/sh
# Packs the sentences of all languages, so that the program carries a third of
# their bytes: internal/i18n unpacks a language when it is first asked for.
#   tools/pack.sh DIRECTORY writes them there, and overlay.json, which
#   `go build -overlay` takes. Without it a program is larger and does the same.
set -eu
out=$1
cd "$(dirname "$0")/.."
mkdir -p "$out"
printf '{"Replace":{' >"$out/overlay.json"
comma=
for file in internal/i18n/locales/*.json; do
	packed=$out/$(basename "$file")
	gzip -9 -n -c "$file" >"$packed"
	printf '%s\n"%s": "%s"' "$comma" "$file" "$packed" >>"$out/overlay.json"
	comma=,
done
printf '}}\n' >>"$out/overlay.json"
