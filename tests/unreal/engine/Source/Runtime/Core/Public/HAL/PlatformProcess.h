/**
 * FPlatformProcess: libraries and programs.
 */
#pragma once

#include "Containers/UnrealString.h"

struct CORE_API FPlatformProcess
{
	static void* GetDllHandle(const TCHAR* Filename);
	static void FreeDllHandle(void* DllHandle);
	static void* GetDllExport(void* DllHandle, const TCHAR* ProcName);
	static void PushDllDirectory(const TCHAR* Directory);
	static void PopDllDirectory(const TCHAR* Directory);

	static bool CanLaunchURL(const TCHAR* URL);
	static void LaunchURL(const TCHAR* URL, const TCHAR* Parms, FString* Error);

	static void Sleep(float Seconds);
	static uint32 GetCurrentProcessId();
	static const TCHAR* BaseDir();
	static const TCHAR* GetBinariesSubdirectory();
	static FString GetModulesDirectory();
	static const TCHAR* GetModulePrefix();
	static const TCHAR* GetModuleExtension();
};
