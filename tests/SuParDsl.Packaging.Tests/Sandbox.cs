using SuParDsl.Processes;

namespace SuParDsl.Packaging.Tests;

/// <summary>
/// A folder with scripts of the repository. Every program that they call is a stand-in or is listed here.
/// </summary>
public sealed class Sandbox : IDisposable
{
    private static readonly string[] Tools =
    [
        "awk", "basename", "bash", "cat", "cut", "dirname", "env", "find", "grep", "head", "ls", "mkdir", "mktemp", "mv", "paste",
        "readlink", "rm", "sed", "sha512sum", "sort", "tail", "tee", "timeout", "tr",
    ];

    private readonly Folder folder = new();

    public Sandbox(params string[] scripts)
    {
        Directory.CreateDirectory(folder["bin"]);
        foreach (var tool in Tools)
        {
            var file = ((string[])["/usr/bin", "/bin"]).Select(place => Path.Combine(place, tool)).First(File.Exists);
            File.CreateSymbolicLink(folder["bin/" + tool], file);
        }

        foreach (var script in scripts)
        {
            Directory.CreateDirectory(Path.GetDirectoryName(folder[script])!);
            File.Copy(Path.Combine(RepositoryRoot.Path, script), folder[script]);
        }
    }

    public void Dispose() => folder.Dispose();

    /// <summary>A path in the folder.</summary>
    public string this[string name] => folder[name];

    /// <summary>Writes a file.</summary>
    public void Write(string name, string text)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(folder[name])!);
        File.Delete(folder[name]); // It may be a link to the machine's own program, which must stay as it is.
        File.WriteAllText(folder[name], text);
    }

    /// <summary>The text that a stand-in wrote to a file; empty if it was not called.</summary>
    public string Read(string name) => File.Exists(folder[name]) ? File.ReadAllText(folder[name]) : string.Empty;

    /// <summary>Writes a stand-in for a program. It finds the folder in $HERE.</summary>
    public void Program(string name, string script) => Script("bin/" + name, script);

    /// <summary>Writes an executable script.</summary>
    /// <remarks>
    /// Another process makes the file. Linux refuses to run a file that is open for writing ("Text file busy"), and a process
    /// that another test starts at this moment would inherit the file if it were open here.
    /// </remarks>
    public void Script(string name, string script)
    {
        var text = name + ".text";
        Write(text, "#!/bin/bash\n" + script + "\n");
        if (!OperatingSystem.IsWindows())
        {
            File.SetUnixFileMode(folder[text], UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        }

        File.Delete(folder[name]);
        var (code, said) = Command.Run("cp", ["-p", folder[text], folder[name]]).GetAwaiter().GetResult();
        Assert.True(code == 0, said);
        File.Delete(folder[text]);
    }

    /// <summary>Runs one of the scripts.</summary>
    public (int Code, string Said) Run(string script, params string[] arguments) => Command.Run(
        folder["bin/bash"],
        [folder[script], .. arguments],
        environment: new Dictionary<string, string>
        {
            ["HERE"] = folder.Path, ["HOME"] = folder.Path, ["XDG_CACHE_HOME"] = folder["cache"], ["PATH"] = folder["bin"],
            ["npm_config_registry"] = string.Empty,
        }).GetAwaiter().GetResult();
}
