namespace PatchSsl.Core.Search;

/// <summary>How an index file keeps its vectors.</summary>
public enum IndexStorage
{
    /// <summary>Half precision: every row is read for every query.</summary>
    F16 = 0,

    /// <summary>One byte a value in front, read for every query, and half precision behind it, read for the few rows that may be answers.</summary>
    Int8 = 1,
}
