using Microsoft.EntityFrameworkCore;
using PatchSsl.Api.Database;

namespace PatchSsl.Api.Tests.Architecture;

/// <summary>Holds the plan of <see cref="House"/> against what the compiler made.</summary>
public class FloorTests
{
    public static TheoryData<string> Houses => ["Core", "Api"];

    [Theory, MemberData(nameof(Houses))]
    public void Every_room_is_listed_and_every_listed_room_exists(string name)
    {
        var house = Of(name);
        Assert.Equal(house.Rooms.Keys.Order(StringComparer.Ordinal), RoomUses.Rooms(Assembly(house), house.Root).Order(StringComparer.Ordinal));
    }

    [Theory, MemberData(nameof(Houses))]
    public void A_room_uses_only_rooms_below_it(string name)
    {
        var house = Of(name);
        var climbs = string.Join('\n', Climbs(house, Assembly(house)));
        Assert.True(climbs.Length == 0, climbs);
    }

    [Theory, MemberData(nameof(Houses))]
    public void A_folder_is_a_namespace(string name)
    {
        var house = Of(name);
        var folder = Path.Combine(RepositoryRoot(), "src", name);
        var astray =
            from file in Directory.EnumerateFiles(folder, "*.cs", SearchOption.AllDirectories)
            let place = Path.GetRelativePath(folder, Path.GetDirectoryName(file)!)
            where place != "." && place.Split('/')[0] is not ("obj" or "bin") && !place.EndsWith("Migrations", StringComparison.Ordinal)
            let wanted = $"namespace {house.Root}.{place.Replace('/', '.')};"
            where !File.ReadLines(file).Contains(wanted)
            select $"{Path.GetFileName(file)} lies in {place} and has another namespace";
        Assert.Empty(astray);
    }

    [Fact]
    public void Every_foreign_key_to_a_model_a_dataset_or_a_run_is_counted_as_a_use_or_goes_with_it()
    {
        using var db = new PatchSslContext(new DbContextOptionsBuilder<PatchSslContext>().UseSqlite("Data Source=:memory:").Options);
        var owners = new[] { typeof(ModelRow), typeof(DatasetRow), typeof(RunRow) };
        var keys =
            from entity in db.Model.GetEntityTypes()
            from key in entity.GetForeignKeys()
            where key.DeleteBehavior == DeleteBehavior.Restrict && owners.Contains(key.PrincipalEntityType.ClrType)
            select (key.PrincipalEntityType.ClrType.Name, entity.ClrType.Name);
        Assert.Equal(keys.Order(), Uses.Keys.Select(k => (k.Used.Name, k.User.Name)).Order());
    }

    [Fact]
    public void No_class_is_called_after_views_but_what_is_of_patches()
    {
        var named = new[] { typeof(PatchSslContext).Assembly, System.Reflection.Assembly.Load("PatchSsl.Core") }
            .SelectMany(a => a.GetTypes()).Where(t => !t.IsNested && t.Name.EndsWith("Views", StringComparison.Ordinal)).Select(t => t.FullName);
        Assert.Empty(named);
    }

    private static House Of(string name) => name == "Core" ? House.Core : House.Api;

    private static IEnumerable<string> Climbs(House house, string assemblyPath) =>
        from use in RoomUses.Of(assemblyPath, house.Root)
        where house.Rooms.ContainsKey(use.FromRoom) && house.Rooms.ContainsKey(use.ToRoom)
        let climb = house.Rooms[use.ToRoom] - house.Rooms[use.FromRoom]
        where climb >= 0
        orderby use.FromRoom, use.FromType, use.ToRoom, use.ToType
        select $"{use.FromRoom}.{use.FromType} uses {use.ToRoom}.{use.ToType}: "
            + (climb == 0 ? "a room of the same floor" : $"{climb} floor(s) above");

    private static string Assembly(House house) => Path.Combine(AppContext.BaseDirectory, house.Root + ".dll");

    private static string RepositoryRoot()
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (!File.Exists(Path.Combine(folder.FullName, "PatchSslWeb.sln"))) folder = folder.Parent!;
        return folder.FullName;
    }
}
