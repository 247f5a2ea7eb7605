/**
 * From ini text to the properties that are marked Config.
 */

#include "Misc/ConfigCacheIni.h"
#include "Misc/DataValidation.h"
#include "UObject/Class.h"

FConfigCacheIni* GConfig = new FConfigCacheIni;
FString GEngineIni = TEXT("Engine");
FString GGameIni = TEXT("Game");

namespace
{
	FString SectionKey(const FString& Filename, const TCHAR* Section)
	{
		return Filename + TEXT("|") + Section;
	}
}

bool FConfigCacheIni::GetString(const TCHAR* Section, const TCHAR* Key, FString& Value, const FString& Filename) const
{
	TArray<FString> Values;
	if (GetArray(Section, Key, Values, Filename) == 0)
	{
		return false;
	}
	Value = Values.Last();
	return true;
}

int32 FConfigCacheIni::GetArray(const TCHAR* Section, const TCHAR* Key, TArray<FString>& Out, const FString& Filename) const
{
	Out.Reset();
	if (const FSection* Found = Sections.Find(SectionKey(Filename, Section)))
	{
		for (const TPair<FString, FString>& Line : *Found)
		{
			if (Line.Key == Key)
			{
				Out.Add(Line.Value);
			}
		}
	}
	return Out.Num();
}

void FConfigCacheIni::SetString(const TCHAR* Section, const TCHAR* Key, const TCHAR* Value, const FString& Filename)
{
	FSection& Lines = Sections.FindOrAdd(SectionKey(Filename, Section));
	Lines.RemoveAll([Key](const TPair<FString, FString>& Line) { return Line.Key == Key; });
	Lines.Add(TPair<FString, FString>(FString(Key), FString(Value)));
}

void FConfigCacheIni::LoadText(const FString& Filename, const FString& Text)
{
	TArray<FString> Lines;
	Text.ParseIntoArrayLines(Lines);
	FString Section;
	for (const FString& Raw : Lines)
	{
		FString Line = Raw.TrimStartAndEnd();
		FString Key;
		FString Value;
		if (Line.StartsWith(TEXT("[")) && Line.EndsWith(TEXT("]")))
		{
			Section = SectionKey(Filename, *Line.Mid(1, Line.Len() - 2));
			Sections.Add(Section);
		}
		else if (!Line.StartsWith(TEXT(";")) && Line.Split(TEXT("="), &Key, &Value))
		{
			Key.RemoveFromStart(TEXT("+"));
			Sections.FindOrAdd(Section).Add(TPair<FString, FString>(Key.TrimEnd(), Value.TrimQuotes()));
		}
	}
}

void UObject::LoadConfig()
{
	const FString Section = GetClass()->bBlueprint ? GetClass()->GetSuperClass()->GetPathName() : GetClass()->GetPathName();
	const FString File = GetClass()->ConfigName;
	GetClass()->ForEachProperty_Internal([this, &Section, &File](const Reflection::FProperty& Property)
		{
			TArray<FString> Values;
			if (!(Property.Flags & Reflection::CPF_Config) || GConfig->GetArray(*Section, Property.Name, Values, File) == 0)
			{
				return;
			}
			if (!Property.Container)
			{
				Reflection::ImportText(Property.Value, *Values.Last(), Property.In(this));
				return;
			}
			Property.Container->Empty(Property.In(this));
			for (const FString& Value : Values)
			{
				Reflection::ImportText(*Property.Element, *Value, Property.Container->Add(Property.In(this)));
			}
		});
}

void UObject::ReloadConfig()
{
	LoadConfig();
	PostReloadConfig();
}

EDataValidationResult CombineDataValidationResults(EDataValidationResult First, EDataValidationResult Second)
{
	if (First == EDataValidationResult::Invalid || Second == EDataValidationResult::Invalid)
	{
		return EDataValidationResult::Invalid;
	}
	return First == EDataValidationResult::Valid || Second == EDataValidationResult::Valid ? EDataValidationResult::Valid : EDataValidationResult::NotValidated;
}
