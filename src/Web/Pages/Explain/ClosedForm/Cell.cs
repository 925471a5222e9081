namespace PatchSsl.Web.Pages.Explain.ClosedForm;

/// <summary>A pair of symbols in a matrix.</summary>
public readonly record struct Cell(int Row, int Column);

/// <summary>What is to become of a cell: another level, or one more or less.</summary>
public readonly record struct CellEdit(int Row, int Column, int? Level = null, int By = 0);
