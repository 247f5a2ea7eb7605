/**
 * The plugin's automation specs, and a player at a provider that is not ours.
 */

#include "Stage.h"

#include "Engine/GameInstance.h"
#include "LatchkeySubsystem.h"
#include "Standin/Automation.h"

#include "HAL/PlatformProcess.h"

using namespace Game;

GAME_CASE(AutomationSpecs)
{
	FSetup Setup;
	Setup.Ini = TEXT("bOpenBrowser=True");
	FStage Stage(Setup);
	const TArray<Standin::FSpecResult> Results = Standin::RunSpecs(TEXT("Latchkey"), []()
		{
			Standin::Frame();
			FPlatformProcess::Sleep(0.001f);
		});
	for (const Standin::FSpecResult& Result : Results)
	{
		for (const FString& Info : Result.Infos)
		{
			Standin::Print(Result.Name + TEXT(": ") + Info);
		}
		Expect(Result.Errors.IsEmpty(), *Result.Name, FString::Join(Result.Errors, TEXT("; ")), __FILE__, __LINE__);
	}
	Standin::Print(FString::Printf(TEXT("specs: %d"), Results.Num()));
}

GAME_CASE(SignsInElsewhere)
{
	FSetup Setup;
	Setup.Ini = TEXT("ClientId=game");
	FStage Stage(Setup);
	UGameInstance* Player = Standin::Play();
	SignIn(Player);
	Standin::Print(TEXT("player: ") + Of(Player)->GetProfile()->Name);
	FString Token;
	EXPECT_EQUAL(Of(Player)->GetAccessToken(Token), ELatchkeyReason::None);
	int32 Told = 0;
	Of(Player)->Logout(ELatchkeyLogoutMode::Revoke, FLatchkeyFinished::CreateLambda([&Told](const FLatchkeyOutcome& Outcome)
		{
			++Told;
			EXPECT_EQUAL(Outcome.Reason, ELatchkeyReason::None);
		}));
	Until(TEXT("the end"), [&Told]() { return Told == 1; });
}
