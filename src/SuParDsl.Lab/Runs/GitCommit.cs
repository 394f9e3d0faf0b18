using System.ComponentModel;
using System.Diagnostics;

namespace SuParDsl.Lab.Runs;

/// <summary>Finds the commit from which a run was started.</summary>
internal static class GitCommit
{
    /// <summary>Returns the commit of a folder's repository, with <c>+dirty</c> if tracked files differ from it.</summary>
    /// <param name="folder">The folder.</param>
    /// <returns>Null without git or a repository.</returns>
    public static string? Of(string folder)
    {
        try
        {
            string[] describe = ["-C", folder, "describe", "--always", "--abbrev=40", "--exclude=*", "--dirty=+dirty"];
            using var git = Process.Start(new ProcessStartInfo("git", describe)
            {
                RedirectStandardOutput = true,
                RedirectStandardError = true,
            })!;
            git.ErrorDataReceived += static (_, _) => { };
            git.BeginErrorReadLine();
            var commit = git.StandardOutput.ReadToEnd().Trim();
            git.WaitForExit();
            return git.ExitCode == 0 && commit.Length > 0 ? commit : null;
        }
        catch (Win32Exception)
        {
            return null;
        }
    }
}
