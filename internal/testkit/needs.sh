#!/bin/sh
# Installs what the tests need beyond Go: PostgreSQL, Chromium, fonts for
# Arabic and Chinese, curl, Python and R for the clients the documentation
# shows, Java for the checker of pages, Node's npm (all Debian's packages),
# axe-core and the validators of what Stoa gives away (npm).
# What it may not install it names; the tests that need it are then skipped.
set -u
cd "$(dirname "$0")" || exit 1

missing=
want() { # want PACKAGE CHECK…: PACKAGE is missing unless CHECK succeeds
	package=$1
	shift
	"$@" >/dev/null 2>&1 || missing="$missing $package"
}
glyphs() { [ -n "$(fc-list ":lang=$1" 2>/dev/null)" ]; }
postgres() { command -v initdb || ls /usr/lib/postgresql/*/bin/initdb; }
check() {
	missing=
	want postgresql postgres
	want chromium command -v chromium
	want fontconfig command -v fc-list
	want fonts-noto-core glyphs ar
	want fonts-noto-cjk glyphs zh
	want curl command -v curl
	want python3 command -v python3
	want r-base-core command -v Rscript
	want r-cran-curl Rscript -e 'library(curl)'
	want r-cran-jsonlite Rscript -e 'library(jsonlite)'
	want default-jre-headless command -v java
	[ -e axe/node_modules/.installed ] && [ -e validators/node_modules/.installed ] || want npm command -v npm
}

check
if [ -n "$missing" ]; then
	if [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null; then
		echo "test needs: installing$missing" >&2
		export DEBIAN_FRONTEND=noninteractive
		log=$(mktemp)
		apt-get update >"$log" 2>&1 </dev/null &&
			# $missing is a list on purpose
			# shellcheck disable=SC2086
			apt-get install -y --no-install-recommends -o DPkg::Lock::Timeout=120 $missing >>"$log" 2>&1 </dev/null ||
			tail -n 20 "$log" >&2
		rm -f "$log"
		check
	else
		echo "test needs: may not install here (not root, or not Debian)" >&2
	fi
fi
for set in axe validators; do
	cmp -s $set/package-lock.json $set/node_modules/.installed && continue
	echo "test needs: installing $set" >&2
	if (cd $set && npm ci --ignore-scripts --no-audit --no-fund --loglevel=error >/dev/null </dev/null); then
		cp $set/package-lock.json $set/node_modules/.installed
	else
		missing="$missing $set"
	fi
done
if [ -n "$missing" ]; then
	echo "test needs: without$missing, tests that need them are skipped and named below" >&2
	[ "${STOA_REQUIRE:-}" != all ] || exit 1
fi
