#!/usr/bin/env bash
# Builds a project or a solution in Release. Prints nothing if that succeeds.
#   scripts/build.sh PROJECT
set -euo pipefail

log=$(mktemp)
trap 'rm -f "$log"' EXIT
if dotnet build "$1" -c Release -v quiet --nologo > "$log" 2>&1; then exit 0; fi

# If the feed lacks a package, the restore of every project that needs it fails. Name each missing package once.
missing=$(sed -nE 's/.*NU110[123]: Unable to find (a stable )?package ([^ ]+)( with version (\([^)]*\)))?.*/\2 \4/p
  s/.*NU1603: .* depends on ([^ ]+) (\([^)]*\)) but .*/\1 \2/p' "$log" | sed 's/[. ]*$//' | LC_ALL=C sort -u | paste -sd , - | sed 's/,/, /g')
if [ -n "$missing" ]; then
  echo "build.sh: the package feed lacks $missing: add a feed that has it with 'dotnet nuget add source ADDRESS'" >&2
elif silent=$(grep -m 1 -o 'NU1301: .*' "$log"); then
  echo "build.sh: the package feed does not answer. ${silent% \[*}: 'dotnet nuget list source' shows the feeds" >&2
else
  cat "$log" >&2
fi
exit 1
