// Copyright (c) The Latchkey authors

#include "CoreMinimal.h"

#if !UE_BUILD_SHIPPING

#include "Engine/World.h"
#include "HAL/IConsoleManager.h"
#include "Latchkey.h"
#include "LatchkeySubsystem.h"
#include "UObject/Class.h"

/**
 * For developers, in the console of a running game; not in Shipping builds, where a player could be talked into them. They say where things stand; who the player is and what their URL, code or
 * token is never goes into a log.
 */
namespace LatchkeyConsole
{
	static ULatchkeySubsystem* Find(const UWorld* World)
	{
		ULatchkeySubsystem* Subsystem = ULatchkeySubsystem::Get(World);
		if (!Subsystem)
		{
			UE_LOG(LogLatchkey, Display, TEXT("There is no running game in this world: start Play In Editor, and type it into the game's own console."));
		}
		return Subsystem;
	}

	static FString NameOf(ELatchkeyReason Reason)
	{
		return StaticEnum<ELatchkeyReason>()->GetNameStringByValue(static_cast<int64>(Reason));
	}

	static void LogStatus(const ULatchkeySubsystem& Subsystem)
	{
		const FLatchkeyStatus Status = Subsystem.PollStatus();
		UE_LOG(LogLatchkey, Display, TEXT("%s, %s%s%s%s, reason: %s %s"),
			*StaticEnum<ELatchkeyState>()->GetNameStringByValue(static_cast<int64>(Status.State)),
			Status.bSignedIn ? TEXT("a player is signed in") : TEXT("nobody is signed in"),
			Status.bOffline ? TEXT(", offline") : TEXT(""),
			Status.bPersisted ? TEXT(", kept for the next launch") : TEXT(""),
			Status.bRefreshing ? TEXT(", refreshing") : TEXT(""),
			*NameOf(Status.Reason),
			*Status.Message.ToString());
	}

	static void LogOutcome(const TCHAR* What, const FLatchkeyOutcome& Outcome)
	{
		UE_LOG(LogLatchkey, Display, TEXT("%s: %s %s"), What, Outcome.Succeeded() ? TEXT("done") : *NameOf(Outcome.Reason), *Outcome.Message.ToString());
	}

	static void SignIn(const TArray<FString>& Arguments, UWorld* World)
	{
		if (ULatchkeySubsystem* Subsystem = Find(World))
		{
			FLatchkeyLoginOptions Options;
			Options.bOnAnotherScreen = Arguments.Contains(TEXT("screen"));
			Options.bEvenIfSignedIn = Arguments.Contains(TEXT("anew"));
			Subsystem->StartLogin(Options, FLatchkeyFinished::CreateStatic([](const FLatchkeyOutcome& Outcome)
			{
				LogOutcome(TEXT("Latchkey.SignIn"), Outcome);
			}));
		}
	}

	static void SignOut(const TArray<FString>& Arguments, UWorld* World)
	{
		ULatchkeySubsystem* Subsystem = Find(World);
		if (!Subsystem)
		{
			return;
		}
		const FString Word = Arguments.Num() > 0 ? Arguments[0] : FString(TEXT("revoke"));
		ELatchkeyLogoutMode Mode = ELatchkeyLogoutMode::Revoke;
		if (Word == TEXT("local"))
		{
			Mode = ELatchkeyLogoutMode::Local;
		}
		else if (Word == TEXT("browser"))
		{
			Mode = ELatchkeyLogoutMode::EndSession;
		}
		else if (Word != TEXT("revoke"))
		{
			UE_LOG(LogLatchkey, Display, TEXT("Latchkey.SignOut knows local, revoke and browser, not %s."), *Word);
			return;
		}
		Subsystem->Logout(Mode, FLatchkeyFinished::CreateStatic([](const FLatchkeyOutcome& Outcome)
		{
			LogOutcome(TEXT("Latchkey.SignOut"), Outcome);
		}));
	}

	static void ShowStatus(const TArray<FString>& /* Arguments */, UWorld* World)
	{
		if (const ULatchkeySubsystem* Subsystem = Find(World))
		{
			LogStatus(*Subsystem);
		}
	}

	static FAutoConsoleCommandWithWorldAndArgs SignInCommand(
		TEXT("Latchkey.SignIn"),
		TEXT("Signs the player in. Latchkey.SignIn [screen] [anew]: on another screen; even if a player is signed in."),
		FConsoleCommandWithWorldAndArgsDelegate::CreateStatic(&SignIn));

	static FAutoConsoleCommandWithWorldAndArgs SignOutCommand(
		TEXT("Latchkey.SignOut"),
		TEXT("Signs the player out. Latchkey.SignOut [local|revoke|browser]: here only, also at the provider (default), also in the browser."),
		FConsoleCommandWithWorldAndArgsDelegate::CreateStatic(&SignOut));

	static FAutoConsoleCommandWithWorldAndArgs StatusCommand(
		TEXT("Latchkey.Status"),
		TEXT("Says where the sign-in stands."),
		FConsoleCommandWithWorldAndArgsDelegate::CreateStatic(&ShowStatus));
}

#endif // !UE_BUILD_SHIPPING
