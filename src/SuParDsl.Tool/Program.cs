using SuParDsl.Tool;

try
{
    return ToolCommand.Run(args);
}
catch (ToolException e)
{
    Console.Error.WriteLine("error: " + e.Message);
    return 2;
}
