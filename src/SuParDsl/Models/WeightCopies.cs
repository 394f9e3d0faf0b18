using static TorchSharp.torch;

namespace SuParDsl;

/// <summary>Copies weights from model to model together with their masks.</summary>
public static class WeightCopies
{
    extension(Model model)
    {
        /// <summary>
        /// Takes over another model's weights, masks, measured shares and buffers, as of a teacher or a target network: outputs are equal
        /// afterwards, whatever storage, type and device either model has. Optimizers go on as after <see cref="Model.SetMasks"/>.
        /// </summary>
        /// <param name="other">A model with the same tensors. It stays as it is.</param>
        /// <param name="anyTable">
        /// Whether weights under other multipliers are wanted, too, as from another rule or density. The forward multipliers are the
        /// model's own, so what it computes may differ.
        /// </param>
        /// <param name="masks">Which masks the sparse tensors have afterwards.</param>
        /// <exception cref="ArgumentException">
        /// The models differ in a tensor, a buffer or the multipliers, or a mask does not fit. Nothing has changed then.
        /// </exception>
        /// <exception cref="InvalidOperationException">The other model has weights that were written past a mask.</exception>
        public void CopyWeightsFrom(Model other, bool anyTable = false, MaskSource masks = MaskSource.File) =>
            model.Take(OutgoingWeights.Of(other), $"the {other.GetName()} to copy", anyTable, masks);

        /// <summary>Loads a state dictionary of dense weights, or of weights under other masks, into a sparse model.</summary>
        /// <param name="source">The state, as of another tool or a dense model. Nothing changes where it does not fit.</param>
        /// <param name="masks">Which masks the sparse tensors have afterwards.</param>
        /// <param name="strict">Whether every tensor and buffer must be there, and nothing else.</param>
        /// <param name="skip">Names to leave out.</param>
        /// <returns>The names that the state lacks, and those that the model has no place for.</returns>
        /// <exception cref="CheckpointException">A name is missing or unknown, a shape differs, or masks do not fit.</exception>
        public (IList<string> missing_keys, IList<string> unexpected_keys) load_state_dict(
            Dictionary<string, Tensor> source, MaskSource masks, bool strict = true, IList<string>? skip = null) =>
            ModuleState.Load(model, model, source, strict, skip, masks);

        internal void Take(OutgoingWeights weights, string source, bool anyTable, MaskSource masks)
        {
            try
            {
                weights.To(model, source)
                    .Check(model, masks, anyTable ? null : table => SavedTable.RequireSame(source, weights.Table, table))
                    .Apply(model);
            }
            catch (CheckpointException e)
            {
                throw new ArgumentException(e.Message, e);
            }
        }
    }
}
