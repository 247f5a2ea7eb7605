/**
 * FCommandLine.
 */
#pragma once

#include "Containers/UnrealString.h"

struct CORE_API FCommandLine
{
	static const TCHAR* Get();
	static bool IsInitialized();
	static bool Set(const TCHAR* NewCommandLine);
	static void Append(const TCHAR* AppendString);
};
