// Copyright (c) The Latchkey authors

#include "LatchkeyApi.h"

#if !LATCHKEY_WITH_LIBRARY

/**
 * The same as LatchkeyApi.cpp for a platform that the library is not made for, and for dedicated servers, so that a project which
 * has the plugin compiles for all of its targets. There is never a client, so what a client does is never called.
 */
bool FLatchkeyApi::Load(FString& OutProblem)
{
	OutProblem = GetProblem();
	return false;
}

void FLatchkeyApi::Shutdown()
{
}

bool FLatchkeyApi::IsAvailable()
{
	return false;
}

FString FLatchkeyApi::GetProblem()
{
	return TEXT("This build is made without the Latchkey library, for a dedicated server or a platform that it is not made for: every call answers NotSupported.");
}

FString FLatchkeyApi::GetVersion()
{
	return FString();
}

void FLatchkeyApi::SetLogLevel(ELatchkeyLogLevel /* Level */)
{
}

ELatchkeyReason FLatchkeyApi::Validate(const FLatchkeyConfig& /* Config */, FString& OutProblem)
{
	OutProblem = GetProblem();
	return ELatchkeyReason::NotSupported;
}

TSharedPtr<FLatchkeyClient> FLatchkeyClient::Create(const FLatchkeyConfig& /* Config */, ELatchkeyReason& OutReason, FString& OutMessage)
{
	OutReason = ELatchkeyReason::NotSupported;
	OutMessage = FLatchkeyApi::GetProblem();
	return nullptr;
}

FLatchkeyClient::FLatchkeyClient(latchkey_client* InHandle)
	: Handle(InHandle)
{
}

FLatchkeyClient::~FLatchkeyClient() = default;

FLatchkeySnapshot FLatchkeyClient::Poll() const
{
	return FLatchkeySnapshot();
}

FString FLatchkeyClient::GetErrorText() const
{
	return FLatchkeyApi::GetProblem();
}

ELatchkeyReason FLatchkeyClient::StartLogin(const FLatchkeyLoginOptions& /* Options */)
{
	return ELatchkeyReason::NotSupported;
}

ELatchkeyReason FLatchkeyClient::CancelLogin()
{
	return ELatchkeyReason::NotSupported;
}

ELatchkeyReason FLatchkeyClient::ResumeSession()
{
	return ELatchkeyReason::NotSupported;
}

ELatchkeyReason FLatchkeyClient::RefreshSession()
{
	return ELatchkeyReason::NotSupported;
}

ELatchkeyReason FLatchkeyClient::Logout(ELatchkeyLogoutMode /* Mode */)
{
	return ELatchkeyReason::NotSupported;
}

bool FLatchkeyClient::GetProfile(FLatchkeyProfile& /* OutProfile */) const
{
	return false;
}

bool FLatchkeyClient::GetClaim(const FString& /* Name */, FString& /* OutValue */) const
{
	return false;
}

ELatchkeyReason FLatchkeyClient::GetAccessToken(int32 /* MinValidSeconds */, FString& /* OutToken */)
{
	return ELatchkeyReason::NotSupported;
}

bool FLatchkeyClient::GetPrompt(FLatchkeyRawPrompt& /* OutPrompt */) const
{
	return false;
}

#endif // !LATCHKEY_WITH_LIBRARY
