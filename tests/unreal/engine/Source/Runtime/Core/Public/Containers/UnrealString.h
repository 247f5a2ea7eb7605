/**
 * FString: UTF-16, with its zero.
 */
#pragma once

#include "Containers/Array.h"
#include "Misc/CString.h"
#include "Misc/FormatArguments.h"

class FStringView;

namespace ESearchCase
{
	enum Type
	{
		CaseSensitive,
		IgnoreCase
	};
}

namespace ESearchDir
{
	enum Type
	{
		FromStart,
		FromEnd
	};
}

class CORE_API FString
{
public:
	using AllocatorType = FDefaultAllocator;
	using ElementType = TCHAR;

	FString() = default;
	FString(const FString&) = default;
	FString(FString&&) = default;
	FString& operator=(const FString&) = default;
	FString& operator=(FString&&) = default;
	~FString() = default;

	FString(const TCHAR* Text);
	/** Each byte becomes a character, as in the engine: UTF-8 needs UTF8_TO_TCHAR. */
	FString(const ANSICHAR* Text);
	explicit FString(const UTF8CHAR* Text);
	FString(int32 Count, const TCHAR* Text);
	explicit FString(const FStringView& View);
	FString& operator=(const TCHAR* Text);

	static FString ConstructFromPtrSize(const TCHAR* Text, int32 Count) { return FString(Count, Text); }

	const TCHAR* operator*() const { return Data.IsEmpty() ? TEXT("") : Data.GetData(); }
	int32 Len() const { return Data.IsEmpty() ? 0 : Data.Num() - 1; }
	bool IsEmpty() const { return Data.Num() <= 1; }
	bool IsNumeric() const;
	bool IsValidIndex(int32 Index) const { return Index >= 0 && Index < Len(); }
	TArray<TCHAR>& GetCharArray() { return Data; }
	const TArray<TCHAR>& GetCharArray() const { return Data; }
	void Empty() { Data.Empty(); }
	void Empty(int32 Slack) { Data.Empty(Slack); }
	void Reset(int32 NewReservedSize = 0) { Data.Reset(NewReservedSize); }
	void Reserve(int32 CharacterCount) { Data.Reserve(CharacterCount + 1); }

	TCHAR& operator[](int32 Index);
	const TCHAR& operator[](int32 Index) const { return const_cast<FString&>(*this)[Index]; }

	void Append(const TCHAR* Text, int32 Count);
	FString& Append(const FString& Other);
	FString& Append(const TCHAR* Text);
	FString& AppendChar(TCHAR Char);
	void AppendInt(int32 Number);
	FString& operator+=(const FString& Other) { return Append(Other); }
	FString& operator+=(const TCHAR* Text) { return Append(Text); }
	FString& operator+=(TCHAR Char) { return AppendChar(Char); }
	FString& operator/=(const TCHAR* Text);

	bool Equals(const FString& Other, ESearchCase::Type SearchCase = ESearchCase::CaseSensitive) const;
	int32 Compare(const FString& Other, ESearchCase::Type SearchCase = ESearchCase::CaseSensitive) const;
	int32 Find(const TCHAR* SubStr, ESearchCase::Type SearchCase = ESearchCase::IgnoreCase,
		ESearchDir::Type SearchDir = ESearchDir::FromStart, int32 StartPosition = INDEX_NONE) const;
	int32 Find(const FString& SubStr, ESearchCase::Type SearchCase = ESearchCase::IgnoreCase,
		ESearchDir::Type SearchDir = ESearchDir::FromStart, int32 StartPosition = INDEX_NONE) const
	{
		return Find(*SubStr, SearchCase, SearchDir, StartPosition);
	}
	bool FindChar(TCHAR Char, int32& Index) const;
	bool FindLastChar(TCHAR Char, int32& Index) const;
	bool Contains(const TCHAR* SubStr, ESearchCase::Type SearchCase = ESearchCase::IgnoreCase,
		ESearchDir::Type SearchDir = ESearchDir::FromStart) const
	{
		return Find(SubStr, SearchCase, SearchDir) != INDEX_NONE;
	}
	bool Contains(const FString& SubStr, ESearchCase::Type SearchCase = ESearchCase::IgnoreCase,
		ESearchDir::Type SearchDir = ESearchDir::FromStart) const
	{
		return Contains(*SubStr, SearchCase, SearchDir);
	}
	bool StartsWith(const FString& Prefix, ESearchCase::Type SearchCase = ESearchCase::IgnoreCase) const;
	bool EndsWith(const FString& Suffix, ESearchCase::Type SearchCase = ESearchCase::IgnoreCase) const;
	bool RemoveFromStart(const FString& Prefix, ESearchCase::Type SearchCase = ESearchCase::IgnoreCase);
	bool RemoveFromEnd(const FString& Suffix, ESearchCase::Type SearchCase = ESearchCase::IgnoreCase);

	FString Left(int32 Count) const;
	FString LeftChop(int32 Count) const;
	FString Right(int32 Count) const;
	FString RightChop(int32 Count) const;
	FString Mid(int32 Start, int32 Count = 0x7fffffff) const;
	FString TrimStart() const;
	FString TrimEnd() const;
	FString TrimStartAndEnd() const;
	void TrimStartAndEndInline();
	FString TrimQuotes(bool* bQuotesRemoved = nullptr) const;
	FString ToLower() const;
	FString ToUpper() const;
	void ToLowerInline() { *this = ToLower(); }
	FString Replace(const TCHAR* From, const TCHAR* To, ESearchCase::Type SearchCase = ESearchCase::IgnoreCase) const;
	int32 ReplaceInline(const TCHAR* From, const TCHAR* To, ESearchCase::Type SearchCase = ESearchCase::IgnoreCase);
	FString ReplaceCharWithEscapedChar() const;
	bool Split(const FString& InS, FString* LeftS, FString* RightS, ESearchCase::Type SearchCase = ESearchCase::IgnoreCase,
		ESearchDir::Type SearchDir = ESearchDir::FromStart) const;
	int32 ParseIntoArray(TArray<FString>& OutArray, const TCHAR* Delimiter, bool bCullEmpty = true) const;
	int32 ParseIntoArrayWS(TArray<FString>& OutArray, const TCHAR* ExtraDelimiter = nullptr, bool bCullEmpty = true) const;
	int32 ParseIntoArrayLines(TArray<FString>& OutArray, bool bCullEmpty = true) const;
	bool ToBool() const;

	static FString Chr(TCHAR Char);
	static FString ChrN(int32 Count, TCHAR Char);
	static FString FromInt(int32 Number);
	static FString SanitizeFloat(double Value, int32 MinFractionalDigits = 1);

	template <typename RangeType>
	static FString Join(const RangeType& Range, const TCHAR* Separator)
	{
		FString Joined;
		bool bFirst = true;
		for (auto&& Element : Range)
		{
			if (!bFirst)
			{
				Joined += Separator;
			}
			bFirst = false;
			Joined += Element;
		}
		return Joined;
	}

	template <typename... Types>
	static FString Printf(typename Standin::TIdentity<Standin::TCheckedFormat<Types...>>::Type Format, Types... Args)
	{
		static_assert((TIsValidVariadicFunctionArg<Types>::Value && ...), "Invalid argument(s) passed to FString::Printf");
		const Standin::FFormatArgument Arguments[] = {Standin::MakeFormatArgument(Args)..., Standin::MakeFormatArgument(nullptr)};
		return Format_Internal(Format.Format, Arguments, static_cast<int32>(sizeof...(Types)));
	}

	template <typename... Types>
	FString& Appendf(typename Standin::TIdentity<Standin::TCheckedFormat<Types...>>::Type Format, Types... Args)
	{
		return Append(Printf<Types...>(Format, Args...));
	}

	/** Stand-in only. */
	static FString Format_Internal(const TCHAR* Format, const Standin::FFormatArgument* Arguments, int32 Count);

	/** Without regard to case, as in the engine. */
	friend bool operator==(const FString& First, const FString& Second) { return First.Compare(Second, ESearchCase::IgnoreCase) == 0; }
	friend bool operator==(const FString& First, const TCHAR* Second) { return FCString::Stricmp(*First, Second) == 0; }
	friend bool operator==(const TCHAR* First, const FString& Second) { return FCString::Stricmp(First, *Second) == 0; }
	friend bool operator!=(const FString& First, const FString& Second) { return !(First == Second); }
	friend bool operator!=(const FString& First, const TCHAR* Second) { return !(First == Second); }
	friend bool operator!=(const TCHAR* First, const FString& Second) { return !(First == Second); }
	friend bool operator<(const FString& First, const FString& Second) { return First.Compare(Second, ESearchCase::IgnoreCase) < 0; }

	friend FString operator+(const FString& First, const FString& Second) { return FString(First).Append(Second); }
	friend FString operator+(FString&& First, const FString& Second) { return MoveTemp(First.Append(Second)); }
	friend FString operator+(const FString& First, const TCHAR* Second) { return FString(First).Append(Second); }
	friend FString operator+(FString&& First, const TCHAR* Second) { return MoveTemp(First.Append(Second)); }
	friend FString operator+(const TCHAR* First, const FString& Second) { return FString(First).Append(Second); }
	friend FString operator+(const FString& First, TCHAR Second) { return FString(First).AppendChar(Second); }
	friend FString operator/(const FString& First, const TCHAR* Second) { return FString(First) /= Second; }
	friend FString operator/(const FString& First, const FString& Second) { return FString(First) /= *Second; }

	friend CORE_API uint32 GetTypeHash(const FString& String);

	friend const TCHAR* GetData(const FString& String) { return *String; }
	friend int32 GetNum(const FString& String) { return String.Len(); }

private:
	TArray<TCHAR> Data;
};


FORCEINLINE FString LexToString(bool Value) { return Value ? TEXT("true") : TEXT("false"); }
FORCEINLINE FString LexToString(int32 Value) { return FString::FromInt(Value); }
FORCEINLINE FString LexToString(const FString& Value) { return Value; }

CORE_API FString BytesToHex(const uint8* Bytes, int32 Count);
