#!/bin/sh
# Packs the larger files that the program brings along: sentences, criteria sets,
# lists of the world. It carries a third of their bytes then, and internal/packed
# reads them. What is slow to read at each start is written in a quicker form, and
# the English sentences that a check says stay as they are.
#   tools/pack.sh DIRECTORY writes them there, and overlay.json, which
#   `go build -overlay` takes. Without it a program is larger and does the same.
set -eu
out=$1
cd "$(dirname "$0")/.."
mkdir -p "$out"
printf '{"Replace":{' >"$out/overlay.json"
comma=
for file in $(ls internal/i18n/locales/*.json | grep -v '/\(check\|probe\|clash\|target\)\.en\.json$') $(find standards -name '*.yml' | LC_ALL=C sort) \
	internal/vocab/data/languages.tsv internal/vocab/data/licences.tsv internal/vocab/data/country_spellings.tsv internal/vocab/data/countries.tsv \
	internal/worldmap/countries.tsv internal/catalog/analysis/thesaurus.tsv internal/publiccode/oembed.txt; do
	packed=$out/$(echo "$file" | tr / _)
	gzip -9 -n -c "$file" >"$packed"
	printf '%s\n"%s": "%s"' "$comma" "$file" "$packed" >>"$out/overlay.json"
	comma=,
done
go run -trimpath -buildvcs=false ./cmd/made "$out" # the same in any folder, so that it is compiled once
: >"$out/none"
printf '%s\n"internal/check/data/quick": "%s"' "$comma" "$out/quick" >>"$out/overlay.json"
printf ',\n"internal/check/index/pairs": "%s"' "$out/pairs" >>"$out/overlay.json"
printf ',\n"internal/vocab/data/spellings.tsv": "%s"' "$out/spellings.tsv" >>"$out/overlay.json"
printf ',\n"standards/quick": "%s"' "$out/sets" >>"$out/overlay.json"
for file in internal/check/data/*.yml; do # quick says the same
	printf ',\n"%s": "%s"' "$file" "$out/none" >>"$out/overlay.json"
done
printf '}}\n' >>"$out/overlay.json"
