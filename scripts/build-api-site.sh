#!/usr/bin/env bash
# Builds the API reference, a static site, from the libraries' XML documentation, by docfx (.config/dotnet-tools.json).
#   scripts/build-api-site.sh [FOLDER]     into FOLDER, which must be new or empty; into 'site' without it
# A browser wants it from a web server: 'dotnet docfx serve FOLDER'.
set -euo pipefail
root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
fail() { echo "build-api-site.sh: $*" >&2; exit 2; }

out=$(realpath -m "${1:-$root/site}")
[ ! -e "$out" ] || { [ -d "$out" ] && [ -z "$(ls -A "$out")" ]; } || fail "$out already exists and is not an empty folder: delete it, or name another"

cd "$root"
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
dotnet tool restore > "$work/log" 2>&1 || { cat "$work/log" >&2; fail "docfx cannot be restored from the package feed"; }
scripts/build.sh src/SuParDsl.Lab

# docfx 2.81.0 leaves out C# 14 extension members of a project, but not of its assembly (findings/docfx-project-loses-extension-members.sh).
cp docs/api/* "$work"
sed -i "s|ROOT|$root|" "$work/docfx.json"
dotnet docfx "$work/docfx.json" > "$work/log" 2>&1 || { cat "$work/log" >&2; fail "docfx failed"; }
mkdir -p "$out"
cp -r "$work/site/." "$out"
echo "build-api-site.sh: $(find "$out/api" -name '*.html' | wc -l) pages in $out"
