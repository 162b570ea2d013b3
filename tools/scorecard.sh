#!/bin/sh
# Holds `stoa check`, or stoa-check, against the OpenSSF Scorecard command over the same
# checkouts, by turns: processor time of the whole process, user and system,
# the least of RUNS (3).
#   tools/scorecard.sh STOA SCORECARD CHECKOUT…
# Scorecard is no part of this project: build v5.4.0 from its module, somewhere
# else, with `go build`. In local mode it runs the eleven checks that need no
# forge. Two of them ask the network (Fuzzing, Vulnerabilities): without one
# they end at once with an error, which is to its favour.
set -eu
stoa=$1 scorecard=$2
shift 2
# spent prints the least processor time of a command in milliseconds.
spent() {
	for _ in $(seq "${RUNS:-3}"); do
		{ LC_ALL=C bash -c 'TIMEFORMAT="%U %S"; time "$@" >/dev/null 2>&1' _ "$@" || true; } 2>&1 |
			awk '{ printf "%d\n", ($1 + $2) * 1000 }'
	done | sort -n | head -n 1
}
printf '%-24s %8s %12s %10s %8s\n' checkout files 'scorecard ms' 'stoa ms' times
for tree; do
	a=$(spent "$scorecard" --local="$tree" --format json)
	case $(basename "$stoa") in
	stoa-check*) b=$(spent "$stoa" "$tree" --format json) ;;
	*) b=$(spent "$stoa" check "$tree" --format json) ;;
	esac
	printf '%-24s %8s %12s %10s %8s\n' "$(basename "$tree")" "$(find "$tree" -type f -not -path '*/.git/*' | wc -l)" "$a" "$b" \
		"$(awk "BEGIN { printf \"%.2f\", $a / $b }")"
done
