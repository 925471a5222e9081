using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Design;

namespace PatchSsl.Api.Database;

/// <summary>Lets <c>dotnet ef migrations add</c> see the model without starting a server.</summary>
public sealed class DesignTime : IDesignTimeDbContextFactory<PatchSslContext>
{
    public PatchSslContext CreateDbContext(string[] args) =>
        new(new DbContextOptionsBuilder<PatchSslContext>().UseSqlite("Data Source=:memory:").Options);
}
