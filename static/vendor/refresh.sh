#!/bin/sh
# Fetches the browser libraries again at the versions pinned here and checks them against checksums.txt.
# A new version: change the number below, run with UPDATE=1, read the difference, commit.
set -eu
cd "$(dirname "$0")"

LIBRARIES="htmx.org@4.0.1 echarts@6.1.0"

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
for library in $LIBRARIES; do
    name=${library%@*} version=${library##*@}
    folder="$(printf %s "$name" | sed 's/\.org$//')-$version"
    tarball=$(cd "$work" && npm pack --silent --ignore-scripts "$library")
    tar -xzf "$work/$tarball" -C "$work"
    mkdir -p "$folder"
    cp "$work/package/LICENSE" "$folder/LICENSE"
    case $name in
        htmx.org) sed '/^\/\/# sourceMappingURL=/d' "$work/package/dist/htmx.min.js" > "$folder/htmx.min.js" ;;
        # Bars, lines and pies on a canvas: all that the leader's page draws; legends and tables are the page's own.
        echarts) cp "$work/package/dist/echarts.simple.min.js" "$work/package/NOTICE" "$folder/" ;;
        *) echo "refresh.sh: no file list for $name" >&2; exit 1 ;;
    esac
    rm -rf "$work/package"
done
if [ "${UPDATE:-}" = 1 ]; then
    find . -type f -path './*/*' | LC_ALL=C sort | xargs sha256sum > checksums.txt
fi
sha256sum -c checksums.txt
