// Copyright (c) The Latchkey authors

#include "LatchkeyTests.h"

#if WITH_AUTOMATION_TESTS

#include "Containers/Ticker.h"
#include "Engine/Engine.h"
#include "Engine/GameInstance.h"
#include "Engine/World.h"
#include "HAL/PlatformMisc.h"
#include "LatchkeySubsystem.h"
#include "UObject/UObjectGlobals.h"

void LatchkeyTests::AfterFrames(int32 Frames, TFunction<void()> Then)
{
	FTSTicker::GetCoreTicker().AddTicker(FTickerDelegate::CreateLambda([Left = Frames, Then = MoveTemp(Then)](float /* DeltaSeconds */) mutable
	{
		if (--Left > 0)
		{
			return true;
		}
		Then();
		return false;
	}));
}

void LatchkeyTests::WaitUntil(TFunction<bool()> Condition, TFunction<void()> Then)
{
	FTSTicker::GetCoreTicker().AddTicker(FTickerDelegate::CreateLambda([Condition = MoveTemp(Condition), Then = MoveTemp(Then)](float /* DeltaSeconds */)
	{
		if (!Condition())
		{
			return true;
		}
		Then();
		return false;
	}));
}

void LatchkeyTests::CollectAllGarbage()
{
	CollectGarbage(GARBAGE_COLLECTION_KEEPFLAGS, /* bPerformFullPurge */ true);
}

FString LatchkeyTests::GetTestIssuer(FAutomationTestBase& Test)
{
	const FString Issuer = FPlatformMisc::GetEnvironmentVariable(TEXT("LATCHKEY_TEST_ISSUER"));
	if (Issuer.IsEmpty())
	{
		Test.AddInfo(TEXT("Left out: LATCHKEY_TEST_ISSUER names no provider to sign in at."));
	}
	return Issuer;
}

LatchkeyTests::FSettings::FSettings()
	: Before(NewObject<ULatchkeySettings>())
{
	ULatchkeySettings* Settings = GetMutableDefault<ULatchkeySettings>();
	Keep(*Before, *Settings);
	// What a spec signs in must not be found in the developer's own keychain the next day.
	Settings->bRememberMe = false;
	Settings->bResumeAtStart = false;
}

LatchkeyTests::FSettings::~FSettings()
{
	Keep(*GetMutableDefault<ULatchkeySettings>(), *Before);
}

void LatchkeyTests::FSettings::Keep(ULatchkeySettings& To, const ULatchkeySettings& From)
{
	To.Issuer = From.Issuer;
	To.ClientId = From.ClientId;
	To.Scopes = From.Scopes;
	To.RedirectPorts = From.RedirectPorts;
	To.bOpenBrowser = From.bOpenBrowser;
	To.ProfileSlot = From.ProfileSlot;
	To.bRememberMe = From.bRememberMe;
	To.bResumeAtStart = From.bResumeAtStart;
}

void LatchkeyTests::FSettings::Unconfigured()
{
	ULatchkeySettings* Settings = GetMutableDefault<ULatchkeySettings>();
	Settings->Issuer.Empty();
	Settings->ClientId.Empty();
}

void LatchkeyTests::FSettings::Provider(const FString& Issuer, bool bOpenBrowser)
{
	ULatchkeySettings* Settings = GetMutableDefault<ULatchkeySettings>();
	Settings->Issuer = Issuer;
	Settings->ClientId = TEXT("practice-game");
	Settings->RedirectPorts.Empty();
	Settings->bOpenBrowser = bOpenBrowser;
}

void LatchkeyTests::FSettings::Remember(bool bResumeAtStart)
{
	ULatchkeySettings* Settings = GetMutableDefault<ULatchkeySettings>();
	Settings->ProfileSlot = TEXT("latchkey-specs");
	Settings->bRememberMe = true;
	Settings->bResumeAtStart = bResumeAtStart;
}

LatchkeyTests::FGame::FGame()
	: Instance(NewObject<UGameInstance>(GEngine))
{
	Instance->InitializeStandalone();
	World.Reset(Instance->GetWorld());
}

LatchkeyTests::FGame::~FGame()
{
	End();
}

void LatchkeyTests::FGame::End()
{
	if (!Instance.IsValid())
	{
		return;
	}
	// Taken out first: a handler that is called meanwhile may want to end it as well.
	const TStrongObjectPtr<UGameInstance> Ending = MoveTemp(Instance);
	const TStrongObjectPtr<UWorld> Leaving = MoveTemp(World);
	Ending->Shutdown();
	GEngine->DestroyWorldContext(Leaving.Get());
	Leaving->DestroyWorld(/* bInformEngineOfWorld */ false);
}

UWorld* LatchkeyTests::FGame::GetWorld() const
{
	return World.Get();
}

ULatchkeySubsystem* LatchkeyTests::FGame::GetSubsystem() const
{
	return Instance.IsValid() ? Instance->GetSubsystem<ULatchkeySubsystem>() : nullptr;
}

#endif // WITH_AUTOMATION_TESTS
