/**
 * Games that begin and end at the wrong moment: Play In Editor, travel, servers, commandlets, the collector, handlers.
 */

#include "Stage.h"

#include "Engine/Engine.h"
#include "Engine/GameInstance.h"
#include "Engine/World.h"
#include "LatchkeyAsyncActions.h"
#include "LatchkeySettings.h"
#include "LatchkeySubsystem.h"
#include "Modules/ModuleManager.h"
#include "Standin/Plugins.h"

using namespace Game;

namespace
{
	/** A game in which a sign-in is under way, and who listens to it. */
	struct FUnderWay
	{
		UGameInstance* Player = nullptr;
		UGameListener* Events = nullptr;
		UGameListener* Pins = nullptr;
		int32 Told = 0;

		void Begin(FStage& Stage, UGameInstance* InPlayer)
		{
			Player = InPlayer;
			Events = Stage.Listen();
			Pins = Stage.Listen();
			Events->Bind(*Of(Player));
			ULatchkeySignInAction* Node = ULatchkeySignInAction::SignIn(Player->GetWorld(), FLatchkeyLoginOptions());
			Pins->Bind(*Node);
			Node->Activate();
			Of(Player)->GetAccessToken(30, FLatchkeyAccessTokenFinished::CreateLambda([this](const FLatchkeyOutcome&, const FString&) { ++Told; }));
		}

		void UntilState(ELatchkeyState State)
		{
			Until(TEXT("a state"), [this, State]() { return Of(Player)->PollStatus().State == State; });
		}

		/** Ends it, and nothing comes any more but the pins' one word. */
		void Stop()
		{
			TStrongObjectPtr<ULatchkeySubsystem> Kept(Of(Player));
			Events->bMustNotHear = true;
			Standin::StopPlaying(Player);
			EXPECT_EQUAL(Pins->All(), TEXT("Failure:Cancelled"));
			EXPECT_EQUAL(Told, 1);
			Pins->bMustNotHear = true;
			Frames(5);
			EXPECT_EQUAL(Told, 1);
			// Whoever still holds it gets answers, and nothing happens.
			EXPECT_EQUAL(Kept->StartLogin(FLatchkeyLoginOptions()), ELatchkeyReason::Cancelled);
			EXPECT_EQUAL(Kept->Logout(), ELatchkeyReason::Cancelled);
			EXPECT_EQUAL(Kept->ResumeSession(), ELatchkeyReason::Cancelled);
			EXPECT(!Kept->CancelLogin());
			EXPECT(!Kept->IsSignedIn());
			FLatchkeyPrompt Prompt;
			EXPECT(!Kept->GetPrompt(Prompt));
			FString Token;
			EXPECT(Kept->GetAccessToken(Token) != ELatchkeyReason::None);
			Frames(3);
		}
	};

	void ExpectNothingIsLeft()
	{
		Standin::CollectGarbage();
		EXPECT_EQUAL(Standin::NumObjects(ULatchkeySubsystem::StaticClass()), 0);
		EXPECT_EQUAL(Standin::NumObjects(ULatchkeyAsyncAction::StaticClass()), 0);
		ExpectSoon(TEXT("no socket"), []() { return NumSockets() == 0; });
	}
}

/** Stopped at once, in the first frames, and while the player is in the browser; again and again. */
GAME_CASE(PlayIsStoppedMidLogin)
{
	FStage Stage;
	for (int32 Round = 0; Round < 12; ++Round)
	{
		FUnderWay Login;
		Login.Begin(Stage, Standin::PlayInEditor(0));
		Frames(Round % 4);
		if (Round % 3 == 2)
		{
			Login.UntilState(ELatchkeyState::WaitingForPlayer);
		}
		Login.Stop();
		ExpectNothingIsLeft();
	}
	// And it still works.
	SignIn(Standin::PlayInEditor(0));
}

/** The provider holds the token back. */
GAME_CASE(PlayIsStoppedWhileTheProviderAnswers)
{
	FStage Stage;
	FUnderWay Login;
	Login.Begin(Stage, Standin::PlayInEditor(0));
	Offer(Login.Player);
	Login.UntilState(ELatchkeyState::Completing);
	Login.Stop();
	ExpectNothingIsLeft();
	Standin::Print(TEXT("stopped"));
	UntilTold(TEXT("released"));
	SignIn(Standin::PlayInEditor(0));
}

/** The provider holds the revocation back. */
GAME_CASE(PlayIsStoppedWhileSigningOut)
{
	FStage Stage;
	UGameInstance* Player = Standin::PlayInEditor(0);
	SignIn(Player);
	UGameListener* Pins = Stage.Listen();
	ULatchkeySignOutAction* Node = ULatchkeySignOutAction::SignOut(Player->GetWorld());
	Pins->Bind(*Node);
	Node->Activate();
	Until(TEXT("signing out"), [Player]() { return Of(Player)->PollStatus().State == ELatchkeyState::SigningOut; });
	Standin::StopPlaying(Player);
	EXPECT_EQUAL(Pins->All(), TEXT("Failure:Cancelled"));
	Standin::Print(TEXT("stopped"));
	UntilTold(TEXT("released"));
}

GAME_CASE(PlayIsStoppedWhileSignedIn)
{
	FStage Stage;
	for (int32 Round = 0; Round < 3; ++Round)
	{
		UGameInstance* Player = Standin::PlayInEditor(0);
		UGameListener* Listener = Stage.Listen();
		Listener->Bind(*Of(Player));
		SignIn(Player);
		Frames(2);
		// The end of a game is no sign-out.
		Listener->bMustNotHear = true;
		Standin::StopPlaying(Player);
		ExpectNothingIsLeft();
	}
}

/** The editor itself is closed. */
GAME_CASE(TheEngineEndsMidLogin)
{
	FStage Stage;
	FUnderWay First;
	First.Begin(Stage, Standin::PlayInEditor(0));
	FUnderWay Second;
	Second.Begin(Stage, Standin::PlayInEditor(1));
	First.UntilState(ELatchkeyState::WaitingForPlayer);
	Stage.End();
}

GAME_CASE(SeveralWindows)
{
	FStage Stage;
	UGameInstance* First = Standin::PlayInEditor(0);
	UGameInstance* Second = Standin::PlayInEditor(1);
	UGameInstance* Third = Standin::PlayInEditor(2);
	UGameListener* OfFirst = Stage.Listen();
	UGameListener* OfSecond = Stage.Listen();
	OfFirst->Bind(*Of(First));
	OfSecond->Bind(*Of(Second));
	Of(First)->StartLogin(FLatchkeyLoginOptions());
	Of(Second)->StartLogin(FLatchkeyLoginOptions());
	Of(Third)->StartLogin(FLatchkeyLoginOptions());
	Offer(Third, TEXT("third"));
	Standin::StopPlaying(Third);
	Offer(Second, TEXT("second"));
	Offer(First, TEXT("first"));
	Until(TEXT("both players"), [First, Second]() { return Of(First)->IsSignedIn() && Of(Second)->IsSignedIn(); });
	Frames(2);
	EXPECT_EQUAL(Of(First)->GetProfile()->Name, TEXT("Ada Lovelace"));
	EXPECT_EQUAL(Of(Second)->GetProfile()->Name, TEXT("Grace Hopper"));
	EXPECT_EQUAL(OfFirst->Count(TEXT("SignedIn:")), 1);
	EXPECT_EQUAL(OfSecond->Count(TEXT("SignedIn:Grace Hopper")), 1);
	// One signs out, the other stays.
	Of(First)->Logout(ELatchkeyLogoutMode::Local);
	Frames(3);
	EXPECT(!Of(First)->IsSignedIn());
	EXPECT(Of(Second)->IsSignedIn());
	EXPECT_EQUAL(OfSecond->Count(TEXT("SignedOut")), 0);
	Standin::StopPlaying(First);
	EXPECT(Of(Second)->IsSignedIn());
	FString Token;
	EXPECT_EQUAL(Of(Second)->GetAccessToken(Token), ELatchkeyReason::None);
}

GAME_CASE(SeamlessTravel)
{
	FStage Stage;
	UGameInstance* Player = Standin::Play();
	ULatchkeySubsystem* Subsystem = Of(Player);
	UGameListener* Pins = Stage.Listen();
	// The node's context is an object of the level that goes.
	TStrongObjectPtr<UObject> InLevel(NewObject<UGameListener>(Player->GetWorld()));
	ULatchkeySignInAction* Node = ULatchkeySignInAction::SignIn(InLevel.Get(), FLatchkeyLoginOptions());
	Pins->Bind(*Node);
	Node->Activate();
	const FString Url = Offer(Player, TEXT("before"));
	const TWeakObjectPtr<UObject> Gone(InLevel.Get());
	InLevel.Reset();
	Standin::SeamlessTravel(Player);
	EXPECT(!Gone.IsValid());
	EXPECT(ULatchkeySubsystem::Get(Player->GetWorld()) == Subsystem);
	FLatchkeyPrompt Prompt;
	EXPECT(Subsystem->GetPrompt(Prompt));
	EXPECT_EQUAL(Prompt.Url, Url);
	Standin::Print(TEXT("open: ") + Url);
	Until(TEXT("the pin"), [Pins]() { return Pins->Heard.Num() > 0; });
	EXPECT_EQUAL(Pins->All(), TEXT("Success:None"));
	Standin::SeamlessTravel(Player);
	EXPECT(Of(Player)->IsSignedIn());
	EXPECT_EQUAL(Pins->Heard.Num(), 1);
}

namespace
{
	/** A process or window that has no player. */
	void ExpectNoPlayer(FStage& Stage, UGameInstance* Server)
	{
		ULatchkeySubsystem* Subsystem = Of(Server);
		EXPECT(Subsystem != nullptr);
		UGameListener* Listener = Stage.Listen();
		Listener->Bind(*Subsystem);
		EXPECT_EQUAL(Subsystem->StartLogin(FLatchkeyLoginOptions()), ELatchkeyReason::NotSupported);
		EXPECT_EQUAL(Subsystem->ResumeSession(), ELatchkeyReason::NotSupported);
		EXPECT_EQUAL(Subsystem->Logout(), ELatchkeyReason::NotSupported);
		EXPECT_EQUAL(Subsystem->RefreshSession(), ELatchkeyReason::NotSupported);
		FString Token;
		EXPECT_EQUAL(Subsystem->GetAccessToken(Token), ELatchkeyReason::NotSupported);
		EXPECT(!Subsystem->CancelLogin());
		EXPECT(!Subsystem->IsSignedIn());
		EXPECT_EQUAL(Subsystem->PollStatus().State, ELatchkeyState::SignedOut);
		EXPECT_EQUAL(Subsystem->PollStatus().Reason, ELatchkeyReason::NotSupported);
		EXPECT(!Subsystem->PollStatus().Message.IsEmpty());
		UGameListener* Pins = Stage.Listen();
		ULatchkeySignInAction* Node = ULatchkeySignInAction::SignIn(Server->GetWorld(), FLatchkeyLoginOptions());
		Pins->Bind(*Node);
		Node->Activate();
		Frames(20);
		EXPECT_EQUAL(Pins->All(), TEXT("Failure:NotSupported"));
		EXPECT_EQUAL(Listener->Heard.Num(), 0);
		EXPECT(!IsLibraryRunning());
		EXPECT_EQUAL(NumSockets(), 0);
		EXPECT_EQUAL(Standin::OpenedUrls().Num(), 0);
	}
}

GAME_CASE(DedicatedServer)
{
	FSetup Setup;
	Setup.bDedicatedServer = true;
	Setup.Ini = TEXT("bRememberMe=True\nbOpenBrowser=True");
	FStage Stage(Setup);
	ExpectNoPlayer(Stage, Standin::Play());
}

GAME_CASE(DedicatedServerInAWindow)
{
	FSetup Setup;
	Setup.Ini = TEXT("bRememberMe=True\nbOpenBrowser=True");
	FStage Stage(Setup);
	UGameInstance* Server = Standin::PlayInEditor(0, /* bRunAsDedicated */ true);
	ExpectNoPlayer(Stage, Server);
	// The window beside it has one.
	EXPECT_EQUAL(Of(Standin::PlayInEditor(1))->StartLogin(FLatchkeyLoginOptions()), ELatchkeyReason::None);
}

GAME_CASE(Commandlet)
{
	FSetup Setup;
	Setup.bCommandlet = true;
	Setup.Ini = TEXT("bRememberMe=True\nbOpenBrowser=True");
	FStage Stage(Setup);
	ExpectNoPlayer(Stage, Standin::Play());
}

/** Cooking: the module is loaded and unloaded, and no game ever begins. */
GAME_CASE(CommandletWithoutAGame)
{
	FSetup Setup;
	Setup.bCommandlet = true;
	FStage Stage(Setup);
	Frames(3);
	EXPECT(!IsLibraryRunning());
	EXPECT_EQUAL(NumSockets(), 0);
}

/** Between every two calls, and within every handler. */
GAME_CASE(CollectsBetweenCalls)
{
	FStage Stage;
	const auto Collect = []() { Standin::CollectGarbage(); };
	UGameInstance* Player = Standin::Play();
	Collect();
	ULatchkeySubsystem* Subsystem = Of(Player);
	UGameListener* Listener = Stage.Listen();
	Collect();
	Listener->Bind(*Subsystem);
	Listener->Then = [Collect](const FString&) { Collect(); };
	Collect();
	ULatchkeySignInAction* Node = ULatchkeySignInAction::SignIn(Player->GetWorld(), FLatchkeyLoginOptions());
	Collect();
	UGameListener* Pins = Stage.Listen();
	Pins->Then = [Collect](const FString&) { Collect(); };
	Pins->Bind(*Node);
	Collect();
	Node->Activate();
	Collect();
	Offer(Player);
	Until(TEXT("the pin"), [Pins, Collect]()
		{
			Collect();
			return Pins->Heard.Num() > 0;
		});
	EXPECT_EQUAL(Pins->All(), TEXT("Success:None"));
	Collect();
	const FLatchkeyStatus Status = Subsystem->PollStatus();
	Collect();
	EXPECT(Status.bSignedIn);
	TOptional<FLatchkeyProfile> Profile = Subsystem->GetProfile();
	Collect();
	EXPECT_EQUAL(Profile->Name, TEXT("Ada Lovelace"));
	ULatchkeySignOutAction* SignOut = ULatchkeySignOutAction::SignOut(Player->GetWorld());
	Collect();
	Pins->Bind(*SignOut);
	SignOut->Activate();
	Collect();
	Until(TEXT("the second pin"), [Pins, Collect]()
		{
			Collect();
			return Pins->Heard.Num() > 1;
		});
	EXPECT_EQUAL(Listener->Count(TEXT("SignedIn:Ada Lovelace")), 1);
	EXPECT_EQUAL(Listener->Count(TEXT("SignedOut:None")), 1);
	// A listener that goes without a word is not called, and harms nobody.
	UGameListener* Forgotten = NewObject<UGameListener>();
	Forgotten->Bind(*Subsystem);
	Forgotten->bMustNotHear = true;
	TWeakObjectPtr<UGameListener> Weak(Forgotten);
	Collect();
	EXPECT(!Weak.IsValid());
	Subsystem->StartLogin(FLatchkeyLoginOptions());
	Frames(5);
	Subsystem->CancelLogin();
	Frames(5);
}

/** A node that was made and never activated goes with the game, and says nothing. */
GAME_CASE(NodeThatIsNeverActivated)
{
	FStage Stage;
	UGameInstance* Player = Standin::Play();
	UGameListener* Pins = Stage.Listen();
	Pins->Bind(*ULatchkeySignInAction::SignIn(Player->GetWorld(), FLatchkeyLoginOptions()));
	Frames(3);
	Standin::StopPlaying(Player);
	ExpectNothingIsLeft();
	EXPECT_EQUAL(Pins->Heard.Num(), 0);
}

/** A graph lets go of a node that is under way: it goes, says nothing, and what it has begun harms nobody. */
GAME_CASE(NodeThatIsLetGo)
{
	FStage Stage;
	UGameInstance* Player = Standin::Play();
	UGameListener* Pins = Stage.Listen();
	ULatchkeySignInAction* Node = ULatchkeySignInAction::SignIn(Player->GetWorld(), FLatchkeyLoginOptions());
	Pins->Bind(*Node);
	Node->Activate();
	Frames(2);
	Node->SetReadyToDestroy();
	ULatchkeySignInAction* WithoutGame = ULatchkeySignInAction::SignIn(nullptr, FLatchkeyLoginOptions());
	Pins->Bind(*WithoutGame);
	WithoutGame->Activate();
	Standin::CollectGarbage();
	EXPECT_EQUAL(Standin::NumObjects(ULatchkeyAsyncAction::StaticClass()), 0);
	EXPECT(Of(Player)->CancelLogin());
	Frames(5);
	EXPECT_EQUAL(Pins->Heard.Num(), 0);
}

GAME_CASE(HandlersThatCallBack)
{
	FStage Stage;
	UGameInstance* Player = Standin::Play();
	ULatchkeySubsystem* Subsystem = Of(Player);
	UGameListener* Listener = Stage.Listen();
	UGameListener* Late = Stage.Listen();
	Listener->Bind(*Subsystem);
	int32 SignIns = 0;
	bool bInHandler = false;
	Listener->Then = [&SignIns, &bInHandler, Subsystem, Listener, Late](const FString& Event)
	{
		// One after the other: what is told must be over before the next is.
		EXPECT(!bInHandler);
		const TGuardValue<bool> Guard(bInHandler, true);
		if (Event.StartsWith(TEXT("SignedIn:")))
		{
			++SignIns;
			FString Token;
			EXPECT_EQUAL(Subsystem->GetAccessToken(Token), ELatchkeyReason::None);
			EXPECT(Subsystem->GetProfile().IsSet());
			EXPECT_EQUAL(Subsystem->StartLogin(FLatchkeyLoginOptions()), ELatchkeyReason::None);
			EXPECT_EQUAL(Subsystem->Logout(ELatchkeyLogoutMode::Local), ELatchkeyReason::None);
			EXPECT(!Subsystem->IsSignedIn());
		}
		else if (Event == TEXT("SignedOut:None") && SignIns == 1)
		{
			Listener->Unbind(*Subsystem);
			Late->Bind(*Subsystem);
			EXPECT_EQUAL(Subsystem->StartLogin(FLatchkeyLoginOptions()), ELatchkeyReason::None);
		}
		// A modal window plays frames within a handler.
		Frames(3);
	};
	Subsystem->StartLogin(FLatchkeyLoginOptions());
	Offer(Player);
	Until(TEXT("the first sign-out"), [Listener]() { return Listener->HasHeard(TEXT("SignedOut:")); });
	Offer(Player);
	Until(TEXT("the second sign-in"), [Late]() { return Late->HasHeard(TEXT("SignedIn:")); });
	Frames(3);
	EXPECT_EQUAL(SignIns, 1);
	EXPECT_EQUAL(Listener->Count(TEXT("SignedIn:")), 1);
	EXPECT_EQUAL(Listener->Count(TEXT("SignedOut:None")), 1);
	EXPECT_EQUAL(Late->Count(TEXT("SignedIn:")), 1);
	EXPECT_EQUAL(Late->Count(TEXT("SignedOut:")), 0);
}

/** A handler of each event ends the game; those after it hear nothing more. */
GAME_CASE(HandlersThatEndTheGame)
{
	FStage Stage;
	for (const TCHAR* Event : {TEXT("Status:Starting"), TEXT("Status:WaitingForPlayer"), TEXT("Prompt:SignIn"), TEXT("Status:SignedIn"), TEXT("SignedIn:"), TEXT("SignedOut:")})
	{
		UGameInstance* Player = Standin::PlayInEditor(0);
		UGameListener* Before = Stage.Listen();
		UGameListener* Ending = Stage.Listen();
		UGameListener* After = Stage.Listen();
		UGameListener* Pins = Stage.Listen();
		int32 NativeCalls = 0;
		bool bEnded = false;
		Before->Bind(*Of(Player));
		Ending->Bind(*Of(Player));
		After->Bind(*Of(Player));
		Of(Player)->OnStatusChangedNative.AddLambda([&NativeCalls, &bEnded](const FLatchkeyStatus&)
			{
				++NativeCalls;
				STANDIN_STRICT(!bEnded, "called after the end");
			});
		Ending->Then = [&bEnded, Player, Ending, Before, Event](const FString& Heard)
		{
			if (Heard.StartsWith(Event))
			{
				bEnded = true;
				Ending->bMustNotHear = true;
				Before->bMustNotHear = true;
				Standin::StopPlaying(Player);
			}
		};
		ULatchkeySignInAction* Node = ULatchkeySignInAction::SignIn(Player->GetWorld(), FLatchkeyLoginOptions());
		Pins->Bind(*Node);
		Node->Activate();
		const bool bNeedsPlayer = FString(Event).Contains(TEXT("Signed"));
		if (bNeedsPlayer)
		{
			FLatchkeyPrompt Prompt;
			Until(TEXT("the prompt"), [Player, &Prompt]() { return Of(Player)->GetPrompt(Prompt); });
			Standin::Print(TEXT("open: ") + Prompt.Url);
		}
		if (FString(Event) == TEXT("SignedOut:"))
		{
			Until(TEXT("signed in"), [Player]() { return Of(Player)->IsSignedIn(); });
			Frames(3);
			Of(Player)->Logout(ELatchkeyLogoutMode::Local);
		}
		Until(Event, [&bEnded]() { return bEnded; });
		After->bMustNotHear = true;
		Frames(5);
		EXPECT_EQUAL(Pins->Heard.Num(), 1);
		EXPECT(NativeCalls > 0);
		ExpectNothingIsLeft();
	}
}

/** No settings, no library call, nothing before the module starts. */
GAME_CASE(DefaultObjectsNeedNoLibrary)
{
	Standin::AddPlugin(TEXT("Latchkey"), Environment(TEXT("LATCHKEY_GAME_PLUGIN")), TEXT("0.1.0"));
	Standin::StartEngine();
	// Made now, and made with everything else, as before every module's start.
	EXPECT(ULatchkeySettings::StaticClass()->GetDefaultObject() != nullptr);
	EXPECT(ULatchkeySubsystem::StaticClass()->GetDefaultObject() != nullptr);
	EXPECT_EQUAL(Standin::RequestedLibraries().Num(), 0);
	EXPECT(!GetDefault<ULatchkeySettings>()->FindProblem().IsEmpty());
	EXPECT_EQUAL(Standin::RequestedLibraries().Num(), 0);
	FModuleManager::Get().LoadModuleChecked(TEXT("Latchkey"));
	EXPECT_EQUAL(Standin::RequestedLibraries().Num(), 1);
	EXPECT(!IsLibraryRunning());
	Standin::StopEngine();
}

/** The plugin is there and nobody has filled in the settings; the game does so later. */
GAME_CASE(SettingsThatComeLater)
{
	FSetup Setup;
	Setup.bUnconfigured = true;
	FStage Stage(Setup);
	UGameInstance* Player = Standin::Play();
	Frames(3);
	EXPECT_EQUAL(Of(Player)->StartLogin(FLatchkeyLoginOptions()), ELatchkeyReason::Configuration);
	EXPECT(!Of(Player)->PollStatus().Message.IsEmpty());
	EXPECT(!HasLogged(TEXT(""), ELogVerbosity::Warning));
	ULatchkeySettings* Settings = GetMutableDefault<ULatchkeySettings>();
	Settings->Issuer = Environment(TEXT("LATCHKEY_GAME_ISSUER"));
	Settings->ClientId = TEXT("practice-game");
	Settings->bRememberMe = false;
	Settings->bOpenBrowser = false;
	SignIn(Player);
}

/** Many games, one after the other: nothing grows. */
GAME_CASE(ManyGames)
{
	FStage Stage;
	int32 Threads = 0;
	for (int32 Round = 0; Round < 40; ++Round)
	{
		UGameInstance* Player = Standin::PlayInEditor(Round % 3);
		Of(Player)->StartLogin(FLatchkeyLoginOptions());
		Frames(1);
		Standin::StopPlaying(Player);
		ExpectNothingIsLeft();
		if (Round == 5)
		{
			Threads = ThreadNames().Num();
		}
	}
	EXPECT(ThreadNames().Num() <= Threads);
	EXPECT_EQUAL(Standin::NumObjects(), 1);
}
