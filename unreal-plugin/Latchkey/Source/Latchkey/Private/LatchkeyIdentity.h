// Copyright (c) The Latchkey authors

#pragma once

#include "CoreMinimal.h"
#include "LatchkeyApi.h"
#include "LatchkeyConfig.h"
#include "LatchkeyRequests.h"
#include "LatchkeySnapshot.h"
#include "Misc/Optional.h"

/** What is to be broadcast about one change, in this order. */
struct FLatchkeyNews
{
	bool bStatusChanged = false;
	FLatchkeyStatus Status;
	TOptional<ELatchkeyReason> SignedOut;
	TOptional<FLatchkeyProfile> SignedIn;
	bool bSessionRefreshed = false;
	TOptional<FLatchkeyRawPrompt> Prompt;

	/** There is nothing for the player to do any more. */
	bool bPromptGone = false;
};

/**
 * One player's identity: the client, what was last told about it, and the calls that wait for their end. It decides what is to
 * be told; telling is the subsystem's. No UObject enters, so nothing here can be collected, and it may outlive the subsystem
 * for the length of a handler.
 */
class FLatchkeyIdentity
{
public:
	/** One that can never have a client, and why. */
	FLatchkeyIdentity(ELatchkeyReason Reason, const FText& Message);

	/** One whose client is made from the project's settings, when it begins or whenever a call finds that there is none yet. */
	explicit FLatchkeyIdentity(int32 InPlayInEditorInstance);

	/** Makes the client, and takes up the session of last time if the settings say so. */
	void Begin();

	ELatchkeyReason StartLogin(const FLatchkeyLoginOptions& Options, const FLatchkeyFinished& OnFinished);
	bool CancelLogin();
	ELatchkeyReason ResumeSession(const FLatchkeyFinished& OnFinished);
	ELatchkeyReason RefreshSession();
	ELatchkeyReason Logout(ELatchkeyLogoutMode Mode, const FLatchkeyFinished& OnFinished);
	ELatchkeyReason GetAccessToken(int32 MinValidSeconds, FString& OutToken);
	void GetAccessToken(int32 MinValidSeconds, const FLatchkeyAccessTokenFinished& OnFinished);
	bool GetClaim(const FString& Name, FString& OutValue) const;

	/** How things stand now; read anew only if something has changed. */
	const FLatchkeyView& GetView() const;

	/** Whether a tick has anything to do. One poll and a comparison. */
	bool HasNews() const;

	/** What has changed since the last time. Also decides which calls have come to their end. */
	FLatchkeyNews TakeNews();

	/** The calls whose end may be told in this turn; what handlers begin waits for the next. */
	uint64 BeginTurn() const
	{
		return Requests.GetLastSerial();
	}

	/** Tells one of them. Whether there was one. */
	bool TellNext(uint64 Turn)
	{
		return Requests.TellNext(Turn);
	}

	/** The end: every call that still waits is told so, and the client ends. */
	void Close();

private:
	/** Whether there is a client; tries to make one. */
	bool HasClient();

	void CreateClient();
	void NoteNoClient(const FString& Problem);
	ELatchkeyReason Refuse(FLatchkeyRequest&& Request, ELatchkeyReason Reason, const FText& Message);
	ELatchkeyReason RefuseWithoutClient(FLatchkeyRequest&& Request);
	void Accept(FLatchkeyRequest&& Request);
	ELatchkeyReason BeginLogin(FLatchkeyRequest& Request, const FLatchkeyLoginOptions& Options);
	ELatchkeyReason FailRequest(FLatchkeyRequest& Request, ELatchkeyReason Reason) const;
	bool CancelDeferredLogins(const FText& Message);
	void DecideRequests(const FLatchkeyView& View);
	void DecideAccessToken(FLatchkeyRequest& Request);
	void TellSession(const FLatchkeyView& View, FLatchkeyNews& News);
	void TellPrompt(const FLatchkeyView& View, FLatchkeyNews& News);
	bool WasRefreshed(const FLatchkeySnapshot& Now) const;

	TSharedPtr<FLatchkeyClient> Client;

	/** Why there is no client. */
	ELatchkeyReason NoClientReason = ELatchkeyReason::None;
	FText NoClientMessage;
	bool bMayCreateClient = false;
	int32 PlayInEditorInstance = INDEX_NONE;
	FString DefaultAudience;

	/** What GetView read last. */
	mutable FLatchkeyView View;

	/** What was told last. */
	FLatchkeySnapshot Told;
	bool bToldSignedIn = false;
	uint64 ToldLoginId = 0;
	FString ToldSubject;
	FString ToldPrompt;

	/** The game has signed the player out, and that has not been told yet. */
	bool bSignedOutByGame = false;

	FLatchkeyRequests Requests;
};
