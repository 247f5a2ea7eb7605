// Copyright (c) The Latchkey authors

#include "LatchkeyTests.h"

#if WITH_AUTOMATION_TESTS

#include "Latchkey.h"
#include "LatchkeyConfig.h"

BEGIN_DEFINE_SPEC(FLatchkeySettingsSpec, "Latchkey.Settings", LatchkeyTests::Flags)
	TStrongObjectPtr<ULatchkeySettings> Settings;
	void TestProblem(const TCHAR* Mentioned);
END_DEFINE_SPEC(FLatchkeySettingsSpec)

void FLatchkeySettingsSpec::TestProblem(const TCHAR* Mentioned)
{
	const FString Problem = Settings->FindProblem();
	TestTrue(*FString::Printf(TEXT("'%s' mentions '%s'"), *Problem, Mentioned), Problem.Contains(Mentioned));
}

void FLatchkeySettingsSpec::Define()
{
	BeforeEach([this]()
	{
		Settings.Reset(NewObject<ULatchkeySettings>());
		Settings->Issuer = TEXT("https://id.example.com");
		Settings->ClientId = TEXT("my-game");
	});

	AfterEach([this]()
	{
		Settings.Reset();
	});

	Describe("The page", [this]()
	{
		It("is under Plugins", [this]()
		{
			TestTrue(TEXT("category"), Settings->GetCategoryName() == FName(TEXT("Plugins")));
		});

		It("finds nothing wrong with issuer and client id alone", [this]()
		{
			if (ILatchkeyModule::Get().IsLibraryAvailable())
			{
				TestEqual(TEXT("problem"), Settings->FindProblem(), FString());
			}
			else
			{
				TestProblem(*ILatchkeyModule::Get().GetLibraryProblem());
			}
		});

		It("says in words what can't work", [this]()
		{
			if (!ILatchkeyModule::Get().IsLibraryAvailable())
			{
				AddInfo(TEXT("Left out: it is the library that checks."));
				return;
			}
			Settings->Issuer = TEXT("http://id.example.com");
			TestProblem(TEXT("https"));
			Settings->Issuer = TEXT("https://id.example.com");
			Settings->ClientId.Empty();
			TestProblem(TEXT("client_id"));
			Settings->ClientId = TEXT("my-game");
			Settings->PageColor = TEXT("red");
			TestProblem(TEXT("page_color"));
			Settings->PageColor = TEXT("#aa0000");
			Settings->RedirectPorts = {70000};
			TestProblem(TEXT("70000"));
			Settings->RedirectPorts = {17832, 21347};
			TestEqual(TEXT("put right"), Settings->FindProblem(), FString());
		});
	});

	Describe("An override", [this]()
	{
		It("takes the place of what the project says", [this]()
		{
			FLatchkeyConfig Config = FLatchkeyConfig::FromSettings(*Settings);
			Config.OverrideBy([](const TCHAR* /* Option */, const TCHAR* Variable, FString& OutValue)
			{
				OutValue = FCString::Strcmp(Variable, TEXT("LATCHKEY_CLIENT_ID")) == 0 ? TEXT("test-game") : TEXT("");
				return !OutValue.IsEmpty();
			});
			TestEqual(TEXT("issuer"), Config.Issuer, Settings->Issuer);
			TestEqual(TEXT("client id"), Config.ClientId, FString(TEXT("test-game")));
		});

		It("of the issuer puts the endpoints of the other provider aside", [this]()
		{
			Settings->TokenEndpoint = TEXT("https://id.example.com/token");
			Settings->EndSessionEndpoint = TEXT("https://id.example.com/end");
			FLatchkeyConfig Config = FLatchkeyConfig::FromSettings(*Settings);
			Config.OverrideBy([](const TCHAR* Option, const TCHAR* /* Variable */, FString& OutValue)
			{
				OutValue = FCString::Strcmp(Option, TEXT("LatchkeyIssuer=")) == 0 ? TEXT("http://127.0.0.1:1234") : TEXT("");
				return !OutValue.IsEmpty();
			});
			TestEqual(TEXT("issuer"), Config.Issuer, FString(TEXT("http://127.0.0.1:1234")));
			TestTrue(TEXT("endpoints"), Config.TokenEndpoint.IsEmpty() && Config.EndSessionEndpoint.IsEmpty());
		});
	});

	Describe("Play In Editor", [this]()
	{
		It("gives each further window a slot of its own", [this]()
		{
			const auto SlotOf = [this](int32 Instance)
			{
				FLatchkeyConfig Config = FLatchkeyConfig::FromSettings(*Settings);
				Config.UseSlotOfPlayInEditor(Instance);
				return Config.ProfileSlot;
			};
			TestEqual(TEXT("standalone"), SlotOf(INDEX_NONE), FString());
			TestEqual(TEXT("first window"), SlotOf(0), FString());
			TestEqual(TEXT("second window"), SlotOf(1), FString(TEXT("default-pie-1")));
			Settings->ProfileSlot = TEXT("beta");
			TestEqual(TEXT("named slot"), SlotOf(2), FString(TEXT("beta-pie-2")));
		});
	});
}

#endif // WITH_AUTOMATION_TESTS
