#!/bin/sh
# Builds what is given out into a directory: programs, Debian packages, an OCI
# image, lists of parts and checksums. The same source and the same Go give the
# same bytes, in any directory and on any day.
#   tools/dist/build.sh VERSION [DIRECTORY]; ARCHES narrows the architectures
set -eu
cd "$(dirname "$0")/../.."
version=$1
out=${2:-dist}
mkdir -p "$out"
out=$(cd "$out" && pwd)
: "${SOURCE_DATE_EPOCH:=$(git -c safe.directory='*' log -1 --format=%ct 2>/dev/null || echo 0)}"
export SOURCE_DATE_EPOCH CGO_ENABLED=0
umask 022

case $version in
v[0-9]*) DEB_VERSION=$(echo "${version#v}" | tr - '~') ;;
*) DEB_VERSION=0~git$(date -u -d "@$SOURCE_DATE_EPOCH" +%Y%m%d).$(echo "$version" | tr - +) ;;
esac
DEB_MAINTAINER="Stoa's maintainers <maintainers@stoa.invalid>"
export DEB_VERSION DEB_MAINTAINER DEB_ARCH DIST_ROOT

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
tool() {
	name=$1
	shift
	go tool -modfile=tools/dist/go.mod "$name" "$@"
}
(cd tools/dist && go build -trimpath -buildvcs=false -o "$work/image" .)

tools/pack.sh "$work/packed"
set --
for arch in ${ARCHES:-amd64 arm64}; do
	root=$work/$arch
	mkdir -p "$root/usr/bin" "$root/var/lib/stoa" "$root/tmp" "$root/etc"
	made() { # program, where to
		GOOS=linux GOARCH=$arch go build -trimpath -buildvcs=false -overlay "$work/packed/overlay.json" $(cat tools/gcflags) -ldflags "-s -w -funcalign 8 -buildid= -X main.version=$version" -o "$2" "./cmd/$1"
	}
	made stoa "$root/usr/bin/stoa"
	made stoa-check "$out/stoa-check-linux-$arch"
	cp "$root/usr/bin/stoa" "$out/stoa-linux-$arch"
	DEB_ARCH=$arch DIST_ROOT=$root tool nfpm package --config tools/dist/nfpm.yaml --packager deb --target "$out/stoa_$arch.deb" >"$work/log" || { cat "$work/log"; exit 1; }
	for program in stoa stoa-check; do
		tool cyclonedx-gomod bin -json -noserial -notimestamp -version "$version" -output "$out/$program-linux-$arch.cdx.json" "$out/$program-linux-$arch" 2>"$work/log" || { cat "$work/log"; exit 1; }
	done
	printf 'stoa:x:65532:65532:Stoa:/var/lib/stoa:/usr/sbin/nologin\n' >"$root/etc/passwd"
	set -- "$@" "$arch" "$root"
done
"$work/image" -out "$out/stoa-oci.tar" -version "$version" -epoch "$SOURCE_DATE_EPOCH" "$@"
(cd "$out" && sha256sum stoa-* stoa_* >SHA256SUMS)
