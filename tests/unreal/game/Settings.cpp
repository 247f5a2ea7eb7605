/**
 * The settings page, what overrides it, the console, and the log.
 */

#include "Stage.h"

#include "Engine/GameInstance.h"
#include "Engine/World.h"
#include "HAL/IConsoleManager.h"
#include "LatchkeySettings.h"
#include "LatchkeySubsystem.h"
#include "Misc/OutputDevice.h"
#if WITH_EDITOR
#include "Misc/DataValidation.h"
#include "UObject/UnrealType.h"
#endif

using namespace Game;

namespace
{
	class FAnswers final : public FOutputDevice
	{
	public:
		virtual void Serialize(const TCHAR* V, ELogVerbosity::Type, const FName&) override { Text += FString(V) + TEXT("\n"); }
		FString Text;
	};

	void Type(const TCHAR* Command, UWorld* World)
	{
		FAnswers Answers;
		EXPECT(IConsoleManager::Get().ProcessUserConsoleInput(Command, Answers, World));
	}
}

GAME_CASE(ReadsItsSection)
{
	FSetup Setup;
	Setup.Ini = TEXT("Scopes=\"openid profile\"\n+RedirectPorts=49152\n+RedirectPorts=49153\nRedirectHost=Localhost\nLoginTimeoutSeconds=60\nbResumeAtStart=False\nPageTitle=Caf\u00e9 \u7d50\u57ce\nLogLevel=Warning");
	FStage Stage(Setup);
	const ULatchkeySettings* Settings = GetDefault<ULatchkeySettings>();
	EXPECT_EQUAL(Settings->ClientId, TEXT("practice-game"));
	EXPECT_EQUAL(Settings->Scopes, TEXT("openid profile"));
	EXPECT_EQUAL(Settings->RedirectPorts.Num(), 2);
	EXPECT_EQUAL(Settings->RedirectPorts[1], 49153);
	EXPECT_EQUAL(Settings->RedirectHost, ELatchkeyRedirectHost::Localhost);
	EXPECT_EQUAL(Settings->LoginTimeoutSeconds, 60);
	EXPECT(!Settings->bResumeAtStart);
	EXPECT_EQUAL(Settings->PageTitle, TEXT("Caf\u00e9 \u7d50\u57ce"));
	EXPECT_EQUAL(Settings->LogLevel, ELatchkeyLogLevel::Warning);
	EXPECT_EQUAL(Settings->GetCategoryName().ToString(), TEXT("Plugins"));
	EXPECT_EQUAL(Settings->GetContainerName().ToString(), TEXT("Project"));
	EXPECT_EQUAL(Settings->FindProblem(), FString());
}

#if WITH_EDITOR
GAME_CASE(SaysWhatCannotWork)
{
	FStage Stage;
	ULatchkeySettings* Settings = GetMutableDefault<ULatchkeySettings>();
	EXPECT_EQUAL(Settings->GetSectionText().ToString(), TEXT("Latchkey"));
	const auto Problem = [Settings]()
	{
		FProperty Property(FName(TEXT("Issuer")));
		FPropertyChangedEvent Event(&Property);
		Settings->PostEditChangeProperty(Event);
		FDataValidationContext Context;
		const bool bInvalid = Settings->IsDataValid(Context) == EDataValidationResult::Invalid;
		EXPECT_EQUAL(bInvalid, !Settings->FindProblem().IsEmpty());
		EXPECT_EQUAL(Context.GetIssues().Num(), bInvalid ? 1 : 0);
		return Settings->FindProblem();
	};
	EXPECT_EQUAL(Problem(), FString());
	Settings->Issuer = TEXT("nowhere");
	EXPECT(Problem().Contains(TEXT("issuer"), ESearchCase::IgnoreCase));
	Settings->Issuer = TEXT("http://id.example.com");
	EXPECT(Problem().Contains(TEXT("https")));
	Settings->Issuer = TEXT("https://id.example.com");
	Settings->ClientId = TEXT("");
	EXPECT(!Problem().IsEmpty());
	Settings->ClientId = TEXT("game");
	Settings->PageColor = TEXT("reddish");
	EXPECT(Problem().Contains(TEXT("#")));
	Settings->PageColor = TEXT("#aa0000");
	Settings->RedirectPorts = {70000};
	EXPECT(Problem().Contains(TEXT("70000")));
	Settings->RedirectPorts = {49152};
	EXPECT_EQUAL(Problem(), FString());
}
#endif

/** The command line goes before the environment, and both before the settings. */
GAME_CASE(IsOverridden)
{
	FSetup Setup;
	Setup.Ini = TEXT("Issuer=https://wrong.example.com\nAuthorizationEndpoint=https://wrong.example.com/authorize\nClientId=wrong");
	Setup.CommandLine = TEXT("-game -LatchkeyClientId=practice-game -LatchkeyIssuer=\"") + Environment(TEXT("LATCHKEY_GAME_ISSUER")) + TEXT("\" -log");
	FStage Stage(Setup);
	UGameInstance* Player = Standin::Play();
	SignIn(Player);
	EXPECT(Of(Player)->IsSignedIn());
}

/** In a shipping build nobody can send the players elsewhere: the settings alone count. */
GAME_CASE(IsNotOverridden)
{
	FSetup Setup;
	Setup.CommandLine = TEXT("-LatchkeyClientId=wrong -LatchkeyIssuer=https://wrong.example.com");
	FStage Stage(Setup);
	UGameInstance* Player = Standin::Play();
	SignIn(Player);
	EXPECT(Of(Player)->IsSignedIn());
	EXPECT(!IConsoleManager::Get().IsNameRegistered(TEXT("Latchkey.SignIn")));
	Standin::StopPlaying(Player);
}

GAME_CASE(ConsoleCommands)
{
	FStage Stage;
	UGameInstance* Player = Standin::Play();
	UWorld* World = Player->GetWorld();
	Type(TEXT("Latchkey.Status"), World);
	EXPECT(HasLogged(TEXT("SignedOut"), ELogVerbosity::Display));
	Type(TEXT("Latchkey.SignIn"), World);
	const FString Url = Offer(Player);
	Until(TEXT("a signed-in player"), [Player]() { return Of(Player)->IsSignedIn(); });
	Frames(3);
	Type(TEXT("Latchkey.Status"), World);
	EXPECT(HasLogged(TEXT("SignedIn"), ELogVerbosity::Display));
	Type(TEXT("Latchkey.SignOut nonsense"), World);
	EXPECT(Of(Player)->IsSignedIn());
	Type(TEXT("Latchkey.SignOut local"), World);
	EXPECT(!Of(Player)->IsSignedIn());
	Frames(3);
	// In the editor's own console there is no game.
	UWorld* EditorWorld = UWorld::CreateWorld(EWorldType::Editor, false);
	Type(TEXT("Latchkey.SignIn"), EditorWorld);
	Type(TEXT("Latchkey.Status"), nullptr);
	EditorWorld->DestroyWorld(false);
	// Who the player is stays out of the log.
	EXPECT(!HasLogged(TEXT("Ada"), ELogVerbosity::All));
	EXPECT(!HasLogged(*Url, ELogVerbosity::All));
}

GAME_CASE(LogsAtMatchingLevels)
{
	FSetup Setup;
	Setup.Ini = TEXT("LogLevel=Debug");
	FStage Stage(Setup);
	UGameInstance* Player = Standin::Play();
	SignIn(Player);
	EXPECT(HasLogged(TEXT("login 1: started"), ELogVerbosity::Log));
	EXPECT(!HasLogged(TEXT("login 1: started"), ELogVerbosity::Display));
	for (const Standin::FLogLine& Line : Standin::LogLines())
	{
		EXPECT(Line.Category == FName(TEXT("LogLatchkey")));
	}
	// A provider that is not there is a warning.
	GetMutableDefault<ULatchkeySettings>()->Issuer = TEXT("http://127.0.0.1:1");
	UGameInstance* Other = Standin::PlayInEditor(1);
	Of(Other)->StartLogin(FLatchkeyLoginOptions());
	Until(TEXT("its end"), [Other]() { return Of(Other)->PollStatus().Reason == ELatchkeyReason::Network; });
	// The status is there before the record is.
	Until(TEXT("the warning"), []() { return HasLogged(TEXT("no connection to 127.0.0.1"), ELogVerbosity::Warning); });
}
