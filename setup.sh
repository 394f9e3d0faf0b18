#!/usr/bin/env bash
# Checks the .NET SDK, and chooses TorchSharp's native libraries: those with CUDA if there is an NVIDIA GPU and the package feed has them,
# otherwise those for the CPU. Installs nothing. Prints nothing if the choice was made before or there is nothing to choose.
#   ./setup.sh [--torch cpu|cuda]
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")"
choice_file=Torch.user.props
cuda_package=TorchSharp-cuda-linux

fail() { echo "setup.sh: $*" >&2; exit 2; }

wanted=
while [ $# -gt 0 ]; do
  case $1 in
    --torch) [ $# -ge 2 ] || fail "--torch needs a value: cpu or cuda"; wanted=$2; shift 2 ;;
    --torch=*) wanted=${1#*=}; shift ;;
    -h | --help) sed -n '2,4s/^# \{0,1\}//p' "$0"; exit 0 ;;
    *) fail "unknown option '$1': the only option is --torch cpu|cuda" ;;
  esac
  case $wanted in cpu | cuda) ;; *) fail "--torch is '$wanted': it must be cpu or cuda" ;; esac
done

command -v dotnet > /dev/null || fail "there is no 'dotnet' on PATH: install the .NET 10 SDK"
if ! dotnet --version > /dev/null 2>&1; then
  sdks=$(dotnet --list-sdks | sed 's/ .*//' | paste -sd ' ' -)
  fail "global.json needs the .NET SDK 10.0.100 or a later 10.0, and this machine has ${sdks:-none}: install the .NET 10 SDK"
fi

has_gpu() { command -v nvidia-smi > /dev/null && nvidia-smi > /dev/null 2>&1; }

version=$(sed -n 's|.*<TorchSharpVersion>\(.*\)</.*|\1|p' Directory.Packages.props)
# Also downloads the package into the package cache. On failure, $no_cuda_package says what went wrong.
feed_has_cuda() {
  local probe answer code=0
  probe=$(mktemp -d)
  cat > "$probe/probe.csproj" << XML
<Project Sdk="Microsoft.NET.Sdk">
  <PropertyGroup><TargetFramework>net10.0</TargetFramework></PropertyGroup>
  <ItemGroup><PackageReference Include="$cuda_package" Version="[$version]" /></ItemGroup>
</Project>
XML
  echo "setup.sh: asking the package feed for $cuda_package $version (several GB where it has it)"
  answer=$(dotnet restore "$probe" 2>&1) || code=1
  answer=$(grep -m 1 -o 'NU[0-9]*: .*' <<< "$answer" || tail -n 1 <<< "$answer")
  no_cuda_package="the package feed does not provide $cuda_package $version (${answer% \[*})"
  rm -rf "$probe"
  return $code
}

choose() { # NAME REASON
  cat > "$choice_file.new" << XML
<Project>
  <!-- Written by setup.sh. If this file is deleted, setup.sh chooses again. -->
  <PropertyGroup>
    <Torch>$1</Torch>
  </PropertyGroup>
</Project>
XML
  mv "$choice_file.new" "$choice_file"
  echo "setup.sh: Torch=$1: $2"
}

case $wanted in
  cpu) choose cpu "as requested" ;;
  cuda)
    has_gpu || fail "--torch cuda: nvidia-smi finds no NVIDIA GPU on this machine: install NVIDIA's driver, or use --torch cpu"
    feed_has_cuda \
      || fail "--torch cuda: $no_cuda_package: add a feed that has it with 'dotnet nuget add source ADDRESS', or use --torch cpu"
    choose cuda "as requested"
    ;;
  *)
    if [ -e "$choice_file" ]; then
      chosen=$(sed -n 's|.*<Torch>\(.*\)</Torch>.*|\1|p' "$choice_file")
      case $chosen in
        '' | cpu | cuda) exit 0 ;;
        *) fail "$choice_file says that Torch is '$chosen': it must be cpu or cuda, so delete the file, or run ./setup.sh --torch cpu" ;;
      esac
    fi
    has_gpu || exit 0
    if feed_has_cuda; then
      choose cuda "there is an NVIDIA GPU, and the package feed has $cuda_package"
    else
      choose cpu "there is an NVIDIA GPU, but $no_cuda_package; run './setup.sh --torch cuda' to try again"
    fi
    ;;
esac
