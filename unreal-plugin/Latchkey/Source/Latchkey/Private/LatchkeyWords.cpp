// Copyright (c) The Latchkey authors

#include "LatchkeyWords.h"

#include "UObject/Class.h"

#define LOCTEXT_NAMESPACE "Latchkey"

FText LatchkeyWords::Of(ELatchkeyReason Reason)
{
	switch (Reason)
	{
	case ELatchkeyReason::None:
		return FText::GetEmpty();
	case ELatchkeyReason::InvalidState:
		return LOCTEXT("InvalidState", "This can't be done now: nobody is signed in, or something else is under way.");
	case ELatchkeyReason::Network:
		return LOCTEXT("Network", "The sign-in service can't be reached: check the network and try again.");
	case ELatchkeyReason::Denied:
		return LOCTEXT("Denied", "The sign-in was declined.");
	case ELatchkeyReason::Cancelled:
		return LOCTEXT("Cancelled", "The sign-in was cancelled.");
	case ELatchkeyReason::TimedOut:
		return LOCTEXT("TimedOut", "The sign-in was not finished in time: try again.");
	case ELatchkeyReason::SessionExpired:
		return LOCTEXT("SessionExpired", "The session has ended: sign in again.");
	case ELatchkeyReason::NotSupported:
		return LOCTEXT("NotSupported", "Signing in is not possible here.");
	case ELatchkeyReason::Pending:
		return LOCTEXT("Pending", "It is on its way: ask again once the status has changed.");
	case ELatchkeyReason::NoSession:
		return LOCTEXT("NoSession", "There is no session of last time on this device: sign in.");
	default:
		return FText::Format(LOCTEXT("Other", "It did not work ({0}); the log says more."), FText::FromString(StaticEnum<ELatchkeyReason>()->GetNameStringByValue(static_cast<int64>(Reason))));
	}
}

FText LatchkeyWords::DedicatedServer()
{
	return LOCTEXT("DedicatedServer", "A dedicated server or commandlet has no player to sign in.");
}

FText LatchkeyWords::NoGame()
{
	return LOCTEXT("NoGame", "There is no running game here to sign in to: the world has no game instance.");
}

FText LatchkeyWords::NotConfigured()
{
	return LOCTEXT("NotConfigured", "Latchkey is not configured: fill in issuer and client id in Project Settings, Plugins, Latchkey.");
}

FText LatchkeyWords::GameEnded()
{
	return LOCTEXT("GameEnded", "The game ended before this was done.");
}

FText LatchkeyWords::Replaced()
{
	return LOCTEXT("Replaced", "A newer sign-in has replaced this one.");
}

FText LatchkeyWords::EndedBySignOut()
{
	return LOCTEXT("EndedBySignOut", "A sign-out has ended this.");
}

#undef LOCTEXT_NAMESPACE
