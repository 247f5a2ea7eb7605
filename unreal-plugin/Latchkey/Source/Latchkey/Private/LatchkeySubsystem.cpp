// Copyright (c) The Latchkey authors

#include "LatchkeySubsystem.h"

#include "Containers/Ticker.h"
#include "CoreGlobals.h"
#include "Engine/Engine.h"
#include "Engine/GameInstance.h"
#include "Engine/Texture2D.h"
#include "Engine/World.h"
#include "LatchkeyIdentity.h"
#include "LatchkeyLater.h"
#include "LatchkeyQrCode.h"
#include "LatchkeyWords.h"
#include "Misc/CoreMisc.h"
#include "UObject/StrongObjectPtr.h"

/** Whose process or Play In Editor window has no player. */
static bool HasNoPlayer(const UGameInstance& GameInstance)
{
	return IsRunningCommandlet() || IsRunningDedicatedServer() || GameInstance.IsDedicatedServerInstance();
}

static int32 GetPlayInEditorInstance(const UGameInstance& GameInstance)
{
	const FWorldContext* Context = GameInstance.GetWorldContext();
	return Context ? Context->PIEInstance : INDEX_NONE;
}

ULatchkeySubsystem* ULatchkeySubsystem::Get(const UObject* WorldContextObject)
{
	const UWorld* World = GEngine ? GEngine->GetWorldFromContextObject(WorldContextObject, EGetWorldErrorMode::ReturnNull) : nullptr;
	return World ? UGameInstance::GetSubsystem<ULatchkeySubsystem>(World->GetGameInstance()) : nullptr;
}

void ULatchkeySubsystem::Initialize(FSubsystemCollectionBase& Collection)
{
	Super::Initialize(Collection);
	const UGameInstance* GameInstance = GetGameInstance();
	check(GameInstance);
	if (HasNoPlayer(*GameInstance))
	{
		Identity = MakeShared<FLatchkeyIdentity>(ELatchkeyReason::NotSupported, LatchkeyWords::DedicatedServer());
	}
	else
	{
		// Now, not at the first sign-in: the provider is looked up while the player is still in the menu, and the session of last
		// time is there when the first level asks.
		Identity = MakeShared<FLatchkeyIdentity>(GetPlayInEditorInstance(*GameInstance));
		Identity->Begin();
	}
	TickHandle = FTSTicker::GetCoreTicker().AddTicker(FTickerDelegate::CreateUObject(this, &ULatchkeySubsystem::Tick));
}

void ULatchkeySubsystem::Deinitialize()
{
	FTSTicker::GetCoreTicker().RemoveTicker(TickHandle);
	TickHandle.Reset();
	CurrentPrompt = FLatchkeyPrompt();
	// One broadcast may have more handlers than the one that ends the game.
	OnStatusChangedNative.Clear();
	OnSignedInNative.Clear();
	OnSignedOutNative.Clear();
	OnSessionRefreshedNative.Clear();
	OnPromptNative.Clear();
	// Taken out first: what the last handlers begin must find nothing.
	if (const TSharedPtr<FLatchkeyIdentity> Ending = MoveTemp(Identity))
	{
		Ending->Close();
	}
	Super::Deinitialize();
}

bool ULatchkeySubsystem::Tick(float /* DeltaSeconds */)
{
	// A handler that opens a modal window ticks within a tick.
	if (!bTicking && Identity->HasNews())
	{
		// One that ends the game and collects garbage would take this from under the loop.
		const TStrongObjectPtr<ULatchkeySubsystem> StayAlive(this);
		const TGuardValue<bool> Ticking(bTicking, true);
		TellNews();
	}
	return true;
}

void ULatchkeySubsystem::TellNews()
{
	// Each handler may end the game, and with it this identity; Deinitialize then tells the calls that still wait.
	const TSharedPtr<FLatchkeyIdentity> Told = Identity;
	const auto Broadcast = [this, &Told](auto& Native, auto& Dynamic, const auto&... Arguments)
	{
		if (Identity == Told)
		{
			Native.Broadcast(Arguments...);
		}
		if (Identity == Told)
		{
			Dynamic.Broadcast(Arguments...);
		}
	};
	const uint64 Turn = Told->BeginTurn();
	const FLatchkeyNews News = Told->TakeNews();
	KeepPrompt(News);
	if (News.bStatusChanged)
	{
		Broadcast(OnStatusChangedNative, OnStatusChanged, News.Status);
	}
	if (News.SignedOut.IsSet())
	{
		Broadcast(OnSignedOutNative, OnSignedOut, *News.SignedOut);
	}
	if (News.SignedIn.IsSet())
	{
		Broadcast(OnSignedInNative, OnSignedIn, *News.SignedIn);
	}
	if (News.bSessionRefreshed)
	{
		Broadcast(OnSessionRefreshedNative, OnSessionRefreshed);
	}
	if (News.Prompt.IsSet())
	{
		// Copies: a handler may end what the kept one is for.
		const FLatchkeyPrompt Prompt = CurrentPrompt;
		const TStrongObjectPtr<UTexture2D> QrCode(Prompt.QrCode.Get());
		Broadcast(OnPromptNative, OnPrompt, Prompt);
	}
	while (Identity == Told && Told->TellNext(Turn))
	{
	}
}

void ULatchkeySubsystem::KeepPrompt(const FLatchkeyNews& News)
{
	if (News.bPromptGone)
	{
		CurrentPrompt = FLatchkeyPrompt();
	}
	if (News.Prompt.IsSet())
	{
		CurrentPrompt = News.Prompt->Prompt;
		CurrentPrompt.QrCode = LatchkeyQrCode::MakeTexture(News.Prompt->QrModules, News.Prompt->QrSize);
	}
}

FLatchkeyIdentity* ULatchkeySubsystem::GetIdentity() const
{
	check(IsInGameThread());
	return Identity.Get();
}

ELatchkeyReason ULatchkeySubsystem::StartLogin(const FLatchkeyLoginOptions& Options)
{
	FLatchkeyIdentity* Current = GetIdentity();
	return Current ? Current->StartLogin(Options, FLatchkeyFinished()) : ELatchkeyReason::Cancelled;
}

void ULatchkeySubsystem::StartLogin(const FLatchkeyLoginOptions& Options, FLatchkeyFinished OnFinished)
{
	if (FLatchkeyIdentity* Current = GetIdentity())
	{
		Current->StartLogin(Options, OnFinished);
		return;
	}
	LatchkeyLater::TellGameEnded(OnFinished);
}

bool ULatchkeySubsystem::CancelLogin()
{
	FLatchkeyIdentity* Current = GetIdentity();
	return Current && Current->CancelLogin();
}

FLatchkeyStatus ULatchkeySubsystem::PollStatus() const
{
	const FLatchkeyIdentity* Current = GetIdentity();
	return Current ? Current->GetView().ToStatus() : FLatchkeyStatus();
}

bool ULatchkeySubsystem::IsSignedIn() const
{
	const FLatchkeyIdentity* Current = GetIdentity();
	return Current && Current->GetView().bSignedIn;
}

bool ULatchkeySubsystem::GetProfile(FLatchkeyProfile& Profile) const
{
	const FLatchkeyIdentity* Current = GetIdentity();
	if (!Current || !Current->GetView().bSignedIn)
	{
		return false;
	}
	Profile = Current->GetView().Profile;
	return true;
}

TOptional<FLatchkeyProfile> ULatchkeySubsystem::GetProfile() const
{
	FLatchkeyProfile Profile;
	return GetProfile(Profile) ? TOptional<FLatchkeyProfile>(MoveTemp(Profile)) : TOptional<FLatchkeyProfile>();
}

bool ULatchkeySubsystem::GetClaim(const FString& Name, FString& Value) const
{
	const FLatchkeyIdentity* Current = GetIdentity();
	return Current && Current->GetClaim(Name, Value);
}

ELatchkeyReason ULatchkeySubsystem::GetAccessToken(FString& AccessToken, int32 MinValidSeconds)
{
	FLatchkeyIdentity* Current = GetIdentity();
	return Current ? Current->GetAccessToken(MinValidSeconds, AccessToken) : ELatchkeyReason::Cancelled;
}

void ULatchkeySubsystem::GetAccessToken(int32 MinValidSeconds, FLatchkeyAccessTokenFinished OnFinished)
{
	if (FLatchkeyIdentity* Current = GetIdentity())
	{
		Current->GetAccessToken(MinValidSeconds, OnFinished);
		return;
	}
	LatchkeyLater::TellGameEnded(OnFinished);
}

ELatchkeyReason ULatchkeySubsystem::Logout(ELatchkeyLogoutMode Mode)
{
	FLatchkeyIdentity* Current = GetIdentity();
	return Current ? Current->Logout(Mode, FLatchkeyFinished()) : ELatchkeyReason::Cancelled;
}

void ULatchkeySubsystem::Logout(ELatchkeyLogoutMode Mode, FLatchkeyFinished OnFinished)
{
	if (FLatchkeyIdentity* Current = GetIdentity())
	{
		Current->Logout(Mode, OnFinished);
		return;
	}
	LatchkeyLater::TellGameEnded(OnFinished);
}

ELatchkeyReason ULatchkeySubsystem::ResumeSession()
{
	FLatchkeyIdentity* Current = GetIdentity();
	return Current ? Current->ResumeSession(FLatchkeyFinished()) : ELatchkeyReason::Cancelled;
}

void ULatchkeySubsystem::ResumeSession(FLatchkeyFinished OnFinished)
{
	if (FLatchkeyIdentity* Current = GetIdentity())
	{
		Current->ResumeSession(OnFinished);
		return;
	}
	LatchkeyLater::TellGameEnded(OnFinished);
}

ELatchkeyReason ULatchkeySubsystem::RefreshSession()
{
	FLatchkeyIdentity* Current = GetIdentity();
	return Current ? Current->RefreshSession() : ELatchkeyReason::Cancelled;
}

bool ULatchkeySubsystem::HasRole(const FString& Role) const
{
	const FLatchkeyIdentity* Current = GetIdentity();
	return Current && Current->GetView().bSignedIn && Current->GetView().Profile.HasRole(Role);
}

bool ULatchkeySubsystem::HasPermission(const FString& Permission) const
{
	const FLatchkeyIdentity* Current = GetIdentity();
	return Current && Current->GetView().bSignedIn && Current->GetView().Profile.HasPermission(Permission);
}

bool ULatchkeySubsystem::GetPrompt(FLatchkeyPrompt& Prompt) const
{
	const FLatchkeyIdentity* Current = GetIdentity();
	// It is kept until the next tick; what it is for may have ended since.
	if (!Current || CurrentPrompt.Url.IsEmpty() || !Current->GetView().Snapshot.MayPrompt())
	{
		return false;
	}
	Prompt = CurrentPrompt;
	Prompt.SecondsLeft = Current->GetView().Snapshot.GetSecondsLeft();
	return true;
}
