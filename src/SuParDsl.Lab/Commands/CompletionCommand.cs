using System.CommandLine;
using SuParDsl.Lab.Cli;

namespace SuParDsl.Lab.Commands;

/// <summary>A shell with command-line completion.</summary>
internal enum Shell
{
    /// <summary>GNU Bash.</summary>
    Bash,

    /// <summary>Z shell.</summary>
    Zsh,

    /// <summary>The friendly interactive shell.</summary>
    Fish,

    /// <summary>PowerShell.</summary>
    Pwsh,
}

/// <summary><c>completion</c>: prints a script that lets a shell complete commands, options and their values.</summary>
internal static class CompletionCommand
{
    /// <summary>The command.</summary>
    /// <param name="program">The name of the program's executable.</param>
    public static Command Create(string program)
    {
        var shell = new Argument<Shell>("shell")
        {
            Description = "bash, zsh, fish or pwsh",
            CustomParser =
                static result => OptionFactory.ParseChoice(result, "shell", typeof(Shell)) is Shell value ? value : default,
        };
        OptionFactory.Complete(shell.CompletionSources, typeof(Shell));
        var command = new Command("completion",
            "Prints a script with which a shell completes commands, options and values") { shell };
        command.SetAction(result =>
        {
            result.InvocationConfiguration.Output.Write(
                Script(result.GetValue(shell)).Replace("NAME", program, StringComparison.Ordinal));
            return 0;
        });
        return command;
    }

    // Each script calls the program's [suggest] directive, and falls back to the shell's file completion if it suggests nothing.
    private static string Script(Shell shell) => shell switch
    {
        Shell.Bash => """
            # Completion of NAME: source <(NAME completion bash)
            _NAME() {
                local line="${COMP_LINE:0:COMP_POINT}" IFS=$'\n'
                line="${line#* }"
                COMPREPLY=($(compgen -W "$("${COMP_WORDS[0]}" "[suggest:${#line}]" "$line" 2>/dev/null)" -- "${COMP_WORDS[COMP_CWORD]}"))
            }
            complete -o default -F _NAME NAME

            """,
        Shell.Zsh => """
            #compdef NAME
            # Completion of NAME: source <(NAME completion zsh)
            _NAME() {
                local line="${LBUFFER#* }"
                local -a found=("${(@f)$("${words[1]}" "[suggest:${#line}]" "$line" 2>/dev/null)}")
                [[ -n "$found" ]] && compadd -a found || _files
            }
            compdef _NAME NAME

            """,
        Shell.Fish => """
            # Completion of NAME: NAME completion fish | source
            function __NAME
                set -l program (commandline -op)[1]
                set -l line (commandline -cp | string replace -r '^\S+\s?' '')
                $program "[suggest:"(string length -- "$line")"]" "$line" 2>/dev/null
            end
            complete -c NAME -a '(__NAME)'

            """,
        Shell.Pwsh => """
            # Completion of NAME: NAME completion pwsh | Out-String | Invoke-Expression
            Register-ArgumentCompleter -Native -CommandName NAME -ScriptBlock {
                param($word, $ast, $cursor)
                $program = $ast.CommandElements[0].Extent.Text
                $line = $ast.ToString().PadRight($cursor - $ast.Extent.StartOffset).Substring($program.Length).TrimStart()
                & $program "[suggest:$($line.Length)]" $line 2>$null | Where-Object { $_ -like "$word*" } |
                    ForEach-Object { [System.Management.Automation.CompletionResult]::new($_) }
            }

            """,
        _ => throw new ArgumentOutOfRangeException(nameof(shell), shell, "is not a shell"),
    };
}
