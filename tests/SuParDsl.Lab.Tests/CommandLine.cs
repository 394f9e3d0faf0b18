using NanoGpt;

namespace SuParDsl.Lab.Tests;

/// <summary>
/// Runs an example's own program and captures its output. Runs do not overlap, because the console belongs to the process.
/// </summary>
public static class CommandLine
{
    private static readonly Lock Gate = new();

    public static (int Code, string Output, string Error) Run(params string[] args) => Of<Gpt>(args);

    /// <summary>The program of the example that a model belongs to.</summary>
    public static (int Code, string Output, string Error) Of<TModel>(params string[] args) => Catch([], Program<TModel>(args));

    /// <summary>Runs it with environment variables.</summary>
    public static (int Code, string Output, string Error) RunWith(Dictionary<string, string> variables, params string[] args) =>
        Catch(variables, Program<Gpt>(args));

    /// <summary>Runs an action while no test has changed the environment.</summary>
    public static T Alone<T>(Func<T> action)
    {
        lock (Gate)
        {
            return action();
        }
    }

    public static (int Code, string Output, string Error) Catch(Func<int> program) => Catch([], program);

    private static Func<int> Program<TModel>(string[] args) =>
        () => (int)typeof(TModel).Assembly.EntryPoint!.Invoke(null, [args])!;

    public static (int Code, string Output, string Error) Catch(Dictionary<string, string> variables, Func<int> program)
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
                return (program(), caughtOutput.ToString(), caughtError.ToString());
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
