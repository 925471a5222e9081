using Microsoft.EntityFrameworkCore.Migrations;

#nullable disable

namespace PatchSsl.Api.Database.Migrations
{
    /// <inheritdoc />
    public partial class DemoFindings : Migration
    {
        /// <inheritdoc />
        protected override void Up(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.AddColumn<string>(
                name: "Findings",
                table: "Demos",
                type: "TEXT",
                nullable: true);
        }

        /// <inheritdoc />
        protected override void Down(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.DropColumn(
                name: "Findings",
                table: "Demos");
        }
    }
}
