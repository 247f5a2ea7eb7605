/**
 * FString, FCString and their printf.
 */

#include "Containers/StringConv.h"
#include "Containers/StringView.h"
#include "Containers/UnrealString.h"

#include <cstdio>
#include <cstdlib>
#include <string_view>

namespace
{
	TCHAR Folded(TCHAR Char)
	{
		return Char >= u'A' && Char <= u'Z' ? static_cast<TCHAR>(Char + 32) : Char;
	}

	int32 Compared(const TCHAR* First, int32 FirstLen, const TCHAR* Second, int32 SecondLen, bool bIgnoreCase)
	{
		for (int32 Index = 0; Index < FirstLen && Index < SecondLen; ++Index)
		{
			const TCHAR A = bIgnoreCase ? Folded(First[Index]) : First[Index];
			const TCHAR B = bIgnoreCase ? Folded(Second[Index]) : Second[Index];
			if (A != B)
			{
				return A < B ? -1 : 1;
			}
		}
		return FirstLen == SecondLen ? 0 : FirstLen < SecondLen ? -1 : 1;
	}

	std::string_view Narrow(const TCHAR* Text, char (&Buffer)[64])
	{
		SIZE_T Length = 0;
		for (; Text[Length] && Length < sizeof(Buffer) - 1; ++Length)
		{
			Buffer[Length] = Text[Length] < 128 ? static_cast<char>(Text[Length]) : '?';
		}
		Buffer[Length] = 0;
		return std::string_view(Buffer, Length);
	}
}

int32 FCString::Strlen(const TCHAR* String)
{
	int32 Length = 0;
	while (String[Length])
	{
		++Length;
	}
	return Length;
}

int32 FCString::Strcmp(const TCHAR* First, const TCHAR* Second)
{
	return Compared(First, Strlen(First), Second, Strlen(Second), false);
}

int32 FCString::Stricmp(const TCHAR* First, const TCHAR* Second)
{
	return Compared(First, Strlen(First), Second, Strlen(Second), true);
}

int32 FCString::Strncmp(const TCHAR* First, const TCHAR* Second, SIZE_T Count)
{
	const int32 Longest = static_cast<int32>(Count);
	const int32 FirstLen = Strlen(First);
	const int32 SecondLen = Strlen(Second);
	return Compared(First, FirstLen < Longest ? FirstLen : Longest, Second, SecondLen < Longest ? SecondLen : Longest, false);
}

int32 FCString::Strnicmp(const TCHAR* First, const TCHAR* Second, SIZE_T Count)
{
	const int32 Longest = static_cast<int32>(Count);
	const int32 FirstLen = Strlen(First);
	const int32 SecondLen = Strlen(Second);
	return Compared(First, FirstLen < Longest ? FirstLen : Longest, Second, SecondLen < Longest ? SecondLen : Longest, true);
}

const TCHAR* FCString::Strstr(const TCHAR* String, const TCHAR* Find)
{
	const int32 Wanted = Strlen(Find);
	for (; *String || Wanted == 0; ++String)
	{
		if (Strncmp(String, Find, static_cast<SIZE_T>(Wanted)) == 0)
		{
			return String;
		}
	}
	return nullptr;
}

const TCHAR* FCString::Strchr(const TCHAR* String, TCHAR Char)
{
	for (; *String; ++String)
	{
		if (*String == Char)
		{
			return String;
		}
	}
	return nullptr;
}

int32 FCString::Atoi(const TCHAR* String)
{
	return static_cast<int32>(Atoi64(String));
}

int64 FCString::Atoi64(const TCHAR* String)
{
	char Buffer[64];
	return std::strtoll(Narrow(String, Buffer).data(), nullptr, 10);
}

double FCString::Atod(const TCHAR* String)
{
	char Buffer[64];
	return std::strtod(Narrow(String, Buffer).data(), nullptr);
}

float FCString::Atof(const TCHAR* String)
{
	return static_cast<float>(Atod(String));
}

bool FCString::ToBool(const TCHAR* String)
{
	for (const TCHAR* True : {TEXT("True"), TEXT("Yes"), TEXT("On")})
	{
		if (Stricmp(String, True) == 0)
		{
			return true;
		}
	}
	return Atoi(String) != 0;
}

bool FCString::IsNumeric(const TCHAR* String)
{
	if (*String == u'-' || *String == u'+')
	{
		++String;
	}
	bool bDigit = false;
	bool bPoint = false;
	for (; *String; ++String)
	{
		if (*String == u'.' && !bPoint)
		{
			bPoint = true;
		}
		else if (FChar::IsDigit(*String))
		{
			bDigit = true;
		}
		else
		{
			return false;
		}
	}
	return bDigit;
}

int32 FCStringAnsi::Strlen(const ANSICHAR* String)
{
	return static_cast<int32>(std::strlen(String));
}

int32 FCStringAnsi::Strcmp(const ANSICHAR* First, const ANSICHAR* Second)
{
	return std::strcmp(First, Second);
}

int32 FCStringAnsi::Strncmp(const ANSICHAR* First, const ANSICHAR* Second, SIZE_T Count)
{
	return std::strncmp(First, Second, Count);
}

bool FChar::IsWhitespace(TCHAR Char)
{
	return Char == u' ' || (Char >= u'\t' && Char <= u'\r') || Char == 0xa0 || Char == 0x3000;
}

bool FChar::IsDigit(TCHAR Char)
{
	return Char >= u'0' && Char <= u'9';
}

bool FChar::IsHexDigit(TCHAR Char)
{
	return IsDigit(Char) || (Folded(Char) >= u'a' && Folded(Char) <= u'f');
}

bool FChar::IsAlpha(TCHAR Char)
{
	return (Folded(Char) >= u'a' && Folded(Char) <= u'z') || Char >= 0xc0;
}

bool FChar::IsAlnum(TCHAR Char)
{
	return IsAlpha(Char) || IsDigit(Char);
}

bool FChar::IsUpper(TCHAR Char)
{
	return Char >= u'A' && Char <= u'Z';
}

bool FChar::IsLower(TCHAR Char)
{
	return Char >= u'a' && Char <= u'z';
}

TCHAR FChar::ToUpper(TCHAR Char)
{
	return IsLower(Char) ? static_cast<TCHAR>(Char - 32) : Char;
}

TCHAR FChar::ToLower(TCHAR Char)
{
	return Folded(Char);
}

FString::FString(const TCHAR* Text)
{
	if (Text && *Text)
	{
		Append(Text, FCString::Strlen(Text));
	}
}

FString::FString(const ANSICHAR* Text)
{
	for (; Text && *Text; ++Text)
	{
		AppendChar(static_cast<TCHAR>(static_cast<unsigned char>(*Text)));
	}
}

FString::FString(const UTF8CHAR* Text) : FString(FUTF8ToTCHAR(Text).Get())
{
}

FString::FString(int32 Count, const TCHAR* Text)
{
	Append(Text, Count);
}

FString::FString(const FStringView& View) : FString(View.Len(), View.GetData())
{
}

FString& FString::operator=(const TCHAR* Text)
{
	return *this = FString(Text);
}

TCHAR& FString::operator[](int32 Index)
{
	STANDIN_STRICT(IsValidIndex(Index), "an index out of a string's bounds");
	return Data[Index];
}

bool FString::IsNumeric() const
{
	return FCString::IsNumeric(**this);
}

void FString::Append(const TCHAR* Text, int32 Count)
{
	if (Count <= 0)
	{
		return;
	}
	// Copied first: the text may be this very string.
	const TArray<TCHAR> Kept(Text, Count);
	if (!Data.IsEmpty())
	{
		Data.Pop();
	}
	Data.Append(Kept);
	Data.Add(0);
}

FString& FString::Append(const FString& Other)
{
	Append(*Other, Other.Len());
	return *this;
}

FString& FString::Append(const TCHAR* Text)
{
	Append(Text, FCString::Strlen(Text));
	return *this;
}

FString& FString::AppendChar(TCHAR Char)
{
	if (Char)
	{
		Append(&Char, 1);
	}
	return *this;
}

void FString::AppendInt(int32 Number)
{
	Append(FromInt(Number));
}

FString& FString::operator/=(const TCHAR* Text)
{
	if (Len() > 0 && (*this)[Len() - 1] != u'/' && *Text != u'/')
	{
		AppendChar(u'/');
	}
	return Append(Text);
}

bool FString::Equals(const FString& Other, ESearchCase::Type SearchCase) const
{
	return Compare(Other, SearchCase) == 0;
}

int32 FString::Compare(const FString& Other, ESearchCase::Type SearchCase) const
{
	return Compared(**this, Len(), *Other, Other.Len(), SearchCase == ESearchCase::IgnoreCase);
}

int32 FString::Find(const TCHAR* SubStr, ESearchCase::Type SearchCase, ESearchDir::Type SearchDir, int32 StartPosition) const
{
	const int32 Wanted = FCString::Strlen(SubStr);
	const bool bIgnoreCase = SearchCase == ESearchCase::IgnoreCase;
	const bool bBackwards = SearchDir == ESearchDir::FromEnd;
	const int32 Last = Len() - Wanted;
	int32 At = StartPosition == INDEX_NONE ? (bBackwards ? Last : 0) : StartPosition;
	for (; At >= 0 && At <= Last; At += bBackwards ? -1 : 1)
	{
		if (Compared(**this + At, Wanted, SubStr, Wanted, bIgnoreCase) == 0)
		{
			return At;
		}
	}
	return INDEX_NONE;
}

bool FString::FindChar(TCHAR Char, int32& Index) const
{
	const TCHAR Text[] = {Char, 0};
	Index = Find(Text, ESearchCase::CaseSensitive);
	return Index != INDEX_NONE;
}

bool FString::FindLastChar(TCHAR Char, int32& Index) const
{
	const TCHAR Text[] = {Char, 0};
	Index = Find(Text, ESearchCase::CaseSensitive, ESearchDir::FromEnd);
	return Index != INDEX_NONE;
}

bool FString::StartsWith(const FString& Prefix, ESearchCase::Type SearchCase) const
{
	return Left(Prefix.Len()).Equals(Prefix, SearchCase);
}

bool FString::EndsWith(const FString& Suffix, ESearchCase::Type SearchCase) const
{
	return Right(Suffix.Len()).Equals(Suffix, SearchCase);
}

bool FString::RemoveFromStart(const FString& Prefix, ESearchCase::Type SearchCase)
{
	if (Prefix.IsEmpty() || !StartsWith(Prefix, SearchCase))
	{
		return false;
	}
	*this = RightChop(Prefix.Len());
	return true;
}

bool FString::RemoveFromEnd(const FString& Suffix, ESearchCase::Type SearchCase)
{
	if (Suffix.IsEmpty() || !EndsWith(Suffix, SearchCase))
	{
		return false;
	}
	*this = LeftChop(Suffix.Len());
	return true;
}

FString FString::Left(int32 Count) const
{
	return Mid(0, Count);
}

FString FString::LeftChop(int32 Count) const
{
	return Mid(0, Len() - Count);
}

FString FString::Right(int32 Count) const
{
	return Count >= Len() ? *this : Mid(Len() - Count);
}

FString FString::RightChop(int32 Count) const
{
	return Mid(Count);
}

FString FString::Mid(int32 Start, int32 Count) const
{
	Start = Start < 0 ? 0 : Start > Len() ? Len() : Start;
	const int32 Rest = Len() - Start;
	return FString(Count < 0 ? 0 : Count < Rest ? Count : Rest, **this + Start);
}

FString FString::TrimStart() const
{
	int32 Start = 0;
	while (Start < Len() && FChar::IsWhitespace((*this)[Start]))
	{
		++Start;
	}
	return Mid(Start);
}

FString FString::TrimEnd() const
{
	int32 End = Len();
	while (End > 0 && FChar::IsWhitespace((*this)[End - 1]))
	{
		--End;
	}
	return Left(End);
}

FString FString::TrimStartAndEnd() const
{
	return TrimStart().TrimEnd();
}

void FString::TrimStartAndEndInline()
{
	*this = TrimStartAndEnd();
}

FString FString::TrimQuotes(bool* bQuotesRemoved) const
{
	const bool bQuoted = Len() >= 2 && (*this)[0] == u'"' && (*this)[Len() - 1] == u'"';
	if (bQuotesRemoved)
	{
		*bQuotesRemoved = bQuoted;
	}
	return bQuoted ? Mid(1, Len() - 2) : *this;
}

FString FString::ToLower() const
{
	FString Lower(*this);
	for (int32 Index = 0; Index < Lower.Len(); ++Index)
	{
		Lower[Index] = FChar::ToLower(Lower[Index]);
	}
	return Lower;
}

FString FString::ToUpper() const
{
	FString Upper(*this);
	for (int32 Index = 0; Index < Upper.Len(); ++Index)
	{
		Upper[Index] = FChar::ToUpper(Upper[Index]);
	}
	return Upper;
}

FString FString::Replace(const TCHAR* From, const TCHAR* To, ESearchCase::Type SearchCase) const
{
	FString Replaced(*this);
	Replaced.ReplaceInline(From, To, SearchCase);
	return Replaced;
}

int32 FString::ReplaceInline(const TCHAR* From, const TCHAR* To, ESearchCase::Type SearchCase)
{
	const int32 Wanted = FCString::Strlen(From);
	int32 Count = 0;
	FString Replaced;
	int32 Done = 0;
	for (int32 At = 0; Wanted > 0 && (At = Find(From, SearchCase, ESearchDir::FromStart, Done)) != INDEX_NONE; ++Count)
	{
		Replaced += Mid(Done, At - Done) + To;
		Done = At + Wanted;
	}
	*this = Replaced + Mid(Done);
	return Count;
}

bool FString::Split(const FString& InS, FString* LeftS, FString* RightS, ESearchCase::Type SearchCase, ESearchDir::Type SearchDir) const
{
	const int32 At = Find(InS, SearchCase, SearchDir);
	if (At == INDEX_NONE)
	{
		return false;
	}
	// This string may be one of the results.
	const FString Kept(*this);
	if (LeftS)
	{
		*LeftS = Kept.Left(At);
	}
	if (RightS)
	{
		*RightS = Kept.Mid(At + InS.Len());
	}
	return true;
}

int32 FString::ParseIntoArray(TArray<FString>& OutArray, const TCHAR* Delimiter, bool bCullEmpty) const
{
	OutArray.Reset();
	FString Rest(*this);
	FString Part;
	while (Rest.Split(Delimiter, &Part, &Rest, ESearchCase::CaseSensitive))
	{
		if (!bCullEmpty || !Part.IsEmpty())
		{
			OutArray.Add(Part);
		}
	}
	if (!bCullEmpty || !Rest.IsEmpty())
	{
		OutArray.Add(Rest);
	}
	return OutArray.Num();
}

int32 FString::ParseIntoArrayWS(TArray<FString>& OutArray, const TCHAR* ExtraDelimiter, bool bCullEmpty) const
{
	FString Spaced(*this);
	for (int32 Index = 0; Index < Spaced.Len(); ++Index)
	{
		if (FChar::IsWhitespace(Spaced[Index]))
		{
			Spaced[Index] = u' ';
		}
	}
	if (ExtraDelimiter)
	{
		Spaced.ReplaceInline(ExtraDelimiter, TEXT(" "));
	}
	return Spaced.ParseIntoArray(OutArray, TEXT(" "), bCullEmpty);
}

int32 FString::ParseIntoArrayLines(TArray<FString>& OutArray, bool bCullEmpty) const
{
	return Replace(TEXT("\r"), TEXT("")).ParseIntoArray(OutArray, TEXT("\n"), bCullEmpty);
}

bool FString::ToBool() const
{
	return FCString::ToBool(**this);
}

FString FString::Chr(TCHAR Char)
{
	return FString().AppendChar(Char);
}

FString FString::ChrN(int32 Count, TCHAR Char)
{
	FString Repeated;
	while (Count-- > 0)
	{
		Repeated.AppendChar(Char);
	}
	return Repeated;
}

FString FString::FromInt(int32 Number)
{
	return Printf(TEXT("%d"), Number);
}

FString FString::SanitizeFloat(double Value, int32 MinFractionalDigits)
{
	FString Text = Printf(TEXT("%f"), Value);
	int32 Point = INDEX_NONE;
	Text.FindChar(u'.', Point);
	while (Text.Len() > Point + 1 + MinFractionalDigits && Text[Text.Len() - 1] == u'0')
	{
		Text = Text.LeftChop(1);
	}
	return MinFractionalDigits == 0 && Text.EndsWith(TEXT(".")) ? Text.LeftChop(1) : Text;
}

uint32 GetTypeHash(const FString& String)
{
	uint32 Hash = 2166136261u;
	for (int32 Index = 0; Index < String.Len(); ++Index)
	{
		Hash = (Hash ^ Folded(String[Index])) * 16777619u;
	}
	return Hash;
}

FString BytesToHex(const uint8* Bytes, int32 Count)
{
	FString Hex;
	for (int32 Index = 0; Index < Count; ++Index)
	{
		Hex += FString::Printf(TEXT("%02X"), static_cast<int32>(Bytes[Index]));
	}
	return Hex;
}

namespace
{
	FString Converted(const Standin::FFormatSpec& Spec, const Standin::FFormatArgument& Argument)
	{
		using Standin::EFormatKind;
		switch (Argument.Kind)
		{
		case EFormatKind::Text:
			// The engine prints this for null, and crashes nowhere.
			return Argument.Pointer ? FString(static_cast<const TCHAR*>(Argument.Pointer)) : FString(TEXT("(null)"));
		case EFormatKind::Ansi:
			return Argument.Pointer ? FString(static_cast<const ANSICHAR*>(Argument.Pointer)) : FString(TEXT("(null)"));
		case EFormatKind::Char:
			if (Spec.Conversion == u'c')
			{
				return FString::Chr(static_cast<TCHAR>(Argument.Integer));
			}
			break;
		default:
			break;
		}
		char Format[16];
		char Buffer[512];
		const char Conversion = static_cast<char>(Spec.Conversion);
		if (Argument.Kind == EFormatKind::Double)
		{
			std::snprintf(Format, sizeof(Format), Spec.bPlus ? "%%+.*%c" : "%%.*%c", Conversion);
			std::snprintf(Buffer, sizeof(Buffer), Format, Spec.Precision < 0 ? 6 : Spec.Precision, Argument.Real);
		}
		else if (Spec.bAnyPointer)
		{
			std::snprintf(Buffer, sizeof(Buffer), "0x%llx", static_cast<uint64>(reinterpret_cast<UPTRINT>(Argument.Pointer)));
		}
		else
		{
			const bool bUnsigned = Spec.Conversion != u'd' && Spec.Conversion != u'i';
			const int64 Number = bUnsigned && Argument.Kind == EFormatKind::Int32
				? static_cast<int64>(static_cast<uint32>(Argument.Integer))
				: Argument.Integer;
			std::snprintf(Format, sizeof(Format), Spec.bPlus ? "%%+.*ll%c" : "%%.*ll%c", Conversion);
			std::snprintf(Buffer, sizeof(Buffer), Format, Spec.Precision < 0 ? 1 : Spec.Precision, Number);
		}
		return FString(static_cast<const ANSICHAR*>(Buffer));
	}

	FString Padded(FString Text, const Standin::FFormatSpec& Spec, int32 Width)
	{
		const int32 Missing = Width - Text.Len();
		if (Missing <= 0)
		{
			return Text;
		}
		if (Spec.bLeft)
		{
			return Text + FString::ChrN(Missing, u' ');
		}
		const bool bZeros = Spec.bZero && Spec.Conversion != u's' && Spec.Conversion != u'c';
		if (bZeros && (Text[0] == u'-' || Text[0] == u'+'))
		{
			return Text.Left(1) + FString::ChrN(Missing, u'0') + Text.Mid(1);
		}
		return FString::ChrN(Missing, bZeros ? u'0' : u' ') + Text;
	}
}

FString FString::Format_Internal(const TCHAR* Format, const Standin::FFormatArgument* Arguments, int32 Count)
{
	TArray<Standin::EFormatKind> Kinds;
	for (int32 Index = 0; Index < Count; ++Index)
	{
		Kinds.Add(Arguments[Index].Kind);
	}
	if (!Standin::CheckFormat(Format, Kinds.GetData(), Count))
	{
		Standin::FatalText("a format that does not fit its arguments", Format, __FILE__, __LINE__);
	}
	FString Text;
	int32 Used = 0;
	for (const TCHAR* At = Format; *At;)
	{
		if (*At != u'%')
		{
			Text.AppendChar(*At++);
			continue;
		}
		if (*++At == u'%')
		{
			Text.AppendChar(*At++);
			continue;
		}
		Standin::FFormatSpec Spec = Standin::ReadFormatSpec(At);
		const int32 Width = Spec.bStarWidth ? static_cast<int32>(Arguments[Used++].Integer) : Spec.Width;
		if (Spec.bStarPrecision)
		{
			Spec.Precision = static_cast<int32>(Arguments[Used++].Integer);
		}
		FString Part = Converted(Spec, Arguments[Used++]);
		if (Spec.Conversion == u's' && Spec.Precision >= 0)
		{
			Part = Part.Left(Spec.Precision);
		}
		Text += Padded(MoveTemp(Part), Spec, Width);
		At = Spec.End;
	}
	return Text;
}
