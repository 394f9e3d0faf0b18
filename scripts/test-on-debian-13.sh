#!/usr/bin/env bash
# Runs the tests of the commit that is checked out in a Debian 13 (trixie) system, whose C++ library is new enough to load TorchSharp's
# native library unchanged. Needs root and debootstrap. It is not part of continuous integration.
#   scripts/test-on-debian-13.sh FOLDER [COMMAND…]     runs COMMAND, or ./test.sh without one, in a clone of the repository
# FOLDER keeps the system for the next call. The system shares this machine's .NET SDK, package cache and NuGet settings, and nothing else.
set -euo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
suite=trixie
fail() { echo "test-on-debian-13.sh: $*" >&2; exit 2; }

[ $# -ge 1 ] || fail "a folder for the system is needed: scripts/test-on-debian-13.sh FOLDER [COMMAND…]"
[ "$(id -u)" = 0 ] || fail "root is needed, for chroot and mount"
command -v debootstrap > /dev/null || fail "there is no debootstrap: apt-get install debootstrap"
# Mounts made below are visible to this process only, and end with it.
[ -n "${IN_OWN_MOUNTS:-}" ] || exec unshare --mount --propagation private env IN_OWN_MOUNTS=1 "$0" "$@"
root=$(realpath -m "$1")
shift
[ $# -gt 0 ] || set -- ./test.sh

if [ ! -e "$root/complete" ]; then
  [ -z "$(ls -A "$root" 2> /dev/null)" ] || fail "'$root' is neither empty nor a system that this script made: choose another folder"
  # Use the mirror and the proxy of this machine's own apt.
  mirror=$(apt-get indextargets --format '$(REPO_URI)' 2> /dev/null | grep -m 1 '/debian/\?$') || fail "apt on this machine names no Debian mirror: add one in /etc/apt"
  eval "$(apt-config shell http_proxy Acquire::http::Proxy)"
  [ -z "${http_proxy:-}" ] || export http_proxy
  # libicu76 is for the tests that run under other cultures, git and curl for those that name a commit or fetch. mpirun calls openssh-client and procps.
  packages=ca-certificates,curl,git,libicu76,openmpi-bin,openssh-client,procps
  log=$(mktemp)
  echo "test-on-debian-13.sh: making the system in '$root' (a few minutes, once)"
  debootstrap --variant=minbase --include=$packages $suite "$root" "$mirror" > "$log" 2>&1 \
    || fail "debootstrap failed, and its messages are in $log: $(grep '^[EW]:' "$log" | tail -n 1). Delete '$root' before another try"
  rm -f "$log"
  touch "$root/complete"
fi

bind() { mkdir -p "$root$2" && mount --bind "$1" "$root$2"; }
sdk=$(dirname "$(readlink -f "$(command -v dotnet)")")
packages=$(dotnet nuget locals global-packages --list | sed 's/^[^:]*: //')
mkdir -p "$packages"
bind "$sdk" /opt/dotnet
mount -o remount,bind,ro "$root/opt/dotnet"
bind "$packages" /opt/packages
mount -t proc proc "$root/proc"
mount --rbind /dev "$root/dev"
mount --rbind /sys "$root/sys" # mpirun reads the list of processors there
mkdir -p "$root/root/.nuget/NuGet"
for file in /etc/resolv.conf /etc/hosts /etc/ssl/certs/ca-certificates.crt ~/.nuget/NuGet/NuGet.Config; do
  [ ! -e "$file" ] || cat "$file" > "$root${file/#$HOME//root}"
done
rm -rf "$root/root/SuParDsl"
git clone --quiet "$here" "$root/root/SuParDsl"
commit=$(git -C "$here" rev-parse --short HEAD)

log=$root/root/output.log
code=0
chroot "$root" env -u XDG_CACHE_HOME -u IN_OWN_MOUNTS HOME=/root PATH=/opt/dotnet:/usr/sbin:/usr/bin:/sbin:/bin DOTNET_ROOT=/opt/dotnet \
  NUGET_PACKAGES=/opt/packages MSBUILDDISABLENODEREUSE=1 LANG=C.UTF-8 bash -c 'cd ~/SuParDsl && exec "$@"' bash "$@" 2>&1 | tee "$log" || code=$?
echo "Debian $(cat "$root/etc/debian_version"), commit $commit, $(date -u +%F): $(tail -n 1 "$log")"
exit "$code"
