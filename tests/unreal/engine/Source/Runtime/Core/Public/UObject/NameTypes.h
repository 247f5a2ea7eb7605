/**
 * FName: text as a number, compared without regard to case.
 */
#pragma once

#include "Containers/StringView.h"

enum EFindName
{
	FNAME_Find,
	FNAME_Add
};

enum EName
{
	NAME_None = 0
};

class CORE_API FName
{
public:
	FName() = default;
	FName(EName) {}
	FName(const TCHAR* Name, EFindName FindType = FNAME_Add);
	FName(const ANSICHAR* Name, EFindName FindType = FNAME_Add);
	explicit FName(const FString& Name, EFindName FindType = FNAME_Add) : FName(*Name, FindType) {}

	FString ToString() const;
	void ToString(FString& Out) const { Out = ToString(); }
	void AppendString(FString& Out) const { Out += ToString(); }
	bool IsNone() const { return Index == 0; }
	bool IsValid() const { return true; }
	bool LexicalLess(const FName& Other) const { return ToString() < Other.ToString(); }

	friend bool operator==(FName First, FName Second) { return First.Index == Second.Index; }
	friend bool operator!=(FName First, FName Second) { return First.Index != Second.Index; }
	friend bool operator==(FName First, EName) { return First.Index == 0; }
	friend bool operator!=(FName First, EName) { return First.Index != 0; }
	bool operator==(const TCHAR* Other) const { return *this == FName(Other, FNAME_Find) && (!IsNone() || FName(Other, FNAME_Find).IsNone()); }
	friend uint32 GetTypeHash(FName Name) { return static_cast<uint32>(Name.Index); }

private:
	int32 Index = 0;
};

FORCEINLINE FString LexToString(const FName& Value) { return Value.ToString(); }
