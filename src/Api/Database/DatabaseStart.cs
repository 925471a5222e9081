using System.Data.Common;
using Microsoft.Data.Sqlite;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Diagnostics;
using PatchSsl.Api.Hosting;

namespace PatchSsl.Api.Database;

/// <summary>Opens the database at start: right version, write-ahead log, schema at head. The data directory's lock is held already.</summary>
public static class DatabaseStart
{
    /// <summary>SQLite before this can lose commits in WAL mode with two connections.</summary>
    private static readonly Version Oldest = new(3, 51, 3);

    public static IServiceCollection AddDatabase(this IServiceCollection services) => services.AddDbContextFactory<PatchSslContext>((provider, options) =>
        options.UseSqlite(ConnectionString(provider.GetRequiredService<DataDirectory>().Database)).AddInterceptors(new Pragmas()));

    public static string ConnectionString(string file) => new SqliteConnectionStringBuilder
    {
        DataSource = file,
        ForeignKeys = true,
        DefaultTimeout = 30,
    }.ToString();

    public static async Task PrepareDatabaseAsync(this IServiceProvider services)
    {
        await using var db = await services.GetRequiredService<IDbContextFactory<PatchSslContext>>().CreateDbContextAsync();
        try
        {
            await db.Database.OpenConnectionAsync();
            var version = new Version(((SqliteConnection)db.Database.GetDbConnection()).ServerVersion);
            if (version < Oldest) throw new StartupException($"SQLite {version} can lose data; {Oldest} or newer is needed");
            await db.Database.ExecuteSqlRawAsync("PRAGMA journal_mode = WAL");
            await MigrateAsync(db);
        }
        catch (SqliteException e)
        {
            throw new StartupException($"the database {db.Database.GetDbConnection().DataSource} cannot be opened: {e.Message}", e);
        }
    }

    private static async Task MigrateAsync(PatchSslContext db)
    {
        var known = db.Database.GetMigrations().ToList();
        var applied = await db.Database.GetAppliedMigrationsAsync();
        if (applied.Except(known).FirstOrDefault() is { } newer)
            throw new StartupException($"the database has schema {newer}, which is newer than this program; use the newer program");
        if (!known.Except(applied).Any()) return;
        // Only one server can be here, so a lock row is what a killed migration left behind: Migrate() would wait for it forever.
        await db.Database.ExecuteSqlRawAsync("DROP TABLE IF EXISTS \"__EFMigrationsLock\"");
        // A table that is rebuilt is dropped while others refer to it. Only here can that be allowed: within a migration the pragma would end
        // its transaction, and a kill would leave half of it.
        await db.Database.ExecuteSqlRawAsync("PRAGMA foreign_keys = 0");
        await db.Database.MigrateAsync();
        await db.Database.ExecuteSqlRawAsync("PRAGMA foreign_keys = 1");
    }

    /// <summary>FULL: a commit that was acknowledged survives the loss of power.</summary>
    private sealed class Pragmas : DbConnectionInterceptor
    {
        public override void ConnectionOpened(DbConnection connection, ConnectionEndEventData eventData) => Set(connection);

        public override Task ConnectionOpenedAsync(DbConnection connection, ConnectionEndEventData eventData, CancellationToken cancellationToken = default)
        {
            Set(connection);
            return Task.CompletedTask;
        }

        private static void Set(DbConnection connection)
        {
            using var command = connection.CreateCommand();
            command.CommandText = "PRAGMA synchronous = FULL; PRAGMA journal_size_limit = 67108864;";
            command.ExecuteNonQuery();
        }
    }
}
