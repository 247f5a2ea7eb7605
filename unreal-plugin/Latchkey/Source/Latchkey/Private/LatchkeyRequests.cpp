// Copyright (c) The Latchkey authors

#include "LatchkeyRequests.h"

#include "LatchkeyWords.h"

static TOptional<FLatchkeyOutcome> FailedOr(const FLatchkeyView& View, const FLatchkeyOutcome& Otherwise)
{
	return View.Snapshot.Reason == ELatchkeyReason::None ? Otherwise : FLatchkeyRequest::Failure(View.Snapshot.Reason, View.Message);
}

static TOptional<FLatchkeyOutcome> JudgeLogin(const FLatchkeyRequest& Request, const FLatchkeyView& View)
{
	if (View.Snapshot.LoginId > Request.LoginId)
	{
		return FLatchkeyRequest::Failure(ELatchkeyReason::Cancelled, LatchkeyWords::Replaced());
	}
	switch (View.Snapshot.State)
	{
	case ELatchkeyState::SignedIn:
		// For a player who was signed out, being signed in is the proof; a refresh may already have failed since.
		return Request.bWasSignedIn ? FailedOr(View, FLatchkeyRequest::Success(View)) : FLatchkeyRequest::Success(View);
	case ELatchkeyState::SignedOut:
		return FailedOr(View, FLatchkeyRequest::Failure(ELatchkeyReason::Cancelled, LatchkeyWords::EndedBySignOut()));
	case ELatchkeyState::SigningOut:
		return FLatchkeyRequest::Failure(ELatchkeyReason::Cancelled, LatchkeyWords::EndedBySignOut());
	default:
		return {};
	}
}

static TOptional<FLatchkeyOutcome> JudgeResume(const FLatchkeyView& View)
{
	if (View.Snapshot.IsResuming())
	{
		return {};
	}
	if (View.bSignedIn)
	{
		return FLatchkeyRequest::Success(View);
	}
	switch (View.Snapshot.State)
	{
	case ELatchkeyState::SignedOut:
		return FailedOr(View, FLatchkeyRequest::Failure(ELatchkeyReason::NoSession, LatchkeyWords::Of(ELatchkeyReason::NoSession)));
	case ELatchkeyState::SigningOut:
		return FLatchkeyRequest::Failure(ELatchkeyReason::Cancelled, LatchkeyWords::EndedBySignOut());
	default:
		return FLatchkeyRequest::Failure(ELatchkeyReason::Cancelled, LatchkeyWords::Replaced());
	}
}

static TOptional<FLatchkeyOutcome> JudgeLogout(const FLatchkeyRequest& Request, const FLatchkeyView& View)
{
	if (View.Snapshot.LoginId > Request.LoginId)
	{
		// The next sign-in has begun: what it was about has ended.
		return FLatchkeyOutcome();
	}
	switch (View.Snapshot.State)
	{
	case ELatchkeyState::SigningOut:
		return {};
	case ELatchkeyState::SignedOut:
		return FailedOr(View, FLatchkeyOutcome());
	default:
		return FLatchkeyOutcome();
	}
}

TOptional<FLatchkeyOutcome> FLatchkeyRequest::Judge(const FLatchkeyView& View) const
{
	if (View.Snapshot.Revision < SinceRevision)
	{
		return {};
	}
	switch (Kind)
	{
	case EKind::Login:
		return JudgeLogin(*this, View);
	case EKind::Resume:
		return JudgeResume(View);
	case EKind::Logout:
		return JudgeLogout(*this, View);
	default:
		return {};
	}
}

FLatchkeyOutcome FLatchkeyRequest::Success(const FLatchkeyView& View)
{
	FLatchkeyOutcome Outcome;
	Outcome.Profile = View.Profile;
	return Outcome;
}

FLatchkeyOutcome FLatchkeyRequest::Failure(ELatchkeyReason Reason, const FText& Message)
{
	FLatchkeyOutcome Outcome;
	Outcome.Reason = Reason;
	Outcome.Message = Message.IsEmpty() ? LatchkeyWords::Of(Reason) : Message;
	return Outcome;
}

void FLatchkeyRequests::Add(FLatchkeyRequest&& Request)
{
	Request.Serial = ++LastSerial;
	Requests.Add(MoveTemp(Request));
}

bool FLatchkeyRequests::HasDecided() const
{
	return Requests.ContainsByPredicate([](const FLatchkeyRequest& Request)
	{
		return Request.Outcome.IsSet();
	});
}

bool FLatchkeyRequests::TellNext(uint64 UpToSerial)
{
	const int32 Index = Requests.IndexOfByPredicate([UpToSerial](const FLatchkeyRequest& Request)
	{
		return Request.Outcome.IsSet() && Request.Serial <= UpToSerial;
	});
	if (Index == INDEX_NONE)
	{
		return false;
	}
	FLatchkeyRequest Request = MoveTemp(Requests[Index]);
	Requests.RemoveAt(Index);
	Tell(Request);
	return true;
}

void FLatchkeyRequests::ForEachWaiting(TFunctionRef<void(FLatchkeyRequest& Request)> Function)
{
	for (FLatchkeyRequest& Request : Requests)
	{
		if (!Request.Outcome.IsSet())
		{
			Function(Request);
		}
	}
}

void FLatchkeyRequests::Tell(FLatchkeyRequest& Request)
{
	// Whoever asked may be gone by now; their delegate knows that.
	Request.OnFinished.ExecuteIfBound(*Request.Outcome);
	Request.OnAccessToken.ExecuteIfBound(*Request.Outcome, Request.AccessToken);
}
