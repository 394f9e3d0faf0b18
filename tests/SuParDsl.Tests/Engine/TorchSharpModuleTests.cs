#pragma warning disable SUP506 // The calls that it warns of are what is tested.

using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace SuParDsl.Tests.Engine;

using Linear = TorchSharp.Modules.Linear;

/// <summary>
/// The behavior of modules in TorchSharp 0.107.0: registration, names, files, hooks and moves. See
/// <c>docs/torchsharp.md</c>.
/// </summary>
public sealed class TorchSharpModuleTests : IDisposable
{
    private readonly DisposeScope scope = NewDisposeScope();
    private readonly DirectoryInfo folder = Directory.CreateTempSubdirectory("supar-modules");

    public void Dispose()
    {
        scope.Dispose();
        folder.Delete(recursive: true);
    }

    [Fact]
    public void Properties_get_the_names_of_their_backing_fields()
    {
        using var module = new WithProperty();
        Assert.Equal(["<Fc>k__BackingField.weight", "<Fc>k__BackingField.bias"], module.state_dict().Keys);
    }

    [Fact]
    public void Registration_happens_once()
    {
        using var late = new Late();
        Assert.Empty(late.parameters());

        // If a field is assigned another layer afterwards, the first one stays registered.
        using var replaced = new Replaced();
        var before = replaced.parameters().First();
        replaced.Put(nn.Linear(2, 2));
        Assert.True(ReferenceEquals(before, replaced.parameters().First()));
    }

    [Fact]
    public void Tied_weights_are_counted_twice()
    {
        using var table = nn.Embedding(3, 2);
        using var head = nn.Linear(2, 3, hasBias: false);
        head.weight = table.weight!;
        using var model = new Two(table, head);
        Assert.Equal(2, model.parameters().Count());

        model.call(tensor([1L])).sum().backward();
        var once = table.weight!.grad!.norm().ToDouble();
        Assert.Equal(Math.Sqrt(2) * once, nn.utils.clip_grad_norm_(model.parameters(), 1e9), 3);
    }

    [Fact]
    public void A_state_dictionary_is_live()
    {
        using var layer = nn.Linear(2, 2);
        var saved = layer.state_dict();
        using (no_grad())
        {
            layer.weight!.fill_(7);
        }

        Assert.Equal(7, saved["weight"].max().ToSingle());
    }

    [Fact]
    public void Loading_a_state_dictionary_broadcasts()
    {
        using var layer = nn.Linear(3, 2);
        layer.load_state_dict(new() { ["weight"] = tensor([1f, 2f, 3f]), ["bias"] = tensor([4f]) });
        Assert.Equal([1f, 2f, 3f, 1f, 2f, 3f], layer.weight!.data<float>().ToArray());
        Assert.Equal([4f, 4f], layer.bias!.data<float>().ToArray());
    }

    [Fact]
    public void A_file_is_written_in_place()
    {
        var path = Path.Combine(folder.FullName, "weights");
        using var layer = nn.Linear(3, 2);
        layer.save(path);
        var whole = File.ReadAllBytes(path);
        layer.weight = new Parameter(ones(3, 2).t());
        Assert.ThrowsAny<Exception>(() => layer.save(path));
        Assert.NotEqual(whole, File.ReadAllBytes(path));
    }

    [Fact]
    public void Only_call_runs_hooks()
    {
        using var layer = nn.Linear(2, 2);
        var runs = 0;
        layer.register_forward_hook((_, _, output) =>
        {
            runs++;
            return output;
        });
        var x = ones(1, 2);
        layer.forward(x);
        Assert.Equal(0, runs);
        layer.call(x);
        Assert.Equal(1, runs);
    }

    [Fact]
    public void A_move_replaces_parameters_and_disposes_of_the_old_ones()
    {
        using var layer = nn.Linear(2, 2);
        var before = layer.weight!;
        layer.to(float64);
        Assert.True(before.IsInvalid);
        Assert.False(layer.weight!.IsInvalid);
    }

    [Fact]
    public void A_model_with_a_module_dictionary_cannot_be_moved_or_cast()
    {
        using var model = new WithDictionary();
        Assert.Throws<ArgumentException>(() => model.to(float64));
    }

    [Fact]
    public void The_fused_transformer_layer_has_no_children()
    {
        using var layer = nn.TransformerEncoderLayer(8, 2, 16);
        Assert.Empty(layer.named_modules());
        Assert.NotEmpty(layer.parameters());
    }

    private sealed class WithProperty : nn.Module
    {
        public WithProperty() : base(nameof(WithProperty)) => RegisterComponents();

        public Linear Fc { get; } = nn.Linear(2, 2);
    }

    private class Early : nn.Module
    {
        protected Early() : base(nameof(Early)) => RegisterComponents();
    }

    private sealed class Late : Early
    {
        private readonly Linear layer;

        public Late()
        {
            layer = nn.Linear(2, 2);
            RegisterComponents();
        }

        public override string GetName() => layer.GetName();
    }

    private sealed class Replaced : nn.Module
    {
        private Linear layer = nn.Linear(2, 2);

        public Replaced() : base(nameof(Replaced)) => RegisterComponents();

        public void Put(Linear other) => layer = other;

        public override string GetName() => layer.GetName();
    }

    private sealed class Two : nn.Module<Tensor, Tensor>
    {
        private readonly TorchSharp.Modules.Embedding table;
        private readonly Linear head;

        public Two(TorchSharp.Modules.Embedding table, Linear head) : base(nameof(Two))
        {
            (this.table, this.head) = (table, head);
            RegisterComponents();
        }

        public override Tensor forward(Tensor ids) => head.call(table.call(ids));
    }

    private sealed class WithDictionary : nn.Module
    {
        private readonly ModuleDict<Linear> layers = nn.ModuleDict(("a", nn.Linear(2, 2)));

        public WithDictionary() : base(nameof(WithDictionary)) => RegisterComponents();

        public override string GetName() => nameof(WithDictionary) + layers.Count;
    }
}
