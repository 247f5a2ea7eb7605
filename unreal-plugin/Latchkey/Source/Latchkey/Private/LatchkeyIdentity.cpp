// Copyright (c) The Latchkey authors

#include "LatchkeyIdentity.h"

#include "Latchkey.h"
#include "LatchkeySettings.h"
#include "LatchkeyWords.h"

FLatchkeyIdentity::FLatchkeyIdentity(ELatchkeyReason Reason, const FText& Message)
	: NoClientReason(Reason)
	, NoClientMessage(Message)
{
}

FLatchkeyIdentity::FLatchkeyIdentity(int32 InPlayInEditorInstance)
	: bMayCreateClient(true)
	, PlayInEditorInstance(InPlayInEditorInstance)
{
}

void FLatchkeyIdentity::Begin()
{
	const ULatchkeySettings* Settings = GetDefault<ULatchkeySettings>();
	// Why there can be no client was logged, and every call will say it.
	if (HasClient() && Settings->bRememberMe && Settings->bResumeAtStart)
	{
		// What becomes of it is broadcast.
		ResumeSession(FLatchkeyFinished());
	}
}

bool FLatchkeyIdentity::HasClient()
{
	// The settings may have been filled in by now, for instance by a game that chooses its provider at run time.
	if (!Client && bMayCreateClient)
	{
		CreateClient();
	}
	return Client.IsValid();
}

void FLatchkeyIdentity::CreateClient()
{
	if (!FLatchkeyApi::IsAvailable())
	{
		// The module has logged it, once for all game instances.
		NoClientReason = ELatchkeyReason::NotSupported;
		NoClientMessage = FText::FromString(FLatchkeyApi::GetProblem());
		return;
	}
	const ULatchkeySettings* Settings = GetDefault<ULatchkeySettings>();
	FLatchkeyConfig Config = FLatchkeyConfig::ForThisProcess(*Settings);
	Config.UseSlotOfPlayInEditor(PlayInEditorInstance);
	if (Config.ClientId.IsEmpty() && Config.Issuer.IsEmpty() && Config.AuthorizationEndpoint.IsEmpty())
	{
		// A project that has the plugin and does not use it yet: no warning, and not the library's complaint about one field.
		NoClientReason = ELatchkeyReason::Configuration;
		NoClientMessage = LatchkeyWords::NotConfigured();
		UE_LOG(LogLatchkey, Verbose, TEXT("%s"), *NoClientMessage.ToString());
		return;
	}
	FLatchkeyApi::SetLogLevel(Settings->LogLevel);
	FString Problem;
	Client = FLatchkeyClient::Create(Config, NoClientReason, Problem);
	if (!Client)
	{
		NoteNoClient(Problem);
		return;
	}
	DefaultAudience = Config.Audience;
	Told = Client->Poll();
	ToldLoginId = Told.LoginId;
}

void FLatchkeyIdentity::NoteNoClient(const FString& Problem)
{
	// Every call tries again; the log needs it once.
	if (!NoClientMessage.ToString().Equals(Problem))
	{
		UE_LOG(LogLatchkey, Warning, TEXT("Nobody can sign in: %s"), *Problem);
	}
	NoClientMessage = FText::FromString(Problem);
}

ELatchkeyReason FLatchkeyIdentity::StartLogin(const FLatchkeyLoginOptions& Options, const FLatchkeyFinished& OnFinished)
{
	FLatchkeyRequest Request;
	Request.Kind = FLatchkeyRequest::EKind::Login;
	Request.OnFinished = OnFinished;
	if (!HasClient())
	{
		return RefuseWithoutClient(MoveTemp(Request));
	}
	CancelDeferredLogins(LatchkeyWords::Replaced());
	const FLatchkeyView& Now = GetView();
	if (!Options.bEvenIfSignedIn && Now.bSignedIn)
	{
		Request.Outcome = FLatchkeyRequest::Success(Now);
		Accept(MoveTemp(Request));
		return ELatchkeyReason::None;
	}
	if (!Options.bEvenIfSignedIn && Now.Snapshot.IsResuming())
	{
		// A game that resumes at start and signs in in its first frame would open a browser for a player who needs none.
		Request.AfterResume = Options;
		Requests.Add(MoveTemp(Request));
		return ELatchkeyReason::None;
	}
	const ELatchkeyReason Reason = BeginLogin(Request, Options);
	Accept(MoveTemp(Request));
	return Reason;
}

ELatchkeyReason FLatchkeyIdentity::BeginLogin(FLatchkeyRequest& Request, const FLatchkeyLoginOptions& Options)
{
	FLatchkeyLoginOptions Asked = Options;
	if (Asked.Audience.IsEmpty())
	{
		Asked.Audience = DefaultAudience;
	}
	Request.AfterResume.Reset();
	Request.bWasSignedIn = GetView().bSignedIn;
	const ELatchkeyReason Reason = Client->StartLogin(Asked);
	if (Reason != ELatchkeyReason::None)
	{
		return FailRequest(Request, Reason);
	}
	const FLatchkeySnapshot Begun = Client->Poll();
	Request.LoginId = Begun.LoginId;
	Request.SinceRevision = Begun.Revision;
	return ELatchkeyReason::None;
}

bool FLatchkeyIdentity::CancelLogin()
{
	if (!Client)
	{
		return false;
	}
	const bool bDeferred = CancelDeferredLogins(LatchkeyWords::Of(ELatchkeyReason::Cancelled));
	const bool bUnderWay = Client->CancelLogin() == ELatchkeyReason::None;
	return bDeferred || bUnderWay;
}

ELatchkeyReason FLatchkeyIdentity::ResumeSession(const FLatchkeyFinished& OnFinished)
{
	FLatchkeyRequest Request;
	Request.Kind = FLatchkeyRequest::EKind::Resume;
	Request.OnFinished = OnFinished;
	if (!HasClient())
	{
		return RefuseWithoutClient(MoveTemp(Request));
	}
	const FLatchkeyView Before = GetView();
	const ELatchkeyReason Reason = Client->ResumeSession();
	if (Reason != ELatchkeyReason::None)
	{
		FailRequest(Request, Reason);
	}
	else if (Before.bSignedIn)
	{
		Request.Outcome = FLatchkeyRequest::Success(Before);
	}
	else
	{
		const FLatchkeySnapshot After = Client->Poll();
		Request.SinceRevision = After.Revision;
		if (After.Revision == Before.Snapshot.Revision && !After.IsResuming())
		{
			// Nothing is kept, so nothing was looked for, and the status is still about something else.
			Request.Outcome = FLatchkeyRequest::Failure(ELatchkeyReason::NoSession, FText::GetEmpty());
		}
	}
	Accept(MoveTemp(Request));
	return Reason;
}

ELatchkeyReason FLatchkeyIdentity::RefreshSession()
{
	return Client ? Client->RefreshSession() : NoClientReason;
}

ELatchkeyReason FLatchkeyIdentity::Logout(ELatchkeyLogoutMode Mode, const FLatchkeyFinished& OnFinished)
{
	FLatchkeyRequest Request;
	Request.Kind = FLatchkeyRequest::EKind::Logout;
	Request.OnFinished = OnFinished;
	if (!Client)
	{
		return RefuseWithoutClient(MoveTemp(Request));
	}
	CancelDeferredLogins(LatchkeyWords::EndedBySignOut());
	const FLatchkeyView Before = GetView();
	const ELatchkeyReason Reason = Client->Logout(Mode);
	if (Reason != ELatchkeyReason::None)
	{
		FailRequest(Request, Reason);
	}
	else
	{
		bSignedOutByGame |= Before.bSignedIn;
		const FLatchkeySnapshot After = Client->Poll();
		Request.LoginId = After.LoginId;
		Request.SinceRevision = After.Revision;
		if (After.Revision == Before.Snapshot.Revision)
		{
			// Nobody was signed in and nothing is kept; the status is still about something else.
			Request.Outcome = FLatchkeyOutcome();
		}
	}
	Accept(MoveTemp(Request));
	return Reason;
}

ELatchkeyReason FLatchkeyIdentity::GetAccessToken(int32 MinValidSeconds, FString& OutToken)
{
	return Client ? Client->GetAccessToken(MinValidSeconds, OutToken) : NoClientReason;
}

void FLatchkeyIdentity::GetAccessToken(int32 MinValidSeconds, const FLatchkeyAccessTokenFinished& OnFinished)
{
	FLatchkeyRequest Request;
	Request.Kind = FLatchkeyRequest::EKind::AccessToken;
	Request.MinValidSeconds = MinValidSeconds;
	Request.OnAccessToken = OnFinished;
	if (!Client)
	{
		RefuseWithoutClient(MoveTemp(Request));
		return;
	}
	DecideAccessToken(Request);
	Accept(MoveTemp(Request));
}

bool FLatchkeyIdentity::GetClaim(const FString& Name, FString& OutValue) const
{
	return Client && Client->GetClaim(Name, OutValue);
}

const FLatchkeyView& FLatchkeyIdentity::GetView() const
{
	if (!Client)
	{
		View.Snapshot.Reason = NoClientReason;
		View.Message = NoClientMessage;
		return View;
	}
	// Between two reads the library may go on; then both are of different moments, and it is read again. Changes are steps of
	// a sign-in, so the second time does; the bound is for the day when that is not so.
	for (int32 Attempt = 0; Attempt < 4; ++Attempt)
	{
		const FLatchkeySnapshot Now = Client->Poll();
		if (Now.Revision == View.Snapshot.Revision)
		{
			break;
		}
		View.Snapshot = Now;
		View.Profile = FLatchkeyProfile();
		View.bSignedIn = Client->GetProfile(View.Profile);
		View.Message = Now.Reason == ELatchkeyReason::None ? FText::GetEmpty() : FText::FromString(Client->GetErrorText());
	}
	return View;
}

bool FLatchkeyIdentity::HasNews() const
{
	return Requests.HasDecided() || (Client && Client->Poll().Revision != Told.Revision);
}

FLatchkeyNews FLatchkeyIdentity::TakeNews()
{
	FLatchkeyNews News;
	// A copy: what handlers do meanwhile is told next time.
	const FLatchkeyView Now = GetView();
	if (Client && Now.Snapshot.Revision != Told.Revision)
	{
		News.bStatusChanged = true;
		News.Status = Now.ToStatus();
		TellSession(Now, News);
		TellPrompt(Now, News);
		Told = Now.Snapshot;
		DecideRequests(Now);
	}
	return News;
}

void FLatchkeyIdentity::TellSession(const FLatchkeyView& Now, FLatchkeyNews& News)
{
	const bool bRests = Now.Snapshot.State == ELatchkeyState::SignedIn;
	const bool bSamePlayer = Now.Profile.Subject.Equals(ToldSubject, ESearchCase::CaseSensitive);
	const bool bAnew = bRests && Now.Snapshot.LoginId != ToldLoginId && (Now.Snapshot.Reason == ELatchkeyReason::None || !bSamePlayer);
	if (Now.bSignedIn && (!bToldSignedIn || bAnew))
	{
		News.SignedIn = Now.Profile;
	}
	else if (!Now.bSignedIn && bToldSignedIn)
	{
		const bool bStatusSaysWhy = Now.Snapshot.State == ELatchkeyState::SignedOut && Now.Snapshot.Reason != ELatchkeyReason::None;
		// While a sign-in is under way the status is about that one; only its session can have ended beside it.
		const ELatchkeyReason Ended = bStatusSaysWhy ? Now.Snapshot.Reason : ELatchkeyReason::SessionExpired;
		News.SignedOut = bSignedOutByGame ? ELatchkeyReason::None : Ended;
	}
	News.bSessionRefreshed = Now.bSignedIn && bToldSignedIn && WasRefreshed(Now.Snapshot);
	if (bRests)
	{
		ToldLoginId = Now.Snapshot.LoginId;
	}
	if (!Now.bSignedIn)
	{
		bSignedOutByGame = false;
	}
	bToldSignedIn = Now.bSignedIn;
	ToldSubject = Now.Profile.Subject;
}

bool FLatchkeyIdentity::WasRefreshed(const FLatchkeySnapshot& Now) const
{
	const bool bStayed = Told.State == ELatchkeyState::SignedIn && Now.State == ELatchkeyState::SignedIn && Told.LoginId == Now.LoginId;
	const bool bWorked = Now.Reason == ELatchkeyReason::None && !Now.bOffline && !Now.bRefreshing;
	// Between two frames it may have begun and ended, which makes two changes.
	return bStayed && bWorked && (Told.bRefreshing || Now.Revision - Told.Revision > 1);
}

void FLatchkeyIdentity::TellPrompt(const FLatchkeyView& Now, FLatchkeyNews& News)
{
	FLatchkeyRawPrompt Prompt;
	if (!Now.Snapshot.MayPrompt() || !Client->GetPrompt(Prompt))
	{
		News.bPromptGone = !ToldPrompt.IsEmpty();
		ToldPrompt.Empty();
		return;
	}
	const FString Key = Prompt.Prompt.Url + Prompt.Prompt.UserCode;
	if (!Key.Equals(ToldPrompt, ESearchCase::CaseSensitive))
	{
		ToldPrompt = Key;
		Prompt.Prompt.SecondsLeft = Now.Snapshot.GetSecondsLeft();
		News.Prompt = MoveTemp(Prompt);
	}
}

void FLatchkeyIdentity::DecideRequests(const FLatchkeyView& Now)
{
	Requests.ForEachWaiting([this, &Now](FLatchkeyRequest& Request)
	{
		if (Request.Kind == FLatchkeyRequest::EKind::AccessToken)
		{
			DecideAccessToken(Request);
		}
		else if (!Request.AfterResume.IsSet())
		{
			Request.Outcome = Request.Judge(Now);
		}
		else if (Now.bSignedIn)
		{
			Request.Outcome = FLatchkeyRequest::Success(Now);
		}
		else if (!Now.Snapshot.IsResuming())
		{
			// What it answers is in the request.
			BeginLogin(Request, FLatchkeyLoginOptions(*Request.AfterResume));
		}
	});
}

void FLatchkeyIdentity::DecideAccessToken(FLatchkeyRequest& Request)
{
	const ELatchkeyReason Reason = Client->GetAccessToken(Request.MinValidSeconds, Request.AccessToken);
	if (Reason == ELatchkeyReason::None)
	{
		Request.Outcome = FLatchkeyRequest::Success(GetView());
	}
	else if (Reason != ELatchkeyReason::Pending)
	{
		FailRequest(Request, Reason);
	}
}

bool FLatchkeyIdentity::CancelDeferredLogins(const FText& Message)
{
	bool bAny = false;
	Requests.ForEachWaiting([&Message, &bAny](FLatchkeyRequest& Request)
	{
		if (Request.AfterResume.IsSet())
		{
			Request.Outcome = FLatchkeyRequest::Failure(ELatchkeyReason::Cancelled, Message);
			bAny = true;
		}
	});
	return bAny;
}

ELatchkeyReason FLatchkeyIdentity::Refuse(FLatchkeyRequest&& Request, ELatchkeyReason Reason, const FText& Message)
{
	Request.Outcome = FLatchkeyRequest::Failure(Reason, Message);
	Accept(MoveTemp(Request));
	return Reason;
}

ELatchkeyReason FLatchkeyIdentity::RefuseWithoutClient(FLatchkeyRequest&& Request)
{
	return Refuse(MoveTemp(Request), NoClientReason, NoClientMessage);
}

ELatchkeyReason FLatchkeyIdentity::FailRequest(FLatchkeyRequest& Request, ELatchkeyReason Reason) const
{
	// A call that is merely out of place leaves the library's words about something else.
	const bool bHasWords = Reason != ELatchkeyReason::InvalidState && Reason != ELatchkeyReason::Pending;
	Request.Outcome = FLatchkeyRequest::Failure(Reason, bHasWords ? FText::FromString(Client->GetErrorText()) : FText::GetEmpty());
	return Reason;
}

void FLatchkeyIdentity::Accept(FLatchkeyRequest&& Request)
{
	if (Request.OnFinished.IsBound() || Request.OnAccessToken.IsBound())
	{
		Requests.Add(MoveTemp(Request));
	}
}

void FLatchkeyIdentity::Close()
{
	Requests.ForEachWaiting([](FLatchkeyRequest& Request)
	{
		Request.Outcome = FLatchkeyRequest::Failure(ELatchkeyReason::Cancelled, LatchkeyWords::GameEnded());
	});
	while (Requests.TellNext(Requests.GetLastSerial()))
	{
	}
	Client.Reset();
}
