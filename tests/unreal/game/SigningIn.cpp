/**
 * A player signs in and out; what is told about it, and what can be asked.
 */

#include "Stage.h"

#include "Engine/GameInstance.h"
#include "HAL/PlatformMisc.h"
#include "LatchkeySubsystem.h"
#include "UObject/UObjectIterator.h"

using namespace Game;

namespace
{
	/** What the native delegates tell, by the same words as the dynamic ones. */
	struct FNative
	{
		explicit FNative(ULatchkeySubsystem& Subsystem)
		{
			Subsystem.OnStatusChangedNative.AddLambda([this](const FLatchkeyStatus&) { ++Statuses; });
			Subsystem.OnSignedInNative.AddLambda([this](const FLatchkeyProfile&) { ++SignedIn; });
			Subsystem.OnSignedOutNative.AddLambda([this](ELatchkeyReason) { ++SignedOut; });
			Subsystem.OnSessionRefreshedNative.AddLambda([this]() { ++Refreshed; });
			Subsystem.OnPromptNative.AddLambda([this](const FLatchkeyPrompt&) { ++Prompts; });
		}

		int32 Statuses = 0;
		int32 SignedIn = 0;
		int32 SignedOut = 0;
		int32 Refreshed = 0;
		int32 Prompts = 0;
	};

	/** Whether a text stands anywhere in what reflection sees of a value: there it could be saved, replicated or shown. */
	bool IsIn(const Reflection::FValue& Value, void* Address, const FString& Text);

	bool IsIn(const Reflection::FProperty& Property, void* Owner, const FString& Text)
	{
		if (!Property.Container)
		{
			return IsIn(Property.Value, Property.In(Owner), Text);
		}
		struct FSearch
		{
			const Reflection::FProperty& Property;
			const FString& Text;
			bool bFound;
		} Search{Property, Text, false};
		Property.Container->ForEach(Property.In(Owner), [](void* Context, void*, void* Element)
			{
				FSearch& In = *static_cast<FSearch*>(Context);
				In.bFound |= IsIn(*In.Property.Element, Element, In.Text);
			}, &Search);
		return Search.bFound;
	}

	bool IsIn(const Reflection::FValue& Value, void* Address, const FString& Text)
	{
		if (Value.Kind == Reflection::EKind::Struct && Value.Struct)
		{
			for (const Reflection::FProperty& Property : Value.Struct()->Record->Properties)
			{
				if (IsIn(Property, Address, Text))
				{
					return true;
				}
			}
			return false;
		}
		return Reflection::ExportText(Value, Address).Contains(Text, ESearchCase::CaseSensitive);
	}

	bool IsInAnyObject(const FString& Text)
	{
		TArray<UObject*> Objects;
		GetObjectsOfClass(UObject::StaticClass(), Objects);
		bool bFound = false;
		for (UObject* Object : Objects)
		{
			Object->GetClass()->ForEachProperty_Internal([Object, &Text, &bFound](const Reflection::FProperty& Property)
				{ bFound |= Object->GetClass()->Record != nullptr && IsIn(Property, Object, Text); });
		}
		return bFound;
	}

	void ExpectNowhereInTheLog(const FString& Secret)
	{
		EXPECT(!Secret.IsEmpty());
		EXPECT(!HasLogged(*Secret, ELogVerbosity::All));
	}
}

GAME_CASE(SignsInAndOut)
{
	FStage Stage;
	UGameInstance* Player = Standin::Play();
	ULatchkeySubsystem* Subsystem = Of(Player);
	UGameListener* Listener = Stage.Listen();
	Listener->Bind(*Subsystem);
	FNative Native(*Subsystem);
	EXPECT_EQUAL(Subsystem->StartLogin(FLatchkeyLoginOptions()), ELatchkeyReason::None);
	// Nothing is told within the call.
	EXPECT_EQUAL(Listener->Heard.Num(), 0);
	const FString Url = Offer(Player);
	Until(TEXT("a signed-in player"), [Subsystem]() { return Subsystem->IsSignedIn(); });
	Frames(2);
	EXPECT_EQUAL(Subsystem->PollStatus().State, ELatchkeyState::SignedIn);
	EXPECT(Subsystem->PollStatus().bSignedIn);
	EXPECT_EQUAL(Listener->Count(TEXT("Prompt:SignIn")), 1);
	EXPECT_EQUAL(Listener->Count(TEXT("SignedIn:Ada Lovelace")), 1);
	EXPECT(Listener->HasHeard(TEXT("Status:WaitingForPlayer")));
	// The status comes before what it means.
	EXPECT(Listener->Heard.IndexOfByKey(TEXT("Status:SignedIn")) < Listener->Heard.IndexOfByKey(TEXT("SignedIn:Ada Lovelace")));

	FString Token;
	EXPECT_EQUAL(Subsystem->GetAccessToken(Token), ELatchkeyReason::None);
	ExpectNowhereInTheLog(Token);
	ExpectNowhereInTheLog(Url);
	EXPECT(!IsInAnyObject(Token));
	EXPECT(IsInAnyObject(TEXT("Ada Lovelace")));

	EXPECT_EQUAL(Subsystem->Logout(ELatchkeyLogoutMode::Revoke), ELatchkeyReason::None);
	EXPECT(!Subsystem->IsSignedIn());
	EXPECT(!Subsystem->GetProfile().IsSet());
	Until(TEXT("signed out"), [Subsystem]() { return Subsystem->PollStatus().State == ELatchkeyState::SignedOut; });
	Frames(2);
	EXPECT_EQUAL(Listener->Count(TEXT("SignedOut:None")), 1);
	EXPECT_EQUAL(Native.Statuses, Listener->Count(TEXT("Status:")));
	EXPECT_EQUAL(Native.SignedIn, 1);
	EXPECT_EQUAL(Native.SignedOut, 1);
	EXPECT_EQUAL(Native.Prompts, 1);
	EXPECT_EQUAL(Native.Refreshed, 0);
}

GAME_CASE(KnowsThePlayer)
{
	FStage Stage;
	UGameInstance* Player = Standin::Play();
	const ULatchkeySubsystem* Subsystem = Of(Player);
	SignIn(Player);
	const TOptional<FLatchkeyProfile> Found = Subsystem->GetProfile();
	EXPECT(Found.IsSet());
	const FLatchkeyProfile Profile = Found.Get(FLatchkeyProfile());
	EXPECT_EQUAL(Profile.Name, TEXT("Zo\u00eb \u7d50\u57ce \U0001F3AE"));
	EXPECT(Profile.Subject.StartsWith(TEXT("player-")));
	EXPECT(Profile.bEmailVerified);
	EXPECT(Profile.Email.EndsWith(TEXT("@players.example")));
	EXPECT_EQUAL(Profile.Roles.Num(), 2);
	EXPECT(Subsystem->HasRole(TEXT("builder")));
	EXPECT(!Subsystem->HasRole(TEXT("Builder")));
	EXPECT(Subsystem->HasPermission(TEXT("chat:write")));
	EXPECT(!Subsystem->HasPermission(TEXT("builder")));
	FString Value;
	EXPECT(Subsystem->GetClaim(TEXT("sub"), Value));
	EXPECT_EQUAL(Value, Profile.Subject);
	EXPECT(!Subsystem->GetClaim(TEXT("no-such-claim"), Value));
	EXPECT(Profile.ClaimsJson.Contains(TEXT("\"roles\"")));
	FLatchkeyProfile Copy;
	EXPECT(Subsystem->GetProfile(Copy));
	EXPECT_EQUAL(Copy.Name, Profile.Name);
}

GAME_CASE(TellsThatThePlayerSaidNo)
{
	FStage Stage;
	UGameInstance* Player = Standin::Play();
	ULatchkeySubsystem* Subsystem = Of(Player);
	UGameListener* Listener = Stage.Listen();
	Listener->Bind(*Subsystem);
	Subsystem->StartLogin(FLatchkeyLoginOptions());
	Offer(Player);
	Until(TEXT("the end"), [Subsystem]() { return Subsystem->PollStatus().Reason == ELatchkeyReason::Denied; });
	Frames(2);
	EXPECT(!Subsystem->IsSignedIn());
	EXPECT(!Subsystem->PollStatus().Message.IsEmpty());
	EXPECT_EQUAL(Listener->Count(TEXT("SignedIn")), 0);
	// Nobody was signed in, so nobody was signed out.
	EXPECT_EQUAL(Listener->Count(TEXT("SignedOut")), 0);
}

GAME_CASE(Cancels)
{
	FStage Stage;
	UGameInstance* Player = Standin::Play();
	ULatchkeySubsystem* Subsystem = Of(Player);
	EXPECT(!Subsystem->CancelLogin());
	TArray<ELatchkeyReason> Told;
	const auto Note = [&Told](const FLatchkeyOutcome& Outcome) { Told.Add(Outcome.Reason); };
	Subsystem->StartLogin(FLatchkeyLoginOptions(), FLatchkeyFinished::CreateLambda(Note));
	FLatchkeyPrompt Prompt;
	Until(TEXT("the prompt"), [Subsystem, &Prompt]() { return Subsystem->GetPrompt(Prompt); });
	EXPECT(Subsystem->CancelLogin());
	EXPECT_EQUAL(Told.Num(), 0);
	Frames(3);
	EXPECT_EQUAL(Told.Num(), 1);
	EXPECT_EQUAL(Told[0], ELatchkeyReason::Cancelled);
	EXPECT(!Subsystem->GetPrompt(Prompt));

	// A second one replaces the first, and the first is told so.
	Told.Empty();
	Subsystem->StartLogin(FLatchkeyLoginOptions(), FLatchkeyFinished::CreateLambda(Note));
	Until(TEXT("the prompt"), [Subsystem, &Prompt]() { return Subsystem->GetPrompt(Prompt); });
	Subsystem->StartLogin(FLatchkeyLoginOptions(), FLatchkeyFinished::CreateLambda(Note));
	Frames(3);
	EXPECT_EQUAL(Told.Num(), 1);
	EXPECT_EQUAL(Told[0], ELatchkeyReason::Cancelled);
	Offer(Player);
	Until(TEXT("the second one's end"), [&Told]() { return Told.Num() == 2; });
	EXPECT_EQUAL(Told[1], ELatchkeyReason::None);
}

GAME_CASE(RunsOutOfTime)
{
	FStage Stage;
	UGameInstance* Player = Standin::Play();
	ULatchkeySubsystem* Subsystem = Of(Player);
	FLatchkeyLoginOptions Options;
	Options.TimeoutSeconds = 1;
	int32 Told = 0;
	ELatchkeyReason Reason = ELatchkeyReason::None;
	Subsystem->StartLogin(Options, FLatchkeyFinished::CreateLambda([&Told, &Reason](const FLatchkeyOutcome& Outcome)
		{
			++Told;
			Reason = Outcome.Reason;
		}));
	Until(TEXT("the time to be up"), [&Told]() { return Told > 0; });
	Frames(3);
	EXPECT_EQUAL(Told, 1);
	EXPECT_EQUAL(Reason, ELatchkeyReason::TimedOut);
}

GAME_CASE(Refreshes)
{
	FStage Stage;
	UGameInstance* Player = Standin::Play();
	ULatchkeySubsystem* Subsystem = Of(Player);
	UGameListener* Listener = Stage.Listen();
	SignIn(Player);
	Frames(3);
	Listener->Bind(*Subsystem);
	FString Before;
	EXPECT_EQUAL(Subsystem->GetAccessToken(Before), ELatchkeyReason::None);
	EXPECT_EQUAL(Subsystem->RefreshSession(), ELatchkeyReason::None);
	Until(TEXT("a refreshed session"), [Listener]() { return Listener->HasHeard(TEXT("Refreshed")); });
	FString After;
	EXPECT_EQUAL(Subsystem->GetAccessToken(After), ELatchkeyReason::None);
	EXPECT(!Before.Equals(After));
	EXPECT_EQUAL(Listener->Count(TEXT("Refreshed")), 1);
	EXPECT_EQUAL(Listener->Count(TEXT("SignedIn")), 0);

	// The provider ends the session; nobody here has asked for it.
	Standin::Print(TEXT("signed in"));
	UntilTold(TEXT("revoked"));
	Subsystem->RefreshSession();
	Until(TEXT("the end of the session"), [Listener]() { return Listener->HasHeard(TEXT("SignedOut:")); });
	Frames(2);
	EXPECT_EQUAL(Listener->Count(TEXT("SignedOut:SessionExpired")), 1);
	EXPECT(!Subsystem->IsSignedIn());
}

GAME_CASE(WaitsForTheAccessToken)
{
	FStage Stage;
	UGameInstance* Player = Standin::Play();
	ULatchkeySubsystem* Subsystem = Of(Player);
	SignIn(Player);
	FString First;
	EXPECT_EQUAL(Subsystem->GetAccessToken(First, 0), ELatchkeyReason::None);
	// The provider's live for two seconds, so before long the one at hand has expired.
	FString Second;
	Until(TEXT("a token that is too old"), [Subsystem, &Second]()
		{
			Second.Empty();
			return Subsystem->GetAccessToken(Second, 0) == ELatchkeyReason::Pending;
		});
	EXPECT(Second.IsEmpty());
	int32 Told = 0;
	Subsystem->GetAccessToken(0, FLatchkeyAccessTokenFinished::CreateLambda([&Told, &Second](const FLatchkeyOutcome& Outcome, const FString& Token)
		{
			++Told;
			EXPECT_EQUAL(Outcome.Reason, ELatchkeyReason::None);
			Second = Token;
		}));
	EXPECT_EQUAL(Told, 0);
	Until(TEXT("the token"), [&Told]() { return Told > 0; });
	Frames(3);
	EXPECT_EQUAL(Told, 1);
	EXPECT(!Second.IsEmpty() && !Second.Equals(First));
}

GAME_CASE(OpensTheSystemsBrowser)
{
	FSetup Setup;
	Setup.Ini = TEXT("bOpenBrowser=True");
	FStage Stage(Setup);
	UGameInstance* Player = Standin::Play();
	EXPECT_EQUAL(Of(Player)->StartLogin(FLatchkeyLoginOptions()), ELatchkeyReason::None);
	Until(TEXT("a signed-in player"), [Player]() { return Of(Player)->IsSignedIn(); });
}

GAME_CASE(SignsOutInTheBrowserToo)
{
	FStage Stage;
	UGameInstance* Player = Standin::Play();
	ULatchkeySubsystem* Subsystem = Of(Player);
	UGameListener* Listener = Stage.Listen();
	SignIn(Player);
	Frames(2);
	Listener->Bind(*Subsystem);
	int32 Told = 0;
	Subsystem->Logout(ELatchkeyLogoutMode::EndSession, FLatchkeyFinished::CreateLambda([&Told](const FLatchkeyOutcome& Outcome)
		{
			++Told;
			EXPECT_EQUAL(Outcome.Reason, ELatchkeyReason::None);
		}));
	EXPECT(!Subsystem->IsSignedIn());
	Offer(Player, TEXT("end"));
	Until(TEXT("the end"), [&Told]() { return Told > 0; });
	Frames(3);
	EXPECT_EQUAL(Told, 1);
	EXPECT_EQUAL(Listener->Count(TEXT("Prompt:SignOut")), 1);
	EXPECT_EQUAL(Listener->Count(TEXT("SignedOut:None")), 1);
}

GAME_CASE(ResumesAtStart)
{
	FSetup Setup;
	Setup.Ini = TEXT("bRememberMe=True");
	const FString Part = Environment(TEXT("LATCHKEY_GAME_PART"));
	if (Part == TEXT("does not"))
	{
		Setup.Ini += TEXT("\nbResumeAtStart=False");
	}
	FStage Stage(Setup);
	UGameInstance* Player = Standin::Play();
	ULatchkeySubsystem* Subsystem = Of(Player);
	UGameListener* Listener = Stage.Listen();
	Listener->Bind(*Subsystem);
	if (Part == TEXT("signs in"))
	{
		SignIn(Player);
		Until(TEXT("a kept session"), [Subsystem]() { return Subsystem->PollStatus().bPersisted; });
	}
	else if (Part == TEXT("resumes"))
	{
		// A graph that signs in in its first frame waits for what is being resumed, and opens no browser.
		int32 Told = 0;
		Subsystem->StartLogin(FLatchkeyLoginOptions(), FLatchkeyFinished::CreateLambda([&Told](const FLatchkeyOutcome& Outcome)
			{
				++Told;
				EXPECT_EQUAL(Outcome.Profile.Name, TEXT("Ada Lovelace"));
			}));
		Until(TEXT("the resumed player"), [&Told]() { return Told > 0; });
		Frames(3);
		EXPECT_EQUAL(Told, 1);
		EXPECT_EQUAL(Listener->Count(TEXT("SignedIn:Ada Lovelace")), 1);
		EXPECT_EQUAL(Listener->Count(TEXT("Prompt")), 0);
	}
	else
	{
		Frames(50);
		EXPECT_EQUAL(Listener->Heard.Num(), 0);
		EXPECT(!Subsystem->IsSignedIn());
		// Asked for, it is there.
		EXPECT_EQUAL(Subsystem->ResumeSession(), ELatchkeyReason::None);
		Until(TEXT("the resumed player"), [Subsystem]() { return Subsystem->IsSignedIn(); });
	}
}
