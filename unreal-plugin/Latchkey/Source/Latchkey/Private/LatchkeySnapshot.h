// Copyright (c) The Latchkey authors

#pragma once

#include "CoreMinimal.h"
#include "LatchkeyTypes.h"

/** Where a client stands, in numbers only: what a tick compares, without a copy of any text. */
struct FLatchkeySnapshot
{
	/** Grows with every change. */
	uint64 Revision = 0;

	/** Grows with every sign-in that is begun. */
	uint64 LoginId = 0;

	/** When the sign-in times out: milliseconds since 1970-01-01 UTC; 0 when none is under way. */
	uint64 Deadline = 0;

	ELatchkeyState State = ELatchkeyState::SignedOut;
	ELatchkeyReason Reason = ELatchkeyReason::None;
	bool bOffline = false;
	bool bPersisted = false;
	bool bRefreshing = false;

	/** Whether the session of last time is being looked for: that has no deadline, a sign-in has one. */
	bool IsResuming() const;

	/** Whether a sign-in is under way. */
	bool IsLoggingIn() const;

	/** Whether there may be something for the player to do. */
	bool MayPrompt() const;

	/** How long the player has left, by this machine's clock. */
	float GetSecondsLeft() const;
};

/** The same with who is signed in and the words for people. One consistent picture. */
struct FLatchkeyView
{
	FLatchkeySnapshot Snapshot;
	bool bSignedIn = false;
	FLatchkeyProfile Profile;
	FText Message;

	FLatchkeyStatus ToStatus() const;
};
