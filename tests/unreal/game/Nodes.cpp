/**
 * Every node: exactly one of its pins, once, never within Activate, whatever happens to the game meanwhile.
 */

#include "Stage.h"

#include "Engine/Engine.h"
#include "Engine/GameInstance.h"
#include "Engine/World.h"
#include "LatchkeyAsyncActions.h"
#include "LatchkeySubsystem.h"

using namespace Game;

namespace
{
	/** As a graph does it: made, bound, activated, and not kept. */
	template <typename NodeType>
	void Activate(NodeType* Node, UGameListener* Listener)
	{
		Listener->Bind(*Node);
		const int32 Before = Listener->Heard.Num();
		Node->Activate();
		EXPECT_EQUAL(Listener->Heard.Num(), Before);
	}

	/** One of each, at once. */
	void ActivateAll(const UObject* Context, UGameListener* Listener)
	{
		Activate(ULatchkeySignInAction::SignIn(Context, FLatchkeyLoginOptions()), Listener);
		Activate(ULatchkeyResumeSessionAction::ResumeSession(Context), Listener);
		Activate(ULatchkeyGetAccessTokenAction::GetAccessToken(Context), Listener);
		Activate(ULatchkeySignOutAction::SignOut(Context), Listener);
	}

	void UntilPins(const UGameListener* Listener, int32 Number)
	{
		Until(TEXT("pins"), [Listener, Number]() { return Listener->Count(TEXT("Success:")) + Listener->Count(TEXT("Failure:")) >= Number; });
		Frames(5);
		EXPECT_EQUAL(Listener->Count(TEXT("Success:")) + Listener->Count(TEXT("Failure:")), Number);
	}

	int32 NumNodes()
	{
		Standin::CollectGarbage();
		return Standin::NumObjects(ULatchkeyAsyncAction::StaticClass());
	}
}

GAME_CASE(NodesSucceed)
{
	FStage Stage;
	UGameInstance* Player = Standin::Play();
	const UObject* Context = Player->GetWorld();
	UGameListener* Listener = Stage.Listen();
	Activate(ULatchkeySignInAction::SignIn(Context, FLatchkeyLoginOptions()), Listener);
	// Nothing but the game instance keeps it, and that is enough.
	EXPECT_EQUAL(NumNodes(), 1);
	Offer(Player);
	UntilPins(Listener, 1);
	EXPECT_EQUAL(Listener->All(), TEXT("Success:None"));
	EXPECT_EQUAL(Listener->LastProfile.Name, TEXT("Ada Lovelace"));
	EXPECT(Listener->LastMessage.IsEmpty());

	// A player who is signed in needs no browser.
	Activate(ULatchkeySignInAction::SignIn(Context, FLatchkeyLoginOptions()), Listener);
	UntilPins(Listener, 2);
	Activate(ULatchkeyResumeSessionAction::ResumeSession(Context), Listener);
	UntilPins(Listener, 3);
	Activate(ULatchkeyGetAccessTokenAction::GetAccessToken(Context), Listener);
	UntilPins(Listener, 4);
	EXPECT(!Listener->LastToken.IsEmpty());
	Activate(ULatchkeySignOutAction::SignOut(Context), Listener);
	UntilPins(Listener, 5);
	EXPECT_EQUAL(Listener->Count(TEXT("Success:None")), 5);
	EXPECT(!Of(Player)->IsSignedIn());
	// And nothing is left of them.
	EXPECT_EQUAL(NumNodes(), 0);
}

GAME_CASE(NodesFail)
{
	FStage Stage;
	UGameInstance* Player = Standin::Play();
	const UObject* Context = Player->GetWorld();
	UGameListener* Listener = Stage.Listen();
	Activate(ULatchkeyGetAccessTokenAction::GetAccessToken(Context), Listener);
	UntilPins(Listener, 1);
	EXPECT(Listener->HasHeard(TEXT("Failure:InvalidState")));
	EXPECT(Listener->LastToken.IsEmpty());
	EXPECT(!Listener->LastMessage.IsEmpty());
	Activate(ULatchkeyResumeSessionAction::ResumeSession(Context), Listener);
	UntilPins(Listener, 2);
	EXPECT(Listener->HasHeard(TEXT("Failure:NoSession")));
	Activate(ULatchkeySignInAction::SignIn(Context, FLatchkeyLoginOptions()), Listener);
	Offer(Player);
	UntilPins(Listener, 3);
	EXPECT(Listener->HasHeard(TEXT("Failure:Denied")));
	EXPECT(!Listener->LastMessage.IsEmpty());
	EXPECT(Listener->LastProfile.Subject.IsEmpty());
	// Nobody is signed in: to sign out is done already.
	Activate(ULatchkeySignOutAction::SignOut(Context), Listener);
	UntilPins(Listener, 4);
	EXPECT_EQUAL(Listener->Count(TEXT("Failure:")), 3);
	EXPECT_EQUAL(NumNodes(), 0);
}

/** The provider refuses to revoke: on this device the player is signed out all the same. */
GAME_CASE(SignOutTellsWhatDidNotWork)
{
	FStage Stage;
	UGameInstance* Player = Standin::Play();
	UGameListener* Listener = Stage.Listen();
	SignIn(Player);
	Activate(ULatchkeySignOutAction::SignOut(Player->GetWorld(), ELatchkeyLogoutMode::Revoke), Listener);
	EXPECT(!Of(Player)->IsSignedIn());
	UntilPins(Listener, 1);
	EXPECT_EQUAL(Listener->Count(TEXT("Failure:ProviderError")), 1);
	EXPECT(!Listener->LastMessage.IsEmpty());
}

GAME_CASE(NodesEndWithTheGame)
{
	FStage Stage;
	UGameInstance* Player = Standin::Play();
	UGameListener* Listener = Stage.Listen();
	Activate(ULatchkeySignInAction::SignIn(Player->GetWorld(), FLatchkeyLoginOptions()), Listener);
	FLatchkeyPrompt Prompt;
	Until(TEXT("the prompt"), [Player, &Prompt]() { return Of(Player)->GetPrompt(Prompt); });
	Standin::StopPlaying(Player);
	EXPECT_EQUAL(Listener->All(), TEXT("Failure:Cancelled"));
	EXPECT_EQUAL(NumNodes(), 0);
	// And all at once, with no frame in between.
	Player = Standin::Play();
	ActivateAll(Player->GetWorld(), Listener);
	Standin::StopPlaying(Player);
	EXPECT_EQUAL(Listener->Count(TEXT("Success:")) + Listener->Count(TEXT("Failure:")), 5);
	EXPECT_EQUAL(NumNodes(), 0);
}

GAME_CASE(NodesWithoutAGame)
{
	FStage Stage;
	UGameListener* Listener = Stage.Listen();
	// In the editor, without a game: a world of its own, and no world at all.
	UWorld* EditorWorld = UWorld::CreateWorld(EWorldType::Editor, false);
	{
		TArray<TStrongObjectPtr<UObject>> KeptByTheFrame;
		const auto Kept = [&KeptByTheFrame](auto* Node)
		{
			KeptByTheFrame.Add(TStrongObjectPtr<UObject>(Node));
			return Node;
		};
		Activate(Kept(ULatchkeySignInAction::SignIn(EditorWorld, FLatchkeyLoginOptions())), Listener);
		Activate(Kept(ULatchkeyResumeSessionAction::ResumeSession(EditorWorld)), Listener);
		Activate(Kept(ULatchkeyGetAccessTokenAction::GetAccessToken(nullptr)), Listener);
		Activate(Kept(ULatchkeySignOutAction::SignOut(nullptr)), Listener);
		UntilPins(Listener, 4);
	}
	EXPECT_EQUAL(Listener->Count(TEXT("Failure:NotSupported")), 4);
	EditorWorld->DestroyWorld(false);
	EXPECT_EQUAL(NumNodes(), 0);
}

GAME_CASE(NodesActivatedTwice)
{
	FStage Stage;
	UGameInstance* Player = Standin::Play();
	UGameListener* Listener = Stage.Listen();
	ULatchkeySignInAction* Node = ULatchkeySignInAction::SignIn(Player->GetWorld(), FLatchkeyLoginOptions());
	Activate(Node, Listener);
	Node->Activate();
	Offer(Player);
	UntilPins(Listener, 1);
	EXPECT_EQUAL(Listener->All(), TEXT("Success:None"));
}

/** What a graph does behind a pin. */
GAME_CASE(PinsThatActAtOnce)
{
	FStage Stage;
	UGameInstance* Player = Standin::Play();
	UGameListener* Listener = Stage.Listen();
	int32 SignIns = 0;
	Listener->Then = [&SignIns, Player, Listener](const FString& Event)
	{
		Standin::CollectGarbage();
		if (Event == TEXT("Failure:Cancelled") && SignIns == 1)
		{
			// Again at once, from the failure pin.
			++SignIns;
			Activate(ULatchkeySignInAction::SignIn(Player->GetWorld(), FLatchkeyLoginOptions()), Listener);
		}
		else if (Event == TEXT("Success:None") && SignIns == 2)
		{
			++SignIns;
			Activate(ULatchkeySignOutAction::SignOut(Player->GetWorld()), Listener);
		}
	};
	++SignIns;
	Activate(ULatchkeySignInAction::SignIn(Player->GetWorld(), FLatchkeyLoginOptions()), Listener);
	FLatchkeyPrompt Prompt;
	Until(TEXT("the prompt"), [Player, &Prompt]() { return Of(Player)->GetPrompt(Prompt); });
	Of(Player)->CancelLogin();
	Until(TEXT("the first one's end"), [Listener]() { return Listener->HasHeard(TEXT("Failure:Cancelled")); });
	Offer(Player);
	Until(TEXT("the sign-out's end"), [Listener]() { return Listener->Count(TEXT("Success:None")) == 2; });
	Frames(5);
	EXPECT_EQUAL(Listener->All(), TEXT("Failure:Cancelled Success:None Success:None"));
	EXPECT(!Of(Player)->IsSignedIn());
	EXPECT_EQUAL(NumNodes(), 0);
}

namespace
{
	/** The first to fire ends the game; the other pin and the events have their one word or none. */
	void EndTheGameIn(FStage& Stage, bool bTwoNodes)
	{
		UGameInstance* Player = Standin::Play();
		UGameListener* Listener = Stage.Listen();
		UGameListener* Other = Stage.Listen();
		UGameListener* Events = Stage.Listen();
		Events->Bind(*Of(Player));
		bool bEnded = false;
		Listener->Then = [&bEnded, Player, Listener, Events](const FString&)
		{
			Listener->Then = nullptr;
			Events->bMustNotHear = true;
			bEnded = true;
			Standin::StopPlaying(Player);
		};
		Activate(ULatchkeySignInAction::SignIn(Player->GetWorld(), FLatchkeyLoginOptions()), Listener);
		if (bTwoNodes)
		{
			// Replaces the first, whose pin then ends the game in which this one waits.
			Activate(ULatchkeySignInAction::SignIn(Player->GetWorld(), FLatchkeyLoginOptions()), Other);
		}
		else
		{
			Offer(Player);
		}
		Until(TEXT("the end of the game"), [&bEnded]() { return bEnded; });
		Frames(5);
		EXPECT_EQUAL(Listener->All(), bTwoNodes ? TEXT("Failure:Cancelled") : TEXT("Success:None"));
		EXPECT_EQUAL(Other->All(), bTwoNodes ? TEXT("Failure:Cancelled") : TEXT(""));
		EXPECT_EQUAL(NumNodes(), 0);
	}
}

/** A pin ends the game that its node lives in, and everything is collected before the handler returns. */
GAME_CASE(PinThatEndsTheGame)
{
	FStage Stage;
	EndTheGameIn(Stage, false);
	EndTheGameIn(Stage, true);
}
