// The types of UnrealBuildTool that a module's rules meet, with its names and signatures, so that Latchkey.Build.cs can be
// compiled and run where there is no engine. What is not here, the rules do not use.

using System;
using System.Collections.Generic;

namespace UnrealBuildTool
{
	/// <summary>Stops the build with a sentence.</summary>
	public class BuildException : Exception
	{
		public BuildException(string Message) : base(Message)
		{
		}

		public BuildException(string Format, params object[] Arguments) : base(string.Format(Format, Arguments))
		{
		}
	}

	/// <summary>A platform by name; a struct, so that it is compared with == and can't be switched over.</summary>
	public struct UnrealTargetPlatform : IEquatable<UnrealTargetPlatform>
	{
		public static UnrealTargetPlatform Win64 = new UnrealTargetPlatform("Win64");
		public static UnrealTargetPlatform Mac = new UnrealTargetPlatform("Mac");
		public static UnrealTargetPlatform IOS = new UnrealTargetPlatform("IOS");
		public static UnrealTargetPlatform Android = new UnrealTargetPlatform("Android");
		public static UnrealTargetPlatform Linux = new UnrealTargetPlatform("Linux");
		public static UnrealTargetPlatform LinuxArm64 = new UnrealTargetPlatform("LinuxArm64");
		public static UnrealTargetPlatform TVOS = new UnrealTargetPlatform("TVOS");

		private readonly string Name;

		private UnrealTargetPlatform(string InName)
		{
			Name = InName;
		}

		/// <summary>Any name: consoles are not among the public ones.</summary>
		public static UnrealTargetPlatform Parse(string Name)
		{
			return new UnrealTargetPlatform(Name);
		}

		public static bool operator ==(UnrealTargetPlatform A, UnrealTargetPlatform B)
		{
			return A.Name == B.Name;
		}

		public static bool operator !=(UnrealTargetPlatform A, UnrealTargetPlatform B)
		{
			return A.Name != B.Name;
		}

		public bool Equals(UnrealTargetPlatform Other)
		{
			return Name == Other.Name;
		}

		public override bool Equals(object Other)
		{
			return Other is UnrealTargetPlatform && Equals((UnrealTargetPlatform)Other);
		}

		public override int GetHashCode()
		{
			return Name.GetHashCode();
		}

		public override string ToString()
		{
			return Name;
		}
	}

	public enum UnrealTargetConfiguration
	{
		Unknown,
		Debug,
		DebugGame,
		Development,
		Shipping,
		Test,
	}

	public enum TargetType
	{
		Game,
		Editor,
		Client,
		Server,
		Program,
	}

	public enum StagedFileType
	{
		UFS,
		NonUFS,
		DebugNonUFS,
		SystemNonUFS,
	}

	/// <summary>What the rules of a module may know about the target that it is built for.</summary>
	public class ReadOnlyTargetRules
	{
		public ReadOnlyTargetRules(UnrealTargetPlatform InPlatform, TargetType InType, bool bInGenerateProjectFiles)
		{
			Platform = InPlatform;
			Type = InType;
			bGenerateProjectFiles = bInGenerateProjectFiles;
		}

		public UnrealTargetPlatform Platform { get; private set; }
		public TargetType Type { get; private set; }
		public bool bGenerateProjectFiles { get; private set; }

		public UnrealTargetConfiguration Configuration
		{
			get { return UnrealTargetConfiguration.Development; }
		}

		public bool bBuildEditor
		{
			get { return Type == TargetType.Editor; }
		}
	}

	public class ModuleRules
	{
		public enum PCHUsageMode
		{
			Default,
			NoPCHs,
			NoSharedPCHs,
			UseSharedPCHs,
			UseExplicitOrSharedPCHs,
		}

		public class RuntimeDependency
		{
			public string Path;
			public string SourcePath;
			public StagedFileType Type;

			public RuntimeDependency(string InPath, StagedFileType InType = StagedFileType.NonUFS)
			{
				Path = InPath;
				Type = InType;
			}

			public RuntimeDependency(string InPath, string InSourcePath, StagedFileType InType = StagedFileType.NonUFS)
			{
				Path = InPath;
				SourcePath = InSourcePath;
				Type = InType;
			}
		}

		public class RuntimeDependencyList
		{
			internal List<RuntimeDependency> Inner = new List<RuntimeDependency>();

			public void Add(string InPath)
			{
				Inner.Add(new RuntimeDependency(InPath));
			}

			public void Add(string InPath, StagedFileType InType)
			{
				Inner.Add(new RuntimeDependency(InPath, InType));
			}

			public void Add(string InPath, string InSourcePath, StagedFileType InType = StagedFileType.NonUFS)
			{
				Inner.Add(new RuntimeDependency(InPath, InSourcePath, InType));
			}
		}

		/// <summary>
		/// Where the rules being made lie. The real tool sets the directories before it runs the constructor, past C#'s rules;
		/// here it is this.
		/// </summary>
		internal static string DirectoryOfModule;
		internal static string DirectoryOfPlugin;

		public readonly ReadOnlyTargetRules Target;
		public PCHUsageMode PCHUsage = PCHUsageMode.Default;
		public bool bEnableExceptions = false;
		public bool bUseRTTI = false;
		public List<string> PublicIncludePaths = new List<string>();
		public List<string> PublicSystemIncludePaths = new List<string>();
		public List<string> PrivateIncludePaths = new List<string>();
		public List<string> PublicDependencyModuleNames = new List<string>();
		public List<string> PrivateDependencyModuleNames = new List<string>();
		public List<string> DynamicallyLoadedModuleNames = new List<string>();
		public List<string> PublicDefinitions = new List<string>();
		public List<string> PrivateDefinitions = new List<string>();
		public List<string> PublicAdditionalLibraries = new List<string>();
		public List<string> PublicDelayLoadDLLs = new List<string>();
		public List<string> ExternalDependencies = new List<string>();
		public RuntimeDependencyList RuntimeDependencies = new RuntimeDependencyList();

		public ModuleRules(ReadOnlyTargetRules Target)
		{
			this.Target = Target;
			ModuleDirectory = DirectoryOfModule;
			PluginDirectory = DirectoryOfPlugin;
		}

		public string ModuleDirectory { get; private set; }
		public string PluginDirectory { get; private set; }
	}
}
