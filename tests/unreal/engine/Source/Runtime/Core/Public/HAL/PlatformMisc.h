/**
 * FPlatformMisc.
 */
#pragma once

#include "Containers/UnrealString.h"

struct CORE_API FPlatformMisc
{
	/** Empty also for a variable that is not set. */
	static FString GetEnvironmentVariable(const TCHAR* VariableName);
	static void SetEnvironmentVar(const TCHAR* VariableName, const TCHAR* Value);
	static void RequestExit(bool Force);
	static FString GetDefaultLocale();
};
