// Copyright (c) The Latchkey authors

#include "LatchkeyLibrary.h"

#if LATCHKEY_WITH_LIBRARY

#include "HAL/PlatformProcess.h"
#include "Interfaces/IPluginManager.h"
#include "Misc/Paths.h"

#if PLATFORM_WINDOWS
#define LATCHKEY_PLATFORM_FOLDER TEXT("Win64")
#define LATCHKEY_LIBRARY_FILE TEXT("latchkey.dll")
#elif PLATFORM_MAC
#define LATCHKEY_PLATFORM_FOLDER TEXT("Mac")
#define LATCHKEY_LIBRARY_FILE TEXT("liblatchkey.dylib")
#elif PLATFORM_LINUX && PLATFORM_CPU_ARM_FAMILY
#define LATCHKEY_PLATFORM_FOLDER TEXT("LinuxArm64")
#define LATCHKEY_LIBRARY_FILE TEXT("liblatchkey.so")
#else
#define LATCHKEY_PLATFORM_FOLDER TEXT("Linux")
#define LATCHKEY_LIBRARY_FILE TEXT("liblatchkey.so")
#endif

bool FLatchkeyLibrary::Open(FString& OutProblem)
{
	if (Handle)
	{
		return true;
	}
	const TArray<FString> Places = Candidates();
	const FString* Place = Places.FindByPredicate([](const FString& Candidate)
	{
		return FPaths::FileExists(Candidate);
	});
	if (!Place)
	{
		OutProblem = FString::Printf(TEXT("The Latchkey library is missing: it is in none of these places: %s. Put it there with `cargo xtask dist`, and package the game anew."), *FString::Join(Places, TEXT(", ")));
		return false;
	}
	Handle = FPlatformProcess::GetDllHandle(**Place);
	if (!Handle)
	{
		OutProblem = FString::Printf(TEXT("The Latchkey library could not be opened: %s is damaged or for another kind of machine. Make it anew with `cargo xtask dist`."), **Place);
		return false;
	}
	Path = *Place;
	return true;
}

void* FLatchkeyLibrary::Find(const TCHAR* Name) const
{
	return Handle ? FPlatformProcess::GetDllExport(Handle, Name) : nullptr;
}

TArray<FString> FLatchkeyLibrary::Candidates()
{
	TArray<FString> Places;
	if (const TSharedPtr<IPlugin> Plugin = IPluginManager::Get().FindPlugin(TEXT("Latchkey")))
	{
		// Build.cs stages it to the first; an editor that was not built since `cargo xtask dist` finds it at the second. Full
		// paths, since what a relative one is relative to differs between editor, game and system.
		const FString Base = FPaths::ConvertRelativePathToFull(Plugin->GetBaseDir());
		Places.Add(FPaths::Combine(Base, TEXT("Binaries/ThirdParty/Latchkey"), LATCHKEY_PLATFORM_FOLDER, LATCHKEY_LIBRARY_FILE));
		Places.Add(FPaths::Combine(Base, TEXT("Source/ThirdParty/Latchkey"), LATCHKEY_PLATFORM_FOLDER, LATCHKEY_LIBRARY_FILE));
	}
	return Places;
}

#undef LATCHKEY_PLATFORM_FOLDER
#undef LATCHKEY_LIBRARY_FILE

#endif // LATCHKEY_WITH_LIBRARY
