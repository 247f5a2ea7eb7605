/**
 * FConfigCacheIni: what stands in the ini files.
 */
#pragma once

#include "UObject/ObjectFlags.h"
#include "CoreMinimal.h"

class COREUOBJECT_API FConfigCacheIni
{
public:
	bool GetString(const TCHAR* Section, const TCHAR* Key, FString& Value, const FString& Filename) const;
	int32 GetArray(const TCHAR* Section, const TCHAR* Key, TArray<FString>& Out, const FString& Filename) const;
	void SetString(const TCHAR* Section, const TCHAR* Key, const TCHAR* Value, const FString& Filename);

	/** Stand-in only: reads the text of an ini file (`[Section]`, `Key=Value`, `+Key=Value`) in place of what there was. */
	void LoadText(const FString& Filename, const FString& Text);

private:
	using FSection = TArray<TPair<FString, FString>>;

	TMap<FString, FSection> Sections;
};

extern COREUOBJECT_API FConfigCacheIni* GConfig;
extern COREUOBJECT_API FString GEngineIni;
extern COREUOBJECT_API FString GGameIni;
