// Copyright (c) The Latchkey authors

#pragma once

#include "CoreMinimal.h"
#include "LatchkeySnapshot.h"
#include "LatchkeyTypes.h"

enum class ELatchkeyLogLevel : uint8;
struct FLatchkeyConfig;
struct latchkey_client;

/** The prompt as the library tells it: with the QR code's modules, row by row, 1 for dark. */
struct FLatchkeyRawPrompt
{
	FLatchkeyPrompt Prompt;
	TArray<uint8> QrModules;
	int32 QrSize = 0;
};

/**
 * The library as far as it is the process's. The C ABI itself, its header and its table of functions are in LatchkeyApi.cpp and
 * nowhere else; everything here may be called when there is no library, and then answers NotSupported.
 */
class FLatchkeyApi
{
public:
	/**
	 * Opens the library and resolves its functions, once for the process. For the module's start-up.
	 * @param OutProblem Why it can't be used and what to do, in one sentence.
	 */
	static bool Load(FString& OutProblem);

	/** Ends everything of the library's: waits for that, but not for long. It may be used again afterwards. */
	static void Shutdown();

	static bool IsAvailable();

	/** Why it is not available; empty if it is. */
	static FString GetProblem();

	static FString GetVersion();

	/** Gives the library's log to LogLatchkey. */
	static void SetLogLevel(ELatchkeyLogLevel Level);

	/** Whether a client can be made of it; the sentence says what to change. */
	static ELatchkeyReason Validate(const FLatchkeyConfig& Config, FString& OutProblem);
};

/** One client of the library. Any thread, though the plugin uses the game thread. No call waits but the destructor, half a second at most. */
class FLatchkeyClient
{
public:
	/** Null, with reason and words, if there can be none. */
	static TSharedPtr<FLatchkeyClient> Create(const FLatchkeyConfig& Config, ELatchkeyReason& OutReason, FString& OutMessage);

	~FLatchkeyClient();
	FLatchkeyClient(const FLatchkeyClient&) = delete;
	FLatchkeyClient& operator=(const FLatchkeyClient&) = delete;

	/** Never waits, never allocates. */
	FLatchkeySnapshot Poll() const;

	/** The last failure in words; empty if there was none. */
	FString GetErrorText() const;

	ELatchkeyReason StartLogin(const FLatchkeyLoginOptions& Options);
	ELatchkeyReason CancelLogin();
	ELatchkeyReason ResumeSession();
	ELatchkeyReason RefreshSession();
	ELatchkeyReason Logout(ELatchkeyLogoutMode Mode);

	/** Whether somebody is signed in, also while they sign in anew. The profile is written only then. */
	bool GetProfile(FLatchkeyProfile& OutProfile) const;

	bool GetClaim(const FString& Name, FString& OutValue) const;
	ELatchkeyReason GetAccessToken(int32 MinValidSeconds, FString& OutToken);
	bool GetPrompt(FLatchkeyRawPrompt& OutPrompt) const;

private:
	explicit FLatchkeyClient(latchkey_client* InHandle);

	latchkey_client* Handle;
};
