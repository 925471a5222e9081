using Microsoft.EntityFrameworkCore.Migrations;

#nullable disable

namespace PatchSsl.Api.Database.Migrations
{
    /// <summary>
    /// Checkpoints become one kind of models. Written by hand: what is generated to rebuild a table in SQLite switches foreign keys off and on,
    /// which cuts the transaction, and a server killed in between could not start again. They are off already while migrations run.
    /// There is no way back: imported models have no place in the older schema.
    /// </summary>
    public partial class ImportedModels : Migration
    {
        /// <inheritdoc />
        protected override void Up(MigrationBuilder migrationBuilder)
        {
            // The rename also turns the references of Indexes and Evaluations to the new name, where they stay when the rebuilt table takes it.
            migrationBuilder.Sql(
                """
                ALTER TABLE "Checkpoints" RENAME TO "Models";
                CREATE TABLE "ModelsRebuilt" (
                    "Id" TEXT NOT NULL CONSTRAINT "PK_Models" PRIMARY KEY,
                    "Bytes" INTEGER NOT NULL,
                    "CreatedAt" INTEGER NOT NULL,
                    "FileName" TEXT NULL,
                    "Name" TEXT NULL,
                    "RunId" TEXT NULL,
                    "Sha256" TEXT NOT NULL,
                    "Source" TEXT NOT NULL,
                    "Step" INTEGER NULL,
                    CONSTRAINT "FK_Models_Runs_RunId" FOREIGN KEY ("RunId") REFERENCES "Runs" ("Id") ON DELETE CASCADE
                );
                INSERT INTO "ModelsRebuilt" ("Id", "Bytes", "CreatedAt", "FileName", "RunId", "Sha256", "Source", "Step")
                    SELECT "Id", "Bytes", "CreatedAt", "FileName", "RunId", "Sha256", 'checkpoint', "Step" FROM "Models";
                DROP TABLE "Models";
                ALTER TABLE "ModelsRebuilt" RENAME TO "Models";
                CREATE INDEX "IX_Models_CreatedAt" ON "Models" ("CreatedAt");
                CREATE UNIQUE INDEX "IX_Models_RunId_Step" ON "Models" ("RunId", "Step");
                """);
        }
    }
}
