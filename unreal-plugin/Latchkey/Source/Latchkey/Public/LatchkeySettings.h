// Copyright (c) The Latchkey authors

#pragma once

#include "CoreMinimal.h"
#include "Engine/DeveloperSettings.h"
#include "LatchkeySettings.generated.h"

/** What the provider sends the browser back to. */
UENUM(BlueprintType)
enum class ELatchkeyRedirectHost : uint8
{
	/** http://127.0.0.1 with any port, as RFC 8252 asks providers to accept. */
	LoopbackAddress UMETA(DisplayName = "127.0.0.1"),

	/** http://[::1] with any port. */
	LoopbackAddressV6 UMETA(DisplayName = "[::1]"),

	/** http://localhost, for providers that accept nothing else. */
	Localhost UMETA(DisplayName = "localhost")
};

/** How much of the library's log goes into LogLatchkey. No level ever holds a token, code or secret. */
UENUM(BlueprintType)
enum class ELatchkeyLogLevel : uint8
{
	/** What failed. */
	Error,

	/** And what is odd. */
	Warning,

	/** And the steps of a sign-in, one line each. */
	Info,

	/** And each request, as Verbose. */
	Debug
};

/**
 * Project Settings, Plugins, Latchkey. Kept in DefaultEngine.ini. Read when a game instance starts.
 *
 * For tests, the environment (LATCHKEY_ISSUER, LATCHKEY_CLIENT_ID, LATCHKEY_SCOPES, LATCHKEY_PROFILE_SLOT) and before it the
 * command line (-LatchkeyIssuer=, -LatchkeyClientId=, -LatchkeyScopes=, -LatchkeyProfileSlot=) override what is here. An
 * issuer from there also puts the endpoints below aside, which belong to the other provider. Shipping builds ignore both:
 * whoever starts the game could otherwise send its players to a provider of their own.
 */
UCLASS(Config = Engine, DefaultConfig, meta = (DisplayName = "Latchkey"))
class LATCHKEY_API ULatchkeySettings : public UDeveloperSettings
{
	GENERATED_BODY()

public:
	/** The provider, exactly as it writes itself, with or without the slash at the end: https://id.example.com. Endpoints are found from it. */
	UPROPERTY(Config, EditAnywhere, BlueprintReadOnly, Category = "Provider")
	FString Issuer;

	/** The game's client (application) id, from the provider's console. Of a public, native or desktop client without a secret. */
	UPROPERTY(Config, EditAnywhere, BlueprintReadOnly, Category = "Provider")
	FString ClientId;

	/** Separated by spaces. Add offline_access where the provider wants it for sessions that outlive their access token. */
	UPROPERTY(Config, EditAnywhere, BlueprintReadOnly, Category = "Provider")
	FString Scopes = TEXT("openid profile email");

	/** The API that access tokens are for, where the provider uses "audience". */
	UPROPERTY(Config, EditAnywhere, BlueprintReadOnly, Category = "Provider")
	FString Audience;

	/** Endpoints one by one, for providers without discovery; each one that is given wins over discovery. */
	UPROPERTY(Config, EditAnywhere, BlueprintReadOnly, Category = "Provider|Endpoints", AdvancedDisplay)
	FString AuthorizationEndpoint;

	/** Where the code is exchanged. */
	UPROPERTY(Config, EditAnywhere, BlueprintReadOnly, Category = "Provider|Endpoints", AdvancedDisplay)
	FString TokenEndpoint;

	/** Where claims are asked for that the sign-in itself did not bring. */
	UPROPERTY(Config, EditAnywhere, BlueprintReadOnly, Category = "Provider|Endpoints", AdvancedDisplay)
	FString UserinfoEndpoint;

	/** Where the provider's keys are. */
	UPROPERTY(Config, EditAnywhere, BlueprintReadOnly, Category = "Provider|Endpoints", AdvancedDisplay)
	FString JwksUri;

	/** Where tokens are revoked when the player signs out. */
	UPROPERTY(Config, EditAnywhere, BlueprintReadOnly, Category = "Provider|Endpoints", AdvancedDisplay)
	FString RevocationEndpoint;

	/** Where the provider's session in the browser ends. */
	UPROPERTY(Config, EditAnywhere, BlueprintReadOnly, Category = "Provider|Endpoints", AdvancedDisplay)
	FString EndSessionEndpoint;

	/** Where sign-ins on another screen begin. */
	UPROPERTY(Config, EditAnywhere, BlueprintReadOnly, Category = "Provider|Endpoints", AdvancedDisplay)
	FString DeviceAuthorizationEndpoint;

	/** What is registered at the provider as the redirect URI's host. */
	UPROPERTY(Config, EditAnywhere, BlueprintReadOnly, Category = "Redirect")
	ELatchkeyRedirectHost RedirectHost = ELatchkeyRedirectHost::LoopbackAddress;

	/**
	 * Ports that are registered at the provider, tried in this order. Empty: any free port, which is best where the provider
	 * allows it. With a single one, a second game window can't sign in at the same time.
	 */
	UPROPERTY(Config, EditAnywhere, BlueprintReadOnly, Category = "Redirect", meta = (ClampMin = "1", ClampMax = "65535"))
	TArray<int32> RedirectPorts;

	/** The redirect URI's path. Empty: /callback. */
	UPROPERTY(Config, EditAnywhere, BlueprintReadOnly, Category = "Redirect", AdvancedDisplay)
	FString RedirectPath;

	/** The path that the browser comes back to after a sign-out with End Session. Empty: /signed-out. */
	UPROPERTY(Config, EditAnywhere, BlueprintReadOnly, Category = "Redirect", AdvancedDisplay)
	FString PostLogoutPath;

	/** Whether the browser is opened for the player. If not, the game shows the URL that On Prompt brings. */
	UPROPERTY(Config, EditAnywhere, BlueprintReadOnly, Category = "Sign-In")
	bool bOpenBrowser = true;

	/** How long a player may take in the browser. */
	UPROPERTY(Config, EditAnywhere, BlueprintReadOnly, Category = "Sign-In", meta = (ClampMin = "10", ClampMax = "3600", Units = "s"))
	int32 LoginTimeoutSeconds = 300;

	/** Keep the session in the system's secret store (Credential Manager, Keychain, Secret Service) for the next launch. */
	UPROPERTY(Config, EditAnywhere, BlueprintReadOnly, Category = "Session")
	bool bRememberMe = true;

	/** Take up the session of last time when the game starts, without a browser. */
	UPROPERTY(Config, EditAnywhere, BlueprintReadOnly, Category = "Session", meta = (EditCondition = "bRememberMe"))
	bool bResumeAtStart = true;

	/**
	 * Tells sessions of one game apart on one machine. Empty: the default one. Windows of Play In Editor beyond the first get
	 * a slot of their own, so that each can be another player.
	 */
	UPROPERTY(Config, EditAnywhere, BlueprintReadOnly, Category = "Session", AdvancedDisplay)
	FString ProfileSlot;

	/** Claims that the game wants, separated by spaces. Empty: a name and an e-mail address, as far as the scopes allow. */
	UPROPERTY(Config, EditAnywhere, BlueprintReadOnly, Category = "Claims", AdvancedDisplay)
	FString WantedClaims;

	/** Where the player's id is. Empty: sub. A name, names joined by dots (realm_access.roles) or a JSON Pointer; so are those below. */
	UPROPERTY(Config, EditAnywhere, BlueprintReadOnly, Category = "Claims", AdvancedDisplay)
	FString SubjectClaim;

	/** Where the roles are. Empty: roles. */
	UPROPERTY(Config, EditAnywhere, BlueprintReadOnly, Category = "Claims")
	FString RolesClaim;

	/** Where the permissions are. Empty: permissions. */
	UPROPERTY(Config, EditAnywhere, BlueprintReadOnly, Category = "Claims", AdvancedDisplay)
	FString PermissionsClaim;

	/** Where the tenants are. Empty: tenants. */
	UPROPERTY(Config, EditAnywhere, BlueprintReadOnly, Category = "Claims", AdvancedDisplay)
	FString TenantsClaim;

	/** The game's name on the page that the player sees in the browser at the end. */
	UPROPERTY(Config, EditAnywhere, BlueprintReadOnly, Category = "Browser Page")
	FString PageTitle;

	/** The sentence on that page. Empty: that the tab can be closed. */
	UPROPERTY(Config, EditAnywhere, BlueprintReadOnly, Category = "Browser Page")
	FString PageMessage;

	/** The page's colour, #rrggbb. */
	UPROPERTY(Config, EditAnywhere, BlueprintReadOnly, Category = "Browser Page")
	FString PageColor;

	/** How much of the library's log goes into LogLatchkey. */
	UPROPERTY(Config, EditAnywhere, BlueprintReadOnly, Category = "Log")
	ELatchkeyLogLevel LogLevel = ELatchkeyLogLevel::Info;

#if WITH_EDITORONLY_DATA
	/** What can't work in these settings, and what to write instead. Empty: nothing is wrong. */
	UPROPERTY(VisibleAnywhere, Transient, Category = "Provider")
	FString Problem;
#endif

	/** What can't work in these settings, in one sentence; empty if they are in order. Asks the library. */
	FString FindProblem() const;

	//~ Begin UDeveloperSettings interface
	virtual FName GetCategoryName() const override;
	//~ End UDeveloperSettings interface

#if WITH_EDITOR
	//~ Begin UObject interface
	virtual void PostEditChangeProperty(FPropertyChangedEvent& PropertyChangedEvent) override;
	virtual EDataValidationResult IsDataValid(class FDataValidationContext& Context) const override;
	//~ End UObject interface

	/** Finds the problem anew, for the page. */
	void UpdateProblem();
#endif
};
