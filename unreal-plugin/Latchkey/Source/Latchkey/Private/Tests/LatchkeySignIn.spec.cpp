// Copyright (c) The Latchkey authors

#include "LatchkeyTests.h"

#if WITH_AUTOMATION_TESTS

#include "Engine/Texture2D.h"
#include "Engine/World.h"
#include "Latchkey.h"
#include "LatchkeyAsyncActions.h"
#include "LatchkeySubsystem.h"
#include "LatchkeyTestListener.h"
#include "Misc/App.h"

/** At the provider that LATCHKEY_TEST_ISSUER names; the browser that opens may be played by a person or by a program. */
BEGIN_DEFINE_SPEC(FLatchkeySignInSpec, "Latchkey.SignIn", LatchkeyTests::Flags)
	TUniquePtr<LatchkeyTests::FSettings> Settings;
	TUniquePtr<LatchkeyTests::FGame> Game;
	TStrongObjectPtr<ULatchkeyTestListener> Listener;
	TArray<FLatchkeyOutcome> Outcomes;

	/** Whether there is a provider; if not, the spec is done. */
	bool Begin(const FDoneDelegate& Done, bool bOpenBrowser = true);
	FLatchkeyFinished Note();
	void SignIn(TFunction<void()> Then);
	template <typename ActionType>
	void Activate(ActionType* Action);
END_DEFINE_SPEC(FLatchkeySignInSpec)

bool FLatchkeySignInSpec::Begin(const FDoneDelegate& Done, bool bOpenBrowser)
{
	const FString Issuer = LatchkeyTests::GetTestIssuer(*this);
	if (Issuer.IsEmpty() || !TestTrue(TEXT("library is available"), ILatchkeyModule::Get().IsLibraryAvailable()))
	{
		Done.Execute();
		return false;
	}
	Settings->Provider(Issuer, bOpenBrowser);
	Game = MakeUnique<LatchkeyTests::FGame>();
	return true;
}

FLatchkeyFinished FLatchkeySignInSpec::Note()
{
	return FLatchkeyFinished::CreateLambda([this](const FLatchkeyOutcome& Outcome)
	{
		Outcomes.Add(Outcome);
	});
}

void FLatchkeySignInSpec::SignIn(TFunction<void()> Then)
{
	Game->GetSubsystem()->StartLogin(FLatchkeyLoginOptions(), FLatchkeyFinished::CreateLambda([this, Then = MoveTemp(Then)](const FLatchkeyOutcome& Outcome)
	{
		TestTrue(*FString::Printf(TEXT("signed in: %s"), *Outcome.Message.ToString()), Outcome.Succeeded());
		TestFalse(TEXT("subject is empty"), Outcome.Profile.Subject.IsEmpty());
		Then();
	}));
}

template <typename ActionType>
void FLatchkeySignInSpec::Activate(ActionType* Action)
{
	Action->OnSuccess.AddDynamic(Listener.Get(), &ULatchkeyTestListener::Succeed);
	Action->OnFailure.AddDynamic(Listener.Get(), &ULatchkeyTestListener::Fail);
	Action->Activate();
}

void FLatchkeySignInSpec::Define()
{
	BeforeEach([this]()
	{
		Outcomes.Empty();
		Settings = MakeUnique<LatchkeyTests::FSettings>();
		Listener.Reset(NewObject<ULatchkeyTestListener>());
	});

	AfterEach([this]()
	{
		Game.Reset();
		Listener.Reset();
		Settings.Reset();
		LatchkeyTests::CollectAllGarbage();
	});

	LatentIt("signs a player in, knows who it is, and signs out", FTimespan::FromSeconds(120), [this](const FDoneDelegate& Done)
	{
		if (!Begin(Done))
		{
			return;
		}
		const TSharedRef<TArray<FString>> Events = MakeShared<TArray<FString>>();
		Game->GetSubsystem()->OnSignedInNative.AddLambda([Events](const FLatchkeyProfile& Profile)
		{
			Events->Add(Profile.Subject);
		});
		Game->GetSubsystem()->OnSignedOutNative.AddLambda([Events](ELatchkeyReason Reason)
		{
			Events->Add(Reason == ELatchkeyReason::None ? TEXT("by the game") : TEXT("by itself"));
		});
		SignIn([this, Done, Events]()
		{
			FString Token;
			FString Subject;
			TestTrue(TEXT("access token"), Game->GetSubsystem()->GetAccessToken(Token, 0) == ELatchkeyReason::None && !Token.IsEmpty());
			TestTrue(TEXT("claim"), Game->GetSubsystem()->GetClaim(TEXT("sub"), Subject));
			TestTrue(TEXT("events of the sign-in"), *Events == TArray<FString>{Subject});
			Game->GetSubsystem()->Logout(ELatchkeyLogoutMode::Local, FLatchkeyFinished::CreateLambda([this, Done, Events, Subject](const FLatchkeyOutcome& Outcome)
			{
				TestTrue(TEXT("signed out"), Outcome.Succeeded() && !Game->GetSubsystem()->IsSignedIn());
				TestTrue(TEXT("events of both"), *Events == TArray<FString>{Subject, TEXT("by the game")});
				Done.Execute();
			}));
		});
	});

	LatentIt("lets each node succeed once, and needs the browser once", FTimespan::FromSeconds(120), [this](const FDoneDelegate& Done)
	{
		if (!Begin(Done))
		{
			return;
		}
		SignIn([this, Done]()
		{
			Activate(ULatchkeySignInAction::SignIn(Game->GetWorld(), FLatchkeyLoginOptions()));
			Activate(ULatchkeyResumeSessionAction::ResumeSession(Game->GetWorld()));
			ULatchkeyGetAccessTokenAction* Token = ULatchkeyGetAccessTokenAction::GetAccessToken(Game->GetWorld(), 0);
			Token->OnSuccess.AddDynamic(Listener.Get(), &ULatchkeyTestListener::SucceedWith);
			Token->OnFailure.AddDynamic(Listener.Get(), &ULatchkeyTestListener::FailWith);
			Token->Activate();
			TestTrue(TEXT("still signed in"), Game->GetSubsystem()->PollStatus().State == ELatchkeyState::SignedIn);
			LatchkeyTests::AfterFrames(4, [this, Done]()
			{
				TestEqual(TEXT("successes"), Listener->Successes, 3);
				TestEqual(TEXT("failures"), Listener->Failures, 0);
				TestTrue(TEXT("length of the access token"), Listener->Length > 0);
				ULatchkeySignOutAction* SignOut = ULatchkeySignOutAction::SignOut(Game->GetWorld(), ELatchkeyLogoutMode::Local);
				SignOut->OnSuccess.AddDynamic(Listener.Get(), &ULatchkeyTestListener::SucceedPlainly);
				SignOut->OnFailure.AddDynamic(Listener.Get(), &ULatchkeyTestListener::FailPlainly);
				SignOut->Activate();
				LatchkeyTests::WaitUntil([this]() { return Listener->GetFired() > 3; }, [this, Done]()
				{
					TestEqual(TEXT("successes with the sign-out"), Listener->Successes, 4);
					Done.Execute();
				});
			});
		});
	});

	LatentIt("takes up the session of last time, and lets a sign-in of the first frame wait for it", FTimespan::FromSeconds(120), [this](const FDoneDelegate& Done)
	{
		Settings->Remember(/* bResumeAtStart */ false);
		if (!Begin(Done))
		{
			return;
		}
		SignIn([this, Done]()
		{
			if (!Game->GetSubsystem()->PollStatus().bPersisted)
			{
				AddInfo(TEXT("Left out: this machine has no secret store to remember the player in."));
				Done.Execute();
				return;
			}
			// Later, when the handler of the game that ends has returned.
			LatchkeyTests::AfterFrames(2, [this, Done]()
			{
				Game->End();
				Settings->Remember(/* bResumeAtStart */ true);
				Game = MakeUnique<LatchkeyTests::FGame>();
				const TSharedRef<bool> bSawBrowser = MakeShared<bool>(false);
				Game->GetSubsystem()->OnStatusChangedNative.AddLambda([bSawBrowser](const FLatchkeyStatus& Status)
				{
					*bSawBrowser |= Status.State == ELatchkeyState::WaitingForPlayer;
				});
				SignIn([this, Done, bSawBrowser]()
				{
					TestFalse(TEXT("the browser was needed"), *bSawBrowser);
					Game->GetSubsystem()->Logout(ELatchkeyLogoutMode::Local, FLatchkeyFinished::CreateLambda([this, Done](const FLatchkeyOutcome& Outcome)
					{
						TestTrue(*FString::Printf(TEXT("forgotten: %s"), *Outcome.Message.ToString()), Outcome.Succeeded());
						Done.Execute();
					}));
				});
			});
		});
	});

	LatentIt("tells a sign-in that it was replaced, and one that it was cancelled", FTimespan::FromSeconds(120), [this](const FDoneDelegate& Done)
	{
		if (!Begin(Done, /* bOpenBrowser */ false))
		{
			return;
		}
		Game->GetSubsystem()->StartLogin(FLatchkeyLoginOptions(), Note());
		Game->GetSubsystem()->StartLogin(FLatchkeyLoginOptions(), Note());
		TestTrue(TEXT("something to cancel"), Game->GetSubsystem()->CancelLogin());
		LatchkeyTests::WaitUntil([this]() { return Outcomes.Num() == 2; }, [this, Done]()
		{
			TestTrue(TEXT("replaced"), Outcomes[0].Reason == ELatchkeyReason::Cancelled);
			TestTrue(TEXT("cancelled"), Outcomes[1].Reason == ELatchkeyReason::Cancelled);
			TestFalse(TEXT("more to cancel"), Game->GetSubsystem()->CancelLogin());
			// What the status still says of the sign-in is not the answer to what comes after it.
			Game->GetSubsystem()->ResumeSession(Note());
			Game->GetSubsystem()->Logout(ELatchkeyLogoutMode::Local, Note());
			LatchkeyTests::WaitUntil([this]() { return Outcomes.Num() == 4; }, [this, Done]()
			{
				TestTrue(TEXT("nothing to resume"), Outcomes[2].Reason == ELatchkeyReason::NoSession);
				TestTrue(TEXT("signed out"), Outcomes[3].Succeeded());
				Done.Execute();
			});
		});
	});

	LatentIt("shows the prompt while there is something to do, and no longer", FTimespan::FromSeconds(120), [this](const FDoneDelegate& Done)
	{
		if (!Begin(Done, /* bOpenBrowser */ false))
		{
			return;
		}
		const TSharedRef<int32> Prompts = MakeShared<int32>(0);
		Game->GetSubsystem()->OnPromptNative.AddLambda([Prompts](const FLatchkeyPrompt&)
		{
			++*Prompts;
		});
		Game->GetSubsystem()->StartLogin(FLatchkeyLoginOptions());
		LatchkeyTests::WaitUntil([Prompts]() { return *Prompts > 0; }, [this, Done, Prompts]()
		{
			FLatchkeyPrompt Prompt;
			TestTrue(TEXT("prompt"), Game->GetSubsystem()->GetPrompt(Prompt));
			TestTrue(TEXT("url"), Prompt.Url.StartsWith(TEXT("http")));
			TestTrue(TEXT("seconds left"), Prompt.SecondsLeft > 0.f);
			TestTrue(TEXT("kind"), Prompt.Kind == ELatchkeyPromptKind::SignIn && Prompt.UserCode.IsEmpty() && !Prompt.QrCode);
			Game->GetSubsystem()->CancelLogin();
			TestFalse(TEXT("prompt after it"), Game->GetSubsystem()->GetPrompt(Prompt));
			LatchkeyTests::AfterFrames(4, [this, Done, Prompts]()
			{
				TestEqual(TEXT("prompts"), *Prompts, 1);
				Done.Execute();
			});
		});
	});

	LatentIt("shows a code and a QR code for another screen, also after a garbage collection", FTimespan::FromSeconds(120), [this](const FDoneDelegate& Done)
	{
		if (!Begin(Done))
		{
			return;
		}
		FLatchkeyLoginOptions Options;
		Options.bOnAnotherScreen = true;
		Game->GetSubsystem()->StartLogin(Options, Note());
		LatchkeyTests::WaitUntil([this]() { FLatchkeyPrompt Prompt; return Outcomes.Num() > 0 || Game->GetSubsystem()->GetPrompt(Prompt); }, [this, Done]()
		{
			LatchkeyTests::CollectAllGarbage();
			FLatchkeyPrompt Prompt;
			if (Game->GetSubsystem()->GetPrompt(Prompt))
			{
				TestTrue(TEXT("kind"), Prompt.Kind == ELatchkeyPromptKind::AnotherScreen);
				TestFalse(TEXT("code or address is empty"), Prompt.UserCode.IsEmpty() || Prompt.VerificationUrl.IsEmpty());
				TestEqual(TEXT("has a texture"), Prompt.QrCode != nullptr, FApp::CanEverRender());
				if (Prompt.QrCode)
				{
					TestTrue(TEXT("size of the texture"), Prompt.QrCode->GetSizeX() >= 21 + 8 && Prompt.QrCode->GetSizeX() == Prompt.QrCode->GetSizeY());
				}
			}
			else if (TestTrue(TEXT("a provider without the device grant says so"), Outcomes.Num() == 1))
			{
				TestTrue(TEXT("reason"), Outcomes[0].Reason == ELatchkeyReason::NotSupported);
			}
			Done.Execute();
		});
	});

	LatentIt("survives a handler that ends the game and collects garbage", FTimespan::FromSeconds(120), [this](const FDoneDelegate& Done)
	{
		if (!Begin(Done, /* bOpenBrowser */ false))
		{
			return;
		}
		Game->GetSubsystem()->StartLogin(FLatchkeyLoginOptions(), Note());
		Activate(ULatchkeySignInAction::SignIn(Game->GetWorld(), FLatchkeyLoginOptions()));
		// Two handlers, of which whichever is called first ends the game, and a graph that is called after both.
		const TSharedRef<int32> Called = MakeShared<int32>(0);
		for (int32 Handler = 0; Handler < 2; ++Handler)
		{
			Game->GetSubsystem()->OnStatusChangedNative.AddLambda([this, Called](const FLatchkeyStatus&)
			{
				++*Called;
				Game->End();
				LatchkeyTests::CollectAllGarbage();
			});
		}
		Game->GetSubsystem()->OnStatusChanged.AddDynamic(Listener.Get(), &ULatchkeyTestListener::SeeStatus);
		LatchkeyTests::WaitUntil([this]() { return Game->GetSubsystem() == nullptr; }, [this, Done, Called]()
		{
			LatchkeyTests::AfterFrames(4, [this, Done, Called]()
			{
				TestEqual(TEXT("answers to the call"), Outcomes.Num(), 1);
				TestEqual(TEXT("pins of the node"), Listener->GetFired(), 1);
				TestEqual(TEXT("native handlers"), *Called, 1);
				TestEqual(TEXT("graphs"), Listener->Statuses, 0);
				Done.Execute();
			});
		});
	});
}

#endif // WITH_AUTOMATION_TESTS
