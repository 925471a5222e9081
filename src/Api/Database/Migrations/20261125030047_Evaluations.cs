using Microsoft.EntityFrameworkCore.Migrations;

#nullable disable

namespace PatchSsl.Api.Database.Migrations
{
    /// <inheritdoc />
    public partial class Evaluations : Migration
    {
        /// <inheritdoc />
        protected override void Up(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.AddColumn<string>(
                name: "Agreement",
                table: "Evaluations",
                type: "TEXT",
                nullable: false,
                defaultValue: "[]");

            migrationBuilder.AddColumn<string>(
                name: "Cost",
                table: "Evaluations",
                type: "TEXT",
                nullable: true);

            migrationBuilder.AddColumn<string>(
                name: "Neighbours",
                table: "Evaluations",
                type: "TEXT",
                nullable: true);

            migrationBuilder.AddColumn<string>(
                name: "PatchProtocol",
                table: "Evaluations",
                type: "TEXT",
                nullable: false,
                defaultValue: "Grid");

            migrationBuilder.AddColumn<string>(
                name: "Split",
                table: "Evaluations",
                type: "TEXT",
                nullable: true);

            migrationBuilder.AddColumn<string>(
                name: "Sweep",
                table: "Evaluations",
                type: "TEXT",
                nullable: true);

            migrationBuilder.AddColumn<bool>(
                name: "WithBaselines",
                table: "Evaluations",
                type: "INTEGER",
                nullable: false,
                defaultValue: true);

            // Until now every score was one of kNN in the evaluation's own setting, and said neither.
            Complete(migrationBuilder, "Scores", "lower(Vectors)", "Patches");
            const string Raw = "json_extract(value, '$.name') = 'raw pixels'";
            Complete(migrationBuilder, "Baselines", $"iif({Raw}, NULL, lower(Vectors))", $"iif({Raw}, 'whole', Patches)");
        }

        private static void Complete(MigrationBuilder migrationBuilder, string column, string vectors, string patches) => migrationBuilder.Sql($"""
            UPDATE Evaluations SET {column} = (
                SELECT json_group_array(json_set(value, '$.classifier', 'knn', '$.vectors', {vectors}, '$.patches', {patches}))
                FROM json_each({column}))
            WHERE {column} <> '[]';
            """);

        /// <inheritdoc />
        protected override void Down(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.DropColumn(
                name: "Agreement",
                table: "Evaluations");

            migrationBuilder.DropColumn(
                name: "Cost",
                table: "Evaluations");

            migrationBuilder.DropColumn(
                name: "Neighbours",
                table: "Evaluations");

            migrationBuilder.DropColumn(
                name: "PatchProtocol",
                table: "Evaluations");

            migrationBuilder.DropColumn(
                name: "Split",
                table: "Evaluations");

            migrationBuilder.DropColumn(
                name: "Sweep",
                table: "Evaluations");

            migrationBuilder.DropColumn(
                name: "WithBaselines",
                table: "Evaluations");
        }
    }
}
