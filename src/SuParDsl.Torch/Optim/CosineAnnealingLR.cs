namespace TorchSharp;

public static partial class torch
{
    public static partial class optim
    {
        public static partial class lr_scheduler
        {
            public static LRScheduler CosineAnnealingLR(
                Optimizer optimizer, double T_max, double eta_min = 0, int last_epoch = -1, bool verbose = false) =>
                new impl.CosineAnnealingLR(optimizer, T_max, eta_min, last_epoch, verbose);

            public static partial class impl
            {
                /// <summary>Half a cosine from the initial rate down to a least one.</summary>
                public class CosineAnnealingLR : LRScheduler
                {
                    private readonly double period, least;

                    public CosineAnnealingLR(Optimizer optimizer, double T_max, double eta_min = 0, int last_epoch = -1, bool verbose = false)
                        : base(optimizer, last_epoch, verbose)
                    {
                        (period, least) = (T_max, eta_min);
                        step();
                    }

                    protected override IEnumerable<double> get_lr()
                    {
                        if (lastEpoch == 0) return base.get_lr();
                        if ((lastEpoch - 1 - period) % (2 * period) == 0)
                            return base.get_lr().Select((rate, k) => rate + (baseRates[k] - least) * (1 - Math.Cos(Math.PI / period)) / 2);
                        double ratio = (1 + Math.Cos(Math.PI * lastEpoch / period)) / (1 + Math.Cos(Math.PI * (lastEpoch - 1) / period));
                        return base.get_lr().Select(rate => ratio * (rate - least) + least);
                    }

                    protected override IEnumerable<double> get_closed_form_lr() =>
                        baseRates.Select(rate => least + (rate - least) * (1 + Math.Cos(Math.PI * lastEpoch / period)) / 2);
                }
            }
        }
    }
}
