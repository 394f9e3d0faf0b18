namespace TorchSharp;

/// <summary>The stack of dispose scopes of one thread.</summary>
public class DisposeScopeManager
{
    [ThreadStatic] private static DisposeScopeManager? threadSingleton;

    private DisposeScopeManager() { }

    internal static DisposeScopeManager ThreadSingleton => threadSingleton ??= new();

    internal ThreadDisposeScopeStatistics StatisticsInstance { get; } = new();

    internal LifetimeStatistics Counts => StatisticsInstance.TensorStatistics;

    internal DisposeScope? CurrentDisposeScope { get; private set; }

    public static ThreadDisposeScopeStatistics Statistics => ThreadSingleton.StatisticsInstance;

    internal void Register(torch.Tensor tensor)
    {
        if (CurrentDisposeScope is null)
        {
            Counts.CreatedOutsideScopeCount++;
            return;
        }
        Counts.CreatedInScopeCount++;
        CurrentDisposeScope.Add(tensor);
    }

    internal void Disposing(torch.Tensor tensor)
    {
        if (tensor.OwningDisposeScope is null) Counts.DisposedOutsideScopeCount++;
        else Counts.DisposedInScopeCount++;
    }

    internal DisposeScope NewDisposeScope() => CurrentDisposeScope = new DisposeScope(this);

    /// <summary>Scopes may end out of order: then only the chain closes over the one that ended.</summary>
    internal void RemoveDisposeScope(DisposeScope ended)
    {
        if (CurrentDisposeScope == ended)
        {
            CurrentDisposeScope = ended.OuterScope;
            return;
        }
        for (var scope = CurrentDisposeScope; scope is not null; scope = scope.OuterScope)
            if (scope.OuterScope == ended) scope.OuterScope = ended.OuterScope;
    }
}
