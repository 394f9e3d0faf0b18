using NanoGpt;

namespace SuParDsl.Lab.Tests;

/// <summary>Runs an example's own program and catches what it prints. One at a time: the console is the process's.</summary>
public static class CommandLine
{
    private static readonly Lock Gate = new();

    public static (int Code, string Output, string Error) Run(params string[] args) => Of<Gpt>(args);

    /// <summary>The program of the example that a model belongs to.</summary>
    public static (int Code, string Output, string Error) Of<TModel>(params string[] args) =>
        Catch(() => (int)typeof(TModel).Assembly.EntryPoint!.Invoke(null, [args])!);

    public static (int Code, string Output, string Error) Catch(Func<int> program)
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
                return (program(), caughtOutput.ToString(), caughtError.ToString());
            }
            finally
            {
                Console.SetOut(output);
                Console.SetError(error);
            }
        }
    }
}
