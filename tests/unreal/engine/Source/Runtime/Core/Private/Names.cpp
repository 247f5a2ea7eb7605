/**
 * The table of names, and texts for players.
 */

#include "Internationalization/Text.h"
#include "Misc/ScopeLock.h"

namespace
{
	struct FNameTable
	{
		FCriticalSection Section;
		TArray<FString> Names = {TEXT("None")};
	};

	FNameTable& Table()
	{
		// Never destroyed: names are used until the very end.
		static FNameTable* Made = new FNameTable;
		return *Made;
	}

	int32 Indexed(const FString& Name, EFindName FindType)
	{
		if (Name.IsEmpty())
		{
			return 0;
		}
		FScopeLock Lock(&Table().Section);
		const int32 Found = Table().Names.Find(Name);
		return Found != INDEX_NONE ? Found : FindType == FNAME_Add ? Table().Names.Add(Name) : 0;
	}
}

FName::FName(const TCHAR* Name, EFindName FindType) : Index(Name ? Indexed(FString(Name), FindType) : 0)
{
}

FName::FName(const ANSICHAR* Name, EFindName FindType) : Index(Name ? Indexed(FString(Name), FindType) : 0)
{
}

FString FName::ToString() const
{
	FScopeLock Lock(&Table().Section);
	return Table().Names[Index];
}

const FText& FText::GetEmpty()
{
	static const FText* Empty = new FText;
	return *Empty;
}

FText FText::FromString(const FString& String)
{
	FText Text;
	Text.String = String;
	return Text;
}

FText FText::FromString(FString&& String)
{
	FText Text;
	Text.String = MoveTemp(String);
	return Text;
}

FText FText::FromName(const FName& Name)
{
	return FromString(Name.ToString());
}

FText FText::AsCultureInvariant(const FString& String)
{
	return FromString(String);
}

FText FText::AsNumber(int32 Value)
{
	return AsNumber(static_cast<int64>(Value));
}

FText FText::AsNumber(int64 Value)
{
	return FromString(FString::Printf(TEXT("%lld"), Value));
}

FText FText::Format(const FText& Pattern, const FFormatNamedArguments& Arguments)
{
	// Once from left to right: a brace in an argument is only text.
	FString Formatted;
	int32 Used = 0;
	const FString& Source = Pattern.String;
	for (int32 At = 0; At < Source.Len(); ++At)
	{
		const int32 End = Source[At] == u'{' ? Source.Find(TEXT("}"), ESearchCase::CaseSensitive, ESearchDir::FromStart, At) : INDEX_NONE;
		const FFormatArgumentValue* Argument = End == INDEX_NONE ? nullptr : Arguments.Find(Source.Mid(At + 1, End - At - 1));
		if (Argument)
		{
			Formatted += Argument->Text.String;
			At = End;
			++Used;
		}
		else
		{
			Formatted += Source[At];
		}
	}
	STANDIN_STRICT(Used >= Arguments.Num(), "a text's pattern does not use an argument that it is given");
	return FromString(Formatted);
}

FText FText::FormatOrdered_Internal(const FText& Pattern, const TArray<FFormatArgumentValue>& Arguments)
{
	FFormatNamedArguments Named;
	for (const FFormatArgumentValue& Argument : Arguments)
	{
		Named.Add(FString::FromInt(Named.Num()), Argument);
	}
	return Format(Pattern, Named);
}

FText FText::Localized_Internal(const TCHAR* Namespace, const TCHAR* Key, const TCHAR* Text)
{
	static TMap<FString, FString>* Known = new TMap<FString, FString>;
	static FCriticalSection* Section = new FCriticalSection;
	FScopeLock Lock(Section);
	FString& Source = Known->FindOrAdd(FString(Namespace) + TEXT(",") + Key);
	STANDIN_STRICT(Source.IsEmpty() || Source.Equals(Text), "two texts have the same namespace and key: translations would mix them up");
	Source = Text;
	return FromString(Source);
}
