/**
 * Stand-in only: what a test sets and sees of the parts of the engine that Core plays. No plugin may include it.
 */
#pragma once

#include "Containers/UnrealString.h"
#include "Logging/LogVerbosity.h"
#include "UObject/NameTypes.h"

namespace Standin
{
	struct FLogLine
	{
		FName Category;
		ELogVerbosity::Type Verbosity;
		FString Text;
	};

	/** What kind of process is played. Set before modules are loaded. */
	struct FProcessKind
	{
		bool bCommandlet = false;
		bool bDedicatedServer = false;
		bool bUnattended = false;
		bool bCanEverRender = true;
	};

	CORE_API FProcessKind& ProcessKind();

	/** Everything that was logged so far, by any thread; a copy. */
	CORE_API TArray<FLogLine> LogLines();
	CORE_API void ClearLog();
	/** Whether log lines go to the standard error as well. */
	CORE_API void SetLogShown(bool bShown);
	/** Hears every line that is logged, on the thread that logs it. Null: nobody. */
	CORE_API void SetLogListener(void (*Listener)(const FLogLine& Line));

	/** What LaunchURL was given. */
	CORE_API TArray<FString>& OpenedUrls();
	/** The files that GetDllHandle was asked for. */
	CORE_API TArray<FString>& RequestedLibraries();
	/** PushDllDirectory less PopDllDirectory. */
	CORE_API int32 DllDirectoryDepth();

	/** Where FPaths::ProjectDir is. */
	CORE_API void SetProjectDir(const FString& Directory);

	/** Runs what AsyncTask has put off for the game thread; once a frame. */
	CORE_API void RunGameThreadTasks();
	/** How many background tasks have not ended; the process may not end before they do. */
	CORE_API void WaitForBackgroundTasks();

	CORE_API void SetExitRequested(bool bRequested);

	/** Prints a sentence for people. */
	CORE_API FString Described(ELogVerbosity::Type Verbosity);
	CORE_API void Print(const FString& Line);
}
