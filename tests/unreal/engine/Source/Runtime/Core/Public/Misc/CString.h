/**
 * FCString: the C library's functions, for the engine's characters.
 */
#pragma once

#include "HAL/UnrealMemory.h"

struct CORE_API FCString
{
	static int32 Strlen(const TCHAR* String);
	static int32 Strcmp(const TCHAR* First, const TCHAR* Second);
	static int32 Stricmp(const TCHAR* First, const TCHAR* Second);
	static int32 Strncmp(const TCHAR* First, const TCHAR* Second, SIZE_T Count);
	static int32 Strnicmp(const TCHAR* First, const TCHAR* Second, SIZE_T Count);
	static const TCHAR* Strstr(const TCHAR* String, const TCHAR* Find);
	static const TCHAR* Strchr(const TCHAR* String, TCHAR Char);
	static int32 Atoi(const TCHAR* String);
	static int64 Atoi64(const TCHAR* String);
	static double Atod(const TCHAR* String);
	static float Atof(const TCHAR* String);
	static bool ToBool(const TCHAR* String);
	static bool IsNumeric(const TCHAR* String);
};

struct CORE_API FCStringAnsi
{
	static int32 Strlen(const ANSICHAR* String);
	static int32 Strcmp(const ANSICHAR* First, const ANSICHAR* Second);
	static int32 Strncmp(const ANSICHAR* First, const ANSICHAR* Second, SIZE_T Count);
};

struct CORE_API FChar
{
	static bool IsWhitespace(TCHAR Char);
	static bool IsDigit(TCHAR Char);
	static bool IsHexDigit(TCHAR Char);
	static bool IsAlpha(TCHAR Char);
	static bool IsAlnum(TCHAR Char);
	static bool IsUpper(TCHAR Char);
	static bool IsLower(TCHAR Char);
	static TCHAR ToUpper(TCHAR Char);
	static TCHAR ToLower(TCHAR Char);
};
