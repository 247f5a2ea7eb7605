/**
 * The automation specs and who runs them.
 */

#include "HAL/PlatformTime.h"
#include "Misc/AutomationTest.h"
#include "Standin/Automation.h"
#include "Standin/Control.h"

namespace
{
	TArray<FAutomationSpecBase*>& AllSpecs()
	{
		static auto* Made = new TArray<FAutomationSpecBase*>;
		return *Made;
	}

	/** As the engine's. */
	const FTimespan DefaultTimeout = FTimespan::FromSeconds(30);
}

FAutomationTestBase::FAutomationTestBase(const FString& InName) : TestName(InName)
{
}

FAutomationTestBase::~FAutomationTestBase() = default;

void FAutomationTestBase::AddError(const FString& InError, int32)
{
	STANDIN_STRICT(IsInGameThread(), "a test reports off the game thread");
	for (FExpected& One : ExpectedMessages)
	{
		if (One.Match == EAutomationExpectedErrorFlags::Contains ? InError.Contains(One.Text) : InError == One.Text)
		{
			++One.Seen;
			return;
		}
	}
	Errors.Add(InError);
}

void FAutomationTestBase::AddWarning(const FString& InWarning, int32)
{
	Warnings.Add(InWarning);
}

void FAutomationTestBase::AddInfo(const FString& InLogItem, int32, bool)
{
	Infos.Add(InLogItem);
}

void FAutomationTestBase::AddExpectedErrorPlain(FString ExpectedString, EAutomationExpectedErrorFlags::MatchType CompareType, int32 Occurrences)
{
	ExpectedMessages.Add(FExpected{ExpectedString, CompareType, Occurrences, 0});
}

bool FAutomationTestBase::Judge(bool bFits, const TCHAR* What, const FString& Otherwise)
{
	if (!bFits)
	{
		AddError(FString(What) + TEXT(": ") + Otherwise);
	}
	return bFits;
}

bool FAutomationTestBase::TestTrue(const TCHAR* What, bool Value)
{
	return Judge(Value, What, TEXT("expected to be true."));
}

bool FAutomationTestBase::TestFalse(const TCHAR* What, bool Value)
{
	return Judge(!Value, What, TEXT("expected to be false."));
}

bool FAutomationTestBase::TestEqual(const TCHAR* What, int32 Actual, int32 Expected)
{
	return Judge(Actual == Expected, What, FString::Printf(TEXT("expected %d, but it was %d."), Expected, Actual));
}

bool FAutomationTestBase::TestEqual(const TCHAR* What, int64 Actual, int64 Expected)
{
	return Judge(Actual == Expected, What, FString::Printf(TEXT("expected %lld, but it was %lld."), Expected, Actual));
}

bool FAutomationTestBase::TestEqual(const TCHAR* What, float Actual, float Expected, float Tolerance)
{
	return TestEqual(What, static_cast<double>(Actual), static_cast<double>(Expected), static_cast<double>(Tolerance));
}

bool FAutomationTestBase::TestEqual(const TCHAR* What, double Actual, double Expected, double Tolerance)
{
	return Judge(FMath::IsNearlyEqual(Actual, Expected, Tolerance), What, FString::Printf(TEXT("expected %f, but it was %f."), Expected, Actual));
}

bool FAutomationTestBase::TestEqual(const TCHAR* What, const TCHAR* Actual, const TCHAR* Expected)
{
	return Judge(FCString::Strcmp(Actual, Expected) == 0, What, FString::Printf(TEXT("expected '%s', but it was '%s'."), Expected, Actual));
}

bool FAutomationTestBase::TestEqual(const TCHAR* What, const FString& Actual, const FString& Expected)
{
	return TestEqual(What, *Actual, *Expected);
}

FAutomationSpecBase::FAutomationSpecBase(const FString& InName, const bool) : FAutomationTestBase(InName)
{
	AllSpecs().Add(this);
}

FAutomationSpecBase::~FAutomationSpecBase()
{
	AllSpecs().Remove(this);
}

FAutomationSpecBase::FStep FAutomationSpecBase::Plain(TFunction<void()> DoWork)
{
	return FStep{[Work = MoveTemp(DoWork)](const FDoneDelegate& Done)
		{
			Work();
			Done.Execute();
		}, DefaultTimeout};
}

void FAutomationSpecBase::Describe(const FString& InDescription, TFunction<void()> DoWork)
{
	const int32 Index = Scopes.Add(FScope_Internal{InDescription, {}, {}});
	Path.Add(Index);
	DoWork();
	Path.Pop();
}

void FAutomationSpecBase::It(const FString& InDescription, TFunction<void()> DoWork)
{
	Pending.Add(FPending_Internal{Path, InDescription, Plain(MoveTemp(DoWork))});
}

void FAutomationSpecBase::LatentIt(const FString& InDescription, TFunction<void(const FDoneDelegate&)> DoWork)
{
	LatentIt(InDescription, DefaultTimeout, MoveTemp(DoWork));
}

void FAutomationSpecBase::LatentIt(const FString& InDescription, const FTimespan& Timeout, TFunction<void(const FDoneDelegate&)> DoWork)
{
	Pending.Add(FPending_Internal{Path, InDescription, FStep{MoveTemp(DoWork), Timeout}});
}

void FAutomationSpecBase::BeforeEach(TFunction<void()> DoWork)
{
	Scopes[Path.Last()].Before.Add(Plain(MoveTemp(DoWork)));
}

void FAutomationSpecBase::LatentBeforeEach(TFunction<void(const FDoneDelegate&)> DoWork)
{
	Scopes[Path.Last()].Before.Add(FStep{MoveTemp(DoWork), DefaultTimeout});
}

void FAutomationSpecBase::AfterEach(TFunction<void()> DoWork)
{
	Scopes[Path.Last()].After.Add(Plain(MoveTemp(DoWork)));
}

void FAutomationSpecBase::LatentAfterEach(TFunction<void(const FDoneDelegate&)> DoWork)
{
	Scopes[Path.Last()].After.Add(FStep{MoveTemp(DoWork), DefaultTimeout});
}

/** Runs one spec's sentences. */
class FAutomationRunner_Internal
{
public:
	FAutomationRunner_Internal(FAutomationSpecBase& InSpec, TFunctionRef<void()> InFrame) : Spec(InSpec), Frame(InFrame) {}

	void Run(TArray<Standin::FSpecResult>& Results)
	{
		Spec.Scopes.Empty();
		Spec.Pending.Empty();
		Spec.Scopes.Add(FAutomationSpecBase::FScope_Internal{Spec.GetBeautifiedTestName_Internal(), {}, {}});
		Spec.Path = {0};
		Spec.Define();
		for (const FAutomationSpecBase::FPending_Internal& One : TArray<FAutomationSpecBase::FPending_Internal>(Spec.Pending))
		{
			Results.Add(RunOne(One));
		}
	}

private:
	using FStep = FAutomationSpecBase::FStep;

	Standin::FSpecResult RunOne(const FAutomationSpecBase::FPending_Internal& One)
	{
		Spec.Errors.Empty();
		Spec.Warnings.Empty();
		Spec.Infos.Empty();
		Spec.ExpectedMessages.Empty();
		const int32 LogBefore = Standin::LogLines().Num();
		Standin::FSpecResult Result;
		bool bGoOn = true;
		for (const int32 Scope : One.Path)
		{
			Result.Name += Spec.Scopes[Scope].Description + TEXT(".");
			for (const FStep& Step : Spec.Scopes[Scope].Before)
			{
				bGoOn = bGoOn && RunStep(Step);
			}
		}
		Result.Name += One.Description;
		if (bGoOn)
		{
			RunStep(One.Work);
		}
		for (int32 Index = One.Path.Num() - 1; Index >= 0; --Index)
		{
			for (const FStep& Step : Spec.Scopes[One.Path[Index]].After)
			{
				RunStep(Step);
			}
		}
		TakeInLog(LogBefore);
		Result.Errors = Spec.Errors;
		Result.Warnings = Spec.Warnings;
		Result.Infos = Spec.Infos;
		return Result;
	}

	bool RunStep(const FStep& Step)
	{
		const TSharedRef<int32> Done = MakeShared<int32>(0);
		Step.Work(FDoneDelegate::CreateLambda([Done]()
			{
				STANDIN_STRICT(IsInGameThread(), "a spec is done off the game thread");
				++*Done;
			}));
		const double End = FPlatformTime::Seconds() + Step.Timeout.GetTotalSeconds();
		while (*Done == 0)
		{
			if (FPlatformTime::Seconds() > End)
			{
				Spec.AddError(TEXT("timed out: it never said that it was done"));
				return false;
			}
			Frame();
		}
		STANDIN_STRICT(*Done == 1, "a spec said twice that it was done");
		return true;
	}

	void TakeInLog(int32 From)
	{
		const TArray<Standin::FLogLine> Lines = Standin::LogLines();
		for (int32 Index = From; Index < Lines.Num(); ++Index)
		{
			if (Lines[Index].Verbosity == ELogVerbosity::Error)
			{
				Spec.AddError(Lines[Index].Category.ToString() + TEXT(": ") + Lines[Index].Text);
			}
			else if (Lines[Index].Verbosity == ELogVerbosity::Warning)
			{
				Spec.AddWarning(Lines[Index].Category.ToString() + TEXT(": ") + Lines[Index].Text);
			}
		}
		for (const FAutomationTestBase::FExpected& One : TArray<FAutomationTestBase::FExpected>(Spec.ExpectedMessages))
		{
			if (One.Occurrences > 0 ? One.Seen != One.Occurrences : One.Occurrences == 0 && One.Seen == 0)
			{
				Spec.Errors.Add(TEXT("an expected error did not come: ") + One.Text);
			}
		}
	}

	FAutomationSpecBase& Spec;
	TFunctionRef<void()> Frame;
};

TArray<Standin::FSpecResult> Standin::RunSpecs(const FString& Prefix, TFunctionRef<void()> Frame)
{
	TArray<FSpecResult> Results;
	for (FAutomationSpecBase* Spec : AllSpecs())
	{
		if (Spec->GetBeautifiedTestName_Internal().StartsWith(Prefix))
		{
			FAutomationRunner_Internal(*Spec, Frame).Run(Results);
		}
	}
	return Results;
}
