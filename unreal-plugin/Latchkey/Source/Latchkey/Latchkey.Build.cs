// Copyright (c) The Latchkey authors

using System.IO;
using UnrealBuildTool;

/// <summary>
/// The module: the engine's own modules, and the library, which is opened at run time and linked by nothing.
/// </summary>
public class Latchkey : ModuleRules
{
	public Latchkey(ReadOnlyTargetRules Target) : base(Target)
	{
		PCHUsage = PCHUsageMode.UseExplicitOrSharedPCHs;

		PublicDependencyModuleNames.AddRange(new string[]
		{
			"Core",
			"CoreUObject",
			"DeveloperSettings",
			"Engine",
			// The widget's base, and what its header includes.
			"Slate",
			"SlateCore",
			"UMG",
		});
		PrivateDependencyModuleNames.Add("Projects");

		string LibraryName = GetLibraryName(Target);
		if (LibraryName == null)
		{
			PrivateDefinitions.Add("LATCHKEY_WITH_LIBRARY=0");
			return;
		}
		PrivateDefinitions.Add("LATCHKEY_WITH_LIBRARY=1");
		AddLibrary(Target, LibraryName);
	}

	/// <summary>
	/// The library's file on this platform; null where there is none, and every call answers NotSupported. A dedicated server
	/// has no player to sign in, and is built without.
	/// </summary>
	private static string GetLibraryName(ReadOnlyTargetRules Target)
	{
		if (Target.Type == TargetType.Server)
		{
			return null;
		}
		if (Target.Platform == UnrealTargetPlatform.Win64)
		{
			return "latchkey.dll";
		}
		if (Target.Platform == UnrealTargetPlatform.Mac)
		{
			return "liblatchkey.dylib";
		}
		if (Target.Platform == UnrealTargetPlatform.Linux || Target.Platform == UnrealTargetPlatform.LinuxArm64)
		{
			return "liblatchkey.so";
		}
		return null;
	}

	/// <summary>
	/// The header for the one file that includes it, and the library to where the module looks for it: a place in the plugin's
	/// folder, which is the same in the editor and in a packaged game.
	/// </summary>
	private void AddLibrary(ReadOnlyTargetRules Target, string LibraryName)
	{
		string Platform = Target.Platform.ToString();
		string ThirdParty = Path.Combine(PluginDirectory, "Source", "ThirdParty", "Latchkey");
		string Header = Path.Combine(ThirdParty, "include", "latchkey.h");
		string Library = Path.Combine(ThirdParty, Platform, LibraryName);

		// So that a build which stopped for want of them goes on when they are there.
		ExternalDependencies.Add(Header);
		ExternalDependencies.Add(Library);

		// Project files are made for all platforms at once, also for those that nobody will build.
		if (!Target.bGenerateProjectFiles)
		{
			Require(Header, Platform);
			Require(Library, Platform);
		}
		PrivateIncludePaths.Add(Path.Combine(ThirdParty, "include"));
		RuntimeDependencies.Add(Path.Combine(PluginDirectory, "Binaries", "ThirdParty", "Latchkey", Platform, LibraryName), Library);
	}

	private static void Require(string File, string Platform)
	{
		if (!System.IO.File.Exists(File))
		{
			throw new BuildException("Latchkey has no library for " + Platform + ": " + File + " is missing. Make it with `cargo xtask dist --target " + GetTargetName(Platform) + "` in Latchkey's repository, or take the plugin from a release.");
		}
	}

	/// <summary>What `cargo xtask dist` calls a platform.</summary>
	private static string GetTargetName(string Platform)
	{
		return Platform == "LinuxArm64" ? "linux-arm64" : Platform.ToLowerInvariant();
	}
}
