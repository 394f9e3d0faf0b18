using static TorchSharp.torch;

namespace SuParDsl;

/// <summary>Copies weights from model to model together with their masks.</summary>
public static class WeightCopies
{
    extension(IModel model)
    {
        /// <summary>
        /// Copies another model's weights, masks, measured fractions and buffers, for example from a teacher or for a target
        /// network. Outputs are equal afterwards, whatever storage, type and device either model has. Optimizers resume as after
        /// <see cref="IModel.SetMasks"/>.
        /// </summary>
        /// <param name="other">A model with the same tensors. It does not change.</param>
        /// <param name="anyTable">
        /// Whether the other model may have other multipliers, for example from another rule or density. This model keeps its own
        /// forward multipliers, so its outputs may then differ.
        /// </param>
        /// <param name="masks">Which masks the sparse tensors have afterwards.</param>
        /// <exception cref="ArgumentException">
        /// The models differ in a tensor, a buffer or the multipliers, or a mask does not fit. Nothing is changed in this case.
        /// </exception>
        /// <exception cref="InvalidOperationException">Weights of the other model were written past a mask.</exception>
        public void CopyWeightsFrom(IModel other, bool anyTable = false, MaskSource masks = MaskSource.File) =>
            model.Take(OutgoingWeights.Of(other.Core), $"the {other.GetName()} to copy", anyTable, masks);

        /// <summary>Loads a state dictionary of dense weights, or of weights under other masks, into a sparse model.</summary>
        /// <param name="source">
        /// The state, for example of another tool or a dense model. If it does not fit, nothing changes.
        /// </param>
        /// <param name="masks">Which masks the sparse tensors have afterwards.</param>
        /// <param name="strict">Whether the state must have exactly the model's tensors and buffers.</param>
        /// <param name="skip">The names of tensors to skip.</param>
        /// <returns>The names that the state lacks, and the names that the model does not have.</returns>
        /// <exception cref="CheckpointException">A name is missing or unknown, a shape differs, or masks do not fit.</exception>
        public (IList<string> missing_keys, IList<string> unexpected_keys) load_state_dict(
            Dictionary<string, Tensor> source, MaskSource masks, bool strict = true, IList<string>? skip = null) =>
            ModuleState.Load(model.Core, model.Module, source, strict, skip, masks);

        internal void Take(OutgoingWeights weights, string source, bool anyTable, MaskSource masks)
        {
            try
            {
                weights.To(model.Core, source)
                    .Check(model.Core, masks, anyTable ? null : table => SavedTable.RequireSame(source, weights.Table, table))
                    .Apply(model.Core);
            }
            catch (CheckpointException e)
            {
                throw new ArgumentException(e.Message, e);
            }
        }
    }
}
