#!/usr/bin/env bash
# docfx 2.81.0 on the .NET SDK 10.
# One expects the API reference of a project to have the public members of a C# 14 extension block, with their documentation.
# `docfx metadata` leaves them out, without a warning, if it is given the project, which it compiles itself. Given the assembly that
# the SDK built from the same project, it lists them as extension methods.
source "$(dirname "$0")/common.sh"

expected="from the project: Plain
from the assembly: Doubled Plain"

folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
mkdir library
cat > library/library.csproj <<'XML'
<Project Sdk="Microsoft.NET.Sdk">
  <PropertyGroup>
    <TargetFramework>net10.0</TargetFramework>
    <GenerateDocumentationFile>true</GenerateDocumentationFile>
  </PropertyGroup>
</Project>
XML
cat > library/Numbers.cs <<'CS'
namespace Library;

/// <summary>Numbers.</summary>
public static class Numbers
{
    extension(int number)
    {
        /// <summary>Twice the number.</summary>
        public int Doubled() => 2 * number;
    }

    /// <summary>The number itself.</summary>
    public static int Plain(this int number) => number;
}
CS

dotnet build library -c Release -v quiet --nologo > log 2>&1 || fail 'the library does not build'
dotnet new tool-manifest > log 2>&1
dotnet tool install docfx --version 2.81.0 > log 2>&1 || fail 'docfx 2.81.0 cannot be installed'

# methods WHAT FILE: the methods that docfx lists.
methods() {
  printf '{"metadata": [{"src": [{"src": "%s", "files": ["%s"]}], "dest": "%s", "disableGitFeatures": true}]}' "$folder/library" "$2" "$1" > docfx.json
  dotnet docfx metadata docfx.json > log 2>&1 || fail "docfx metadata failed on the $1"
  echo "from the $1: $(sed -n 's/^- uid: Library\.Numbers\.\([A-Z][A-Za-z]*\)(.*/\1/p' "$1/Library.Numbers.yml" | sort -u | xargs)"
}

output=$(methods project library.csproj && methods assembly bin/Release/net10.0/library.dll)
printf '%s\n' "$output"
[[ $output == "$expected" ]] || fail 'the behaviour has changed'
