// Copyright (c) The Latchkey authors

#include "LatchkeyTests.h"

#if WITH_AUTOMATION_TESTS

#include "Engine/World.h"
#include "LatchkeyAsyncActions.h"
#include "LatchkeyTestListener.h"

BEGIN_DEFINE_SPEC(FLatchkeyAsyncActionsSpec, "Latchkey.AsyncActions", LatchkeyTests::Flags)
	TUniquePtr<LatchkeyTests::FSettings> Settings;
	TUniquePtr<LatchkeyTests::FGame> Game;
	TStrongObjectPtr<ULatchkeyTestListener> Listener;
	ULatchkeySignInAction* SignIn(const UObject* Context);
END_DEFINE_SPEC(FLatchkeyAsyncActionsSpec)

ULatchkeySignInAction* FLatchkeyAsyncActionsSpec::SignIn(const UObject* Context)
{
	ULatchkeySignInAction* Node = ULatchkeySignInAction::SignIn(Context, FLatchkeyLoginOptions());
	Node->OnSuccess.AddDynamic(Listener.Get(), &ULatchkeyTestListener::Succeed);
	Node->OnFailure.AddDynamic(Listener.Get(), &ULatchkeyTestListener::Fail);
	return Node;
}

void FLatchkeyAsyncActionsSpec::Define()
{
	BeforeEach([this]()
	{
		Settings = MakeUnique<LatchkeyTests::FSettings>();
		Settings->Unconfigured();
		Game = MakeUnique<LatchkeyTests::FGame>();
		Listener.Reset(NewObject<ULatchkeyTestListener>());
	});

	AfterEach([this]()
	{
		Listener.Reset();
		Game.Reset();
		Settings.Reset();
		LatchkeyTests::CollectAllGarbage();
	});

	LatentIt("each fires its failure pin once when nobody can sign in", [this](const FDoneDelegate& Done)
	{
		SignIn(Game->GetWorld())->Activate();

		ULatchkeyResumeSessionAction* Resume = ULatchkeyResumeSessionAction::ResumeSession(Game->GetWorld());
		Resume->OnSuccess.AddDynamic(Listener.Get(), &ULatchkeyTestListener::Succeed);
		Resume->OnFailure.AddDynamic(Listener.Get(), &ULatchkeyTestListener::Fail);
		Resume->Activate();

		ULatchkeySignOutAction* SignOut = ULatchkeySignOutAction::SignOut(Game->GetWorld());
		SignOut->OnSuccess.AddDynamic(Listener.Get(), &ULatchkeyTestListener::SucceedPlainly);
		SignOut->OnFailure.AddDynamic(Listener.Get(), &ULatchkeyTestListener::FailPlainly);
		SignOut->Activate();

		ULatchkeyGetAccessTokenAction* GetAccessToken = ULatchkeyGetAccessTokenAction::GetAccessToken(Game->GetWorld());
		GetAccessToken->OnSuccess.AddDynamic(Listener.Get(), &ULatchkeyTestListener::SucceedWith);
		GetAccessToken->OnFailure.AddDynamic(Listener.Get(), &ULatchkeyTestListener::FailWith);
		GetAccessToken->Activate();

		TestEqual(TEXT("fired while being activated"), Listener->GetFired(), 0);
		LatchkeyTests::AfterFrames(4, [this, Done]()
		{
			TestEqual(TEXT("successes"), Listener->Successes, 0);
			TestEqual(TEXT("failures"), Listener->Failures, 4);
			TestFalse(TEXT("message is empty"), Listener->LastMessage.IsEmpty());
			Done.Execute();
		});
	});

	LatentIt("fires once though it is activated twice", [this](const FDoneDelegate& Done)
	{
		ULatchkeySignInAction* Node = SignIn(Game->GetWorld());
		Node->Activate();
		Node->Activate();
		LatchkeyTests::AfterFrames(4, [this, Done]()
		{
			TestEqual(TEXT("fired"), Listener->GetFired(), 1);
			Done.Execute();
		});
	});

	LatentIt("outlives a garbage collection while it waits, and not its end", [this](const FDoneDelegate& Done)
	{
		const TWeakObjectPtr<ULatchkeySignInAction> Node(SignIn(Game->GetWorld()));
		Node->Activate();
		LatchkeyTests::CollectAllGarbage();
		TestTrue(TEXT("alive while it waits"), Node.IsValid());
		LatchkeyTests::AfterFrames(4, [this, Done, Node]()
		{
			TestEqual(TEXT("fired"), Listener->GetFired(), 1);
			LatchkeyTests::CollectAllGarbage();
			TestFalse(TEXT("alive when it is done"), Node.IsValid());
			Done.Execute();
		});
	});

	It("fires its failure pin when the game ends meanwhile", [this]()
	{
		SignIn(Game->GetWorld())->Activate();
		Game->End();
		TestEqual(TEXT("failures"), Listener->Failures, 1);
	});

	LatentIt("survives a graph that ends the game and collects garbage", [this](const FDoneDelegate& Done)
	{
		Listener->Then = [this]()
		{
			Game->End();
			LatchkeyTests::CollectAllGarbage();
		};
		SignIn(Game->GetWorld())->Activate();
		SignIn(Game->GetWorld())->Activate();
		LatchkeyTests::AfterFrames(4, [this, Done]()
		{
			TestEqual(TEXT("failures"), Listener->Failures, 2);
			Done.Execute();
		});
	});

	LatentIt("fires its failure pin where there is no game", [this](const FDoneDelegate& Done)
	{
		const TStrongObjectPtr<ULatchkeySignInAction> Node(SignIn(nullptr));
		Node->Activate();
		TestEqual(TEXT("fired while being activated"), Listener->GetFired(), 0);
		LatchkeyTests::AfterFrames(4, [this, Done, Node]()
		{
			TestEqual(TEXT("failures"), Listener->Failures, 1);
			TestTrue(TEXT("reason"), Listener->LastReason == ELatchkeyReason::NotSupported);
			Done.Execute();
		});
	});

	LatentIt("survives a listener that has gone", [this](const FDoneDelegate& Done)
	{
		SignIn(Game->GetWorld())->Activate();
		Listener.Reset();
		LatchkeyTests::CollectAllGarbage();
		LatchkeyTests::AfterFrames(4, [Done]()
		{
			Done.Execute();
		});
	});
}

#endif // WITH_AUTOMATION_TESTS
