namespace SuParDsl.Lab.Training;

/// <summary>What a run does after a step.</summary>
internal enum DivergenceResponse
{
    /// <summary>It goes on with the next step.</summary>
    Continue,

    /// <summary>It returns to its last checkpoint.</summary>
    Return,

    /// <summary>It ends as diverged.</summary>
    End,
}

/// <summary>How far a run has responded to divergence. The response to the next step follows from it.</summary>
/// <param name="Rate">The factor on the learning rate, which every return to a checkpoint halves.</param>
/// <param name="Skipped">The number of consecutive skipped batches.</param>
/// <param name="Returns">The number of returns to a checkpoint.</param>
internal sealed record DivergenceRecovery(double Rate, int Skipped = 0, int Returns = 0)
{
    // Beyond these numbers of consecutive skipped batches, or of returns to a checkpoint, divergence is considered systematic.
    private const int MostSkipped = 20, MostReturns = 8;

    /// <summary>The response to a step, and the state after it.</summary>
    /// <param name="isFinite">Whether the step's loss and gradients were finite.</param>
    /// <param name="policy">The response that the options ask for.</param>
    /// <param name="canReturn">
    /// Returns whether there is a checkpoint. It is called only if the policy is to go back, and is a collective operation.
    /// </param>
    public (DivergenceResponse Response, DivergenceRecovery Next) After(
        bool isFinite, OnDivergence policy, Func<bool> canReturn) =>
        (isFinite, policy) switch
        {
            (true, _) => (DivergenceResponse.Continue, this with { Skipped = 0 }),
            (_, OnDivergence.Skip) when Skipped < MostSkipped =>
                (DivergenceResponse.Continue, this with { Skipped = Skipped + 1 }),
            (_, OnDivergence.Back) when Returns < MostReturns && canReturn() =>
                (DivergenceResponse.Return, this with { Rate = 0.5 * Rate, Returns = Returns + 1 }),
            _ => (DivergenceResponse.End, this),
        };
}
