using System.Net;
using System.Text.RegularExpressions;

namespace SuParDsl.Lab.Tests.Interop;

/// <summary>Tests the API reference that scripts/build-api-site.sh builds, as Chromium shows it.</summary>
public sealed partial class ApiSiteTests
{
    [ChromiumFact]
    public void It_shows_types_and_extension_members_without_a_word_on_the_console()
    {
        var folder = Directory.CreateTempSubdirectory("api-site").FullName;
        try
        {
            var (code, output, error) = OtherProgram.Run(RepositoryRoot.File("scripts/build-api-site.sh"), folder);
            Assert.True(code == 0, output + error);

            using var server = new Server(folder);
            var (operations, console) = ChromiumFactAttribute.Open(server.Address + "api/SuParDsl.FlowOps.html");
            Assert.Empty(console);
            Assert.Contains("this torch.Tensor x, int size", Text(operations), StringComparison.Ordinal);
            Assert.Contains("B T width → B width/size T size.", Text(operations), StringComparison.Ordinal);

            // The page's script creates the list of types at the left.
            Assert.Contains("/api/SuParDsl.Optimizers.ModelOptimizers.html\"", operations, StringComparison.Ordinal);

            var (optimizers, _) = ChromiumFactAttribute.Open(server.Address + "api/SuParDsl.Optimizers.ModelOptimizers.html");
            Assert.All(
                (string[])["AdamW(", "Lion(", "MuonWithAdamW("],
                name => Assert.Contains(name, Text(optimizers), StringComparison.Ordinal));
            var (start, _) = ChromiumFactAttribute.Open(server.Address + "index.html");
            Assert.Contains("href=\"api/SuParDsl.Lab.html\"", start, StringComparison.Ordinal);
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    private static string Text(string document) => WebUtility.HtmlDecode(Tag().Replace(document, string.Empty));

    [GeneratedRegex("<[^>]*>")]
    private static partial Regex Tag();

    /// <summary>Serves the files of a folder, because a browser does not load script modules from files.</summary>
    private sealed class Server : IDisposable
    {
        private readonly HttpListener listener = new();
        private readonly string folder;

        public Server(string folder)
        {
            this.folder = folder;
            using (var probe = new System.Net.Sockets.TcpListener(IPAddress.Loopback, 0))
            {
                probe.Start();
                Address = $"http://localhost:{((IPEndPoint)probe.LocalEndpoint).Port}/";
            }

            listener.Prefixes.Add(Address);
            listener.Start();
            _ = Task.Run(Serve);
        }

        public string Address { get; }

        public void Dispose() => listener.Close();

        private void Serve()
        {
            while (listener.IsListening)
            {
                try
                {
                    Answer(listener.GetContext());
                }
                catch (Exception e) when (e is HttpListenerException or ObjectDisposedException)
                {
                    return;
                }
            }
        }

        private void Answer(HttpListenerContext context)
        {
            var path = Path.Combine(folder, context.Request.Url!.LocalPath.TrimStart('/'));
            using var response = context.Response;
            response.StatusCode = File.Exists(path) ? 200 : 404;
            response.ContentType = Path.GetExtension(path) switch
            {
                ".html" => "text/html",
                ".js" => "text/javascript",
                ".css" => "text/css",
                ".json" => "application/json",
                ".svg" => "image/svg+xml",
                _ => "application/octet-stream",
            };
            if (response.StatusCode == 200)
            {
                response.OutputStream.Write(File.ReadAllBytes(path));
            }
        }
    }
}
