# shellcheck shell=bash
# What the findings share. A script sources this file and calls `finding` once.
set -euo pipefail
findings=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)

# finding OUTPUT PACKAGE@VERSION... <<'CS' ... CS
# Builds the C# program on the standard input with these packages, runs it, prints its output, and fails unless it is OUTPUT.
finding() {
  local expected=$1 package references='' output
  shift
  folder=$(mktemp -d)
  trap 'rm -rf "$folder"' EXIT
  cat > "$folder/Program.cs"
  for package in "$@"; do
    references+="<PackageReference Include=\"${package%@*}\" Version=\"[${package#*@}]\" />"
    if [[ $package == TorchSharp@* ]]; then
      cp "$findings/OlderCxx.cs" "$folder"
    fi
  done

  # The packages stay where the restore puts them, and the program finds them there: libtorch alone has half a gigabyte.
  cat > "$folder/finding.csproj" <<XML
<Project Sdk="Microsoft.NET.Sdk">
  <PropertyGroup>
    <OutputType>Exe</OutputType>
    <TargetFramework>net10.0</TargetFramework>
    <ImplicitUsings>enable</ImplicitUsings>
    <Nullable>enable</Nullable>
    <InvariantGlobalization>true</InvariantGlobalization>
    <UseAppHost>false</UseAppHost>
    <EnableNETAnalyzers>false</EnableNETAnalyzers>
    <NuGetAudit>false</NuGetAudit>
    <CopyLocalLockFileAssemblies>false</CopyLocalLockFileAssemblies>
    <GenerateRuntimeConfigDevFile>true</GenerateRuntimeConfigDevFile>
  </PropertyGroup>
  <ItemGroup>$references</ItemGroup>
</Project>
XML

  if ! dotnet build "$folder/finding.csproj" -c Release -o "$folder/out" -v quiet --nologo > "$folder/build.log" 2>&1; then
    grep -m 5 -w error "$folder/build.log" >&2 || tail -n 5 "$folder/build.log" >&2
    fail 'the program does not build'
  fi
  output=$(cd "$folder" && dotnet out/finding.dll) || fail 'the program ended with an error'
  printf '%s\n' "$output"
  [[ $output == "$expected" ]] || fail 'the behaviour has changed'
}

fail() {
  printf '%s: %s\n' "$(basename "$0")" "$1" >&2
  exit 1
}
