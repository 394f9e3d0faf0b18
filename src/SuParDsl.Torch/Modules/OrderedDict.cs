using System.Collections;

namespace TorchSharp.Utils;

/// <summary>A dictionary that keeps the order in which its entries came.</summary>
public class OrderedDict<TKey, TValue> : IDictionary<TKey, TValue>, IList<(TKey, TValue)> where TKey : notnull
{
    private readonly List<(TKey, TValue)> order = [];
    private readonly Dictionary<TKey, TValue> map = [];

    public int Count => order.Count;

    public bool IsReadOnly => false;

    public ICollection<TKey> Keys => order.ConvertAll(entry => entry.Item1);

    public ICollection<TValue> Values => order.ConvertAll(entry => entry.Item2);

    public TValue this[TKey key]
    {
        get => map[key];
        set
        {
            if (map.ContainsKey(key)) order[Place(key)] = (key, value);
            else order.Add((key, value));
            map[key] = value;
        }
    }

    public (TKey, TValue) this[int index]
    {
        get => order[index];
        set
        {
            map.Remove(order[index].Item1);
            map.Add(value.Item1, value.Item2);
            order[index] = value;
        }
    }

    public IEnumerable<TKey> keys() => Keys;

    public IEnumerable<TValue> values() => Values;

    public IEnumerator<(TKey, TValue)> items() => GetEnumerator();

    public void clear() => Clear();

    public void Add(TKey key, TValue value) => Add((key, value));

    public void Add(KeyValuePair<TKey, TValue> item) => Add((item.Key, item.Value));

    public void Add((TKey, TValue) item) => Insert(order.Count, item);

    public void Insert(int index, (TKey, TValue) item)
    {
        map.Add(item.Item1, item.Item2);
        order.Insert(index, item);
    }

    public bool ContainsKey(TKey key) => map.ContainsKey(key);

    public bool Contains(KeyValuePair<TKey, TValue> item) => Contains((item.Key, item.Value));

    public bool Contains((TKey, TValue) item) => order.Contains(item);

    public bool TryGetValue(TKey key, [System.Diagnostics.CodeAnalysis.MaybeNullWhen(false)] out TValue value) => map.TryGetValue(key, out value);

    public bool Remove(TKey key)
    {
        if (!map.Remove(key)) return false;
        order.RemoveAt(Place(key));
        return true;
    }

    public bool Remove(KeyValuePair<TKey, TValue> item) => Remove((item.Key, item.Value));

    public bool Remove((TKey, TValue) item) => Contains(item) && Remove(item.Item1);

    public void RemoveAt(int index) => Remove(order[index].Item1);

    public int IndexOf((TKey, TValue) item) => order.IndexOf(item);

    public void Clear()
    {
        order.Clear();
        map.Clear();
    }

    public void CopyTo(KeyValuePair<TKey, TValue>[] array, int arrayIndex)
    {
        foreach (var (key, value) in order) array[arrayIndex++] = new(key, value);
    }

    public void CopyTo((TKey, TValue)[] array, int arrayIndex) => order.CopyTo(array, arrayIndex);

    public IEnumerator<(TKey, TValue)> GetEnumerator() => order.GetEnumerator();

    IEnumerator<KeyValuePair<TKey, TValue>> IEnumerable<KeyValuePair<TKey, TValue>>.GetEnumerator() =>
        order.Select(entry => new KeyValuePair<TKey, TValue>(entry.Item1, entry.Item2)).GetEnumerator();

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();

    private int Place(TKey key) => order.FindIndex(entry => EqualityComparer<TKey>.Default.Equals(entry.Item1, key));
}
