namespace SuParDsl.Peers.Tests;

/// <summary>Where a peer's number comes from.</summary>
/// <param name="Peer">The project.</param>
/// <param name="Version">Its repository and commit, its release, or the paper.</param>
/// <param name="File">The file there, and what in it.</param>
/// <param name="How">How the number was obtained: run and with what, asserted in a test of the peer, or read.</param>
internal sealed record PeerSource(string Peer, string Version, string File, string How);
