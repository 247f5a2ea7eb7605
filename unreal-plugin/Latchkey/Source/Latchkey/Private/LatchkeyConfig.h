// Copyright (c) The Latchkey authors

#pragma once

#include "CoreMinimal.h"
#include "LatchkeySettings.h"

/**
 * What a client is made from, as values: the settings, with what the environment and the command line override for tests. No
 * library, no UObject enters; made anew whenever a client is.
 */
struct FLatchkeyConfig
{
	FString Issuer;
	FString ClientId;
	FString Scopes;
	FString Audience;
	FString AuthorizationEndpoint;
	FString TokenEndpoint;
	FString UserinfoEndpoint;
	FString JwksUri;
	FString RevocationEndpoint;
	FString EndSessionEndpoint;
	FString DeviceAuthorizationEndpoint;
	ELatchkeyRedirectHost RedirectHost = ELatchkeyRedirectHost::LoopbackAddress;
	TArray<int32> RedirectPorts;
	FString RedirectPath;
	FString PostLogoutPath;
	bool bOpenBrowser = true;
	int32 LoginTimeoutSeconds = 0;
	bool bRememberMe = false;
	FString ProfileSlot;
	FString WantedClaims;
	FString SubjectClaim;
	FString RolesClaim;
	FString PermissionsClaim;
	FString TenantsClaim;
	FString PageTitle;
	FString PageMessage;
	FString PageColor;

	/** As they are in the project's settings. */
	static FLatchkeyConfig FromSettings(const ULatchkeySettings& Settings);

	/** And with what overrides them in this process. */
	static FLatchkeyConfig ForThisProcess(const ULatchkeySettings& Settings);

	/**
	 * Puts what the function knows in place of what is here. It is asked for a command line option and an environment variable
	 * that mean the same; apart from the process so that a test can be the environment.
	 */
	void OverrideBy(TFunctionRef<bool(const TCHAR* Option, const TCHAR* Variable, FString& OutValue)> Find);

	/** A slot of its own for each further window of Play In Editor; INDEX_NONE and 0 are the game's own. */
	void UseSlotOfPlayInEditor(int32 PlayInEditorInstance);
};
