using NanoGpt;

namespace SuParDsl.Lab.Tests;

/// <summary>Runs the example's own program and catches what it prints. One at a time: the console is the process's.</summary>
public static class CommandLine
{
    private static readonly Lock Gate = new();

    public static (int Code, string Output, string Error) Run(params string[] args)
    {
        lock (Gate)
        {
            var (output, error) = (Console.Out, Console.Error);
            using var caughtOutput = new StringWriter();
            using var caughtError = new StringWriter();
            try
            {
                Console.SetOut(caughtOutput);
                Console.SetError(caughtError);
                var code = (int)typeof(Gpt).Assembly.EntryPoint!.Invoke(null, [args])!;
                return (code, caughtOutput.ToString(), caughtError.ToString());
            }
            finally
            {
                Console.SetOut(output);
                Console.SetError(error);
            }
        }
    }
}
