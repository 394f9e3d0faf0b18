using System.Collections.Immutable;
using SuParDsl.Checkpoints;
using TorchSharp;
using static TorchSharp.torch;

namespace SuParDsl.Programs.Tests;

/// <summary>Every way to copy weights from one model to another. Afterwards, the other model computes the same.</summary>
internal static class Copies
{
    private static readonly ImmutableArray<(string Code, Action<TrainedModel, Model> Copy)> Ways =
    [
        ("ModelCheckpoint.Save(model, path, notes); ModelCheckpoint.Load(other, path);", static (trained, other) =>
        {
            var path = Path.Combine(trained.Folder, "model.safetensors");
            ModelCheckpoint.Save(trained.Model, path, ImmutableDictionary<string, string>.Empty);
            ModelCheckpoint.Load(other, path);
        }),
        ("model.save(path); other.load(path);", static (trained, other) =>
        {
            var path = Path.Combine(trained.Folder, "model.dat");
            trained.Model.save(path);
            other.load(path);
        }),
        ("other.load_state_dict(model.state_dict());", static (trained, other) =>
            other.load_state_dict(trained.Model.state_dict())),
        ("other.CopyWeightsFrom(model);", static (trained, other) => other.CopyWeightsFrom(trained.Model)),
    ];

    /// <summary>Draws a way, a storage for the other model, and with which of the two the program continues.</summary>
    public static ProgramAction Draw(Random random)
    {
        var (seed, storage, goesOn) = (random.Next(100), (Storage)random.Next(3), random.Next(3) == 0);
        if (random.Next(3) == 0)
        {
            return Resume(seed, goesOn);
        }

        var (code, copy) = Ways[random.Next(Ways.Length)];
        return new(
            $"var other = Entry.Make({seed}); other.UseStorage(Storage.{storage}); {code}{(goesOn ? " model = other;" : "")}",
            trained =>
            {
                using var scope = NewDisposeScope();
                var other = trained.Another(seed);
                other.UseStorage(storage);
                copy(trained, other);
                Invariants.SameModels(trained.Model, other, "in the copy");
                Invariants.SameOutputs(trained, other, "in the copy");
                GoOn(trained, other, goesOn);
            });
    }

    // A run that was stopped and resumed takes the same next step, to the last bit.
    private static ProgramAction Resume(int seed, bool goesOn) => new(
        $"TrainingCheckpoint.Save(path, model, optimizer, position); var other = Entry.Make({seed}); "
            + $"TrainingCheckpoint.Load(path, other, itsOptimizer);{(goesOn ? " model = other;" : "")}",
        trained =>
        {
            // ResumeTests check this for dynamic masks.
            if (trained.Optimizer is not { } optimizer || trained.Moves is not null || trained.IsAllFrozen)
            {
                return;
            }

            using var scope = NewDisposeScope();
            var path = Path.Combine(trained.Folder, "training");
            TrainingCheckpoint.Save(path, trained.Model, optimizer, new(1, null, []));
            var other = trained.Another(seed);
            other.UseStorage(trained.Model.Storage);
            using var itsOptimizer = trained.Choice!.Make(other);
            TrainingCheckpoint.Load(path, other, itsOptimizer);
            Directory.Delete(path, recursive: true);
            Invariants.SameModels(trained.Model, other, "in the resumed run");
            itsOptimizer.Lr = optimizer.Lr;
            foreach (var (name, parameter) in other.named_parameters())
            {
                parameter.requires_grad = !trained.Frozen.Contains(name);
            }

            var batch = trained.NextBatch();
            foreach (var (model, its) in new[] { (trained.Model, optimizer), (other, itsOptimizer) })
            {
                model.train();
                its.zero_grad();
                trained.Backward(model, batch);
                its.step(1.0);
            }

            Invariants.SameModels(trained.Model, other, "after the next step of the resumed run");
            GoOn(trained, other, goesOn);
        });

    private static void GoOn(TrainedModel trained, Model other, bool goesOn)
    {
        if (!goesOn)
        {
            other.Dispose();
            return;
        }

        var choice = trained.Choice;
        trained.GoOnWith(other);
        if (choice is not null)
        {
            trained.Use(choice);
        }
    }
}
