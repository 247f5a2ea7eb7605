/**
 * FParse: values and switches of a command line.
 */
#pragma once

#include "Containers/UnrealString.h"

struct CORE_API FParse
{
	/** `Match` is `Name=`; quotes around the value are taken off. */
	static bool Value(const TCHAR* Stream, const TCHAR* Match, FString& Value, bool bShouldStopOnSeparator = true);
	static bool Value(const TCHAR* Stream, const TCHAR* Match, int32& Value);
	static bool Value(const TCHAR* Stream, const TCHAR* Match, float& Value);
	static bool Bool(const TCHAR* Stream, const TCHAR* Match, bool& OnOff);
	/** `-Param` or `/Param`, as a word of its own. */
	static bool Param(const TCHAR* Stream, const TCHAR* Param);
};
