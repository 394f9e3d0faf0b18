using System.Text.Encodings.Web;
using System.Text.Json;
using SuParDsl.Sbom;

// SuParDsl.Sbom OUTPUT ID VERSION LICENCE ASSETS FILE=PLACE…
// Writes the bill of materials of the package ID. It lists what the package holds (each FILE, at PLACE in the package) and
// what the package depends on (ASSETS is the project.assets.json that the restore wrote).
var (output, id, version, licence, assets) = (args[0], args[1], args[2], args[3], args[4]);
var files = args[5..].Select(static argument => argument.Split('=', 2)).Select(static pair => new PackedFile(pair[1], pair[0]));
var bom = Bom.Of(id, version, licence, [.. RestoredPackages.Read(assets)], [.. files]);
var format =
    new JsonSerializerOptions { WriteIndented = true, NewLine = "\n", Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };
File.WriteAllText(output, JsonSerializer.Serialize(bom, format) + "\n");
