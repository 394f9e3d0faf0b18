namespace TorchSharp;

/// <summary>
/// Owns the tensors that are made while it is the thread's current scope, and disposes of them at its end. It is its thread's alone:
/// another thread may dispose of a tensor in it, and is refused whatever else would change it.
/// </summary>
public sealed class DisposeScope : IDisposable
{
    private DisposeScopeManager? manager;

    // A tensor knows its place here, so entering and leaving cost no hashing.
    private readonly List<torch.Tensor> tensors = [];

    internal DisposeScope(DisposeScopeManager manager)
    {
        this.manager = manager;
        OuterScope = manager.CurrentDisposeScope;
    }

    internal DisposeScope? OuterScope { get; set; }

    public IReadOnlyList<IDisposable> DisposablesView => Alive().tensors.ToArray();

    public int DisposablesCount => Alive().tensors.Count;

    public bool Contains(IDisposable disposable) => disposable is torch.Tensor tensor && tensor.OwningDisposeScope == this;

    public T MoveToOuter<T>(T disposable) where T : IDisposable => MoveToOther(OuterScope, disposable);

    public (T1 first, T2 second) MoveToOuter<T1, T2>(T1 first, T2 second) where T1 : IDisposable where T2 : IDisposable =>
        MoveToOther(OuterScope, first, second);

    public (T1 first, T2 second, T3 third) MoveToOuter<T1, T2, T3>(
        T1 first, T2 second, T3 third) where T1 : IDisposable where T2 : IDisposable where T3 : IDisposable =>
        MoveToOther(OuterScope, first, second, third);

    public void MoveToOuter(params IDisposable[] disposables) => MoveToOther(OuterScope, disposables);

    public void MoveToOuter(IEnumerable<IDisposable> disposables) => MoveToOther(OuterScope, disposables);

    public T MoveToOther<T>(DisposeScope? scope, T disposable) where T : IDisposable
    {
        Move(scope, disposable);
        return disposable;
    }

    public (T1 first, T2 second) MoveToOther<T1, T2>(DisposeScope? scope, T1 first, T2 second) where T1 : IDisposable where T2 : IDisposable =>
        (MoveToOther(scope, first), MoveToOther(scope, second));

    public (T1 first, T2 second, T3 third) MoveToOther<T1, T2, T3>(
        DisposeScope? scope, T1 first, T2 second, T3 third) where T1 : IDisposable where T2 : IDisposable where T3 : IDisposable =>
        (MoveToOther(scope, first), MoveToOther(scope, second), MoveToOther(scope, third));

    public void MoveToOther(DisposeScope? scope, params IDisposable[] disposables) => MoveToOther(scope, (IEnumerable<IDisposable>)disposables);

    public void MoveToOther(DisposeScope? scope, IEnumerable<IDisposable> disposables)
    {
        foreach (var disposable in disposables) Move(scope, disposable);
    }

    public T Detach<T>(T disposable) where T : IDisposable => MoveToOther(null, disposable);

    public (T1 first, T2 second) Detach<T1, T2>(T1 first, T2 second) where T1 : IDisposable where T2 : IDisposable =>
        MoveToOther(null, first, second);

    public (T1 first, T2 second, T3 third) Detach<T1, T2, T3>(
        T1 first, T2 second, T3 third) where T1 : IDisposable where T2 : IDisposable where T3 : IDisposable =>
        MoveToOther(null, first, second, third);

    public void Detach(params IDisposable[] disposables) => MoveToOther(null, disposables);

    public void Detach(IEnumerable<IDisposable> disposables) => MoveToOther(null, disposables);

    public void Attach(IDisposable disposable) => AttachOne(disposable);

    public void Attach(params IDisposable[] disposables) => Attach((IEnumerable<IDisposable>)disposables);

    public IReadOnlyList<IDisposable> Attach(IEnumerable<IDisposable> disposables)
    {
        var attached = disposables.ToList();
        attached.ForEach(AttachOne);
        return attached;
    }

    public void DisposeEverything() => DisposeEverythingBut(Enumerable.Empty<IDisposable>());

    public void DisposeEverythingBut(IEnumerable<IDisposable> inKeep)
    {
        Own();
        var keep = new HashSet<object>(inKeep, ReferenceEqualityComparer.Instance);
        for (int k = tensors.Count - 1; k >= 0; k--)
        {
            var tensor = tensors[k];
            if (keep.Contains(tensor)) continue;
            tensor.Dispose();
            // Another thread disposed of it before.
            if (tensor.OwningDisposeScope == this) Remove(tensor);
        }
    }

    public void DisposeEverythingBut(params IDisposable[] keep) => DisposeEverythingBut((IEnumerable<IDisposable>)keep);

    public T DisposeEverythingBut<T>(T keep) where T : IDisposable
    {
        DisposeEverythingBut([keep]);
        return keep;
    }

    public (T1 first, T2 second) DisposeEverythingBut<T1, T2>(T1 first, T2 second) where T1 : IDisposable where T2 : IDisposable
    {
        DisposeEverythingBut([first, second]);
        return (first, second);
    }

    public (T1 first, T2 second, T3 third) DisposeEverythingBut<T1, T2, T3>(
        T1 first, T2 second, T3 third) where T1 : IDisposable where T2 : IDisposable where T3 : IDisposable
    {
        DisposeEverythingBut([first, second, third]);
        return (first, second, third);
    }

    public void Dispose()
    {
        if (manager is null) return;
        DisposeEverything();
        manager.RemoveDisposeScope(this);
        manager = null;
    }

    public void MarkAsDisposed(IDisposable disposable)
    {
        Own();
        if (disposable is torch.Tensor tensor && tensor.OwningDisposeScope == this) Remove(tensor);
    }

    internal void Add(torch.Tensor tensor)
    {
        tensor.OwningDisposeScope = this;
        tensor.PlaceInScope = tensors.Count;
        tensors.Add(tensor);
    }

    /// <summary>Lets a disposed tensor go; where another thread disposed of it, the scope does so at its end.</summary>
    internal void Forget(torch.Tensor tensor)
    {
        if (IsOwn) Remove(tensor);
    }

    internal void Remove(torch.Tensor tensor)
    {
        Own();
        int last = tensors.Count - 1;
        if (tensor.PlaceInScope != last)
        {
            tensors[tensor.PlaceInScope] = tensors[last];
            tensors[last].PlaceInScope = tensor.PlaceInScope;
        }
        tensors.RemoveAt(last);
        tensor.OwningDisposeScope = null;
    }

    private bool IsOwn => manager == DisposeScopeManager.ThreadSingleton;

    private DisposeScope Own() => Alive().IsOwn ? this
        : throw new InvalidOperationException(
            "DisposeScope belongs to the thread that made it: another one can neither end it nor move tensors in or out");

    private DisposeScope Alive() => manager is null ? throw new ObjectDisposedException(GetType().FullName) : this;

    private static torch.Tensor Managed(IDisposable disposable) => disposable as torch.Tensor
        ?? throw new InvalidOperationException("DisposeScope can only manage Tensor");

    private void Move(DisposeScope? scope, IDisposable disposable)
    {
        Own();
        scope?.Own();
        if (disposable is not torch.Tensor tensor || tensor.OwningDisposeScope != this || scope == this) return;
        Remove(tensor);
        if (scope is null) manager!.Counts.DetachedFromScopeCount++;
        else scope.Add(tensor);
    }

    private void AttachOne(IDisposable disposable)
    {
        Own();
        var tensor = Managed(disposable);
        if (tensor.OwningDisposeScope == this) return;
        tensor.OwningDisposeScope?.Remove(tensor);
        Add(tensor);
        manager!.Counts.AttachedToScopeCount++;
    }
}
