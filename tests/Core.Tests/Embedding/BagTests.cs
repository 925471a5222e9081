using PatchSsl.Core.Embedding;
using static TorchSharp.torch;

namespace PatchSsl.Core.Tests.Embedding;

public sealed class BagTests
{
    private const int Images = 3, PerImage = 5, Dim = 7;
    private static readonly float[] Vectors = [.. Enumerable.Range(0, Images * PerImage * Dim).Select(i => MathF.Sin(i * i))];

    [Fact]
    public void The_mean_of_vectors_is_taken_value_by_value() =>
        Assert.Equal([2f, 4f], Bag.Mean([1, 2, 3, 6], 2));

    [Fact]
    public void All_forms_give_the_same_bags()
    {
        using var scope = NewDisposeScope();
        var patches = tensor(Vectors).view(Images, PerImage, Dim);
        var ofTensor = Bag.Mean(patches).data<float>().ToArray();
        var weights = tensor(Bag.Weights([(0, PerImage)], PerImage)).view(1, PerImage);
        var ofProduct = weights.expand(Images, 1, PerImage).bmm(patches).data<float>().ToArray();
        for (var image = 0; image < Images; image++)
        {
            var ofSpan = Bag.Mean(Vectors.AsSpan(image * PerImage * Dim, PerImage * Dim), Dim);
            for (var d = 0; d < Dim; d++)
            {
                Assert.Equal(ofSpan[d], ofTensor[(image * Dim) + d], 1e-6f);
                Assert.Equal(ofSpan[d], ofProduct[(image * Dim) + d], 1e-6f);
            }
        }
    }

    [Fact]
    public void Weights_of_a_part_leave_the_rest_out() =>
        Assert.Equal([0, .5f, .5f, 0, 1f, 0, 0, 0], Bag.Weights([(1, 2), (0, 1)], 4));

    [Theory, InlineData(0, 4), InlineData(5, 4), InlineData(4, 0)]
    public void What_is_no_vectors_is_refused(int length, int dim) =>
        Assert.Throws<ArgumentException>(() => Bag.Mean(new float[length], dim));
}
