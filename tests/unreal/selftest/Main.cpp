/**
 * Shows that the stand-in is strict: each case makes a mistake that the engine punishes, and is named after it. `program CASE` ends
 * with 86 and a sentence, or with what a sanitizer ends it; cases that end with 0 show what happened instead.
 */

#include "SelfTestObject.h"

#include "Async/Async.h"
#include "CoreGlobals.h"
#include "Engine/Engine.h"
#include "Engine/GameInstance.h"
#include "Engine/Texture2D.h"
#include "Engine/World.h"
#include "HAL/IConsoleManager.h"
#include "HAL/PlatformProcess.h"
#include "Misc/AutomationTest.h"
#include "Misc/Optional.h"
#include "Standin/Automation.h"
#include "Standin/Control.h"
#include "Standin/Objects.h"
#include "Standin/Play.h"

#include <cstdio>
#include <cstdlib>
#include <thread>

DEFINE_LOG_CATEGORY_STATIC(LogSelfTest, Log, All);

bool USelfTestMaker::bMakes = false;

USelfTestMaker::USelfTestMaker()
{
	if (bMakes)
	{
		NewObject<USelfTestObject>();
	}
}

void USelfTestSilent::BeginDestroy()
{
}

void USelfTestObject::Hear(int32 Number)
{
	Heard += Number;
}

void USelfTestObject::HearWithout(int32 Number)
{
	Heard += Number;
}

BEGIN_DEFINE_SPEC(FSelfTestSpec, "SelfTest", EAutomationTestFlags::ProductFilter | EAutomationTestFlags::EditorContext)
	int32 Before = 0;
END_DEFINE_SPEC(FSelfTestSpec)

void FSelfTestSpec::Define()
{
	Describe("A group", [this]()
	{
		BeforeEach([this]() { ++Before; });
		It("passes", [this]() { TestEqual(TEXT("before each"), Before, 1); });
		It("fails by what it tests", [this]() { TestTrue(TEXT("a falsehood"), false); });
		It("fails by an error in the log", [this]() { UE_LOG(LogSelfTest, Error, TEXT("an error")); });
		It("does not fail by a warning", [this]() { UE_LOG(LogSelfTest, Warning, TEXT("a warning")); });
		It("expects an error that does not come", [this]() { AddExpectedErrorPlain(TEXT("never")); });
		LatentIt("is never done", FTimespan::FromMilliseconds(20.0), [](const FDoneDelegate&) {});
		LatentIt("is done in a later frame", [](const FDoneDelegate& Done) { AsyncTask(ENamedThreads::GameThread, [Done]() { Done.Execute(); }); });
		AfterEach([this]() { Before = 0; });
	});
}

namespace
{
	void Hold(bool bHolds, const char* What)
	{
		if (!bHolds)
		{
			std::printf("does not hold: %s\n", What);
			std::exit(1);
		}
	}

	#define HOLD(Condition) Hold((Condition), #Condition)

	template <typename FuncType>
	void OnAnotherThread(FuncType Func)
	{
		std::thread(Func).join();
	}

	USelfTestObject* Rooted()
	{
		USelfTestObject* Object = NewObject<USelfTestObject>();
		Object->AddToRoot();
		return Object;
	}

	void ForgottenProperty()
	{
		USelfTestObject* Holder = Rooted();
		Holder->Kept = NewObject<USelfTestObject>();
		Holder->KeptInArray.Add(NewObject<USelfTestObject>());
		Holder->Forgotten = NewObject<USelfTestObject>();
		const TWeakObjectPtr<UObject> Kept(Holder->Kept.Get());
		const TWeakObjectPtr<UObject> InArray(Holder->KeptInArray[0].Get());
		const TWeakObjectPtr<UObject> Forgotten(static_cast<USelfTestObject*>(Holder->Forgotten));
		Standin::CollectGarbage();
		HOLD(Kept.IsValid());
		HOLD(InArray.IsValid());
		HOLD(!Forgotten.IsValid());
	}

	/** In the sanitized program the read is what ends it. */
	void UseOfTheForgotten()
	{
		USelfTestObject* Holder = Rooted();
		Holder->Forgotten = NewObject<USelfTestObject>();
		Standin::CollectGarbage();
		std::printf("%d\n", static_cast<USelfTestObject*>(Holder->Forgotten)->Heard);
	}

	void MissingFunction()
	{
		Rooted()->Event.AddDynamic(Rooted(), &USelfTestObject::HearWithout);
	}

	void PresentFunction()
	{
		USelfTestObject* Object = Rooted();
		Object->Event.AddDynamic(Object, &USelfTestObject::Hear);
		Object->Event.Broadcast(3);
		HOLD(Object->Heard == 3);
		// Who is gone is not called.
		USelfTestObject* Gone = NewObject<USelfTestObject>();
		Object->Event.AddDynamic(Gone, &USelfTestObject::Hear);
		Standin::CollectGarbage();
		Object->Event.Broadcast(4);
		HOLD(Object->Heard == 7);
	}

	void BoundTwice()
	{
		USelfTestObject* Object = Rooted();
		Object->Event.AddDynamic(Object, &USelfTestObject::Hear);
		Object->Event.AddDynamic(Object, &USelfTestObject::Hear);
	}

	void DynamicBroadcastOffThread()
	{
		USelfTestObject* Object = Rooted();
		OnAnotherThread([Object]() { Object->Event.Broadcast(1); });
	}

	void NativeBroadcastOffThread()
	{
		TMulticastDelegate<void(int32)> Event;
		Event.AddLambda([](int32) {});
		OnAnotherThread([&Event]() { Event.Broadcast(1); });
	}

	void ObjectOffThread()
	{
		OnAnotherThread([]() { NewObject<USelfTestObject>(); });
	}

	void WeakPointerOffThread()
	{
		const TWeakObjectPtr<USelfTestObject> Weak(Rooted());
		OnAnotherThread([Weak]() { Weak.Get(); });
	}

	void CollectionOffThread()
	{
		OnAnotherThread([]() { Standin::CollectGarbage(); });
	}

	void ObjectInConstructor()
	{
		USelfTestMaker::bMakes = true;
		NewObject<USelfTestMaker>();
	}

	void ObjectByNew()
	{
		new USelfTestObject;
	}

	void ObjectWithoutOuter()
	{
		NewObject<USelfTestObject>(static_cast<UObject*>(nullptr));
	}

	void ObjectOfAnAbstractClass()
	{
		NewObject<USelfTestAbstract>();
	}

	void SilentEnd()
	{
		NewObject<USelfTestSilent>();
		Standin::CollectGarbage();
	}

	void ArrayThatChangesInALoop()
	{
		TArray<int32> Numbers = {1, 2, 3};
		for (const int32 Number : Numbers)
		{
			Numbers.Add(Number);
		}
	}

	void IndexOutOfBounds()
	{
		TArray<int32> Numbers = {1, 2, 3};
		std::printf("%d\n", Numbers[Numbers.Num()]);
	}

	void UnsetOptional()
	{
		TOptional<int32> Unset;
		std::printf("%d\n", Unset.GetValue());
	}

	void EmptySharedPointer()
	{
		TSharedPtr<FString> Empty;
		std::printf("%d\n", Empty->Len());
	}

	void UnboundDelegate()
	{
		TDelegate<void()>().Execute();
	}

	void MissingKey()
	{
		TMap<FString, int32> Map;
		std::printf("%d\n", Map[TEXT("none")]);
	}

	void WrongFormat()
	{
		// Past the check at compile time, which not every compiler can make.
		const Standin::FFormatArgument Argument = Standin::MakeFormatArgument(static_cast<int64>(1));
		FString::Format_Internal(TEXT("%d"), &Argument, 1);
	}

	void FailedCheck()
	{
		check(false);
	}

	void FailedEnsure()
	{
		if (!ensure(FString(TEXT("a")).IsEmpty()))
		{
			std::printf("went on\n");
		}
	}

	void UnbalancedDllDirectory()
	{
		FPlatformProcess::PopDllDirectory(TEXT("nowhere"));
	}

	void ConsoleCommandTwice()
	{
		const FAutoConsoleCommand First(TEXT("SelfTest"), TEXT("Does nothing."), FConsoleCommandDelegate());
		const FAutoConsoleCommand Second(TEXT("SelfTest"), TEXT("Does nothing."), FConsoleCommandDelegate());
	}

	void TwoTextsWithOneKey()
	{
		NSLOCTEXT("SelfTest", "Key", "One");
		NSLOCTEXT("SelfTest", "Key", "Another");
	}

	void TextureUpdatedWhileLocked()
	{
		UTexture2D* Texture = UTexture2D::CreateTransient(4, 4);
		Texture->GetPlatformData()->Mips[0].BulkData.Lock(LOCK_READ_WRITE);
		Texture->UpdateResource();
	}

	/** In the sanitized program the write is what ends it. */
	void PixelTooMuch()
	{
		UTexture2D* Texture = UTexture2D::CreateTransient(4, 4);
		FColor* Pixels = static_cast<FColor*>(Texture->GetPlatformData()->Mips[0].BulkData.Lock(LOCK_READ_WRITE));
		Pixels[4 * 4] = FColor::Black;
	}

	void GameOutsideTheEngine()
	{
		NewObject<UGameInstance>();
	}

	void Specs()
	{
		const TArray<Standin::FSpecResult> Results = Standin::RunSpecs(TEXT("SelfTest"), []() { Standin::Frame(); });
		FString Failed;
		for (const Standin::FSpecResult& Result : Results)
		{
			Failed += Result.Errors.IsEmpty() ? TEXT(".") : TEXT("F");
		}
		Standin::Print(Failed);
		HOLD(Failed == TEXT(".FF.FF."));
	}

	/** A conversion's text is used after its full expression. In the sanitized program the read is what ends it. */
	void ConvertedTextThatIsKept()
	{
		const FString Text(TEXT("text"));
		const ANSICHAR* Gone = TCHAR_TO_UTF8(*Text);
		std::printf("%d\n", Gone[0]);
	}

	void UseAfterFree()
	{
		// Through a volatile pointer: compilers see the plain mistake themselves.
		int32* volatile Number = new int32(1);
		delete Number;
		std::printf("%d\n", *Number);
	}

	void UndefinedBehaviour()
	{
		volatile int32 Most = 0x7fffffff;
		std::printf("%d\n", Most + 1);
	}

	void Leak()
	{
		volatile char* Lost = new char[64];
		Lost[0] = 1;
		Lost = nullptr;
	}

	void Travels()
	{
		UGameInstance* Game = Standin::Play();
		UWorld* Before = Game->GetWorld();
		const TWeakObjectPtr<UObject> Weak(Before);
		Standin::SeamlessTravel(Game);
		HOLD(!Weak.IsValid());
		HOLD(Game->GetWorld() != nullptr);
		Standin::StopPlaying(Game);
	}

	struct FCase
	{
		const char* Name;
		void (*Run)();
	};

	#define CASE(Name) {#Name, &Name}

	const FCase Cases[] = {CASE(ForgottenProperty), CASE(UseOfTheForgotten), CASE(MissingFunction), CASE(PresentFunction), CASE(BoundTwice),
		CASE(DynamicBroadcastOffThread), CASE(NativeBroadcastOffThread), CASE(ObjectOffThread), CASE(WeakPointerOffThread),
		CASE(CollectionOffThread), CASE(ObjectInConstructor), CASE(ObjectByNew), CASE(ObjectWithoutOuter), CASE(ObjectOfAnAbstractClass),
		CASE(SilentEnd), CASE(ArrayThatChangesInALoop), CASE(IndexOutOfBounds), CASE(UnsetOptional), CASE(EmptySharedPointer),
		CASE(UnboundDelegate), CASE(MissingKey), CASE(WrongFormat), CASE(FailedCheck), CASE(FailedEnsure), CASE(UnbalancedDllDirectory),
		CASE(ConsoleCommandTwice), CASE(TwoTextsWithOneKey), CASE(TextureUpdatedWhileLocked), CASE(PixelTooMuch),
		CASE(GameOutsideTheEngine), CASE(Specs), CASE(ConvertedTextThatIsKept), CASE(UseAfterFree), CASE(UndefinedBehaviour), CASE(Leak),
		CASE(Travels)};
}

int main(int NumArguments, char** Arguments)
{
	Standin::StartEngine();
	for (const FCase& Case : Cases)
	{
		if (NumArguments == 2 && std::strcmp(Arguments[1], Case.Name) == 0)
		{
			Case.Run();
			return 0;
		}
	}
	return 2;
}
