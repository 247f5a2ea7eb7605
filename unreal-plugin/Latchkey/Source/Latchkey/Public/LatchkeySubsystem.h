// Copyright (c) The Latchkey authors

#pragma once

#include "Containers/Ticker.h"
#include "CoreMinimal.h"
#include "LatchkeyTypes.h"
#include "Misc/Optional.h"
#include "Subsystems/GameInstanceSubsystem.h"
#include "LatchkeySubsystem.generated.h"

DECLARE_DYNAMIC_MULTICAST_DELEGATE_OneParam(FLatchkeyStatusChanged, const FLatchkeyStatus&, Status);
DECLARE_DYNAMIC_MULTICAST_DELEGATE_OneParam(FLatchkeySignedIn, const FLatchkeyProfile&, Profile);
DECLARE_DYNAMIC_MULTICAST_DELEGATE_OneParam(FLatchkeySignedOut, ELatchkeyReason, Reason);
DECLARE_DYNAMIC_MULTICAST_DELEGATE(FLatchkeySessionRefreshed);
DECLARE_DYNAMIC_MULTICAST_DELEGATE_OneParam(FLatchkeyPrompted, const FLatchkeyPrompt&, Prompt);

DECLARE_MULTICAST_DELEGATE_OneParam(FLatchkeyStatusChangedNative, const FLatchkeyStatus& /* Status */);
DECLARE_MULTICAST_DELEGATE_OneParam(FLatchkeySignedInNative, const FLatchkeyProfile& /* Profile */);
DECLARE_MULTICAST_DELEGATE_OneParam(FLatchkeySignedOutNative, ELatchkeyReason /* Reason */);
DECLARE_MULTICAST_DELEGATE(FLatchkeySessionRefreshedNative);
DECLARE_MULTICAST_DELEGATE_OneParam(FLatchkeyPromptedNative, const FLatchkeyPrompt& /* Prompt */);

class FLatchkeyIdentity;
struct FLatchkeyNews;

/**
 * The player's identity for as long as the game instance lives: signs in through the system's browser, keeps the session, hands
 * out the profile and tokens. All of the plugin's logic that is not the library's is here; nodes and widgets only call it.
 *
 * Everything is on the game thread. No call waits for network, disk or player: it begins something and returns, and a later
 * frame broadcasts what became of it. Handlers may call anything here, also end the game. Nothing is broadcast within a call,
 * and nothing after Deinitialize.
 *
 * It exists in every process, so that code which runs on client and server alike needs no check. Dedicated servers (also those
 * of Play In Editor) and commandlets have no player: there it has no client, and every call answers NotSupported. A server
 * verifies its players' tokens by other means.
 */
UCLASS()
class LATCHKEY_API ULatchkeySubsystem : public UGameInstanceSubsystem
{
	GENERATED_BODY()

public:
	/** The subsystem of the game instance that the object lives in, or null. */
	static ULatchkeySubsystem* Get(const UObject* WorldContextObject);

	//~ Begin USubsystem interface
	virtual void Initialize(FSubsystemCollectionBase& Collection) override;
	virtual void Deinitialize() override;
	//~ End USubsystem interface

	/** The status has changed: a step of a sign-in, a refresh, an outage. Comes before the more particular events below. */
	UPROPERTY(BlueprintAssignable, Category = "Latchkey")
	FLatchkeyStatusChanged OnStatusChanged;

	/** A player is signed in: by a sign-in, or by the session of last time. Also when another player replaces one. */
	UPROPERTY(BlueprintAssignable, Category = "Latchkey")
	FLatchkeySignedIn OnSignedIn;

	/** Nobody is signed in any more. None: because the game said so; otherwise why the session has ended. */
	UPROPERTY(BlueprintAssignable, Category = "Latchkey")
	FLatchkeySignedOut OnSignedOut;

	/** The session was refreshed: there is a new access token, and roles may have changed. */
	UPROPERTY(BlueprintAssignable, Category = "Latchkey")
	FLatchkeySessionRefreshed OnSessionRefreshed;

	/** The player has to do something in a browser. Only needed by games that show it themselves, and on another screen. */
	UPROPERTY(BlueprintAssignable, Category = "Latchkey")
	FLatchkeyPrompted OnPrompt;

	/** For C++: as OnStatusChanged. */
	FLatchkeyStatusChangedNative OnStatusChangedNative;

	/** For C++: as OnSignedIn. */
	FLatchkeySignedInNative OnSignedInNative;

	/** For C++: as OnSignedOut. */
	FLatchkeySignedOutNative OnSignedOutNative;

	/** For C++: as OnSessionRefreshed. */
	FLatchkeySessionRefreshedNative OnSessionRefreshedNative;

	/** For C++: as OnPrompt. */
	FLatchkeyPromptedNative OnPromptNative;

	/**
	 * Begins a sign-in: the system's browser opens at the provider. One that is still waiting is replaced (the player closed the
	 * tab and clicked again). The node Sign In does the same and has pins for how it ends.
	 * @return None if it has begun, or if it is not needed since a player is signed in already.
	 */
	UFUNCTION(BlueprintCallable, Category = "Latchkey", meta = (AutoCreateRefTerm = "Options"))
	ELatchkeyReason StartLogin(const FLatchkeyLoginOptions& Options);

	/** As above; tells once how it ended. */
	void StartLogin(const FLatchkeyLoginOptions& Options, FLatchkeyFinished OnFinished);

	/**
	 * Ends a sign-in that is under way, or the wait for the browser of a sign-out. A player who was signed in before stays so.
	 * @return Whether there was anything to cancel.
	 */
	UFUNCTION(BlueprintCallable, Category = "Latchkey")
	bool CancelLogin();

	/** Where things stand now. Cheap, but OnStatusChanged tells when it is worth asking. */
	UFUNCTION(BlueprintCallable, Category = "Latchkey")
	FLatchkeyStatus PollStatus() const;

	/** Whether a player is signed in. */
	UFUNCTION(BlueprintPure, Category = "Latchkey")
	bool IsSignedIn() const;

	/**
	 * Who is signed in.
	 * @param Profile Written only if somebody is.
	 * @return Whether somebody is.
	 */
	UFUNCTION(BlueprintCallable, Category = "Latchkey")
	bool GetProfile(FLatchkeyProfile& Profile) const;

	/** As above. */
	TOptional<FLatchkeyProfile> GetProfile() const;

	/**
	 * Any claim of the player by its name: a text as it is, everything else as JSON.
	 * @return Whether there is one.
	 */
	UFUNCTION(BlueprintCallable, Category = "Latchkey")
	bool GetClaim(const FString& Name, FString& Value) const;

	/**
	 * An access token for a request to your backend ("Authorization: Bearer ..."). Use it at once, don't store or log it: ask
	 * again for the next request. The node Get Access Token waits where this one answers Pending.
	 * @param AccessToken Written only with None.
	 * @param MinValidSeconds For how long it must be good.
	 * @return None, or why there is none; Pending while a new one is fetched.
	 */
	UFUNCTION(BlueprintCallable, Category = "Latchkey")
	ELatchkeyReason GetAccessToken(FString& AccessToken, int32 MinValidSeconds = 30);

	/** As above; tells once, when there is one or can be none. */
	void GetAccessToken(int32 MinValidSeconds, FLatchkeyAccessTokenFinished OnFinished);

	/**
	 * Ends the session. When this returns nobody is signed in on this device any more, whatever the network says.
	 * @return None if it has ended; why the provider could not be told comes later, with the status or the node Sign Out.
	 */
	UFUNCTION(BlueprintCallable, Category = "Latchkey")
	ELatchkeyReason Logout(ELatchkeyLogoutMode Mode = ELatchkeyLogoutMode::Revoke);

	/** As above; tells once how the rest of it went. */
	void Logout(ELatchkeyLogoutMode Mode, FLatchkeyFinished OnFinished);

	/**
	 * Takes up the session of last time, without a browser. The settings do this at start (Resume At Start).
	 * @return None if it is being looked for, or if a player is signed in already.
	 */
	UFUNCTION(BlueprintCallable, Category = "Latchkey")
	ELatchkeyReason ResumeSession();

	/** As above; tells once whether there was one. */
	void ResumeSession(FLatchkeyFinished OnFinished);

	/** Refreshes the session now: after the player's roles have changed, or when a server refused the access token. */
	UFUNCTION(BlueprintCallable, Category = "Latchkey")
	ELatchkeyReason RefreshSession();

	/** For what the game shows; what it allows is for its server to check. Upper and lower case differ. */
	UFUNCTION(BlueprintPure, Category = "Latchkey")
	bool HasRole(const FString& Role) const;

	/** For what the game shows; what it allows is for its server to check. Upper and lower case differ. */
	UFUNCTION(BlueprintPure, Category = "Latchkey")
	bool HasPermission(const FString& Permission) const;

	/**
	 * What the player has to do now, as OnPrompt told it, with the seconds that are left.
	 * @param Prompt Written only if there is something to do.
	 * @return Whether there is.
	 */
	UFUNCTION(BlueprintCallable, Category = "Latchkey")
	bool GetPrompt(FLatchkeyPrompt& Prompt) const;

private:
	bool Tick(float DeltaSeconds);
	void TellNews();
	void KeepPrompt(const FLatchkeyNews& News);

	/** Null before Initialize and after Deinitialize. */
	FLatchkeyIdentity* GetIdentity() const;

	/** Kept for as long as the player needs it: the texture of its QR code must outlive a garbage collection. */
	UPROPERTY(Transient)
	FLatchkeyPrompt CurrentPrompt;

	/** The client and what waits for it; none before Initialize and after Deinitialize. */
	TSharedPtr<FLatchkeyIdentity> Identity;

	FTSTicker::FDelegateHandle TickHandle;
	bool bTicking = false;
};
