// Copyright (c) The Latchkey authors

#include "LatchkeyApi.h"

#if LATCHKEY_WITH_LIBRARY

#include "Latchkey.h"
#include "LatchkeyConfig.h"
#include "LatchkeyLibrary.h"
#include "LatchkeySettings.h"

THIRD_PARTY_INCLUDES_START
#include "latchkey.h"
THIRD_PARTY_INCLUDES_END

/** All that the plugin uses of the C ABI. What is not in this list is not resolved. */
#define LATCHKEY_FUNCTIONS(Each) \
	Each(cancel_login) \
	Each(client_create) \
	Each(client_destroy) \
	Each(client_error) \
	Each(config_check) \
	Each(get_access_token) \
	Each(get_profile) \
	Each(get_prompt) \
	Each(logout) \
	Each(poll_status) \
	Each(profile_claim) \
	Each(profile_email) \
	Each(profile_email_verified) \
	Each(profile_free) \
	Each(profile_json) \
	Each(profile_locale) \
	Each(profile_name) \
	Each(profile_permission) \
	Each(profile_permission_count) \
	Each(profile_picture) \
	Each(profile_preferred_username) \
	Each(profile_role) \
	Each(profile_role_count) \
	Each(profile_subject) \
	Each(profile_tenant) \
	Each(profile_tenant_count) \
	Each(prompt_free) \
	Each(prompt_kind) \
	Each(prompt_qr_modules) \
	Each(prompt_qr_size) \
	Each(prompt_url) \
	Each(prompt_user_code) \
	Each(prompt_verification_url) \
	Each(refresh_session) \
	Each(resume_session) \
	Each(set_log_sink) \
	Each(shutdown) \
	Each(start_login) \
	Each(token_free) \
	Each(token_text) \
	Each(version)

namespace LatchkeyAbi
{
	/** With the very types of the header, so that a call that does not fit does not compile. */
	struct FFunctions
	{
#define LATCHKEY_MEMBER(Name) decltype(&::latchkey_##Name) Name = nullptr;
		LATCHKEY_FUNCTIONS(LATCHKEY_MEMBER)
#undef LATCHKEY_MEMBER
	};

	/** Filled by Load before any other call, and only read afterwards. */
	static FFunctions Table;
	static FLatchkeyLibrary Library;
	static bool bAvailable = false;
	static FString Problem;

	/** A version is composed as LATCHKEY_VERSION is. */
	static uint32 Major(uint32 Version)
	{
		return Version >> 16;
	}

	static uint32 Minor(uint32 Version)
	{
		return (Version >> 8) & 0xFF;
	}

	static FString VersionText(uint32 Version)
	{
		return FString::Printf(TEXT("%u.%u.%u"), Major(Version), Minor(Version), Version & 0xFF);
	}

	/** Before 1.0 a minor version may change anything, afterwards only a major one. */
	static bool Fits(uint32 Version)
	{
		const uint32 Ours = LATCHKEY_VERSION;
		return Major(Version) == Major(Ours) && (Major(Ours) != 0 || Minor(Version) == Minor(Ours));
	}

	static FString FromUtf8(const char* Text)
	{
		return Text ? FString(UTF8_TO_TCHAR(Text)) : FString();
	}

	/** UTF-8 copies that live as long as the call needs them. */
	class FTexts
	{
	public:
		/** Null, which is the field's default, for an empty text. */
		const char* Keep(const FString& Text)
		{
			if (Text.IsEmpty())
			{
				return nullptr;
			}
			const FTCHARToUTF8 Utf8(*Text);
			TArray<ANSICHAR>& Copy = Copies[Copies.AddDefaulted()];
			Copy.Append(reinterpret_cast<const ANSICHAR*>(Utf8.Get()), Utf8.Length());
			Copy.Add('\0');
			return Copy.GetData();
		}

	private:
		/** Growing moves the arrays, not the texts that were pointed to. */
		TArray<TArray<ANSICHAR>> Copies;
	};

	/** A text that the library copies into a buffer: the usual ones without a second call. */
	template <typename CallType>
	static FString ReadText(CallType Call)
	{
		char Short[512] = {};
		size_t Needed = 0;
		Call(Short, sizeof(Short), &Needed);
		if (Needed <= sizeof(Short))
		{
			return FromUtf8(Short);
		}
		TArray<ANSICHAR> Long;
		Long.SetNumZeroed(static_cast<int32>(Needed));
		Call(Long.GetData(), Needed, &Needed);
		return FromUtf8(Long.GetData());
	}

	static ELatchkeyReason ToReason(latchkey_result Result)
	{
		switch (Result)
		{
		case LATCHKEY_OK: return ELatchkeyReason::None;
		case LATCHKEY_INVALID_ARGUMENT: return ELatchkeyReason::InvalidArgument;
		case LATCHKEY_INVALID_STATE: return ELatchkeyReason::InvalidState;
		case LATCHKEY_CONFIGURATION: return ELatchkeyReason::Configuration;
		case LATCHKEY_NETWORK: return ELatchkeyReason::Network;
		case LATCHKEY_PROVIDER_ERROR: return ELatchkeyReason::ProviderError;
		case LATCHKEY_DENIED: return ELatchkeyReason::Denied;
		case LATCHKEY_CANCELLED: return ELatchkeyReason::Cancelled;
		case LATCHKEY_TIMED_OUT: return ELatchkeyReason::TimedOut;
		case LATCHKEY_TOKEN_REJECTED: return ELatchkeyReason::TokenRejected;
		case LATCHKEY_SESSION_EXPIRED: return ELatchkeyReason::SessionExpired;
		case LATCHKEY_STORE_UNAVAILABLE: return ELatchkeyReason::StoreUnavailable;
		case LATCHKEY_WRONG_CLOCK: return ELatchkeyReason::WrongClock;
		case LATCHKEY_NOT_SUPPORTED: return ELatchkeyReason::NotSupported;
		case LATCHKEY_INTERNAL_ERROR: return ELatchkeyReason::InternalError;
		case LATCHKEY_PENDING: return ELatchkeyReason::Pending;
		case LATCHKEY_BROWSER_UNAVAILABLE: return ELatchkeyReason::BrowserUnavailable;
		case LATCHKEY_PORT_IN_USE: return ELatchkeyReason::PortInUse;
		default: return ELatchkeyReason::Unknown;
		}
	}

	static ELatchkeyState ToState(uint32 State)
	{
		switch (State)
		{
		case LATCHKEY_STATE_SIGNED_OUT: return ELatchkeyState::SignedOut;
		case LATCHKEY_STATE_STARTING: return ELatchkeyState::Starting;
		case LATCHKEY_STATE_WAITING_FOR_PLAYER: return ELatchkeyState::WaitingForPlayer;
		case LATCHKEY_STATE_COMPLETING: return ELatchkeyState::Completing;
		case LATCHKEY_STATE_SIGNED_IN: return ELatchkeyState::SignedIn;
		case LATCHKEY_STATE_SIGNING_OUT: return ELatchkeyState::SigningOut;
		default: return ELatchkeyState::Unknown;
		}
	}

	static uint32 FromMode(ELatchkeyLogoutMode Mode)
	{
		switch (Mode)
		{
		case ELatchkeyLogoutMode::Revoke: return LATCHKEY_LOGOUT_REVOKE;
		case ELatchkeyLogoutMode::EndSession: return LATCHKEY_LOGOUT_END_SESSION;
		default: return LATCHKEY_LOGOUT_LOCAL;
		}
	}

	static uint32 FromHost(ELatchkeyRedirectHost Host)
	{
		switch (Host)
		{
		case ELatchkeyRedirectHost::LoopbackAddressV6: return LATCHKEY_REDIRECT_IPV6_LITERAL;
		case ELatchkeyRedirectHost::Localhost: return LATCHKEY_REDIRECT_LOCALHOST;
		default: return LATCHKEY_REDIRECT_LITERAL;
		}
	}

	static uint32 FromLevel(ELatchkeyLogLevel Level)
	{
		switch (Level)
		{
		case ELatchkeyLogLevel::Error: return LATCHKEY_LOG_ERROR;
		case ELatchkeyLogLevel::Warning: return LATCHKEY_LOG_WARNING;
		case ELatchkeyLogLevel::Debug: return LATCHKEY_LOG_DEBUG;
		default: return LATCHKEY_LOG_INFO;
		}
	}

	static ELatchkeyPromptKind ToPromptKind(uint32 Kind)
	{
		switch (Kind)
		{
		case LATCHKEY_PROMPT_LOGOUT: return ELatchkeyPromptKind::SignOut;
		case LATCHKEY_PROMPT_DEVICE: return ELatchkeyPromptKind::AnotherScreen;
		default: return ELatchkeyPromptKind::SignIn;
		}
	}

	/** A negative number means as much as none; a day is longer than anything that is waited for here. */
	static uint32 ToMilliseconds(int32 Seconds)
	{
		return static_cast<uint32>(FMath::Clamp(Seconds, 0, 86400)) * 1000u;
	}

	/** latchkey_config with the texts and ports that it points to. */
	class FRawConfig
	{
	public:
		explicit FRawConfig(const FLatchkeyConfig& Config)
		{
			SetProvider(Config);
			SetRedirect(Config);
			SetClaims(Config);
			Raw.page_title = Texts.Keep(Config.PageTitle);
			Raw.page_message = Texts.Keep(Config.PageMessage);
			Raw.page_color = Texts.Keep(Config.PageColor);
			Raw.login_timeout_ms = ToMilliseconds(Config.LoginTimeoutSeconds);
			Raw.browser = Config.bOpenBrowser ? LATCHKEY_BROWSER_SYSTEM : LATCHKEY_BROWSER_HOST;
			Raw.storage = Config.bRememberMe ? LATCHKEY_STORAGE_SYSTEM : LATCHKEY_STORAGE_MEMORY;
			Raw.profile_slot = Texts.Keep(Config.ProfileSlot);
		}

		FRawConfig(const FRawConfig&) = delete;
		FRawConfig& operator=(const FRawConfig&) = delete;

		const latchkey_config* Get() const
		{
			return &Raw;
		}

	private:
		void SetProvider(const FLatchkeyConfig& Config)
		{
			Raw.issuer = Texts.Keep(Config.Issuer);
			Raw.client_id = Texts.Keep(Config.ClientId);
			Raw.scopes = Texts.Keep(Config.Scopes);
			Raw.authorization_endpoint = Texts.Keep(Config.AuthorizationEndpoint);
			Raw.token_endpoint = Texts.Keep(Config.TokenEndpoint);
			Raw.userinfo_endpoint = Texts.Keep(Config.UserinfoEndpoint);
			Raw.jwks_uri = Texts.Keep(Config.JwksUri);
			Raw.revocation_endpoint = Texts.Keep(Config.RevocationEndpoint);
			Raw.end_session_endpoint = Texts.Keep(Config.EndSessionEndpoint);
			Raw.device_authorization_endpoint = Texts.Keep(Config.DeviceAuthorizationEndpoint);
		}

		void SetRedirect(const FLatchkeyConfig& Config)
		{
			for (const int32 Port : Config.RedirectPorts)
			{
				Ports.Add(static_cast<uint16>(Port));
			}
			Raw.redirect_host = FromHost(Config.RedirectHost);
			Raw.redirect_ports = Ports.GetData();
			Raw.redirect_port_count = static_cast<uint32>(Ports.Num());
			Raw.redirect_path = Texts.Keep(Config.RedirectPath);
			Raw.post_logout_path = Texts.Keep(Config.PostLogoutPath);
		}

		void SetClaims(const FLatchkeyConfig& Config)
		{
			Raw.wanted_claims = Texts.Keep(Config.WantedClaims);
			Raw.subject_claim = Texts.Keep(Config.SubjectClaim);
			Raw.roles_claim = Texts.Keep(Config.RolesClaim);
			Raw.permissions_claim = Texts.Keep(Config.PermissionsClaim);
			Raw.tenants_claim = Texts.Keep(Config.TenantsClaim);
		}

		latchkey_config Raw = LATCHKEY_CONFIG_INIT;
		FTexts Texts;
		TArray<uint16> Ports;
	};

	/** latchkey_login_options with the texts and pairs that it points to. */
	class FRawLoginOptions
	{
	public:
		explicit FRawLoginOptions(const FLatchkeyLoginOptions& Options)
		{
			Raw.prompt = Texts.Keep(Options.Prompt);
			Raw.login_hint = Texts.Keep(Options.LoginHint);
			Raw.acr_values = Texts.Keep(Options.AcrValues);
			Raw.ui_locales = Texts.Keep(Options.UiLocales);
			Raw.audience = Texts.Keep(Options.Audience);
			Raw.resource = Texts.Keep(Options.Resource);
			Raw.scopes = Texts.Keep(Options.Scopes);
			Raw.login_timeout_ms = ToMilliseconds(Options.TimeoutSeconds);
			if (Options.bOnAnotherScreen)
			{
				Raw.flags |= LATCHKEY_LOGIN_DEVICE;
			}
			if (Options.MaxAgeSeconds >= 0)
			{
				Raw.flags |= LATCHKEY_LOGIN_MAX_AGE;
				Raw.max_age_s = static_cast<uint32>(Options.MaxAgeSeconds);
			}
			for (const TPair<FString, FString>& Parameter : Options.ExtraParameters)
			{
				const char* Value = Texts.Keep(Parameter.Value);
				Pairs.Add(latchkey_parameter{Texts.Keep(Parameter.Key), Value ? Value : ""});
			}
			Raw.extra_parameters = Pairs.GetData();
			Raw.extra_parameter_count = static_cast<uint32>(Pairs.Num());
		}

		FRawLoginOptions(const FRawLoginOptions&) = delete;
		FRawLoginOptions& operator=(const FRawLoginOptions&) = delete;

		const latchkey_login_options* Get() const
		{
			return &Raw;
		}

	private:
		latchkey_login_options Raw = LATCHKEY_LOGIN_OPTIONS_INIT;
		FTexts Texts;
		TArray<latchkey_parameter> Pairs;
	};

	/** The C ABI's ports are 16 bits wide: what does not fit must not become another port. */
	static bool FindPortProblem(const FLatchkeyConfig& Config, FString& OutProblem)
	{
		for (const int32 Port : Config.RedirectPorts)
		{
			if (Port < 1 || Port > 65535)
			{
				OutProblem = FString::Printf(TEXT("RedirectPorts has %d, which is no port: write one between 1 and 65535, or none at all for any free port."), Port);
				return true;
			}
		}
		return false;
	}

	static TArray<FString> ToList(const latchkey_profile* Profile, size_t Count, const char* (*At)(const latchkey_profile*, size_t))
	{
		TArray<FString> List;
		List.Reserve(static_cast<int32>(Count));
		for (size_t Index = 0; Index < Count; ++Index)
		{
			List.Add(FromUtf8(At(Profile, Index)));
		}
		return List;
	}

	static FLatchkeyProfile ToProfile(const latchkey_profile* From)
	{
		FLatchkeyProfile Profile;
		Profile.Subject = FromUtf8(Table.profile_subject(From));
		Profile.Name = FromUtf8(Table.profile_name(From));
		Profile.Email = FromUtf8(Table.profile_email(From));
		Profile.bEmailVerified = Table.profile_email_verified(From) != 0;
		Profile.Picture = FromUtf8(Table.profile_picture(From));
		Profile.PreferredUsername = FromUtf8(Table.profile_preferred_username(From));
		Profile.Locale = FromUtf8(Table.profile_locale(From));
		Profile.Roles = ToList(From, Table.profile_role_count(From), Table.profile_role);
		Profile.Permissions = ToList(From, Table.profile_permission_count(From), Table.profile_permission);
		Profile.Tenants = ToList(From, Table.profile_tenant_count(From), Table.profile_tenant);
		Profile.ClaimsJson = FromUtf8(Table.profile_json(From));
		return Profile;
	}

	static FLatchkeyRawPrompt ToPrompt(const latchkey_prompt* From)
	{
		FLatchkeyRawPrompt Raw;
		uint32 Kind = LATCHKEY_PROMPT_LOGIN;
		// Can't fail: the prompt is there, and the kind is always written.
		Table.prompt_kind(From, &Kind);
		Raw.Prompt.Kind = ToPromptKind(Kind);
		Raw.Prompt.Url = FromUtf8(Table.prompt_url(From));
		Raw.Prompt.UserCode = FromUtf8(Table.prompt_user_code(From));
		Raw.Prompt.VerificationUrl = FromUtf8(Table.prompt_verification_url(From));
		Raw.QrSize = static_cast<int32>(Table.prompt_qr_size(From));
		if (const uint8* Modules = Table.prompt_qr_modules(From))
		{
			Raw.QrModules.Append(Modules, Raw.QrSize * Raw.QrSize);
		}
		return Raw;
	}

	/** On any thread, which UE_LOG takes. */
	static void Log(void* /* Context */, uint32_t Level, const char* Message)
	{
		const FString Text = FromUtf8(Message);
		switch (Level)
		{
		case LATCHKEY_LOG_ERROR:
			UE_LOG(LogLatchkey, Error, TEXT("%s"), *Text);
			break;
		case LATCHKEY_LOG_WARNING:
			UE_LOG(LogLatchkey, Warning, TEXT("%s"), *Text);
			break;
		case LATCHKEY_LOG_INFO:
			UE_LOG(LogLatchkey, Log, TEXT("%s"), *Text);
			break;
		default:
			UE_LOG(LogLatchkey, Verbose, TEXT("%s"), *Text);
			break;
		}
	}

	/** All or nothing: with one function missing it is another library. */
	static bool Resolve(FFunctions& OutTable, FString& OutProblem)
	{
#define LATCHKEY_RESOLVE(Name) \
		OutTable.Name = reinterpret_cast<decltype(OutTable.Name)>(Library.Find(TEXT("latchkey_" #Name))); \
		if (!OutTable.Name) \
		{ \
			OutProblem = FString::Printf(TEXT("%s has no function latchkey_" #Name ": it is not the library of this plugin. Make it anew with `cargo xtask dist`."), *Library.GetPath()); \
			return false; \
		}
		LATCHKEY_FUNCTIONS(LATCHKEY_RESOLVE)
#undef LATCHKEY_RESOLVE
		return true;
	}

	static bool Load(FString& OutProblem)
	{
		FFunctions Found;
		if (!Library.Open(OutProblem))
		{
			return false;
		}
		// The version goes first: it says more than a function that only another version has.
		Found.version = reinterpret_cast<decltype(Found.version)>(Library.Find(TEXT("latchkey_version")));
		if (Found.version && !Fits(Found.version()))
		{
			OutProblem = FString::Printf(TEXT("%s is version %s, and this plugin needs %s: put both in from one release."), *Library.GetPath(), *VersionText(Found.version()), TEXT(LATCHKEY_VERSION_STRING));
			return false;
		}
		if (!Resolve(Found, OutProblem))
		{
			return false;
		}
		Table = Found;
		return true;
	}
}

bool FLatchkeyApi::Load(FString& OutProblem)
{
	if (!LatchkeyAbi::bAvailable)
	{
		LatchkeyAbi::Problem.Empty();
		LatchkeyAbi::bAvailable = LatchkeyAbi::Load(LatchkeyAbi::Problem);
	}
	OutProblem = LatchkeyAbi::Problem;
	return LatchkeyAbi::bAvailable;
}

void FLatchkeyApi::Shutdown()
{
	if (!LatchkeyAbi::bAvailable)
	{
		return;
	}
	constexpr uint32 TimeoutMs = 2000;
	if (LatchkeyAbi::Table.shutdown(TimeoutMs) == LATCHKEY_TIMED_OUT)
	{
		UE_LOG(LogLatchkey, Warning, TEXT("A look-up of the operating system was still busy at the end; its thread ends by itself."));
	}
	// Resetting a sink fails only from within a sink.
	LatchkeyAbi::Table.set_log_sink(nullptr, nullptr, LATCHKEY_LOG_ERROR);
}

bool FLatchkeyApi::IsAvailable()
{
	return LatchkeyAbi::bAvailable;
}

FString FLatchkeyApi::GetProblem()
{
	const bool bTried = LatchkeyAbi::bAvailable || !LatchkeyAbi::Problem.IsEmpty();
	return bTried ? LatchkeyAbi::Problem : FString(TEXT("The Latchkey module has not been started yet."));
}

FString FLatchkeyApi::GetVersion()
{
	return LatchkeyAbi::bAvailable ? LatchkeyAbi::VersionText(LatchkeyAbi::Table.version()) : FString();
}

void FLatchkeyApi::SetLogLevel(ELatchkeyLogLevel Level)
{
	if (LatchkeyAbi::bAvailable)
	{
		// Setting a sink fails only for a level that does not exist, or from within a sink.
		LatchkeyAbi::Table.set_log_sink(&LatchkeyAbi::Log, nullptr, LatchkeyAbi::FromLevel(Level));
	}
}

ELatchkeyReason FLatchkeyApi::Validate(const FLatchkeyConfig& Config, FString& OutProblem)
{
	if (!LatchkeyAbi::bAvailable)
	{
		OutProblem = GetProblem();
		return ELatchkeyReason::NotSupported;
	}
	if (LatchkeyAbi::FindPortProblem(Config, OutProblem))
	{
		return ELatchkeyReason::Configuration;
	}
	const LatchkeyAbi::FRawConfig Raw(Config);
	latchkey_result Result = LATCHKEY_OK;
	OutProblem = LatchkeyAbi::ReadText([&Raw, &Result](char* Buffer, size_t Capacity, size_t* Needed)
	{
		Result = LatchkeyAbi::Table.config_check(Raw.Get(), Buffer, Capacity, Needed);
	});
	return LatchkeyAbi::ToReason(Result);
}

TSharedPtr<FLatchkeyClient> FLatchkeyClient::Create(const FLatchkeyConfig& Config, ELatchkeyReason& OutReason, FString& OutMessage)
{
	OutReason = FLatchkeyApi::Validate(Config, OutMessage);
	if (OutReason != ELatchkeyReason::None)
	{
		return nullptr;
	}
	const LatchkeyAbi::FRawConfig Raw(Config);
	latchkey_client* Created = nullptr;
	const latchkey_result Result = LatchkeyAbi::Table.client_create(Raw.Get(), &Created);
	if (Result != LATCHKEY_OK)
	{
		OutReason = LatchkeyAbi::ToReason(Result);
		OutMessage = TEXT("The library could not start; its log says why.");
		return nullptr;
	}
	return MakeShareable(new FLatchkeyClient(Created));
}

FLatchkeyClient::FLatchkeyClient(latchkey_client* InHandle)
	: Handle(InHandle)
{
}

FLatchkeyClient::~FLatchkeyClient()
{
	LatchkeyAbi::Table.client_destroy(Handle);
}

FLatchkeySnapshot FLatchkeyClient::Poll() const
{
	latchkey_status Status = LATCHKEY_STATUS_INIT;
	// Fails only for a client that was destroyed, by latchkey_shutdown: that one is signed out, as the defaults say.
	LatchkeyAbi::Table.poll_status(Handle, &Status);
	FLatchkeySnapshot Snapshot;
	Snapshot.Revision = Status.revision;
	Snapshot.LoginId = Status.login_id;
	Snapshot.Deadline = Status.deadline;
	Snapshot.State = LatchkeyAbi::ToState(Status.state);
	Snapshot.Reason = LatchkeyAbi::ToReason(Status.error);
	Snapshot.bOffline = (Status.flags & LATCHKEY_STATUS_OFFLINE) != 0;
	Snapshot.bPersisted = (Status.flags & LATCHKEY_STATUS_PERSISTED) != 0;
	Snapshot.bRefreshing = (Status.flags & LATCHKEY_STATUS_REFRESHING) != 0;
	return Snapshot;
}

FString FLatchkeyClient::GetErrorText() const
{
	return LatchkeyAbi::ReadText([this](char* Buffer, size_t Capacity, size_t* Needed)
	{
		// Fails only for a client that was destroyed, which has nothing to say: the buffer stays empty.
		LatchkeyAbi::Table.client_error(Handle, Buffer, Capacity, Needed);
	});
}

ELatchkeyReason FLatchkeyClient::StartLogin(const FLatchkeyLoginOptions& Options)
{
	const LatchkeyAbi::FRawLoginOptions Raw(Options);
	return LatchkeyAbi::ToReason(LatchkeyAbi::Table.start_login(Handle, Raw.Get()));
}

ELatchkeyReason FLatchkeyClient::CancelLogin()
{
	return LatchkeyAbi::ToReason(LatchkeyAbi::Table.cancel_login(Handle));
}

ELatchkeyReason FLatchkeyClient::ResumeSession()
{
	return LatchkeyAbi::ToReason(LatchkeyAbi::Table.resume_session(Handle));
}

ELatchkeyReason FLatchkeyClient::RefreshSession()
{
	return LatchkeyAbi::ToReason(LatchkeyAbi::Table.refresh_session(Handle));
}

ELatchkeyReason FLatchkeyClient::Logout(ELatchkeyLogoutMode Mode)
{
	return LatchkeyAbi::ToReason(LatchkeyAbi::Table.logout(Handle, LatchkeyAbi::FromMode(Mode)));
}

bool FLatchkeyClient::GetProfile(FLatchkeyProfile& OutProfile) const
{
	latchkey_profile* Profile = nullptr;
	if (LatchkeyAbi::Table.get_profile(Handle, &Profile) != LATCHKEY_OK)
	{
		return false;
	}
	OutProfile = LatchkeyAbi::ToProfile(Profile);
	LatchkeyAbi::Table.profile_free(Profile);
	return true;
}

bool FLatchkeyClient::GetClaim(const FString& Name, FString& OutValue) const
{
	latchkey_profile* Profile = nullptr;
	if (LatchkeyAbi::Table.get_profile(Handle, &Profile) != LATCHKEY_OK)
	{
		return false;
	}
	const char* Value = LatchkeyAbi::Table.profile_claim(Profile, TCHAR_TO_UTF8(*Name));
	const bool bFound = Value != nullptr;
	if (bFound)
	{
		OutValue = LatchkeyAbi::FromUtf8(Value);
	}
	LatchkeyAbi::Table.profile_free(Profile);
	return bFound;
}

ELatchkeyReason FLatchkeyClient::GetAccessToken(int32 MinValidSeconds, FString& OutToken)
{
	latchkey_token* Token = nullptr;
	const uint32 MinValid = static_cast<uint32>(FMath::Max(MinValidSeconds, 0));
	const latchkey_result Result = LatchkeyAbi::Table.get_access_token(Handle, MinValid, &Token);
	if (Result == LATCHKEY_OK)
	{
		OutToken = LatchkeyAbi::FromUtf8(LatchkeyAbi::Table.token_text(Token));
		LatchkeyAbi::Table.token_free(Token);
	}
	return LatchkeyAbi::ToReason(Result);
}

bool FLatchkeyClient::GetPrompt(FLatchkeyRawPrompt& OutPrompt) const
{
	latchkey_prompt* Prompt = nullptr;
	if (LatchkeyAbi::Table.get_prompt(Handle, &Prompt) != LATCHKEY_OK)
	{
		return false;
	}
	OutPrompt = LatchkeyAbi::ToPrompt(Prompt);
	LatchkeyAbi::Table.prompt_free(Prompt);
	return true;
}

#undef LATCHKEY_FUNCTIONS

#endif // LATCHKEY_WITH_LIBRARY
