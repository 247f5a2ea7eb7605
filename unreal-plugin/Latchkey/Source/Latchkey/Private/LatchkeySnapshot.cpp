// Copyright (c) The Latchkey authors

#include "LatchkeySnapshot.h"

#include "Misc/DateTime.h"
#include "Misc/Timespan.h"

bool FLatchkeySnapshot::IsResuming() const
{
	return State == ELatchkeyState::Starting && Deadline == 0;
}

bool FLatchkeySnapshot::IsLoggingIn() const
{
	return State == ELatchkeyState::WaitingForPlayer || State == ELatchkeyState::Completing || (State == ELatchkeyState::Starting && Deadline != 0);
}

bool FLatchkeySnapshot::MayPrompt() const
{
	return State == ELatchkeyState::WaitingForPlayer || State == ELatchkeyState::SigningOut;
}

float FLatchkeySnapshot::GetSecondsLeft() const
{
	if (Deadline == 0)
	{
		return 0.f;
	}
	const double Now = (FDateTime::UtcNow() - FDateTime::FromUnixTimestamp(0)).GetTotalMilliseconds();
	return static_cast<float>(FMath::Max((static_cast<double>(Deadline) - Now) / 1000.0, 0.0));
}

FLatchkeyStatus FLatchkeyView::ToStatus() const
{
	FLatchkeyStatus Status;
	Status.State = Snapshot.State;
	Status.Reason = Snapshot.Reason;
	Status.Message = Message;
	Status.bSignedIn = bSignedIn;
	Status.bOffline = Snapshot.bOffline;
	Status.bPersisted = Snapshot.bPersisted;
	Status.bRefreshing = Snapshot.bRefreshing;
	Status.SecondsLeft = Snapshot.GetSecondsLeft();
	return Status;
}
