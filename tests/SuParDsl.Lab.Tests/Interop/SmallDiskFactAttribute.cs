using System.Diagnostics;
using SuParDsl.Lab.Sweeps;

namespace SuParDsl.Lab.Tests.Interop;

/// <summary>A test that fills a separate disk in memory. It is skipped with a message if none can be mounted.</summary>
public sealed class SmallDiskFactAttribute : FactAttribute
{
    private static readonly bool CanMount =
        OtherProgram.Run("unshare", "-rm", "sh", "-c", "mount -t tmpfs -o size=64k none /tmp").Code == 0;

    public SmallDiskFactAttribute()
    {
        if (!CanMount)
        {
            Skip = "no file system can be mounted here (unshare -rm)";
        }
    }

    /// <summary>
    /// Runs a program's command with a folder of limited size. Afterwards, the copy has the folder's content.
    /// </summary>
    /// <param name="model">The model of the program.</param>
    /// <param name="folder">The folder.</param>
    /// <param name="size">Its size in the form that mount takes.</param>
    /// <param name="copy">The folder to copy to.</param>
    /// <param name="args">The command.</param>
    public static (int Code, string Output, string Error) Run(
        Type model, string folder, string size, string copy, IEnumerable<string> args)
    {
        ProcessStartInfo start = OwnProgram.Start(model, args);
        var command = string.Join(' ', start.ArgumentList.Prepend(start.FileName).Select(static a => $"'{a}'"));
        return OtherProgram.Run(
            "unshare", "-rm", "sh", "-c", $"mkdir -p '{folder}' && mount -t tmpfs -o size={size} none '{folder}' && {command}; "
                + $"code=$?; cp -r '{folder}' '{copy}'; exit $code");
    }
}
