/**
 * What most cases begin with: the engine, the settings, the plugin's module; and its end, after which nothing may be left.
 */
#pragma once

#include "Case.h"
#include "GameListener.h"
#include "Misc/Optional.h"
#include "Standin/Control.h"
#include "Standin/Objects.h"
#include "Standin/Play.h"
#include "UObject/StrongObjectPtr.h"

class UGameInstance;

namespace Game
{
	/** How the project is set up. */
	struct FSetup
	{
		/** Lines of DefaultEngine.ini's section of the plugin, after the usual ones; later lines win. */
		FString Ini;
		FString CommandLine;
		bool bCommandlet = false;
		bool bDedicatedServer = false;
		/** No settings at all, as in a project that has just added the plugin. */
		bool bUnconfigured = false;
	};

	class FStage
	{
	public:
		explicit FStage(const FSetup& Setup = FSetup());
		~FStage();
		FStage(const FStage&) = delete;
		FStage& operator=(const FStage&) = delete;

		/** A listener that nothing keeps but the stage. */
		UGameListener* Listen();

		/** Ends everything early; what is left is checked. */
		void End();

	private:
		TArray<TStrongObjectPtr<UGameListener>> Listeners;
		bool bEnded = false;
	};

	ULatchkeySubsystem* Of(const UGameInstance* GameInstance);

	void Frames(int32 Number);
	/** Plays frames until it is so; a case that waits for a minute has failed. */
	void Until(const TCHAR* What, TFunctionRef<bool()> Condition);
	/** As above without frames, for what another thread does within a moment. */
	void ExpectSoon(const TCHAR* What, TFunctionRef<bool()> Condition);
	/** Plays frames until this is on the standard input. */
	void UntilTold(const TCHAR* Line);

	/** Waits for the prompt and prints it; returns its URL. */
	FString Offer(const UGameInstance* GameInstance, const TCHAR* Label = TEXT("open"));
	/** Begins a sign-in, offers it, and waits for its end. */
	void SignIn(UGameInstance* GameInstance, const TCHAR* Label = TEXT("open"));

	/** Threads of the process by name, without those of the runtime's own checks. */
	TArray<FString> ThreadNames();
	int32 NumSockets();
	/** Of any thread: whether the library's one is there. */
	bool IsLibraryRunning();

	/** A line of the log, by what it begins with and its verbosity or louder. */
	bool HasLogged(const TCHAR* Part, ELogVerbosity::Type AtLeast);
	FString Environment(const TCHAR* Name);
}
