/**
 * Automation specs. An error in the log fails the spec in whose time it falls, as in the engine.
 */
#pragma once

#include "CoreMinimal.h"
#include "Misc/EngineVersionComparison.h"
#include "Misc/Optional.h"
#include "Misc/Timespan.h"

#ifndef WITH_AUTOMATION_TESTS
	#define WITH_AUTOMATION_TESTS (WITH_DEV_AUTOMATION_TESTS || WITH_PERF_AUTOMATION_TESTS)
#endif

#define STANDIN_AUTOMATION_FLAGS \
	EditorContext = 0x00000001, ClientContext = 0x00000002, ServerContext = 0x00000004, CommandletContext = 0x00000008, \
	ProgramContext = 0x00000010, CriticalPriority = 0x00010000, HighPriority = 0x00020000, MediumPriority = 0x00040000, \
	LowPriority = 0x00080000, SmokeFilter = 0x01000000, EngineFilter = 0x02000000, ProductFilter = 0x04000000, \
	PerfFilter = 0x08000000, StressFilter = 0x10000000, NegativeFilter = 0x20000000

#if UE_VERSION_OLDER_THAN(5, 5, 0)
struct EAutomationTestFlags
{
	enum Type : uint32
	{
		None = 0,
		STANDIN_AUTOMATION_FLAGS,
		ApplicationContextMask = EditorContext | ClientContext | ServerContext | CommandletContext | ProgramContext,
		FilterMask = SmokeFilter | EngineFilter | ProductFilter | PerfFilter | StressFilter | NegativeFilter
	};
};
using FAutomationFlags_Internal = uint32;
#else
enum class EAutomationTestFlags : uint32
{
	None = 0,
	STANDIN_AUTOMATION_FLAGS
};

constexpr EAutomationTestFlags operator|(EAutomationTestFlags First, EAutomationTestFlags Second)
{
	return static_cast<EAutomationTestFlags>(static_cast<uint32>(First) | static_cast<uint32>(Second));
}

inline constexpr EAutomationTestFlags EAutomationTestFlags_ApplicationContextMask = EAutomationTestFlags::EditorContext
	| EAutomationTestFlags::ClientContext | EAutomationTestFlags::ServerContext | EAutomationTestFlags::CommandletContext
	| EAutomationTestFlags::ProgramContext;
using FAutomationFlags_Internal = EAutomationTestFlags;
#endif

namespace EAutomationExpectedErrorFlags
{
	enum MatchType
	{
		Exact,
		Contains
	};
}

DECLARE_DELEGATE(FDoneDelegate);

class CORE_API FAutomationTestBase
{
public:
	explicit FAutomationTestBase(const FString& InName);
	virtual ~FAutomationTestBase();
	FAutomationTestBase(const FAutomationTestBase&) = delete;
	FAutomationTestBase& operator=(const FAutomationTestBase&) = delete;

	void AddError(const FString& InError, int32 StackOffset = 0);
	void AddWarning(const FString& InWarning, int32 StackOffset = 0);
	void AddInfo(const FString& InLogItem, int32 StackOffset = 0, bool bCaptureStack = false);
	/** 0 occurrences: any number, but one at least; below 0: also none. */
	void AddExpectedErrorPlain(FString ExpectedString, EAutomationExpectedErrorFlags::MatchType CompareType = EAutomationExpectedErrorFlags::Contains, int32 Occurrences = 1);
	bool HasAnyErrors() const { return Errors.Num() > 0; }

	bool TestTrue(const TCHAR* What, bool Value);
	bool TestTrue(const FString& What, bool Value) { return TestTrue(*What, Value); }
	bool TestFalse(const TCHAR* What, bool Value);
	bool TestFalse(const FString& What, bool Value) { return TestFalse(*What, Value); }
	bool TestEqual(const TCHAR* What, int32 Actual, int32 Expected);
	bool TestEqual(const TCHAR* What, int64 Actual, int64 Expected);
	bool TestEqual(const TCHAR* What, float Actual, float Expected, float Tolerance = UE_KINDA_SMALL_NUMBER);
	bool TestEqual(const TCHAR* What, double Actual, double Expected, double Tolerance = UE_KINDA_SMALL_NUMBER);
	bool TestEqual(const TCHAR* What, const TCHAR* Actual, const TCHAR* Expected);
	bool TestEqual(const TCHAR* What, const FString& Actual, const FString& Expected);
	bool TestEqual(const TCHAR* What, const FString& Actual, const TCHAR* Expected) { return TestEqual(What, *Actual, Expected); }

	template <typename ValueType>
	bool TestEqual(const TCHAR* What, const ValueType& Actual, const ValueType& Expected)
	{
		return Judge(Actual == Expected, What, TEXT("The two values are not equal."));
	}

	template <typename ValueType>
	bool TestEqual(const FString& What, const ValueType& Actual, const ValueType& Expected)
	{
		return TestEqual(*What, Actual, Expected);
	}

	template <typename ValueType>
	bool TestNotEqual(const TCHAR* What, const ValueType& Actual, const ValueType& Expected)
	{
		return Judge(!(Actual == Expected), What, TEXT("The two values are equal."));
	}

	template <typename ValueType>
	bool TestNull(const TCHAR* What, const ValueType* Pointer)
	{
		return Judge(Pointer == nullptr, What, TEXT("Expected null."));
	}

	template <typename ValueType>
	bool TestNotNull(const TCHAR* What, const ValueType* Pointer)
	{
		return Judge(Pointer != nullptr, What, TEXT("Expected not null."));
	}

	template <typename ValueType>
	bool TestValid(const TCHAR* What, const TSharedPtr<ValueType>& SharedPointer)
	{
		return Judge(SharedPointer.IsValid(), What, TEXT("Expected valid."));
	}

protected:
	bool Judge(bool bFits, const TCHAR* What, const FString& Otherwise);

	struct FExpected
	{
		FString Text;
		EAutomationExpectedErrorFlags::MatchType Match;
		int32 Occurrences;
		int32 Seen;
	};

	FString TestName;
	TArray<FString> Errors;
	TArray<FString> Warnings;
	TArray<FString> Infos;
	TArray<FExpected> ExpectedMessages;

	friend class FAutomationRunner_Internal;
};

/** A test that says what it is about as a tree of sentences. */
class CORE_API FAutomationSpecBase : public FAutomationTestBase
{
public:
	FAutomationSpecBase(const FString& InName, const bool bInComplexTask);
	virtual ~FAutomationSpecBase() override;

	virtual FString GetBeautifiedTestName_Internal() const = 0;
	virtual FAutomationFlags_Internal GetTestFlags() const = 0;
	virtual void Define() = 0;

	void Describe(const FString& InDescription, TFunction<void()> DoWork);
	void It(const FString& InDescription, TFunction<void()> DoWork);
	void LatentIt(const FString& InDescription, TFunction<void(const FDoneDelegate&)> DoWork);
	void LatentIt(const FString& InDescription, const FTimespan& Timeout, TFunction<void(const FDoneDelegate&)> DoWork);
	void BeforeEach(TFunction<void()> DoWork);
	void LatentBeforeEach(TFunction<void(const FDoneDelegate&)> DoWork);
	void AfterEach(TFunction<void()> DoWork);
	void LatentAfterEach(TFunction<void(const FDoneDelegate&)> DoWork);

private:
	friend class FAutomationRunner_Internal;

	struct FStep
	{
		TFunction<void(const FDoneDelegate&)> Work;
		FTimespan Timeout;
	};

	struct FScope_Internal
	{
		FString Description;
		TArray<FStep> Before;
		TArray<FStep> After;
	};

	static FStep Plain(TFunction<void()> DoWork);

	TArray<FScope_Internal> Scopes;
	/** Described first, since what comes before each may be written after the first It. */
	struct FPending_Internal
	{
		TArray<int32> Path;
		FString Description;
		FStep Work;
	};
	TArray<FPending_Internal> Pending;
	TArray<int32> Path;
};

#define DEFINE_SPEC_PRIVATE(TClass, PrettyName, TFlags) \
public: \
	explicit TClass(const FString& InName) : FAutomationSpecBase(InName, false) \
	{ \
		static_assert((static_cast<uint32>(TFlags) & 0x1fu) != 0, "AutomationTest has no application flag. It shouldn't run."); \
		static_assert((static_cast<uint32>(TFlags) & 0x3f000000u) != 0, "AutomationTest has no filter flag."); \
	} \
	virtual FAutomationFlags_Internal GetTestFlags() const override { return TFlags; } \
	virtual FString GetBeautifiedTestName_Internal() const override { return TEXT(PrettyName); } \
	virtual void Define() override;

#define BEGIN_DEFINE_SPEC(TClass, PrettyName, TFlags) \
	class TClass : public FAutomationSpecBase \
	{ \
		DEFINE_SPEC_PRIVATE(TClass, PrettyName, TFlags)

#define END_DEFINE_SPEC(TClass) \
	}; \
	namespace \
	{ \
		TClass TClass##AutomationSpecInstance(TEXT(#TClass)); \
	}

#define DEFINE_SPEC(TClass, PrettyName, TFlags) \
	BEGIN_DEFINE_SPEC(TClass, PrettyName, TFlags) \
	END_DEFINE_SPEC(TClass)
