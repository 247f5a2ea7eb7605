// Copyright (c) The Latchkey authors

#pragma once

#include "CoreMinimal.h"
#include "LatchkeyTypes.h"
#include "UObject/Object.h"
#include "LatchkeyTestListener.generated.h"

/** For the specs: what a Blueprint graph is to a node. Counts how often each pin fires. */
UCLASS(Transient, NotBlueprintable)
class ULatchkeyTestListener : public UObject
{
	GENERATED_BODY()

public:
	/** Pin of a node with a profile. */
	UFUNCTION()
	void Succeed(const FLatchkeyProfile& Profile, ELatchkeyReason Reason, const FText& Message);

	/** Pin of a node with a profile. */
	UFUNCTION()
	void Fail(const FLatchkeyProfile& Profile, ELatchkeyReason Reason, const FText& Message);

	/** Pin of a node without. */
	UFUNCTION()
	void SucceedPlainly(ELatchkeyReason Reason, const FText& Message);

	/** Pin of a node without. */
	UFUNCTION()
	void FailPlainly(ELatchkeyReason Reason, const FText& Message);

	/** Pin of the node with an access token, of which it keeps the length only. */
	UFUNCTION()
	void SucceedWith(const FString& AccessToken, ELatchkeyReason Reason, const FText& Message);

	/** Pin of the node with an access token. */
	UFUNCTION()
	void FailWith(const FString& AccessToken, ELatchkeyReason Reason, const FText& Message);

	/** An event of the subsystem. */
	UFUNCTION()
	void SeeStatus(const FLatchkeyStatus& Status);

	/** What to do when a pin fires or an event comes, if anything. */
	TFunction<void()> Then;

	int32 GetFired() const
	{
		return Successes + Failures;
	}

	int32 Successes = 0;
	int32 Failures = 0;
	int32 Statuses = 0;
	int32 Length = 0;
	ELatchkeyReason LastReason = ELatchkeyReason::None;
	FString LastMessage;
	FString LastSubject;

private:
	void Note(ELatchkeyReason Reason, const FText& Message);
};
