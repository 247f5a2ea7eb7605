// Copyright (c) The Latchkey authors

#include "LatchkeyAsyncActions.h"

#include "LatchkeyLater.h"
#include "LatchkeySubsystem.h"
#include "UObject/StrongObjectPtr.h"

/** Fires a pin, then lets the node go. A handler may end the game and collect garbage: the node is needed until after that. */
template <typename PinType, typename... ArgumentTypes>
static void FirePin(UBlueprintAsyncActionBase* Node, const PinType& Pin, const ArgumentTypes&... Arguments)
{
	const TStrongObjectPtr<UBlueprintAsyncActionBase> StayAlive(Node);
	Pin.Broadcast(Arguments...);
	Node->SetReadyToDestroy();
}

void ULatchkeyAsyncAction::Activate()
{
	if (bActivated)
	{
		return;
	}
	bActivated = true;
	if (ULatchkeySubsystem* Subsystem = ULatchkeySubsystem::Get(WorldContext.Get()))
	{
		Begin(*Subsystem);
	}
	else
	{
		LatchkeyLater::TellNoGame(FLatchkeyFinished::CreateUObject(this, &ULatchkeyAsyncAction::Finish));
	}
}

ULatchkeySignInAction* ULatchkeySignInAction::SignIn(const UObject* WorldContextObject, const FLatchkeyLoginOptions& Options)
{
	ULatchkeySignInAction* Action = Create<ULatchkeySignInAction>(WorldContextObject);
	Action->LoginOptions = Options;
	return Action;
}

void ULatchkeySignInAction::Begin(ULatchkeySubsystem& Subsystem)
{
	Subsystem.StartLogin(LoginOptions, FLatchkeyFinished::CreateUObject(this, &ULatchkeySignInAction::Finish));
}

void ULatchkeySignInAction::Finish(const FLatchkeyOutcome& Outcome)
{
	FirePin(this, Outcome.Succeeded() ? OnSuccess : OnFailure, Outcome.Profile, Outcome.Reason, Outcome.Message);
}

ULatchkeySignOutAction* ULatchkeySignOutAction::SignOut(const UObject* WorldContextObject, ELatchkeyLogoutMode Mode)
{
	ULatchkeySignOutAction* Action = Create<ULatchkeySignOutAction>(WorldContextObject);
	Action->LogoutMode = Mode;
	return Action;
}

void ULatchkeySignOutAction::Begin(ULatchkeySubsystem& Subsystem)
{
	Subsystem.Logout(LogoutMode, FLatchkeyFinished::CreateUObject(this, &ULatchkeySignOutAction::Finish));
}

void ULatchkeySignOutAction::Finish(const FLatchkeyOutcome& Outcome)
{
	FirePin(this, Outcome.Succeeded() ? OnSuccess : OnFailure, Outcome.Reason, Outcome.Message);
}

ULatchkeyResumeSessionAction* ULatchkeyResumeSessionAction::ResumeSession(const UObject* WorldContextObject)
{
	return Create<ULatchkeyResumeSessionAction>(WorldContextObject);
}

void ULatchkeyResumeSessionAction::Begin(ULatchkeySubsystem& Subsystem)
{
	Subsystem.ResumeSession(FLatchkeyFinished::CreateUObject(this, &ULatchkeyResumeSessionAction::Finish));
}

void ULatchkeyResumeSessionAction::Finish(const FLatchkeyOutcome& Outcome)
{
	FirePin(this, Outcome.Succeeded() ? OnSuccess : OnFailure, Outcome.Profile, Outcome.Reason, Outcome.Message);
}

ULatchkeyGetAccessTokenAction* ULatchkeyGetAccessTokenAction::GetAccessToken(const UObject* WorldContextObject, int32 MinValidSeconds)
{
	ULatchkeyGetAccessTokenAction* Action = Create<ULatchkeyGetAccessTokenAction>(WorldContextObject);
	Action->WantedSeconds = MinValidSeconds;
	return Action;
}

void ULatchkeyGetAccessTokenAction::Begin(ULatchkeySubsystem& Subsystem)
{
	Subsystem.GetAccessToken(WantedSeconds, FLatchkeyAccessTokenFinished::CreateUObject(this, &ULatchkeyGetAccessTokenAction::FinishWith));
}

void ULatchkeyGetAccessTokenAction::Finish(const FLatchkeyOutcome& Outcome)
{
	FinishWith(Outcome, FString());
}

void ULatchkeyGetAccessTokenAction::FinishWith(const FLatchkeyOutcome& Outcome, const FString& AccessToken)
{
	FirePin(this, Outcome.Succeeded() ? OnSuccess : OnFailure, AccessToken, Outcome.Reason, Outcome.Message);
}
