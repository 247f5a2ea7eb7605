// Copyright (c) The Latchkey authors

#pragma once

#include "CoreMinimal.h"
#include "UObject/ObjectPtr.h"
#include "LatchkeyTypes.generated.h"

class UTexture2D;

/** Where the player's identity stands. */
UENUM(BlueprintType)
enum class ELatchkeyState : uint8
{
	/** Nobody is signed in and nothing is under way. */
	SignedOut,

	/** A sign-in has begun, or the session of last time is being looked for. */
	Starting,

	/** The player is busy in the browser. */
	WaitingForPlayer,

	/** The provider has answered; its answer is being verified. */
	Completing,

	/** A player is signed in. */
	SignedIn,

	/** The session has ended here; the provider is being told. */
	SigningOut,

	/** A state that only a newer library knows: something is under way. */
	Unknown UMETA(Hidden)
};

/** Why something did not work, as far as a game should treat it apart. The words for people come beside it. */
UENUM(BlueprintType)
enum class ELatchkeyReason : uint8
{
	/** It worked. */
	None,

	/** A call with an argument that makes no sense. */
	InvalidArgument,

	/** The call makes no sense now: nobody is signed in, or something else is under way. */
	InvalidState,

	/** The settings can't work; the message names what to change. */
	Configuration,

	/** The provider could not be reached. Trying again may help. */
	Network,

	/** The provider answered with an error; the message has its words. */
	ProviderError,

	/** The player said no. */
	Denied,

	/** The game cancelled, a newer sign-in replaced this one, or the game ended. */
	Cancelled,

	/** The player did not finish in time. */
	TimedOut,

	/** What the provider sent failed a check, and nobody was signed in by it. */
	TokenRejected,

	/** The provider no longer accepts the session: the player has to sign in again. */
	SessionExpired,

	/** The system's secret store can't be used. */
	StoreUnavailable,

	/** The clock of this machine is far off; the message says what it shows. */
	WrongClock,

	/** Not on this platform, not in this kind of process, not with this provider, or the library is missing. */
	NotSupported,

	/** A defect of the library. Please report the message. */
	InternalError,

	/** On its way: ask again once the status has changed. */
	Pending,

	/** No browser could be started: show the prompt's URL instead. */
	BrowserUnavailable,

	/** No port for the browser's answer is free among those in the settings. */
	PortInUse,

	/** There is no session of last time to resume: let the player sign in. */
	NoSession,

	/** Something that only a newer library knows. Treat it as a failure. */
	Unknown
};

/** How far a sign-out goes. On this device the session has ended in each case. */
UENUM(BlueprintType)
enum class ELatchkeyLogoutMode : uint8
{
	/** Only on this device. No request, no browser. */
	Local,

	/** Its tokens are revoked at the provider, too. */
	Revoke,

	/** The provider's session in the browser ends as well, so that the next sign-in can be another account. Opens the browser. */
	EndSession
};

/** What the player is asked to do. */
UENUM(BlueprintType)
enum class ELatchkeyPromptKind : uint8
{
	/** Sign in, in a browser on this machine. */
	SignIn,

	/** Let the provider's session in the browser end. */
	SignOut,

	/** Sign in on another screen, with a code. */
	AnotherScreen
};

/** Who signed in, from claims that were verified. */
USTRUCT(BlueprintType)
struct LATCHKEY_API FLatchkeyProfile
{
	GENERATED_BODY()

	/** The player's id at this provider: stable, never reused, and all that may serve as a key. */
	UPROPERTY(BlueprintReadOnly, Category = "Latchkey")
	FString Subject;

	/** The name to show; may be empty. */
	UPROPERTY(BlueprintReadOnly, Category = "Latchkey")
	FString Name;

	/** The e-mail address, or empty. Not a key: it changes, and may not be verified. */
	UPROPERTY(BlueprintReadOnly, Category = "Latchkey")
	FString Email;

	/** Whether the provider has verified the e-mail address. */
	UPROPERTY(BlueprintReadOnly, Category = "Latchkey")
	bool bEmailVerified = false;

	/** URL of a picture, or empty. Whoever fetches it tells its host about the player. */
	UPROPERTY(BlueprintReadOnly, Category = "Latchkey")
	FString Picture;

	/** The name that the player chose at the provider, or empty. Not unique, and it changes. */
	UPROPERTY(BlueprintReadOnly, Category = "Latchkey")
	FString PreferredUsername;

	/** Language tag (BCP 47), or empty. */
	UPROPERTY(BlueprintReadOnly, Category = "Latchkey")
	FString Locale;

	/** For what the game shows; what it allows is for its server to check. Upper and lower case differ: ask Has Role. */
	UPROPERTY(BlueprintReadOnly, Category = "Latchkey")
	TArray<FString> Roles;

	/** As the roles; ask Has Permission. */
	UPROPERTY(BlueprintReadOnly, Category = "Latchkey")
	TArray<FString> Permissions;

	/** Ids of the tenants that the player belongs to. */
	UPROPERTY(BlueprintReadOnly, Category = "Latchkey")
	TArray<FString> Tenants;

	/** All claims as one JSON object, for those that have no field of their own. */
	UPROPERTY(BlueprintReadOnly, Category = "Latchkey")
	FString ClaimsJson;

	/** Whether the role is among the roles, upper and lower case told apart. */
	bool HasRole(const FString& Role) const;

	/** Whether the permission is among the permissions, upper and lower case told apart. */
	bool HasPermission(const FString& Permission) const;
};

/** Where things stand, as one consistent picture. */
USTRUCT(BlueprintType)
struct LATCHKEY_API FLatchkeyStatus
{
	GENERATED_BODY()

	/** Where the player's identity stands. */
	UPROPERTY(BlueprintReadOnly, Category = "Latchkey")
	ELatchkeyState State = ELatchkeyState::SignedOut;

	/** Why the last attempt (sign-in, resume, refresh or sign-out) failed; None if it did not. */
	UPROPERTY(BlueprintReadOnly, Category = "Latchkey")
	ELatchkeyReason Reason = ELatchkeyReason::None;

	/** The same in words for people, with the provider's own where it had any. */
	UPROPERTY(BlueprintReadOnly, Category = "Latchkey")
	FText Message;

	/** Whether a player is signed in. One who signs in anew stays so until that has worked. */
	UPROPERTY(BlueprintReadOnly, Category = "Latchkey")
	bool bSignedIn = false;

	/** The session is kept, but the provider can't be reached; it is tried again without being asked. */
	UPROPERTY(BlueprintReadOnly, Category = "Latchkey")
	bool bOffline = false;

	/** The session will survive a restart of the game. */
	UPROPERTY(BlueprintReadOnly, Category = "Latchkey")
	bool bPersisted = false;

	/** The session is being refreshed. */
	UPROPERTY(BlueprintReadOnly, Category = "Latchkey")
	bool bRefreshing = false;

	/** How long the player has left for the sign-in; 0 when none is under way. */
	UPROPERTY(BlueprintReadOnly, Category = "Latchkey", meta = (Units = "s"))
	float SecondsLeft = 0.f;
};

/** What to ask of the provider in one sign-in. All of it may stay as it is. */
USTRUCT(BlueprintType)
struct LATCHKEY_API FLatchkeyLoginOptions
{
	GENERATED_BODY()

	/**
	 * Ask the provider although a player is signed in already: another account. Without this a sign-in works at once for a
	 * player who is signed in, and waits for a session of last time that is just being resumed.
	 */
	UPROPERTY(EditAnywhere, BlueprintReadWrite, Category = "Latchkey")
	bool bEvenIfSignedIn = false;

	/** Sign in on another screen: the prompt has a code and a QR code for the player's phone. For consoles, TVs and kiosks. */
	UPROPERTY(EditAnywhere, BlueprintReadWrite, Category = "Latchkey")
	bool bOnAnotherScreen = false;

	/** What the provider should ask: "login" (the password again), "select_account", "consent" or "none". */
	UPROPERTY(EditAnywhere, BlueprintReadWrite, Category = "Latchkey")
	FString Prompt;

	/** Who it probably is: an e-mail address or a user name. */
	UPROPERTY(EditAnywhere, BlueprintReadWrite, Category = "Latchkey")
	FString LoginHint;

	/** Scopes of this sign-in instead of the settings', separated by spaces. */
	UPROPERTY(EditAnywhere, BlueprintReadWrite, Category = "Latchkey", AdvancedDisplay)
	FString Scopes;

	/** The API that the access is for instead of the settings', where the provider uses "audience". */
	UPROPERTY(EditAnywhere, BlueprintReadWrite, Category = "Latchkey", AdvancedDisplay)
	FString Audience;

	/** The API that the access is for, RFC 8707. */
	UPROPERTY(EditAnywhere, BlueprintReadWrite, Category = "Latchkey", AdvancedDisplay)
	FString Resource;

	/** How strongly the player must sign in, by the provider's names, separated by spaces. */
	UPROPERTY(EditAnywhere, BlueprintReadWrite, Category = "Latchkey", AdvancedDisplay)
	FString AcrValues;

	/** Languages of the provider's pages (BCP 47), separated by spaces. */
	UPROPERTY(EditAnywhere, BlueprintReadWrite, Category = "Latchkey", AdvancedDisplay)
	FString UiLocales;

	/** Further parameters of the request to the provider. */
	UPROPERTY(EditAnywhere, BlueprintReadWrite, Category = "Latchkey", AdvancedDisplay)
	TMap<FString, FString> ExtraParameters;

	/** How many seconds ago the player may have signed in at the provider; verified. Below 0: it doesn't matter. */
	UPROPERTY(EditAnywhere, BlueprintReadWrite, Category = "Latchkey", AdvancedDisplay)
	int32 MaxAgeSeconds = -1;

	/** How long the player may take, in seconds. 0: as in the settings. */
	UPROPERTY(EditAnywhere, BlueprintReadWrite, Category = "Latchkey", AdvancedDisplay, meta = (ClampMin = "0"))
	int32 TimeoutSeconds = 0;
};

/**
 * What the player has to do, for games that show it. URL and code are for this player and this sign-in only: show them, don't
 * log or store them.
 */
USTRUCT(BlueprintType)
struct LATCHKEY_API FLatchkeyPrompt
{
	GENERATED_BODY()

	/** What the player is asked to do. */
	UPROPERTY(BlueprintReadOnly, Category = "Latchkey")
	ELatchkeyPromptKind Kind = ELatchkeyPromptKind::SignIn;

	/** The URL to open in a browser; on another screen it is what the QR code says. */
	UPROPERTY(BlueprintReadOnly, Category = "Latchkey")
	FString Url;

	/** The code to type in on the other screen; empty for the other kinds. */
	UPROPERTY(BlueprintReadOnly, Category = "Latchkey")
	FString UserCode;

	/** Where to type it in; empty for the other kinds. */
	UPROPERTY(BlueprintReadOnly, Category = "Latchkey")
	FString VerificationUrl;

	/** How long the player has left. */
	UPROPERTY(BlueprintReadOnly, Category = "Latchkey", meta = (Units = "s"))
	float SecondsLeft = 0.f;

	/** The URL as a QR code, for an image widget; None for the other kinds and where nothing is rendered. */
	UPROPERTY(BlueprintReadOnly, Category = "Latchkey")
	TObjectPtr<UTexture2D> QrCode;
};

/** What became of one call: who is signed in, or why not. For C++. */
struct LATCHKEY_API FLatchkeyOutcome
{
	/** None: it worked. */
	ELatchkeyReason Reason = ELatchkeyReason::None;

	/** The same in words for people; empty if it worked. */
	FText Message;

	/** Who is signed in, if somebody is. */
	FLatchkeyProfile Profile;

	bool Succeeded() const
	{
		return Reason == ELatchkeyReason::None;
	}
};

/** Told once, on the game thread and never within the call itself, what became of it. */
DECLARE_DELEGATE_OneParam(FLatchkeyFinished, const FLatchkeyOutcome& /* Outcome */);

/** As FLatchkeyFinished, with the access token if it worked: put it into a request's header, don't store or log it. */
DECLARE_DELEGATE_TwoParams(FLatchkeyAccessTokenFinished, const FLatchkeyOutcome& /* Outcome */, const FString& /* AccessToken */);
