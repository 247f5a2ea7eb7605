// Makes a module's rules for one target and prints what they say: what a build would link, define, see and stage.
//
//     build-rules.exe PLUGIN-FOLDER MODULE PLATFORM TARGET-TYPE [project-files]

using System;
using System.Collections.Generic;
using System.IO;
using System.Reflection;
using UnrealBuildTool;

internal static class Program
{
	private static int Main(string[] Arguments)
	{
		if (Arguments.Length < 4)
		{
			Console.Error.WriteLine("PLUGIN-FOLDER MODULE PLATFORM TARGET-TYPE [project-files]");
			return 2;
		}
		string Plugin = Path.GetFullPath(Arguments[0]);
		TargetType Type = (TargetType)Enum.Parse(typeof(TargetType), Arguments[3]);
		bool bProjectFiles = Arguments.Length > 4 && Arguments[4] == "project-files";
		try
		{
			Print(Make(Plugin, Arguments[1], new ReadOnlyTargetRules(UnrealTargetPlatform.Parse(Arguments[2]), Type, bProjectFiles)), Plugin);
			return 0;
		}
		catch (TargetInvocationException Exception)
		{
			if (!(Exception.InnerException is BuildException))
			{
				throw;
			}
			Console.WriteLine("error: " + Relative(Exception.InnerException.Message, Plugin));
			return 1;
		}
	}

	private static ModuleRules Make(string Plugin, string Module, ReadOnlyTargetRules Target)
	{
		ModuleRules.DirectoryOfPlugin = Plugin;
		ModuleRules.DirectoryOfModule = Path.Combine(Plugin, "Source", Module);
		Type Rules = Assembly.GetExecutingAssembly().GetType(Module, true);
		return (ModuleRules)Activator.CreateInstance(Rules, Target);
	}

	private static void Print(ModuleRules Rules, string Plugin)
	{
		PrintList("public module", Rules.PublicDependencyModuleNames, Plugin);
		PrintList("private module", Rules.PrivateDependencyModuleNames, Plugin);
		PrintList("dynamically loaded module", Rules.DynamicallyLoadedModuleNames, Plugin);
		PrintList("public definition", Rules.PublicDefinitions, Plugin);
		PrintList("private definition", Rules.PrivateDefinitions, Plugin);
		PrintList("public include path", Rules.PublicIncludePaths, Plugin);
		PrintList("public system include path", Rules.PublicSystemIncludePaths, Plugin);
		PrintList("private include path", Rules.PrivateIncludePaths, Plugin);
		PrintList("links", Rules.PublicAdditionalLibraries, Plugin);
		PrintList("delay-loads", Rules.PublicDelayLoadDLLs, Plugin);
		PrintList("looks again when changed", Rules.ExternalDependencies, Plugin);
		foreach (ModuleRules.RuntimeDependency Item in Rules.RuntimeDependencies.Inner)
		{
			Console.WriteLine("stages: " + Relative(Item.Path, Plugin) + " from " + Relative(Item.SourcePath ?? "there", Plugin) + " as " + Item.Type);
		}
		Console.WriteLine("exceptions: " + Rules.bEnableExceptions + ", RTTI: " + Rules.bUseRTTI + ", precompiled headers: " + Rules.PCHUsage);
	}

	private static void PrintList(string What, List<string> List, string Plugin)
	{
		foreach (string Item in List)
		{
			Console.WriteLine(What + ": " + Relative(Item, Plugin));
		}
	}

	/// <summary>As the real tool writes it, the same on every machine.</summary>
	private static string Relative(string Text, string Plugin)
	{
		return Text.Replace(Plugin, "$(PluginDir)").Replace('\\', '/');
	}
}
