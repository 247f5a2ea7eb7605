/**
 * What the header tool has written, at work: a case by name, and an exit code.
 */

#include "Sample.h"

#include "Misc/ConfigCacheIni.h"
#include "Standin/Objects.h"
#include "UObject/Class.h"
#include "UObject/UObjectGlobals.h"

#include <cstdio>
#include <cstdlib>
#include <cstring>

void USample::Hear(const FString& Heard, ESampleChoice HeardChoice)
{
	HeardText = Heard;
	LastHeard = HeardChoice;
}

void USample::NotReflected(const FString& Heard, ESampleChoice)
{
	HeardText = Heard;
}

void USample::Answer(int32 Number)
{
	Answered = Number;
}

int32 USample::Count(const TArray<FString>& Words, FString& Last)
{
	Last = Words.Last();
	return Words.Num();
}

int32 USample::Weigh_Implementation(const FString& What)
{
	return What.Len();
}

namespace
{
	void Hold(bool bHolds, const char* What, int Line)
	{
		if (!bHolds)
		{
			std::fprintf(stderr, "line %d: %s does not hold\n", Line, What);
			std::exit(1);
		}
	}

#define HOLD(Condition) Hold((Condition), #Condition, __LINE__)

	USample* MakeRooted()
	{
		USample* Sample = NewObject<USample>();
		Sample->AddToRoot();
		return Sample;
	}

	const Reflection::FProperty& Property(const TCHAR* Name)
	{
		const Reflection::FProperty* Found = Standin::FindProperty(USample::StaticClass(), Name);
		HOLD(Found != nullptr);
		return *Found;
	}

	/** Whether an object lives on when only this holds it. */
	template <typename TPut>
	bool IsKept(TPut Put)
	{
		USample* Sample = MakeRooted();
		USampleLeaf* Leaf = NewObject<USampleLeaf>();
		const TWeakObjectPtr<USampleLeaf> Watch = Leaf;
		Put(*Sample, Leaf);
		Standin::CollectGarbage();
		const bool bKept = Watch.IsValid();
		Sample->RemoveFromRoot();
		Standin::CollectGarbage();
		HOLD(!Watch.IsValid());
		return bKept;
	}

	void Collector()
	{
		HOLD(!IsKept([](USample&, UObject*) {}));
		HOLD(!IsKept([](USample& Sample, UObject* Leaf) { Sample.Weak = Leaf; }));
		HOLD(IsKept([](USample& Sample, UObject* Leaf) { Sample.Pointer = Leaf; }));
		HOLD(IsKept([](USample& Sample, USampleLeaf* Leaf) { Sample.Plain = Leaf; }));
		HOLD(IsKept([](USample& Sample, UObject* Leaf) { Sample.List.Add(Leaf); }));
		HOLD(IsKept([](USample& Sample, UObject* Leaf) { Sample.Set.Add(Leaf); }));
		HOLD(IsKept([](USample& Sample, UObject* Leaf) { Sample.ByName.Add(TEXT("a"), Leaf); }));
		HOLD(IsKept([](USample& Sample, UObject* Leaf) { Sample.ByObject.Add(Leaf, 1); }));
		HOLD(IsKept([](USample& Sample, UObject* Leaf) { Sample.Pair.Kept = Leaf; }));
		HOLD(IsKept([](USample& Sample, UObject* Leaf) { Sample.Pairs[Sample.Pairs.AddDefaulted()].Kept = Leaf; }));
	}

	/** Takes every reference away. */
	class FForget final : public Reflection::FReferenceVisitor
	{
	public:
		virtual void Visit(UObject*& Reference) override
		{
			Seen += Reference ? 1 : 0;
			Reference = nullptr;
		}

		int32 Seen = 0;
	};

	/** What a collector changes lands in the object, in structs and containers too, and nowhere beside. */
	void Forgetting()
	{
		USample& Sample = *MakeRooted();
		UObject* Leaf = NewObject<USampleLeaf>();
		Leaf->AddToRoot();
		Sample.Pointer = Leaf;
		Sample.Pair.Kept = Leaf;
		Sample.List = {Leaf, Leaf};
		Sample.ByName.Add(TEXT("a"), Leaf);
		Sample.Pairs[Sample.Pairs.AddDefaulted()].Kept = Leaf;
		Sample.Weak = Leaf;
		FForget Forget;
		for (const Reflection::FProperty& Found : USample::StaticClass()->Record->Properties)
		{
			Reflection::VisitReferences(Found, &Sample, Forget);
		}
		HOLD(Forget.Seen == 6);
		HOLD(Sample.Pointer == nullptr && Sample.Pair.Kept == nullptr && Sample.Pairs[0].Kept == nullptr);
		HOLD(Sample.List.Num() == 2 && Sample.List[1] == nullptr && Sample.ByName[TEXT("a")] == nullptr);
		HOLD(Sample.Weak.Get() == Leaf && Sample.Pair.Number == 7 && Sample.Pairs[0].Number == 7);
	}

	void Text()
	{
		const auto Import = [](const TCHAR* Name, const TCHAR* Text, USample& Sample)
		{
			const Reflection::FProperty& Found = Property(Name);
			return Reflection::ImportText(Found.Value, Text, Found.In(&Sample));
		};
		const auto Export = [](const TCHAR* Name, const USample& Sample)
		{
			const Reflection::FProperty& Found = Property(Name);
			return Reflection::ExportText(Found.Value, Found.In(&Sample));
		};
		USample& Sample = *MakeRooted();
		const auto Holds = [&](const TCHAR* Name, const TCHAR* In, const TCHAR* Out)
		{
			return Import(Name, In, Sample) && Export(Name, Sample) == Out;
		};
		HOLD(Holds(TEXT("Text"), TEXT(" as it is, \u00e4"), TEXT(" as it is, \u00e4")));
		HOLD(Holds(TEXT("Name"), TEXT("Who"), TEXT("Who")));
		HOLD(Holds(TEXT("bOn"), TEXT("TRUE"), TEXT("True")));
		HOLD(Holds(TEXT("bOn"), TEXT("0"), TEXT("False")));
		HOLD(Holds(TEXT("Small"), TEXT("-2147483648"), TEXT("-2147483648")));
		HOLD(Holds(TEXT("Large"), TEXT(" 9223372036854775807 "), TEXT("9223372036854775807")));
		HOLD(Holds(TEXT("Port"), TEXT("65535"), TEXT("65535")));
		HOLD(Holds(TEXT("Half"), TEXT("0.25"), TEXT("0.250000")));
		HOLD(Holds(TEXT("Choice"), TEXT("Second"), TEXT("Second")));
		HOLD(Holds(TEXT("Choice"), TEXT("ESampleChoice::first"), TEXT("First")));
		// What is no value changes nothing.
		HOLD(!Import(TEXT("Small"), TEXT("2147483648"), Sample) && Sample.Small == MIN_int32);
		HOLD(!Import(TEXT("Small"), TEXT("12x"), Sample) && !Import(TEXT("Small"), TEXT(""), Sample));
		HOLD(!Import(TEXT("Port"), TEXT("-1"), Sample) && !Import(TEXT("Port"), TEXT("65536"), Sample) && Sample.Port == 65535);
		HOLD(!Import(TEXT("bOn"), TEXT("maybe"), Sample) && !Sample.bOn);
		HOLD(!Import(TEXT("Choice"), TEXT("Third"), Sample) && Sample.Choice == ESampleChoice::First);
		HOLD(!Import(TEXT("Pair"), TEXT("(Number=1)"), Sample) && Sample.Pair.Number == 7);
	}

	void Config()
	{
		GConfig->LoadText(GEngineIni, TEXT("[/Script/Sample.Sample]\nText=read\nSmall=-3\nChoice=Second\n+Texts=a\n+Texts=b\n+Numbers=1\n+Numbers=2\nFixed=9\n[/Script/Sample.SampleDerived]\nMore=6\n"));
		Standin::MakeClassesAndDefaultObjects();
		const USample* Default = GetDefault<USample>();
		HOLD(Default->Text == TEXT("read") && Default->Small == -3 && Default->Choice == ESampleChoice::Second);
		HOLD(Default->Texts.Num() == 2 && Default->Texts[1] == TEXT("b") && Default->Numbers.Num() == 2 && Default->Numbers[1] == 2);
		HOLD(Default->Fixed == 4 && Default->Large == 2);
		HOLD(GetDefault<USampleDerived>()->More == 6);
		HOLD(USampleDerived::StaticClass()->HasAnyClassFlags(Reflection::CLASS_Abstract));
		HOLD(!USample::StaticClass()->HasAnyClassFlags(Reflection::CLASS_Abstract));
	}

	void Delegates()
	{
		USample& Sample = *MakeRooted();
		USample& Listener = *MakeRooted();
		Sample.OnHappened.AddDynamic(&Listener, &USample::Hear);
		Sample.OnHappened.Broadcast(TEXT("now"), ESampleChoice::Second);
		HOLD(Listener.HeardText == TEXT("now") && Listener.LastHeard == ESampleChoice::Second);
		// Its declaration takes several lines, and compilers differ in which of them is its own.
		Sample.OnAsked.BindUFunction(&Listener, TEXT("Answer"));
		HOLD(Sample.OnAsked.ExecuteIfBound(21) && Listener.Answered == 21);
		Sample.OnAsked.BindUFunction(&Listener, TEXT("NotReflected"));
		HOLD(!Sample.OnAsked.IsBound());
		HOLD(USample::StaticClass()->FindFunctionByName(TEXT("NotReflected")) == nullptr);
	}

	void Functions()
	{
		struct FParms
		{
			TArray<FString> Words;
			FString Last;
			int32 ReturnValue = 0;
		};
		USample& Sample = *MakeRooted();
		UFunction* Function = Sample.FindFunctionChecked(TEXT("Count"));
		const Reflection::FFunction& Record = *Function->Record;
		HOLD(Record.ParmsSize == sizeof(FParms) && Record.Parameters.Count == 3 && (Record.Flags & Reflection::FUNC_Static));
		HOLD(Record.Parameters.Items[0].Flags == (Reflection::CPF_Parm | Reflection::CPF_ConstParm));
		HOLD(Record.Parameters.Items[1].Flags == (Reflection::CPF_Parm | Reflection::CPF_OutParm));
		HOLD(Record.Parameters.Items[2].Flags == (Reflection::CPF_Parm | Reflection::CPF_ReturnParm));
		FParms Parms;
		Parms.Words = {TEXT("one"), TEXT("two")};
		Sample.ProcessEvent(Function, &Parms);
		HOLD(Parms.ReturnValue == 2 && Parms.Last == TEXT("two"));
	}

	void Events()
	{
		USample& Sample = *MakeRooted();
		HOLD(Sample.Weigh(TEXT("abc")) == 3);
		Sample.Shown(1);
		UClass* Blueprint = Standin::MakeBlueprintClass(USample::StaticClass(), TEXT("BP_Sample"));
		static int32 Times = 0;
		Standin::AddBlueprintFunction(Blueprint, TEXT("Shown"), [](UObject*, void* Parms) { Times = *static_cast<int32*>(Parms); });
		USample* Derived = NewObject<USample>(GetTransientPackage(), Blueprint);
		Derived->AddToRoot();
		Derived->Shown(5);
		HOLD(Times == 5);
	}

	void Words()
	{
		const UEnum* Enum = StaticEnum<ESampleChoice>();
		HOLD(Enum->GetDisplayNameTextByValue(1).ToString() == TEXT("The \"other\" one"));
		HOLD(UEnum::GetValueAsString(ESampleChoice::Second) == TEXT("ESampleChoice::Second"));
		HOLD(USample::StaticClass()->GetMetaData(TEXT("ToolTip")) == TEXT("Everything."));
		HOLD(FString(Property(TEXT("ByName")).Value.Words) == TEXT("TMap<FName, TObjectPtr<UObject>>"));
		HOLD(FString(Property(TEXT("ByName")).Element->TypeName) == TEXT("UObject"));
		HOLD(Property(TEXT("ByName")).Key->Kind == Reflection::EKind::Name);
	}

	struct FCase
	{
		const char* Name;
		void (*Run)();
	};

	const FCase Cases[] = {
		{"collector", &Collector},
		{"forgetting", &Forgetting},
		{"text", &Text},
		{"config", &Config},
		{"delegates", &Delegates},
		{"functions", &Functions},
		{"events", &Events},
		{"words", &Words},
	};
}

int main(int Count, char** Arguments)
{
	const char* Name = Count > 1 ? Arguments[1] : "";
	for (const FCase& Case : Cases)
	{
		if (std::strcmp(Case.Name, Name) == 0)
		{
			Case.Run();
			std::printf("%s: done\n", Name);
			return 0;
		}
	}
	std::fprintf(stderr, "there is no case %s\n", Name);
	return 2;
}
