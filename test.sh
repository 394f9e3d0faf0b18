#!/usr/bin/env bash
# Builds the solution and runs every test. The last line is 'N passed, N failed, N skipped'. The exit code is 0 only if no test failed.
#   ./test.sh [NAME]     runs only the test projects whose name contains NAME
set -uo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")"
./setup.sh || exit $?

scripts/build.sh SuParDsl.sln || { echo "0 passed, 1 failed"; exit 1; }

log=$(mktemp)
failures=$(mktemp)
trap 'rm -f "$log" "$failures"' EXIT

passed=0 failed=0 skipped=0 found=
for project in tests/*.Tests/*.csproj; do
  [[ $project == *"${1:-}"* ]] || continue
  found=1
  echo "== $(basename "$project" .csproj)"
  dotnet test "$project" -c Release --no-build --nologo --logger 'console;verbosity=normal' > "$log" 2>&1
  code=$?
  # Print each skipped test with its reason, and each failed test with its message and stack trace.
  sed -n 's/^\[xUnit.net [^]]*\] */   /; /\[SKIP\]$/ { N; s/\n\[xUnit.net [^]]*\] */: /; p }' "$log"
  awk '/^  Failed /{ on = 1 } /^  (Passed|Skipped) |^Test Run |^$/{ on = 0 } on' "$log" | tee -a "$failures" | head -n 200
  counts=$(awk '
    /^ *(Passed|Failed|Skipped): +[0-9]+$/ { gsub(":", ""); n[$1] = $2 }
    END { print n["Passed"] + 0, n["Failed"] + 0, n["Skipped"] + 0 }' "$log")
  read -r p f s <<< "$counts"
  if [ "$code" -ne 0 ] && [ "$f" -eq 0 ]; then
    tail -n 30 "$log"
    echo "  Failed $(basename "$project" .csproj) did not run" >> "$failures"
    f=1
  fi
  echo "   $p passed, $f failed, $s skipped"
  passed=$((passed + p)) failed=$((failed + f)) skipped=$((skipped + s))
done

[ -n "$found" ] || { echo "test.sh: no test project's name contains '${1:-}'" >&2; exit 2; }
# Repeat the failed tests, so that they are the last thing on the screen.
grep -A 3 '^  Failed ' "$failures" | cut -c 1-400
echo "$passed passed, $failed failed, $skipped skipped"
[ "$failed" -eq 0 ]
