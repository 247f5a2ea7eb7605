// Copyright (c) The Latchkey authors

#include "LatchkeyTests.h"

#if WITH_AUTOMATION_TESTS

#include "LatchkeyRequests.h"

BEGIN_DEFINE_SPEC(FLatchkeyRequestsSpec, "Latchkey.Requests", LatchkeyTests::Flags)
	FLatchkeyRequest Login() const;
	static FLatchkeyView View(ELatchkeyState State, ELatchkeyReason Reason = ELatchkeyReason::None);
	void TestOutcome(const TCHAR* What, const FLatchkeyRequest& Request, const FLatchkeyView& View, ELatchkeyReason Expected);
	void TestWaits(const TCHAR* What, const FLatchkeyRequest& Request, const FLatchkeyView& View);
END_DEFINE_SPEC(FLatchkeyRequestsSpec)

FLatchkeyRequest FLatchkeyRequestsSpec::Login() const
{
	FLatchkeyRequest Request;
	Request.Kind = FLatchkeyRequest::EKind::Login;
	Request.LoginId = 3;
	Request.SinceRevision = 10;
	return Request;
}

FLatchkeyView FLatchkeyRequestsSpec::View(ELatchkeyState State, ELatchkeyReason Reason)
{
	FLatchkeyView Made;
	Made.Snapshot.Revision = 20;
	Made.Snapshot.LoginId = 3;
	Made.Snapshot.State = State;
	Made.Snapshot.Reason = Reason;
	Made.bSignedIn = State == ELatchkeyState::SignedIn;
	return Made;
}

void FLatchkeyRequestsSpec::TestOutcome(const TCHAR* What, const FLatchkeyRequest& Request, const FLatchkeyView& Seen, ELatchkeyReason Expected)
{
	const TOptional<FLatchkeyOutcome> Outcome = Request.Judge(Seen);
	if (TestTrue(What, Outcome.IsSet()))
	{
		TestTrue(What, Outcome->Reason == Expected);
		TestEqual(What, Outcome->Message.IsEmpty(), Expected == ELatchkeyReason::None);
	}
}

void FLatchkeyRequestsSpec::TestWaits(const TCHAR* What, const FLatchkeyRequest& Request, const FLatchkeyView& Seen)
{
	TestFalse(What, Request.Judge(Seen).IsSet());
}

void FLatchkeyRequestsSpec::Define()
{
	Describe("A sign-in", [this]()
	{
		It("waits while it is under way", [this]()
		{
			TestWaits(TEXT("starting"), Login(), View(ELatchkeyState::Starting));
			TestWaits(TEXT("waiting"), Login(), View(ELatchkeyState::WaitingForPlayer));
			TestWaits(TEXT("completing"), Login(), View(ELatchkeyState::Completing));
			TestWaits(TEXT("a state of a newer library"), Login(), View(ELatchkeyState::Unknown));
		});

		It("takes nothing from a status that is older than it", [this]()
		{
			FLatchkeyView Old = View(ELatchkeyState::SignedOut, ELatchkeyReason::Denied);
			Old.Snapshot.Revision = 9;
			TestWaits(TEXT("what was denied before"), Login(), Old);
		});

		It("has worked when a player is signed in who was not", [this]()
		{
			TestOutcome(TEXT("signed in"), Login(), View(ELatchkeyState::SignedIn), ELatchkeyReason::None);
			TestOutcome(TEXT("a refresh has failed since"), Login(), View(ELatchkeyState::SignedIn, ELatchkeyReason::Network), ELatchkeyReason::None);
		});

		It("has failed for a player who was signed in before and stays so", [this]()
		{
			FLatchkeyRequest Anew = Login();
			Anew.bWasSignedIn = true;
			TestOutcome(TEXT("denied"), Anew, View(ELatchkeyState::SignedIn, ELatchkeyReason::Denied), ELatchkeyReason::Denied);
			TestOutcome(TEXT("another account"), Anew, View(ELatchkeyState::SignedIn), ELatchkeyReason::None);
		});

		It("says why it has failed", [this]()
		{
			TestOutcome(TEXT("timed out"), Login(), View(ELatchkeyState::SignedOut, ELatchkeyReason::TimedOut), ELatchkeyReason::TimedOut);
			TestOutcome(TEXT("an unknown reason"), Login(), View(ELatchkeyState::SignedOut, ELatchkeyReason::Unknown), ELatchkeyReason::Unknown);
		});

		It("is cancelled by a newer one and by a sign-out", [this]()
		{
			FLatchkeyView Newer = View(ELatchkeyState::SignedIn);
			Newer.Snapshot.LoginId = 4;
			TestOutcome(TEXT("replaced"), Login(), Newer, ELatchkeyReason::Cancelled);
			TestOutcome(TEXT("signing out"), Login(), View(ELatchkeyState::SigningOut), ELatchkeyReason::Cancelled);
			TestOutcome(TEXT("signed out"), Login(), View(ELatchkeyState::SignedOut), ELatchkeyReason::Cancelled);
		});
	});

	Describe("A resume", [this]()
	{
		It("ends with a player, without one, or with why", [this]()
		{
			FLatchkeyRequest Resume = Login();
			Resume.Kind = FLatchkeyRequest::EKind::Resume;
			TestWaits(TEXT("looking"), Resume, View(ELatchkeyState::Starting));
			TestOutcome(TEXT("found"), Resume, View(ELatchkeyState::SignedIn), ELatchkeyReason::None);
			TestOutcome(TEXT("found, and offline"), Resume, View(ELatchkeyState::SignedIn, ELatchkeyReason::Network), ELatchkeyReason::None);
			TestOutcome(TEXT("nothing there"), Resume, View(ELatchkeyState::SignedOut), ELatchkeyReason::NoSession);
			TestOutcome(TEXT("no store"), Resume, View(ELatchkeyState::SignedOut, ELatchkeyReason::StoreUnavailable), ELatchkeyReason::StoreUnavailable);
			FLatchkeyView SigningIn = View(ELatchkeyState::WaitingForPlayer);
			TestOutcome(TEXT("a sign-in began"), Resume, SigningIn, ELatchkeyReason::Cancelled);
		});
	});

	Describe("A sign-out", [this]()
	{
		It("ends when the provider has been told, or could not be", [this]()
		{
			FLatchkeyRequest Logout = Login();
			Logout.Kind = FLatchkeyRequest::EKind::Logout;
			TestWaits(TEXT("telling"), Logout, View(ELatchkeyState::SigningOut));
			TestOutcome(TEXT("told"), Logout, View(ELatchkeyState::SignedOut), ELatchkeyReason::None);
			TestOutcome(TEXT("not told"), Logout, View(ELatchkeyState::SignedOut, ELatchkeyReason::Network), ELatchkeyReason::Network);
			FLatchkeyView Next = View(ELatchkeyState::SignedOut, ELatchkeyReason::Denied);
			Next.Snapshot.LoginId = 4;
			TestOutcome(TEXT("the next sign-in was denied"), Logout, Next, ELatchkeyReason::None);
		});
	});

	Describe("The list", [this]()
	{
		It("tells each once, and leaves what handlers add for the next turn", [this]()
		{
			FLatchkeyRequests Requests;
			int32 Told = 0;
			const auto Add = [&Requests](FLatchkeyFinished OnFinished)
			{
				FLatchkeyRequest Request;
				Request.OnFinished = OnFinished;
				Request.Outcome = FLatchkeyOutcome();
				Requests.Add(MoveTemp(Request));
			};
			Add(FLatchkeyFinished::CreateLambda([&Add, &Told](const FLatchkeyOutcome&)
			{
				++Told;
				Add(FLatchkeyFinished::CreateLambda([&Told](const FLatchkeyOutcome&)
				{
					Told += 10;
				}));
			}));
			const uint64 Turn = Requests.GetLastSerial();
			while (Requests.TellNext(Turn))
			{
			}
			TestEqual(TEXT("in the first turn"), Told, 1);
			while (Requests.TellNext(Requests.GetLastSerial()))
			{
			}
			TestEqual(TEXT("in the next turn"), Told, 11);
			TestFalse(TEXT("something is left"), Requests.HasDecided());
		});

		It("survives a handler that tells the rest", [this]()
		{
			FLatchkeyRequests Requests;
			int32 Told = 0;
			for (int32 Index = 0; Index < 3; ++Index)
			{
				FLatchkeyRequest Request;
				Request.Outcome = FLatchkeyOutcome();
				Request.OnFinished = FLatchkeyFinished::CreateLambda([&Requests, &Told](const FLatchkeyOutcome&)
				{
					++Told;
					while (Requests.TellNext(Requests.GetLastSerial()))
					{
					}
				});
				Requests.Add(MoveTemp(Request));
			}
			while (Requests.TellNext(Requests.GetLastSerial()))
			{
			}
			TestEqual(TEXT("told"), Told, 3);
		});
	});
}

#endif // WITH_AUTOMATION_TESTS
