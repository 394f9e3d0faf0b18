namespace SuParDsl;

/// <summary>What the two convolutions have in common: their sizes in the parameterization.</summary>
internal static class Convolution
{
    /// <summary>
    /// The channels of one group. If the number of groups also scales, as in a depthwise kernel, the quotient does not.
    /// </summary>
    public static Extent PerGroup(Extent channels, Extent groups)
    {
        var quotient = channels / groups;
        return groups.Scales ? quotient with { Scales = quotient.Value != quotient.Base } : quotient;
    }

    /// <summary>Throws if the groups do not divide the channels.</summary>
    public static void Check(string layer, int inputs, int outputs, int kernel, int stride, int padding, int dilation, int groups)
    {
        foreach (var (name, value, least) in new[]
        {
            (nameof(inputs), inputs, 1), (nameof(outputs), outputs, 1), (nameof(kernel), kernel, 1), (nameof(stride), stride, 1),
            (nameof(padding), padding, 0), (nameof(dilation), dilation, 1), (nameof(groups), groups, 1),
        })
        {
            if (value < least)
            {
                throw new SizeException($"{name} of a {layer} is {value}: it must be at least {least} (SUP108)");
            }
        }

        if (inputs % groups != 0 || outputs % groups != 0)
        {
            throw new SizeException(
                $"a {layer} from {inputs} to {outputs} channels has {groups} groups: they must divide both (SUP107)");
        }
    }
}
