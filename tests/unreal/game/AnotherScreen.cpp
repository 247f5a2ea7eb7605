/**
 * Signing in on another screen: the code, and the texture with the QR code.
 */

#include "Stage.h"

#include "Engine/GameInstance.h"
#include "Engine/Texture2D.h"
#include "LatchkeySubsystem.h"

using namespace Game;

namespace
{
	/** The pixels as text, for whoever reads QR codes: # is dark. */
	void PrintPixels(UTexture2D& Texture)
	{
		FTexture2DMipMap& Mip = Texture.GetPlatformData()->Mips[0];
		const FColor* Pixels = static_cast<const FColor*>(Mip.BulkData.Lock(LOCK_READ_ONLY));
		for (int32 Row = 0; Row < Mip.SizeY; ++Row)
		{
			FString Line;
			for (int32 Column = 0; Column < Mip.SizeX; ++Column)
			{
				const FColor& Pixel = Pixels[Row * Mip.SizeX + Column];
				EXPECT(Pixel == FColor::Black || Pixel == FColor::White);
				Line += Pixel == FColor::Black ? TEXT("#") : TEXT(".");
			}
			Standin::Print(TEXT("row: ") + Line);
		}
		Mip.BulkData.Unlock();
	}
}

GAME_CASE(SignsInOnAnotherScreen)
{
	FSetup Setup;
	Setup.Ini = TEXT("bOpenBrowser=True");
	FStage Stage(Setup);
	UGameInstance* Player = Standin::Play();
	ULatchkeySubsystem* Subsystem = Of(Player);
	UGameListener* Listener = Stage.Listen();
	Listener->Bind(*Subsystem);
	FLatchkeyLoginOptions Options;
	Options.bOnAnotherScreen = true;
	EXPECT_EQUAL(Subsystem->StartLogin(Options), ELatchkeyReason::None);
	Until(TEXT("the prompt"), [Listener]() { return Listener->HasHeard(TEXT("Prompt:")); });
	EXPECT(Listener->HasHeard(TEXT("Prompt:AnotherScreen")));
	// Nobody here keeps it: the subsystem does.
	Standin::CollectGarbage();
	{
		FLatchkeyPrompt Prompt;
		EXPECT(Subsystem->GetPrompt(Prompt));
		EXPECT_EQUAL(Prompt.Kind, ELatchkeyPromptKind::AnotherScreen);
		EXPECT(!Prompt.UserCode.IsEmpty());
		EXPECT(!Prompt.VerificationUrl.IsEmpty());
		EXPECT(Prompt.SecondsLeft > 0.f);
		UTexture2D* Texture = Prompt.QrCode;
		EXPECT(IsValid(Texture));
		EXPECT(Texture->Filter == TF_Nearest);
		EXPECT_EQUAL(Texture->Updates, 1);
		PrintPixels(*Texture);
		EXPECT(!HasLogged(*Prompt.UserCode, ELogVerbosity::All));
		Standin::Print(TEXT("code: ") + Prompt.UserCode);
		Standin::Print(TEXT("open: ") + Prompt.Url);
	}
	Until(TEXT("a signed-in player"), [Subsystem]() { return Subsystem->IsSignedIn(); });
	Frames(2);
	// The player needs it no more, and nothing keeps it.
	Standin::CollectGarbage();
	EXPECT_EQUAL(Standin::NumObjects(UTexture2D::StaticClass()), 0);
	EXPECT_EQUAL(Listener->Count(TEXT("SignedIn:Ada Lovelace")), 1);
}

/** Where nothing is rendered there is no texture; code and URL are there. */
GAME_CASE(AnotherScreenWithoutPictures)
{
	Standin::ProcessKind().bCanEverRender = false;
	FStage Stage;
	UGameInstance* Player = Standin::Play();
	FLatchkeyLoginOptions Options;
	Options.bOnAnotherScreen = true;
	Of(Player)->StartLogin(Options);
	FLatchkeyPrompt Prompt;
	Until(TEXT("the prompt"), [Player, &Prompt]() { return Of(Player)->GetPrompt(Prompt); });
	EXPECT(!Prompt.UserCode.IsEmpty());
	EXPECT(Prompt.QrCode == nullptr);
	EXPECT_EQUAL(Standin::NumObjects(UTexture2D::StaticClass()), 0);
}

GAME_CASE(PlayIsStoppedWhileAnotherScreenIsAwaited)
{
	FStage Stage;
	for (int32 Round = 0; Round < 3; ++Round)
	{
		UGameInstance* Player = Standin::PlayInEditor(0);
		FLatchkeyLoginOptions Options;
		Options.bOnAnotherScreen = true;
		int32 Told = 0;
		Of(Player)->StartLogin(Options, FLatchkeyFinished::CreateLambda([&Told](const FLatchkeyOutcome& Outcome)
			{
				++Told;
				EXPECT_EQUAL(Outcome.Reason, ELatchkeyReason::Cancelled);
			}));
		FLatchkeyPrompt Prompt;
		Until(TEXT("the prompt"), [Player, &Prompt]() { return Of(Player)->GetPrompt(Prompt); });
		Standin::StopPlaying(Player);
		EXPECT_EQUAL(Told, 1);
		EXPECT_EQUAL(Standin::NumObjects(UTexture2D::StaticClass()), 0);
	}
}
