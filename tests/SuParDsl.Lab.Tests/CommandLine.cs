using NanoGpt;

namespace SuParDsl.Lab.Tests;

/// <summary>Runs the example's own program and catches what it prints. One at a time: the console is the process's.</summary>
public static class CommandLine
{
    private static readonly Lock Gate = new();

    public static (int Code, string Output, string Error) Run(params string[] args) => RunWith([], args);

    /// <summary>Does something while no test has changed the environment.</summary>
    public static T Alone<T>(Func<T> action)
    {
        lock (Gate)
        {
            return action();
        }
    }

    /// <summary>Runs it with environment variables.</summary>
    public static (int Code, string Output, string Error) RunWith(Dictionary<string, string> variables, params string[] args)
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
                Set(static variable => variable.Value);
                var code = (int)typeof(Gpt).Assembly.EntryPoint!.Invoke(null, [args])!;
                return (code, caughtOutput.ToString(), caughtError.ToString());
            }
            finally
            {
                Set(static _ => null);
                Console.SetOut(output);
                Console.SetError(error);
            }

            void Set(Func<KeyValuePair<string, string>, string?> value) =>
                variables.ToList().ForEach(variable => Environment.SetEnvironmentVariable(variable.Key, value(variable)));
        }
    }
}
