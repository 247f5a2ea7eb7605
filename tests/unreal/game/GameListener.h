/**
 * What a graph is to the plugin: bound by name, and kept by nobody but the case.
 */
#pragma once

#include "CoreMinimal.h"
#include "LatchkeyAsyncActions.h"
#include "LatchkeySubsystem.h"
#include "LatchkeyTypes.h"
#include "UObject/Object.h"
#include "GameListener.generated.h"

/** Notes what it hears, and does what the case wants done within a handler. */
UCLASS()
class GAME_API UGameListener : public UObject
{
	GENERATED_BODY()

public:
	UFUNCTION()
	void HearStatus(const FLatchkeyStatus& Status);

	UFUNCTION()
	void HearSignedIn(const FLatchkeyProfile& Profile);

	UFUNCTION()
	void HearSignedOut(ELatchkeyReason Reason);

	UFUNCTION()
	void HearRefreshed();

	UFUNCTION()
	void HearPrompt(const FLatchkeyPrompt& Prompt);

	UFUNCTION()
	void SucceedWithProfile(const FLatchkeyProfile& Profile, ELatchkeyReason Reason, const FText& Message);

	UFUNCTION()
	void FailWithProfile(const FLatchkeyProfile& Profile, ELatchkeyReason Reason, const FText& Message);

	UFUNCTION()
	void Succeed(ELatchkeyReason Reason, const FText& Message);

	UFUNCTION()
	void Fail(ELatchkeyReason Reason, const FText& Message);

	UFUNCTION()
	void SucceedWithToken(const FString& AccessToken, ELatchkeyReason Reason, const FText& Message);

	UFUNCTION()
	void FailWithToken(const FString& AccessToken, ELatchkeyReason Reason, const FText& Message);

	void Bind(ULatchkeySubsystem& Subsystem);
	void Unbind(ULatchkeySubsystem& Subsystem);
	void Bind(ULatchkeySignInAction& Node);
	void Bind(ULatchkeySignOutAction& Node);
	void Bind(ULatchkeyResumeSessionAction& Node);
	void Bind(ULatchkeyGetAccessTokenAction& Node);

	bool HasHeard(const TCHAR* Event) const { return Count(Event) > 0; }
	/** Events that begin so. */
	int32 Count(const TCHAR* Event) const;
	FString All() const { return FString::Join(Heard, TEXT(" ")); }

	/** `Status:SignedIn`, `SignedIn:Ada Lovelace`, `SignedOut:None`, `Refreshed`, `Prompt`, `Success:None`, `Failure:Denied`. */
	TArray<FString> Heard;

	/** Runs within the handler, after it is noted. */
	TFunction<void(const FString& Event)> Then;

	/** From here on to be called is a mistake. */
	bool bMustNotHear = false;

	FString LastMessage;
	FString LastToken;
	UPROPERTY()
	FLatchkeyProfile LastProfile;

private:
	void Hear(const FString& Event);
};
