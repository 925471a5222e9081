using Microsoft.EntityFrameworkCore;
using PatchSsl.Client.Contracts;

namespace PatchSsl.Api.Database;

/// <summary>Everything the server knows, in <c>patchssl.db</c>.</summary>
public sealed class PatchSslContext(DbContextOptions<PatchSslContext> options) : DbContext(options)
{
    public DbSet<DatasetRow> Datasets => Set<DatasetRow>();
    public DbSet<RunRow> Runs => Set<RunRow>();
    public DbSet<MetricRow> Metrics => Set<MetricRow>();
    public DbSet<SpectrumRow> Spectra => Set<SpectrumRow>();
    public DbSet<LogRow> Log => Set<LogRow>();
    public DbSet<ModelRow> Models => Set<ModelRow>();
    public DbSet<CheckpointRow> Checkpoints => Set<CheckpointRow>();
    public DbSet<IndexRow> Indexes => Set<IndexRow>();
    public DbSet<EvaluationRow> Evaluations => Set<EvaluationRow>();
    public DbSet<ExplanationRow> Explanations => Set<ExplanationRow>();
    public DbSet<ExplanationReportRow> ExplanationReports => Set<ExplanationReportRow>();
    public DbSet<ComparisonRow> Comparisons => Set<ComparisonRow>();
    public DbSet<ComparisonPartRow> ComparisonParts => Set<ComparisonPartRow>();
    public DbSet<JobRow> Jobs => Set<JobRow>();
    public DbSet<IdempotencyRow> Idempotency => Set<IdempotencyRow>();
    public DbSet<DemoRow> Demos => Set<DemoRow>();

    protected override void ConfigureConventions(ModelConfigurationBuilder conventions)
    {
        // Ticks, because SQLite cannot order DateTimeOffset text.
        conventions.Properties<DateTimeOffset>().HaveConversion<UtcTicks>();
        conventions.Properties<ResourceState>().HaveConversion<string>();
        conventions.Properties<JobState>().HaveConversion<string>();
        conventions.Properties<JobKind>().HaveConversion<string>();
        conventions.Properties<EvaluationKind>().HaveConversion<string>();
        conventions.Properties<ExplanationKind>().HaveConversion<string>();
        conventions.Properties<PatchProtocol>().HaveConversion<string>();
        conventions.Properties<ComparedState>().HaveConversion<string>();
        conventions.Properties<VectorKind>().HaveConversion<string>();
        conventions.Properties<VectorStorage>().HaveConversion<string>();
        Json<DatasetSource>(conventions);
        Json<IReadOnlyList<string>>(conventions);
        Json<IReadOnlyList<int>>(conventions);
        Json<IReadOnlyList<double>>(conventions);
        Json<IReadOnlyDictionary<string, int>>(conventions);
        Json<IReadOnlyDictionary<string, string>>(conventions);
        Json<IReadOnlyDictionary<string, double>>(conventions);
        Json<IReadOnlyList<EvaluationScore>>(conventions);
        Json<IReadOnlyList<EvaluationBaseline>>(conventions);
        Json<IReadOnlyList<BagAgreement>>(conventions);
        Json<IReadOnlyList<KnnSetting>>(conventions);
        Json<EvaluationSweep>(conventions);
        Json<EvaluationSplit>(conventions);
        Json<EvaluationReading>(conventions);
        Json<TrainingCost>(conventions);
        Json<ExplanationOptions>(conventions);
        Json<ExplanationReport>(conventions);
    }

    private static void Json<T>(ModelConfigurationBuilder conventions) where T : class =>
        conventions.Properties<T>().HaveConversion<JsonColumn<T>, JsonComparer<T>>();

    protected override void OnModelCreating(ModelBuilder model)
    {
        model.Entity<DatasetRow>(e => e.HasIndex(d => d.CreatedAt));
        model.Entity<RunRow>(e =>
        {
            e.HasOne(r => r.Dataset).WithMany().HasForeignKey(r => r.DatasetId).OnDelete(DeleteBehavior.Restrict);
            e.HasIndex(r => r.CreatedAt);
        });
        model.Entity<MetricRow>(e =>
        {
            e.HasKey(m => new { m.RunId, m.Seq });
            e.HasIndex(m => new { m.RunId, m.Name, m.Step }).IsUnique();
            e.HasOne<RunRow>().WithMany().HasForeignKey(m => m.RunId).OnDelete(DeleteBehavior.Cascade);
            e.Ignore(m => m.Value);
        });
        model.Entity<SpectrumRow>(e =>
        {
            e.HasKey(s => new { s.RunId, s.Vectors, s.Step });
            e.HasOne<RunRow>().WithMany().HasForeignKey(s => s.RunId).OnDelete(DeleteBehavior.Cascade);
        });
        model.Entity<LogRow>(e => e.HasKey(l => new { l.ResourceId, l.Seq }));
        model.Entity<ModelRow>(e =>
        {
            e.HasDiscriminator<string>("Source").HasValue<CheckpointRow>("checkpoint").HasValue<ImportedModelRow>("imported");
            e.HasIndex(m => m.CreatedAt);
        });
        model.Entity<ImportedModelRow>();
        model.Entity<CheckpointRow>(e =>
        {
            e.HasOne(c => c.Run).WithMany().HasForeignKey(c => c.RunId).OnDelete(DeleteBehavior.Cascade);
            e.HasIndex(c => new { c.RunId, c.Step }).IsUnique();
        });
        model.Entity<IndexRow>(e =>
        {
            e.HasOne(i => i.Dataset).WithMany().HasForeignKey(i => i.DatasetId).OnDelete(DeleteBehavior.Restrict);
            e.HasOne(i => i.Model).WithMany().HasForeignKey(i => i.ModelId).OnDelete(DeleteBehavior.Restrict);
            e.HasIndex(i => i.CreatedAt);
        });
        model.Entity<EvaluationRow>(e =>
        {
            e.HasOne(v => v.Dataset).WithMany().HasForeignKey(v => v.DatasetId).OnDelete(DeleteBehavior.Restrict);
            e.HasOne(v => v.Model).WithMany().HasForeignKey(v => v.ModelId).OnDelete(DeleteBehavior.Restrict);
            e.HasIndex(v => v.CreatedAt);
        });
        model.Entity<ExplanationRow>(e =>
        {
            e.HasOne(x => x.Dataset).WithMany().HasForeignKey(x => x.DatasetId).OnDelete(DeleteBehavior.Restrict);
            e.HasOne(x => x.Model).WithMany().HasForeignKey(x => x.ModelId).OnDelete(DeleteBehavior.Restrict);
            e.HasIndex(x => x.CreatedAt);
            e.HasIndex(x => x.Hash);
        });
        model.Entity<ExplanationReportRow>(e =>
        {
            e.HasKey(r => r.ExplanationId);
            e.HasOne<ExplanationRow>().WithOne().HasForeignKey<ExplanationReportRow>(r => r.ExplanationId).OnDelete(DeleteBehavior.Cascade);
        });
        model.Entity<ComparisonRow>(e =>
        {
            e.HasOne(c => c.Dataset).WithMany().HasForeignKey(c => c.DatasetId).OnDelete(DeleteBehavior.Restrict);
            e.HasMany(c => c.Parts).WithOne().HasForeignKey(p => p.ComparisonId).OnDelete(DeleteBehavior.Cascade);
            e.HasIndex(c => c.CreatedAt);
        });
        model.Entity<ComparisonPartRow>(e => e.HasIndex(p => p.EvaluationId));
        model.Entity<JobRow>(e =>
        {
            e.HasIndex(j => new { j.State, j.CreatedAt });
            e.HasIndex(j => j.ResourceId);
        });
        model.Entity<IdempotencyRow>(e => e.HasKey(i => new { i.Scope, i.Key }));
        model.Entity<DemoRow>(e => e.Property(d => d.Id).ValueGeneratedNever());
    }
}
