/**
 * FStringView: characters that somebody else owns, not zero-terminated.
 */
#pragma once

#include "Containers/UnrealString.h"

class CORE_API FStringView
{
public:
	FStringView() = default;
	FStringView(const TCHAR* InData) : Data(InData), Count(FCString::Strlen(InData)) {}
	FStringView(const TCHAR* InData, int32 InCount) : Data(InData), Count(InCount) {}
	FStringView(const FString& String) : Data(*String), Count(String.Len()) {}

	const TCHAR* GetData() const { return Data; }
	int32 Len() const { return Count; }
	bool IsEmpty() const { return Count == 0; }
	const TCHAR& operator[](int32 Index) const
	{
		STANDIN_STRICT(Index >= 0 && Index < Count, "an index out of the bounds of a string view");
		return Data[Index];
	}
	bool Equals(FStringView Other, ESearchCase::Type SearchCase = ESearchCase::CaseSensitive) const
	{
		return FString(*this).Equals(FString(Other), SearchCase);
	}
	const TCHAR* begin() const { return Data; }
	const TCHAR* end() const { return Data + Count; }

private:
	const TCHAR* Data = TEXT("");
	int32 Count = 0;
};

#define TEXTVIEW(Text) FStringView(TEXT(Text), static_cast<int32>(UE_ARRAY_COUNT(TEXT(Text)) - 1))
