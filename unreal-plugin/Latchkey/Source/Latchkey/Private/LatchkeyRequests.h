// Copyright (c) The Latchkey authors

#pragma once

#include "CoreMinimal.h"
#include "LatchkeySnapshot.h"
#include "LatchkeyTypes.h"
#include "Misc/Optional.h"

/** One call that somebody wants to hear the end of. */
struct FLatchkeyRequest
{
	enum class EKind : uint8
	{
		Login,
		Resume,
		Logout,
		AccessToken
	};

	EKind Kind = EKind::Login;

	/** Which sign-in it is about, or was the last when it began. */
	uint64 LoginId = 0;

	/** The status right after the call; what was before says nothing of it. */
	uint64 SinceRevision = 0;

	/** A player who was signed in before stays so when the new sign-in fails, so being signed in is no proof. */
	bool bWasSignedIn = false;

	int32 MinValidSeconds = 0;

	/** A sign-in that is not begun before it is known whether there is a session of last time. */
	TOptional<FLatchkeyLoginOptions> AfterResume;

	/** Once decided it only waits to be told. */
	TOptional<FLatchkeyOutcome> Outcome;

	FString AccessToken;
	FLatchkeyFinished OnFinished;
	FLatchkeyAccessTokenFinished OnAccessToken;

	/** When it was added; given by the list. */
	uint64 Serial = 0;

	/** What became of it by this view, if that is known. Not for access tokens, which have to be asked for. */
	TOptional<FLatchkeyOutcome> Judge(const FLatchkeyView& View) const;

	static FLatchkeyOutcome Success(const FLatchkeyView& View);
	static FLatchkeyOutcome Failure(ELatchkeyReason Reason, const FText& Message);
};

/**
 * All calls of one identity whose end has not been told yet. Each is told exactly once, in the order in which they were added,
 * whatever the handlers do: a request leaves the list before its handler runs. No library, no UObject enters.
 */
class FLatchkeyRequests
{
public:
	void Add(FLatchkeyRequest&& Request);

	/** Whether something waits to be told. */
	bool HasDecided() const;

	/** The number of the latest; what is added while handlers run has a higher one and waits for the next turn. */
	uint64 GetLastSerial() const
	{
		return LastSerial;
	}

	/** Tells one that is decided, no later than this number. Whether there was one. */
	bool TellNext(uint64 UpToSerial);

	/** For all that are not decided yet. The function may decide; it must not add. */
	void ForEachWaiting(TFunctionRef<void(FLatchkeyRequest& Request)> Function);

private:
	static void Tell(FLatchkeyRequest& Request);

	TArray<FLatchkeyRequest> Requests;
	uint64 LastSerial = 0;
};
