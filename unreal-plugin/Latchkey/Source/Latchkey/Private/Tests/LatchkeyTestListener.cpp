// Copyright (c) The Latchkey authors

#include "LatchkeyTestListener.h"

void ULatchkeyTestListener::Succeed(const FLatchkeyProfile& Profile, ELatchkeyReason Reason, const FText& Message)
{
	LastSubject = Profile.Subject;
	SucceedPlainly(Reason, Message);
}

void ULatchkeyTestListener::Fail(const FLatchkeyProfile& Profile, ELatchkeyReason Reason, const FText& Message)
{
	LastSubject = Profile.Subject;
	FailPlainly(Reason, Message);
}

void ULatchkeyTestListener::SucceedPlainly(ELatchkeyReason Reason, const FText& Message)
{
	++Successes;
	Note(Reason, Message);
}

void ULatchkeyTestListener::FailPlainly(ELatchkeyReason Reason, const FText& Message)
{
	++Failures;
	Note(Reason, Message);
}

void ULatchkeyTestListener::SucceedWith(const FString& AccessToken, ELatchkeyReason Reason, const FText& Message)
{
	Length = AccessToken.Len();
	SucceedPlainly(Reason, Message);
}

void ULatchkeyTestListener::FailWith(const FString& AccessToken, ELatchkeyReason Reason, const FText& Message)
{
	Length = AccessToken.Len();
	FailPlainly(Reason, Message);
}

void ULatchkeyTestListener::SeeStatus(const FLatchkeyStatus& Status)
{
	++Statuses;
	Note(Status.Reason, Status.Message);
}

void ULatchkeyTestListener::Note(ELatchkeyReason Reason, const FText& Message)
{
	LastReason = Reason;
	LastMessage = Message.ToString();
	if (Then)
	{
		Then();
	}
}
