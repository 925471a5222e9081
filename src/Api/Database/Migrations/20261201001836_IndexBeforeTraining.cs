using Microsoft.EntityFrameworkCore.Migrations;

#nullable disable

namespace PatchSsl.Api.Database.Migrations
{
    /// <inheritdoc />
    public partial class IndexBeforeTraining : Migration
    {
        /// <inheritdoc />
        protected override void Up(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.AddColumn<double>(
                name: "AverageCosine",
                table: "Indexes",
                type: "REAL",
                nullable: true);

            migrationBuilder.AddColumn<bool>(
                name: "Untrained",
                table: "Indexes",
                type: "INTEGER",
                nullable: false,
                defaultValue: false);
        }

        /// <inheritdoc />
        protected override void Down(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.DropColumn(
                name: "AverageCosine",
                table: "Indexes");

            migrationBuilder.DropColumn(
                name: "Untrained",
                table: "Indexes");
        }
    }
}
