// Copyright (c) The Latchkey authors

#include "LatchkeyConfig.h"

#include "HAL/PlatformMisc.h"
#include "LatchkeySettings.h"
#include "Misc/CommandLine.h"
#include "Misc/Parse.h"

#if !UE_BUILD_SHIPPING
/** The command line goes before the environment: it is nearer to whoever runs this one test. */
static bool FindLatchkeyOverride(const TCHAR* Option, const TCHAR* Variable, FString& OutValue)
{
	if (FParse::Value(FCommandLine::Get(), Option, OutValue, /* bShouldStopOnSeparator */ false))
	{
		return true;
	}
	OutValue = FPlatformMisc::GetEnvironmentVariable(Variable);
	return !OutValue.IsEmpty();
}
#endif

FLatchkeyConfig FLatchkeyConfig::FromSettings(const ULatchkeySettings& Settings)
{
	FLatchkeyConfig Config;
	Config.Issuer = Settings.Issuer;
	Config.ClientId = Settings.ClientId;
	Config.Scopes = Settings.Scopes;
	Config.Audience = Settings.Audience;
	Config.AuthorizationEndpoint = Settings.AuthorizationEndpoint;
	Config.TokenEndpoint = Settings.TokenEndpoint;
	Config.UserinfoEndpoint = Settings.UserinfoEndpoint;
	Config.JwksUri = Settings.JwksUri;
	Config.RevocationEndpoint = Settings.RevocationEndpoint;
	Config.EndSessionEndpoint = Settings.EndSessionEndpoint;
	Config.DeviceAuthorizationEndpoint = Settings.DeviceAuthorizationEndpoint;
	Config.RedirectHost = Settings.RedirectHost;
	Config.RedirectPorts = Settings.RedirectPorts;
	Config.RedirectPath = Settings.RedirectPath;
	Config.PostLogoutPath = Settings.PostLogoutPath;
	Config.bOpenBrowser = Settings.bOpenBrowser;
	Config.LoginTimeoutSeconds = Settings.LoginTimeoutSeconds;
	Config.bRememberMe = Settings.bRememberMe;
	Config.ProfileSlot = Settings.ProfileSlot;
	Config.WantedClaims = Settings.WantedClaims;
	Config.SubjectClaim = Settings.SubjectClaim;
	Config.RolesClaim = Settings.RolesClaim;
	Config.PermissionsClaim = Settings.PermissionsClaim;
	Config.TenantsClaim = Settings.TenantsClaim;
	Config.PageTitle = Settings.PageTitle;
	Config.PageMessage = Settings.PageMessage;
	Config.PageColor = Settings.PageColor;
	return Config;
}

FLatchkeyConfig FLatchkeyConfig::ForThisProcess(const ULatchkeySettings& Settings)
{
	FLatchkeyConfig Config = FromSettings(Settings);
#if !UE_BUILD_SHIPPING
	Config.OverrideBy(&FindLatchkeyOverride);
#endif
	return Config;
}

void FLatchkeyConfig::OverrideBy(TFunctionRef<bool(const TCHAR* Option, const TCHAR* Variable, FString& OutValue)> Find)
{
	FString Value;
	if (Find(TEXT("LatchkeyIssuer="), TEXT("LATCHKEY_ISSUER"), Value))
	{
		Issuer = Value;
		// They are the other provider's: a code of this one must not be sent there.
		for (FString* Endpoint : {&AuthorizationEndpoint, &TokenEndpoint, &UserinfoEndpoint, &JwksUri, &RevocationEndpoint, &EndSessionEndpoint, &DeviceAuthorizationEndpoint})
		{
			Endpoint->Empty();
		}
	}
	if (Find(TEXT("LatchkeyClientId="), TEXT("LATCHKEY_CLIENT_ID"), Value))
	{
		ClientId = Value;
	}
	if (Find(TEXT("LatchkeyScopes="), TEXT("LATCHKEY_SCOPES"), Value))
	{
		Scopes = Value;
	}
	if (Find(TEXT("LatchkeyProfileSlot="), TEXT("LATCHKEY_PROFILE_SLOT"), Value))
	{
		ProfileSlot = Value;
	}
}

void FLatchkeyConfig::UseSlotOfPlayInEditor(int32 PlayInEditorInstance)
{
	if (PlayInEditorInstance > 0)
	{
		ProfileSlot = FString::Printf(TEXT("%s-pie-%d"), ProfileSlot.IsEmpty() ? TEXT("default") : *ProfileSlot, PlayInEditorInstance);
	}
}
