using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.EntityFrameworkCore.Migrations;

#nullable disable

namespace PatchSsl.Api.Database.Migrations
{
    /// <inheritdoc />
    [DbContext(typeof(PatchSslContext))]
    [Migration("20261201014000_EvaluationReading")]
    public partial class EvaluationReading : Migration
    {
        /// <inheritdoc />
        protected override void Up(MigrationBuilder migrationBuilder) =>
            migrationBuilder.AddColumn<string>(name: "Reading", table: "Evaluations", type: "TEXT", nullable: true);

        /// <inheritdoc />
        protected override void Down(MigrationBuilder migrationBuilder) =>
            migrationBuilder.DropColumn(name: "Reading", table: "Evaluations");
    }
}
