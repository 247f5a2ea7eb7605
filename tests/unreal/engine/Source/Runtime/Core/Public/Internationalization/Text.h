/**
 * FText: what players read.
 */
#pragma once

#include "Containers/Map.h"
#include "UObject/NameTypes.h"

struct FFormatArgumentValue;
using FFormatNamedArguments = TMap<FString, FFormatArgumentValue>;

class CORE_API FText
{
public:
	FText() = default;

	static const FText& GetEmpty();
	static FText FromString(const FString& String);
	static FText FromString(FString&& String);
	static FText FromName(const FName& Name);
	static FText AsCultureInvariant(const FString& String);
	static FText AsNumber(int32 Value);
	static FText AsNumber(int64 Value);
	static FText Format(const FText& Pattern, const FFormatNamedArguments& Arguments);

	template <typename... Types>
	static FText Format(const FText& Pattern, const Types&... Arguments);

	const FString& ToString() const { return String; }
	bool IsEmpty() const { return String.IsEmpty(); }
	bool IsEmptyOrWhitespace() const { return String.TrimStartAndEnd().IsEmpty(); }
	bool EqualTo(const FText& Other) const { return String.Equals(Other.String); }
	bool IdenticalTo(const FText& Other) const { return EqualTo(Other); }

	/** Stand-in only: what LOCTEXT and NSLOCTEXT make. A key may have one text. */
	static FText Localized_Internal(const TCHAR* Namespace, const TCHAR* Key, const TCHAR* Text);

private:
	static FText FormatOrdered_Internal(const FText& Pattern, const TArray<FFormatArgumentValue>& Arguments);

	FString String;
};

/** What stands for a placeholder: a text or a number, never an FString. */
struct FFormatArgumentValue
{
	FFormatArgumentValue() = default;
	FFormatArgumentValue(const FText& Value) : Text(Value) {}
	FFormatArgumentValue(int32 Value) : Text(FText::AsNumber(Value)) {}
	FFormatArgumentValue(uint32 Value) : Text(FText::AsNumber(static_cast<int64>(Value))) {}
	FFormatArgumentValue(int64 Value) : Text(FText::AsNumber(Value)) {}

	FText Text;
};

template <typename... Types>
FText FText::Format(const FText& Pattern, const Types&... Arguments)
{
	TArray<FFormatArgumentValue> List;
	(List.Add(FFormatArgumentValue(Arguments)), ...);
	return FormatOrdered_Internal(Pattern, List);
}

#define NSLOCTEXT(Namespace, Key, Text) FText::Localized_Internal(TEXT(Namespace), TEXT(Key), TEXT(Text))
#define LOCTEXT(Key, Text) FText::Localized_Internal(TEXT(LOCTEXT_NAMESPACE), TEXT(Key), TEXT(Text))
#define INVTEXT(Text) FText::AsCultureInvariant(TEXT(Text))
