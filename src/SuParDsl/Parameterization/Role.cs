namespace SuParDsl;

/// <summary>A tensor's role in the parameterization. It depends on which of the tensor's sizes scale with the model.</summary>
public enum Role
{
    /// <summary>Only the output size scales: embeddings, a first Linear, a patch convolution.</summary>
    Input,

    /// <summary>Both sizes scale. Only hidden matrices are sparse by default.</summary>
    Hidden,

    /// <summary>Only the input size scales: a readout.</summary>
    Output,

    /// <summary>Norms, biases and per-channel weights.</summary>
    Vector,

    /// <summary>Neither size scales.</summary>
    Fixed,
}
