// Copyright (c) The Latchkey authors

#include "LatchkeyLater.h"

#include "Containers/Ticker.h"
#include "LatchkeyRequests.h"
#include "LatchkeyWords.h"

static void InALaterFrame(TFunction<void()> Function)
{
	FTSTicker::GetCoreTicker().AddTicker(FTickerDelegate::CreateLambda([Function = MoveTemp(Function)](float /* DeltaSeconds */)
	{
		Function();
		return false;
	}));
}

void LatchkeyLater::TellGameEnded(const FLatchkeyFinished& OnFinished)
{
	InALaterFrame([OnFinished]()
	{
		OnFinished.ExecuteIfBound(FLatchkeyRequest::Failure(ELatchkeyReason::Cancelled, LatchkeyWords::GameEnded()));
	});
}

void LatchkeyLater::TellGameEnded(const FLatchkeyAccessTokenFinished& OnFinished)
{
	InALaterFrame([OnFinished]()
	{
		OnFinished.ExecuteIfBound(FLatchkeyRequest::Failure(ELatchkeyReason::Cancelled, LatchkeyWords::GameEnded()), FString());
	});
}

void LatchkeyLater::TellNoGame(const FLatchkeyFinished& OnFinished)
{
	InALaterFrame([OnFinished]()
	{
		OnFinished.ExecuteIfBound(FLatchkeyRequest::Failure(ELatchkeyReason::NotSupported, LatchkeyWords::NoGame()));
	});
}
