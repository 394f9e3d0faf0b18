using System.Collections;
using TorchSharp.Modules;

namespace TorchSharp.Modules
{
    /// <summary>Modules in a list, named by their places.</summary>
    public class ModuleList<T> : torch.nn.Module, IList<T> where T : torch.nn.Module
    {
        private readonly List<T> list;

        public ModuleList(params T[] modules) : base(nameof(ModuleList<T>))
        {
            list = [.. modules];
            Renumber();
        }

        public int Count => list.Count;

        public bool IsReadOnly => false;

        public T this[int index]
        {
            get => list[index];
            set => Change(() => list[index] = value);
        }

        public void append(params T[] parameters) => Change(() => list.AddRange(parameters));

        public void extend(IEnumerable<T> modules) => Change(() => list.AddRange(modules));

        public void Add(T item) => Change(() => list.Add(item));

        public void Insert(int index, T item) => Change(() => list.Insert(index, item));

        public void RemoveAt(int index) => Change(() => list.RemoveAt(index));

        public void Clear() => Change(list.Clear);

        public bool Remove(T item)
        {
            int place = IndexOf(item);
            if (place >= 0) RemoveAt(place);
            return place >= 0;
        }

        public int IndexOf(T item) => list.IndexOf(item);

        public bool Contains(T item) => list.Contains(item);

        public void CopyTo(T[] array, int arrayIndex) => list.CopyTo(array, arrayIndex);

        public IEnumerator<T> GetEnumerator() => list.GetEnumerator();

        IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();

        protected override void RegisterComponents() { }

        private void Change(Action change)
        {
            change();
            Renumber();
        }

        private void Renumber()
        {
            ClearModules();
            for (int k = 0; k < list.Count; k++) register_module(k.ToString(), list[k]);
        }
    }
}

namespace TorchSharp
{
    public static partial class torch
    {
        public static partial class nn
        {
            public static ModuleList<Module> ModuleList(params Module[] modules) => new(modules);

            public static ModuleList<T> ModuleList<T>(params T[] modules) where T : Module => new(modules);
        }
    }
}
