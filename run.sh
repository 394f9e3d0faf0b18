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
"$here/scripts/build.sh" "$here/examples/$example"

# An image example trains on the digits unless --data names other images.
if grep -qs ImageData "$here/examples/$example"/*.cs; then
  case "${1:-} $* " in
    *" --data"* | *" --help "* | *" -h "*) ;;
    train\ * | check\ * | sweep\ * | transfer\ * | bench\ *) "$here/scripts/fetch-digits.sh" ;;
  esac
fi
exec dotnet "$here/examples/$example/bin/Release/net10.0/$example.dll" "$@"
