// Copyright (c) The Latchkey authors

#include "LatchkeyTests.h"

#if WITH_AUTOMATION_TESTS

#include "LatchkeySubsystem.h"

BEGIN_DEFINE_SPEC(FLatchkeySubsystemSpec, "Latchkey.Subsystem", LatchkeyTests::Flags)
	TUniquePtr<LatchkeyTests::FSettings> Settings;
	TUniquePtr<LatchkeyTests::FGame> Game;
	TArray<FLatchkeyOutcome> Outcomes;
	FLatchkeyFinished Note();
END_DEFINE_SPEC(FLatchkeySubsystemSpec)

FLatchkeyFinished FLatchkeySubsystemSpec::Note()
{
	return FLatchkeyFinished::CreateLambda([this](const FLatchkeyOutcome& Outcome)
	{
		Outcomes.Add(Outcome);
	});
}

void FLatchkeySubsystemSpec::Define()
{
	BeforeEach([this]()
	{
		Outcomes.Empty();
		Settings = MakeUnique<LatchkeyTests::FSettings>();
	});

	AfterEach([this]()
	{
		Game.Reset();
		Settings.Reset();
		LatchkeyTests::CollectAllGarbage();
	});

	Describe("Without a provider in the settings", [this]()
	{
		BeforeEach([this]()
		{
			Settings->Unconfigured();
			Game = MakeUnique<LatchkeyTests::FGame>();
		});

		It("is there, signed out, and says what to fill in", [this]()
		{
			if (!TestNotNull(TEXT("subsystem"), Game->GetSubsystem()))
			{
				return;
			}
			const FLatchkeyStatus Status = Game->GetSubsystem()->PollStatus();
			TestTrue(TEXT("state"), Status.State == ELatchkeyState::SignedOut && !Status.bSignedIn);
			TestTrue(TEXT("reason"), Status.Reason != ELatchkeyReason::None);
			TestFalse(TEXT("message is empty"), Status.Message.IsEmpty());
		});

		LatentIt("answers in a later frame, once", [this](const FDoneDelegate& Done)
		{
			Game->GetSubsystem()->StartLogin(FLatchkeyLoginOptions(), Note());
			Game->GetSubsystem()->ResumeSession(Note());
			Game->GetSubsystem()->Logout(ELatchkeyLogoutMode::Local, Note());
			TestEqual(TEXT("answers within the calls"), Outcomes.Num(), 0);
			LatchkeyTests::AfterFrames(3, [this, Done]()
			{
				TestEqual(TEXT("answers"), Outcomes.Num(), 3);
				for (const FLatchkeyOutcome& Outcome : Outcomes)
				{
					TestFalse(TEXT("it worked"), Outcome.Succeeded());
					TestFalse(TEXT("message is empty"), Outcome.Message.IsEmpty());
				}
				Done.Execute();
			});
		});

		LatentIt("lets a handler try again, a frame later each time", [this](const FDoneDelegate& Done)
		{
			const TSharedRef<FLatchkeyFinished> Again = MakeShared<FLatchkeyFinished>();
			*Again = FLatchkeyFinished::CreateLambda([this, WeakAgain = TWeakPtr<FLatchkeyFinished>(Again)](const FLatchkeyOutcome& Outcome)
			{
				Outcomes.Add(Outcome);
				const TSharedPtr<FLatchkeyFinished> Pinned = WeakAgain.Pin();
				if (Pinned.IsValid() && Outcome.Reason != ELatchkeyReason::Cancelled && Outcomes.Num() < 100)
				{
					Game->GetSubsystem()->StartLogin(FLatchkeyLoginOptions(), *Pinned);
				}
			});
			Game->GetSubsystem()->StartLogin(FLatchkeyLoginOptions(), *Again);
			LatchkeyTests::AfterFrames(6, [this, Done, Again]()
			{
				TestTrue(*FString::Printf(TEXT("%d answers in six frames"), Outcomes.Num()), Outcomes.Num() >= 4 && Outcomes.Num() <= 7);
				Done.Execute();
			});
		});

		It("knows nobody", [this]()
		{
			ULatchkeySubsystem* Subsystem = Game->GetSubsystem();
			FLatchkeyProfile Profile;
			FLatchkeyPrompt Prompt;
			FString Text;
			TestFalse(TEXT("profile"), Subsystem->GetProfile(Profile));
			TestFalse(TEXT("prompt"), Subsystem->GetPrompt(Prompt));
			TestFalse(TEXT("claim"), Subsystem->GetClaim(TEXT("sub"), Text));
			TestFalse(TEXT("role"), Subsystem->HasRole(TEXT("player")));
			TestTrue(TEXT("access token"), Subsystem->GetAccessToken(Text) != ELatchkeyReason::None);
			TestFalse(TEXT("anything to cancel"), Subsystem->CancelLogin());
		});
	});

	Describe("When the game ends", [this]()
	{
		It("tells what still waits, and nothing after that", [this]()
		{
			Settings->Unconfigured();
			Game = MakeUnique<LatchkeyTests::FGame>();
			Game->GetSubsystem()->StartLogin(FLatchkeyLoginOptions(), Note());
			Game->End();
			TestEqual(TEXT("answers"), Outcomes.Num(), 1);
		});

		LatentIt("answers calls that come after it", [this](const FDoneDelegate& Done)
		{
			Settings->Unconfigured();
			Game = MakeUnique<LatchkeyTests::FGame>();
			const TStrongObjectPtr<ULatchkeySubsystem> Late(Game->GetSubsystem());
			Game->End();
			TestTrue(TEXT("start"), Late->StartLogin(FLatchkeyLoginOptions()) == ELatchkeyReason::Cancelled);
			Late->StartLogin(FLatchkeyLoginOptions(), Note());
			LatchkeyTests::AfterFrames(3, [this, Done]()
			{
				if (TestEqual(TEXT("answers"), Outcomes.Num(), 1))
				{
					TestTrue(TEXT("reason"), Outcomes[0].Reason == ELatchkeyReason::Cancelled);
				}
				Done.Execute();
			});
		});

		LatentIt("can begin again, window after window", FTimespan::FromSeconds(60), [this](const FDoneDelegate& Done)
		{
			// A provider that nobody answers for: a sign-in is under way whenever the window is closed.
			Settings->Provider(TEXT("http://127.0.0.1:1"));
			for (int32 Window = 0; Window < 5; ++Window)
			{
				Game = MakeUnique<LatchkeyTests::FGame>();
				Game->GetSubsystem()->StartLogin(FLatchkeyLoginOptions(), Note());
				Game->End();
			}
			LatchkeyTests::AfterFrames(3, [this, Done]()
			{
				TestEqual(TEXT("answers"), Outcomes.Num(), 5);
				Done.Execute();
			});
		});
	});
}

#endif // WITH_AUTOMATION_TESTS
