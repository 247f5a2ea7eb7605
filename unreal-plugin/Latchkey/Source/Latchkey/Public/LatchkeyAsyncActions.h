// Copyright (c) The Latchkey authors

#pragma once

#include "CoreMinimal.h"
#include "Kismet/BlueprintAsyncActionBase.h"
#include "LatchkeyTypes.h"
#include "LatchkeyAsyncActions.generated.h"

class ULatchkeySubsystem;

// The pins of a node are made from the first of its delegates, so both have the same parameters.
DECLARE_DYNAMIC_MULTICAST_DELEGATE_ThreeParams(FLatchkeyProfilePin, const FLatchkeyProfile&, Profile, ELatchkeyReason, Reason, const FText&, Message);
DECLARE_DYNAMIC_MULTICAST_DELEGATE_TwoParams(FLatchkeyPlainPin, ELatchkeyReason, Reason, const FText&, Message);
DECLARE_DYNAMIC_MULTICAST_DELEGATE_ThreeParams(FLatchkeyAccessTokenPin, const FString&, AccessToken, ELatchkeyReason, Reason, const FText&, Message);

/**
 * What the nodes share. Exactly one of a node's two pins fires, once, on the game thread, and never before the node's own
 * "then" pin: a failure that is known at once is told in a later frame, so that a graph sees one order only. If the game ends
 * meanwhile it is the failure, with Cancelled. The node holds nothing but itself, until then.
 */
UCLASS(Abstract)
class LATCHKEY_API ULatchkeyAsyncAction : public UBlueprintAsyncActionBase
{
	GENERATED_BODY()

public:
	//~ Begin UBlueprintAsyncActionBase interface
	virtual void Activate() override;
	//~ End UBlueprintAsyncActionBase interface

protected:
	/** A node that lives as long as it has to. */
	template <typename ActionType>
	static ActionType* Create(const UObject* WorldContextObject)
	{
		ActionType* Action = NewObject<ActionType>();
		Action->WorldContext = WorldContextObject;
		Action->RegisterWithGameInstance(WorldContextObject);
		return Action;
	}

	/** Calls the subsystem. */
	virtual void Begin(ULatchkeySubsystem& /* Subsystem */) PURE_VIRTUAL(ULatchkeyAsyncAction::Begin, );

	/** Fires the pin. */
	virtual void Finish(const FLatchkeyOutcome& /* Outcome */) PURE_VIRTUAL(ULatchkeyAsyncAction::Finish, );

private:
	TWeakObjectPtr<const UObject> WorldContext;

	/** Activated by the graph and by C++: once is enough. */
	bool bActivated = false;
};

/** Node Sign In. */
UCLASS()
class LATCHKEY_API ULatchkeySignInAction : public ULatchkeyAsyncAction
{
	GENERATED_BODY()

public:
	/**
	 * Signs the player in through the system's browser. A player who is signed in already, or whose session of last time is
	 * just being resumed, needs no browser.
	 */
	UFUNCTION(BlueprintCallable, Category = "Latchkey", meta = (BlueprintInternalUseOnly = "true", WorldContext = "WorldContextObject", DisplayName = "Sign In", Keywords = "Latchkey Login", AutoCreateRefTerm = "Options"))
	static ULatchkeySignInAction* SignIn(const UObject* WorldContextObject, const FLatchkeyLoginOptions& Options);

	/** The player is signed in. */
	UPROPERTY(BlueprintAssignable)
	FLatchkeyProfilePin OnSuccess;

	/** The player is not, and Reason and Message say why. */
	UPROPERTY(BlueprintAssignable)
	FLatchkeyProfilePin OnFailure;

protected:
	virtual void Begin(ULatchkeySubsystem& Subsystem) override;
	virtual void Finish(const FLatchkeyOutcome& Outcome) override;

private:
	FLatchkeyLoginOptions LoginOptions;
};

/** Node Sign Out. */
UCLASS()
class LATCHKEY_API ULatchkeySignOutAction : public ULatchkeyAsyncAction
{
	GENERATED_BODY()

public:
	/** Ends the session. On this device it has ended in each case; the failure pin says that the provider could not be told. */
	UFUNCTION(BlueprintCallable, Category = "Latchkey", meta = (BlueprintInternalUseOnly = "true", WorldContext = "WorldContextObject", DisplayName = "Sign Out", Keywords = "Latchkey Logout"))
	static ULatchkeySignOutAction* SignOut(const UObject* WorldContextObject, ELatchkeyLogoutMode Mode = ELatchkeyLogoutMode::Revoke);

	/** The session has ended, as far as Mode says. */
	UPROPERTY(BlueprintAssignable)
	FLatchkeyPlainPin OnSuccess;

	/** The session has ended on this device, and Reason and Message say what did not work beyond it. */
	UPROPERTY(BlueprintAssignable)
	FLatchkeyPlainPin OnFailure;

protected:
	virtual void Begin(ULatchkeySubsystem& Subsystem) override;
	virtual void Finish(const FLatchkeyOutcome& Outcome) override;

private:
	ELatchkeyLogoutMode LogoutMode = ELatchkeyLogoutMode::Revoke;
};

/** Node Resume Session. */
UCLASS()
class LATCHKEY_API ULatchkeyResumeSessionAction : public ULatchkeyAsyncAction
{
	GENERATED_BODY()

public:
	/** Takes up the session of last time, without a browser. If there is none it is the failure pin, with No Session. */
	UFUNCTION(BlueprintCallable, Category = "Latchkey", meta = (BlueprintInternalUseOnly = "true", WorldContext = "WorldContextObject", DisplayName = "Resume Session", Keywords = "Latchkey Remember"))
	static ULatchkeyResumeSessionAction* ResumeSession(const UObject* WorldContextObject);

	/** The player is signed in. */
	UPROPERTY(BlueprintAssignable)
	FLatchkeyProfilePin OnSuccess;

	/** The player is not, and Reason and Message say why. */
	UPROPERTY(BlueprintAssignable)
	FLatchkeyProfilePin OnFailure;

protected:
	virtual void Begin(ULatchkeySubsystem& Subsystem) override;
	virtual void Finish(const FLatchkeyOutcome& Outcome) override;
};

/** Node Get Access Token. */
UCLASS()
class LATCHKEY_API ULatchkeyGetAccessTokenAction : public ULatchkeyAsyncAction
{
	GENERATED_BODY()

public:
	/**
	 * Gets an access token for a request to your backend ("Authorization: Bearer ..."), and fetches a new one if need be. Use it
	 * at once, don't store or log it: ask again for the next request.
	 */
	UFUNCTION(BlueprintCallable, Category = "Latchkey", meta = (BlueprintInternalUseOnly = "true", WorldContext = "WorldContextObject", DisplayName = "Get Access Token", Keywords = "Latchkey Bearer"))
	static ULatchkeyGetAccessTokenAction* GetAccessToken(const UObject* WorldContextObject, int32 MinValidSeconds = 30);

	/** There is one. */
	UPROPERTY(BlueprintAssignable)
	FLatchkeyAccessTokenPin OnSuccess;

	/** There is none, and Reason and Message say why. */
	UPROPERTY(BlueprintAssignable)
	FLatchkeyAccessTokenPin OnFailure;

protected:
	virtual void Begin(ULatchkeySubsystem& Subsystem) override;
	virtual void Finish(const FLatchkeyOutcome& Outcome) override;

private:
	void FinishWith(const FLatchkeyOutcome& Outcome, const FString& AccessToken);

	int32 WantedSeconds = 30;
};
