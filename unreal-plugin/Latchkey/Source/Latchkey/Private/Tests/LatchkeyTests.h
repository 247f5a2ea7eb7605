// Copyright (c) The Latchkey authors

#pragma once

#include "CoreMinimal.h"
#include "Misc/AutomationTest.h"

#if WITH_AUTOMATION_TESTS

#include "LatchkeySettings.h"
#include "LatchkeyTypes.h"
#include "Misc/EngineVersionComparison.h"
#include "UObject/StrongObjectPtr.h"

class UGameInstance;
class ULatchkeySubsystem;
class UWorld;

/** What the specs share. */
namespace LatchkeyTests
{
#if UE_VERSION_OLDER_THAN(5, 5, 0)
	constexpr EAutomationTestFlags::Type Flags = static_cast<EAutomationTestFlags::Type>(EAutomationTestFlags::ProductFilter | EAutomationTestFlags::ApplicationContextMask);
#else
	constexpr EAutomationTestFlags Flags = EAutomationTestFlags::ProductFilter | EAutomationTestFlags_ApplicationContextMask;
#endif

	/** Lets the engine go on for so many frames. */
	void AfterFrames(int32 Frames, TFunction<void()> Then);

	/** Looks once a frame; the spec's own time-out is for the case that it never is so. */
	void WaitUntil(TFunction<bool()> Condition, TFunction<void()> Then);

	void CollectAllGarbage();

	/** The provider that specs may sign in at, from LATCHKEY_TEST_ISSUER. Empty: there is none, and the spec says that it was left out. */
	FString GetTestIssuer(FAutomationTestBase& Test);

	/** The project's settings as a spec wants them, and as they were afterwards. */
	class FSettings
	{
	public:
		FSettings();
		~FSettings();

		void Unconfigured();
		void Provider(const FString& Issuer, bool bOpenBrowser = true);

		/** In a slot of the specs' own. Whoever calls this signs out at the end, so that nothing stays in the developer's keychain. */
		void Remember(bool bResumeAtStart);

	private:
		void Keep(ULatchkeySettings& To, const ULatchkeySettings& From);

		TStrongObjectPtr<ULatchkeySettings> Before;
	};

	/** A game instance with a world, as one window of Play In Editor has. */
	class FGame
	{
	public:
		FGame();
		~FGame();

		/** As the engine does when the window is closed. */
		void End();

		UWorld* GetWorld() const;
		ULatchkeySubsystem* GetSubsystem() const;

	private:
		TStrongObjectPtr<UGameInstance> Instance;
		TStrongObjectPtr<UWorld> World;
	};
}

#endif // WITH_AUTOMATION_TESTS
