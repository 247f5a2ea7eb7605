/**
 * The library is missing, damaged, too old, or lacks a function: one sentence, and every call answers NotSupported.
 */

#include "Stage.h"

#include "Engine/GameInstance.h"
#include "Engine/World.h"
#include "Latchkey.h"
#include "LatchkeyAsyncActions.h"
#include "LatchkeySubsystem.h"

using namespace Game;

GAME_CASE(WithoutLibrary)
{
	FSetup Setup;
	Setup.Ini = TEXT("bRememberMe=True\nbOpenBrowser=True");
	FStage Stage(Setup);
	const ILatchkeyModule& Module = ILatchkeyModule::Get();
	EXPECT(!Module.IsLibraryAvailable());
	EXPECT(Module.GetLibraryVersion().IsEmpty());
	EXPECT(!Module.GetLibraryProblem().IsEmpty());
	Standin::Print(TEXT("problem: ") + Module.GetLibraryProblem());
	// Said once, as a warning: a project without the library still opens, cooks and plays.
	int32 Warnings = 0;
	for (const Standin::FLogLine& Line : Standin::LogLines())
	{
		Warnings += Line.Verbosity <= ELogVerbosity::Warning && Line.Text.Contains(Module.GetLibraryProblem()) ? 1 : 0;
	}
	EXPECT_EQUAL(Warnings, 1);

	UGameInstance* Player = Standin::Play();
	ULatchkeySubsystem* Subsystem = Of(Player);
	EXPECT_EQUAL(Subsystem->StartLogin(FLatchkeyLoginOptions()), ELatchkeyReason::NotSupported);
	EXPECT_EQUAL(Subsystem->ResumeSession(), ELatchkeyReason::NotSupported);
	EXPECT_EQUAL(Subsystem->RefreshSession(), ELatchkeyReason::NotSupported);
	EXPECT_EQUAL(Subsystem->Logout(), ELatchkeyReason::NotSupported);
	FString Text;
	EXPECT_EQUAL(Subsystem->GetAccessToken(Text), ELatchkeyReason::NotSupported);
	EXPECT(!Subsystem->CancelLogin());
	EXPECT(!Subsystem->GetClaim(TEXT("sub"), Text));
	EXPECT(!Subsystem->HasRole(TEXT("builder")));
	EXPECT(!Subsystem->HasPermission(TEXT("chat:write")));
	FLatchkeyPrompt Prompt;
	EXPECT(!Subsystem->GetPrompt(Prompt));
	EXPECT_EQUAL(Subsystem->PollStatus().Reason, ELatchkeyReason::NotSupported);
	EXPECT_EQUAL(Subsystem->PollStatus().Message.ToString(), Module.GetLibraryProblem());

	UGameListener* Pins = Stage.Listen();
	const UObject* Context = Player->GetWorld();
	ULatchkeySignInAction* SignIn = ULatchkeySignInAction::SignIn(Context, FLatchkeyLoginOptions());
	Pins->Bind(*SignIn);
	SignIn->Activate();
	ULatchkeyGetAccessTokenAction* Token = ULatchkeyGetAccessTokenAction::GetAccessToken(Context);
	Pins->Bind(*Token);
	Token->Activate();
	Frames(5);
	EXPECT_EQUAL(Pins->All(), TEXT("Failure:NotSupported Failure:NotSupported"));
	EXPECT(!IsLibraryRunning());
}

/** In which one of its files was found. */
GAME_CASE(WithLibrary)
{
	FStage Stage;
	const ILatchkeyModule& Module = ILatchkeyModule::Get();
	EXPECT(Module.IsLibraryAvailable());
	EXPECT_EQUAL(Module.GetLibraryProblem(), FString());
	Standin::Print(TEXT("version: ") + Module.GetLibraryVersion());
	EXPECT_EQUAL(Standin::RequestedLibraries().Num(), 1);
	// Nothing of it runs before a game begins.
	EXPECT(!IsLibraryRunning());
}
