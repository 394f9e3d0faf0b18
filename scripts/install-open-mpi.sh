#!/usr/bin/env bash
# Installs Open MPI on Debian or Ubuntu. Only 'train --parallel mpi' and its tests need it. Run this script as root, or as a user whose
# sudo asks for no password.
set -euo pipefail
packages=(openmpi-bin)

fail() { echo "install-open-mpi.sh: $*" >&2; exit 2; }

if command -v mpirun > /dev/null; then exit 0; fi
command -v apt-get > /dev/null || fail "there is no apt-get: install Open MPI with this system's package manager"
as_root=()
[ "$(id -u)" = 0 ] || { sudo -n true 2> /dev/null && as_root=(sudo -n); } || fail "root is needed: run 'sudo apt-get install ${packages[*]}'"

# sudo does not pass the environment on, so set it here. Without it, apt-get could wait for an answer for ever.
apt=("${as_root[@]}" env DEBIAN_FRONTEND=noninteractive apt-get)
log=$(mktemp)
trap 'rm -f "$log"' EXIT
{ "${apt[@]}" update -qq && "${apt[@]}" install -y -qq --no-install-recommends "${packages[@]}"; } < /dev/null > "$log" 2>&1 \
  || fail "apt-get cannot install ${packages[*]}: $(grep -m 1 '^E:' "$log" || tail -n 1 "$log")"
echo "install-open-mpi.sh: installed Open MPI (${packages[*]})"
