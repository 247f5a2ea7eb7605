/**
 * FApp: what kind of program this is.
 */
#pragma once

#include "Containers/UnrealString.h"

class CORE_API FApp
{
public:
	static bool IsUnattended();
	/** False for dedicated servers, most commandlets and -nullrhi. */
	static bool CanEverRender();
	static bool IsGame();
	static const TCHAR* GetProjectName();
	static const TCHAR* GetBuildVersion();
};
