namespace SuParDsl.Peers.Tests;

/// <summary>Where a peer's number comes from.</summary>
/// <param name="Peer">The project.</param>
/// <param name="Version">Its repository and commit, its release, or the paper.</param>
/// <param name="File">The file and the place in it.</param>
/// <param name="How">
/// How the number was obtained: by running the code, from an assertion in a test of the peer, or by reading.
/// </param>
internal sealed record PeerSource(string Peer, string Version, string File, string How);
