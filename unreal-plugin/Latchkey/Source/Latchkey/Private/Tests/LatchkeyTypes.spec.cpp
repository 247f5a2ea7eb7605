// Copyright (c) The Latchkey authors

#include "LatchkeyTests.h"

#if WITH_AUTOMATION_TESTS

#include "LatchkeyQrCode.h"
#include "LatchkeySnapshot.h"
#include "LatchkeyWords.h"
#include "Misc/DateTime.h"

BEGIN_DEFINE_SPEC(FLatchkeyTypesSpec, "Latchkey.Types", LatchkeyTests::Flags)
END_DEFINE_SPEC(FLatchkeyTypesSpec)

void FLatchkeyTypesSpec::Define()
{
	Describe("A profile", [this]()
	{
		It("tells roles and permissions apart by upper and lower case", [this]()
		{
			FLatchkeyProfile Profile;
			Profile.Roles = {TEXT("player"), TEXT("Beta")};
			Profile.Permissions = {TEXT("chat:write")};
			TestTrue(TEXT("has the role"), Profile.HasRole(TEXT("Beta")));
			TestFalse(TEXT("has it in another case"), Profile.HasRole(TEXT("beta")));
			TestTrue(TEXT("has the permission"), Profile.HasPermission(TEXT("chat:write")));
			TestFalse(TEXT("has it in another case"), Profile.HasPermission(TEXT("Chat:Write")));
			TestFalse(TEXT("has a role that is a permission"), Profile.HasRole(TEXT("chat:write")));
		});
	});

	Describe("A reason", [this]()
	{
		It("has words for people, each of them", [this]()
		{
			for (uint8 Value = 0; Value <= static_cast<uint8>(ELatchkeyReason::Unknown); ++Value)
			{
				const ELatchkeyReason Reason = static_cast<ELatchkeyReason>(Value);
				TestEqual(TEXT("has none"), LatchkeyWords::Of(Reason).IsEmpty(), Reason == ELatchkeyReason::None);
			}
		});
	});

	Describe("A snapshot", [this]()
	{
		It("counts the seconds that are left, and not below zero", [this]()
		{
			FLatchkeySnapshot Snapshot;
			TestEqual(TEXT("without a deadline"), Snapshot.GetSecondsLeft(), 0.f);
			const double Now = (FDateTime::UtcNow() - FDateTime::FromUnixTimestamp(0)).GetTotalMilliseconds();
			Snapshot.Deadline = static_cast<uint64>(Now) + 90000;
			TestTrue(TEXT("with a deadline"), Snapshot.GetSecondsLeft() > 60.f && Snapshot.GetSecondsLeft() <= 90.f);
			Snapshot.Deadline = static_cast<uint64>(Now) - 90000;
			TestEqual(TEXT("past the deadline"), Snapshot.GetSecondsLeft(), 0.f);
		});

		It("tells the search for the session of last time from a sign-in", [this]()
		{
			FLatchkeySnapshot Snapshot;
			Snapshot.State = ELatchkeyState::Starting;
			TestTrue(TEXT("resuming"), Snapshot.IsResuming() && !Snapshot.IsLoggingIn());
			Snapshot.Deadline = 1;
			TestTrue(TEXT("signing in"), !Snapshot.IsResuming() && Snapshot.IsLoggingIn());
		});
	});

	Describe("A QR code", [this]()
	{
		It("is drawn dark on light with four light modules around", [this]()
		{
			const TArray<uint8> Modules = {1, 0, 0, 1};
			const TArray<FColor> Pixels = LatchkeyQrCode::MakePixels(Modules, 2);
			TestEqual(TEXT("pixels"), Pixels.Num(), 100);
			int32 Dark = 0;
			for (const FColor& Pixel : Pixels)
			{
				Dark += Pixel == FColor::Black ? 1 : 0;
			}
			TestEqual(TEXT("dark ones"), Dark, 2);
			TestTrue(TEXT("the first module"), Pixels[44] == FColor::Black);
			TestTrue(TEXT("the last module"), Pixels[55] == FColor::Black);
		});

		It("has no texture when there is no code", [this]()
		{
			TestNull(TEXT("no modules"), LatchkeyQrCode::MakeTexture(TArray<uint8>(), 0));
			TestNull(TEXT("modules that are no square"), LatchkeyQrCode::MakeTexture(TArray<uint8>{1, 0, 1}, 2));
		});
	});
}

#endif // WITH_AUTOMATION_TESTS
