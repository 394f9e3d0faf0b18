namespace TorchSharp;

public static partial class torch
{
    public static partial class optim
    {
        /// <summary>Plans of learning rates.</summary>
        public static partial class lr_scheduler
        {
            /// <summary>Sets the groups' learning rates, step by step.</summary>
            public abstract class LRScheduler
            {
                protected int _step_count;

                internal readonly Optimizer optimizer = null!;
                internal readonly List<double> baseRates = [], lastRates = [];
                internal int lastEpoch = -1;
                private readonly bool verbose;

                protected LRScheduler() { }

                protected LRScheduler(Optimizer optimizer, int last_epoch = -1, bool verbose = false)
                {
                    ArgumentNullException.ThrowIfNull(optimizer);
                    (this.optimizer, lastEpoch, this.verbose) = (optimizer, last_epoch, verbose);
                    baseRates = optimizer.ParamGroups.Select(group => group.InitialLearningRate).ToList();
                    lastRates = optimizer.ParamGroups.Select(group => group.LearningRate).ToList();
                }

                public virtual void step() => step(null);

                public virtual void step(int? epoch)
                {
                    _step_count++;
                    lastEpoch = epoch ?? lastEpoch + 1;
                    var rates = (epoch is null ? get_lr() : get_closed_form_lr()).ToList();
                    int k = 0;
                    foreach (var group in optimizer.ParamGroups)
                    {
                        group.LearningRate = rates[k];
                        if (verbose && lastRates[k] != rates[k]) Console.WriteLine($"Adjusting learning rate to {rates[k]}");
                        lastRates[k] = rates[k];
                        k++;
                    }
                }

                public virtual void step(double current, int? epoch = null) => step(epoch);

                public IEnumerable<double> get_last_lr() => lastRates;

                protected virtual IEnumerable<double> get_lr() => optimizer.ParamGroups.Select(group => group.LearningRate);

                protected virtual IEnumerable<double> get_closed_form_lr() => get_lr();
            }
        }
    }
}
