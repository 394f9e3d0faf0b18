#!/usr/bin/env bash
# ./run.sh                              trains the GPT of examples/NanoGpt on real text (the same as ./run.sh NanoGpt train)
# ./run.sh EXAMPLE COMMAND OPTIONS…     runs a command of any example; ./run.sh EXAMPLE --help lists the commands
set -euo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
fail() { echo "run.sh: $*" >&2; exit 2; }

if [ $# -eq 0 ]; then set -- NanoGpt train; fi
case $1 in -*) set -- NanoGpt train "$@" ;; esac
example=$1
shift
[ -f "$here/examples/$example/$example.csproj" ] \
  || fail "there is no example '$example': it must be one of $(cd "$here/examples" && ls -d */ | tr -d / | tr '\n' ' ')"

"$here/setup.sh"

# Build only if a source changed since the last build: dotnet takes seconds to find out that there is nothing to do.
program=$here/examples/$example/bin/Release/net10.0/$example.dll
built=$here/examples/$example/obj/run.sources
sources() {
  (cd "$here" && { find "examples/$example" examples/Directory.Build.props src generators locks Directory.*.props Torch.user.props global.json .editorconfig \
    \( -name bin -o -name obj -o -name runs \) -prune -o -type f \( -name '*.cs' -o -name '*.csproj' -o -name '*.props' -o -name '*.json' -o -name .editorconfig \) \
    -printf '%p %s %T@\n' 2> /dev/null || true; } | LC_ALL=C sort | sha512sum)
}
now=$(sources)
if [ ! -f "$program" ] || [ "$(cat "$built" 2> /dev/null)" != "$now" ]; then
  "$here/scripts/build.sh" "$here/examples/$example"
  mkdir -p "${built%/*}"
  echo "$now" > "$built" # of before the build: what was saved during it is built the next time
fi

# An image example trains on the digits unless --data names other images.
if grep -qs ImageData "$here/examples/$example"/*.cs; then
  case "${1:-} $* " in
    *" --data"* | *" --help "* | *" -h "*) ;;
    train\ * | check\ * | sweep\ * | transfer\ * | bench\ *) "$here/scripts/fetch-digits.sh" ;;
  esac
fi
SUPAR_COMMAND="$0 $example" exec dotnet "$program" "$@"
