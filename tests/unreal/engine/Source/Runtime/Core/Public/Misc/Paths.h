/**
 * FPaths.
 */
#pragma once

#include "Containers/UnrealString.h"

class CORE_API FPaths
{
public:
	static FString ProjectDir();
	static FString ProjectSavedDir() { return ProjectDir() / TEXT("Saved/"); }
	static FString ProjectConfigDir() { return ProjectDir() / TEXT("Config/"); }
	static FString GetPath(const FString& InPath);
	static FString GetCleanFilename(const FString& InPath);
	static FString GetBaseFilename(const FString& InPath, bool bRemovePath = true);
	static FString GetExtension(const FString& InPath, bool bIncludeDot = false);
	static bool FileExists(const FString& InPath);
	static bool DirectoryExists(const FString& InPath);
	static bool IsRelative(const FString& InPath);
	static FString ConvertRelativePathToFull(const FString& InPath);
	static void NormalizeFilename(FString& InPath);
	static void NormalizeDirectoryName(FString& InPath);

	template <typename... PathTypes>
	static FString Combine(PathTypes&&... InPaths)
	{
		FString Combined;
		(Join(Combined, Forward<PathTypes>(InPaths)), ...);
		return Combined;
	}

private:
	static void Join(FString& Combined, const FString& Next)
	{
		if (Combined.IsEmpty())
		{
			Combined = Next;
		}
		else
		{
			Combined /= *Next;
		}
	}
};
