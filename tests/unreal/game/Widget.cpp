/**
 * The login widget, as a designer uses it: on the screen, off it, on it again, and gone with its world.
 */

#include "Stage.h"

#include "Components/Button.h"
#include "Components/TextBlock.h"
#include "Engine/Engine.h"
#include "Engine/GameInstance.h"
#include "Engine/GameViewportClient.h"
#include "Engine/World.h"
#include "LatchkeyLoginWidget.h"
#include "LatchkeySubsystem.h"
#include "Standin/Designer.h"
#include "Widgets/SWindow.h"

using namespace Game;

namespace
{
	UClass* Designed()
	{
		static UClass* Class = Standin::MakeWidgetBlueprint(ULatchkeyLoginWidget::StaticClass(), TEXT("WBP_Login"),
			{{TEXT("SigninButton"), UButton::StaticClass()}, {TEXT("SignoutButton"), UButton::StaticClass()}, {TEXT("TextResult"), UTextBlock::StaticClass()},
				{TEXT("Decoration"), UButton::StaticClass()}});
		return Class;
	}

	struct FMenu
	{
		explicit FMenu(UGameInstance* Player) : Widget(CreateWidget<ULatchkeyLoginWidget>(Player->GetWorld(), Designed()))
		{
			Widget->AddToViewport();
		}

		UWidget* SigninButton() const { return Standin::WidgetOf(Widget.Get(), TEXT("SigninButton")); }
		UWidget* SignoutButton() const { return Standin::WidgetOf(Widget.Get(), TEXT("SignoutButton")); }
		FString Text() const { return Cast<UTextBlock>(Standin::WidgetOf(Widget.Get(), TEXT("TextResult")))->GetText().ToString(); }

		TWeakObjectPtr<ULatchkeyLoginWidget> Widget;
	};

	SWindow& WindowOf(const UGameInstance* Player)
	{
		return *Player->GetGameViewportClient()->GetWindow();
	}
}

GAME_CASE(WidgetSignsInAndOut)
{
	FStage Stage;
	UGameInstance* Player = Standin::Play();
	const FMenu Menu(Player);
	EXPECT(Menu.SigninButton()->IsVisible());
	EXPECT(!Menu.SignoutButton()->IsVisible());
	EXPECT_EQUAL(Menu.Text(), FString());
	Standin::Click(Menu.SigninButton());
	const FString Url = Offer(Player, TEXT("first"));
	Frames(2);
	EXPECT(!Menu.Text().IsEmpty());
	// A player who closed the tab can click again.
	EXPECT(Menu.SigninButton()->IsVisible());
	EXPECT_EQUAL(WindowOf(Player).TimesInFront, 0);
	WindowOf(Player).Minimize();
	Standin::Print(TEXT("open: ") + Url);
	Until(TEXT("a signed-in player"), [Player]() { return Of(Player)->IsSignedIn(); });
	Frames(2);
	EXPECT(!Menu.SigninButton()->IsVisible());
	EXPECT(Menu.SignoutButton()->IsVisible());
	EXPECT(Menu.Text().Contains(TEXT("Ada Lovelace")));
	EXPECT_EQUAL(WindowOf(Player).TimesInFront, 1);
	EXPECT(!WindowOf(Player).IsWindowMinimized());
	Standin::Click(Menu.SignoutButton());
	EXPECT(!Of(Player)->IsSignedIn());
	Until(TEXT("signed out"), [Player]() { return Of(Player)->PollStatus().State == ELatchkeyState::SignedOut; });
	Frames(2);
	EXPECT(Menu.SigninButton()->IsVisible());
	EXPECT(!Menu.SignoutButton()->IsVisible());
}

GAME_CASE(WidgetShowsWhatFailed)
{
	FStage Stage;
	UGameInstance* Player = Standin::Play();
	const FMenu Menu(Player);
	Standin::Click(Menu.SigninButton());
	Offer(Player);
	Until(TEXT("the end"), [Player]() { return Of(Player)->PollStatus().Reason == ELatchkeyReason::Denied; });
	Frames(2);
	EXPECT_EQUAL(Menu.Text(), Of(Player)->PollStatus().Message.ToString());
	EXPECT(Menu.SigninButton()->IsVisible());
	EXPECT_EQUAL(WindowOf(Player).TimesInFront, 0);
}

/** Off the screen and on again: bound once. Another widget, another time: the state is the subsystem's. */
GAME_CASE(WidgetComesAndGoes)
{
	FStage Stage;
	UGameInstance* Player = Standin::Play();
	const FMenu Menu(Player);
	// As a game does that shows it now and then.
	const TStrongObjectPtr<ULatchkeyLoginWidget> Kept(Menu.Widget.Get());
	for (int32 Round = 0; Round < 3; ++Round)
	{
		Kept->RemoveFromParent();
		Frames(1);
		Kept->AddToViewport();
	}
	// One that is kept and off the screen hears nothing.
	const FMenu Off(Player);
	const TStrongObjectPtr<ULatchkeyLoginWidget> KeptOff(Off.Widget.Get());
	KeptOff->RemoveFromParent();
	const FMenu Second(Player);
	Standin::Click(Second.SigninButton());
	Offer(Player);
	Until(TEXT("a signed-in player"), [Player]() { return Of(Player)->IsSignedIn(); });
	Frames(2);
	EXPECT(Second.Text().Contains(TEXT("Ada Lovelace")));
	EXPECT_EQUAL(Off.Text(), FString());
	Second.Widget->RemoveFromParent();
	Frames(1);
	const FMenu Third(Player);
	EXPECT(Third.Text().Contains(TEXT("Ada Lovelace")));
	EXPECT(Third.SignoutButton()->IsVisible());
	// Once for each of the two that saw the player leave, and not for the third.
	EXPECT_EQUAL(WindowOf(Player).TimesInFront, 2);
}

/** Play In Editor is stopped with it on the screen, and a level goes with it. */
GAME_CASE(WidgetGoesWithItsWorld)
{
	FStage Stage;
	UGameInstance* Player = Standin::PlayInEditor(0);
	const FMenu Menu(Player);
	Standin::Click(Menu.SigninButton());
	Frames(3);
	Standin::SeamlessTravel(Player);
	EXPECT(!Menu.Widget.IsValid());
	Frames(3);
	const FMenu Next(Player);
	Until(TEXT("the prompt"), [&Next]() { return !Next.Text().IsEmpty(); });
	Standin::StopPlaying(Player);
	EXPECT(!Next.Widget.IsValid());
}

/** Every widget is optional. */
GAME_CASE(WidgetWithNothingBound)
{
	FStage Stage;
	UGameInstance* Player = Standin::Play();
	UClass* Empty = Standin::MakeWidgetBlueprint(ULatchkeyLoginWidget::StaticClass(), TEXT("WBP_Empty"), {});
	ULatchkeyLoginWidget* Widget = CreateWidget<ULatchkeyLoginWidget>(Player->GetWorld(), Empty);
	Widget->AddToViewport();
	Of(Player)->StartLogin(FLatchkeyLoginOptions());
	Frames(5);
	Widget->RemoveFromParent();
	// And in the designer, where there is no game.
	UWorld* EditorWorld = UWorld::CreateWorld(EWorldType::Editor, false);
	ULatchkeyLoginWidget* InDesigner = CreateWidget<ULatchkeyLoginWidget>(EditorWorld, Designed());
	InDesigner->AddToViewport();
	Standin::Click(Standin::WidgetOf(InDesigner, TEXT("SigninButton")));
	Frames(2);
	InDesigner->RemoveFromParent();
	EditorWorld->DestroyWorld(false);
	EXPECT(Of(Player) != nullptr);
}

/** Of two windows of Play In Editor the one comes to the front whose player was away. */
GAME_CASE(WidgetBringsItsOwnWindow)
{
	FStage Stage;
	UGameInstance* First = Standin::PlayInEditor(0);
	UGameInstance* Second = Standin::PlayInEditor(1);
	const FMenu OfFirst(First);
	const FMenu OfSecond(Second);
	Standin::Click(OfSecond.SigninButton());
	Offer(Second);
	Until(TEXT("a signed-in player"), [Second]() { return Of(Second)->IsSignedIn(); });
	Frames(2);
	EXPECT_EQUAL(WindowOf(First).TimesInFront, 0);
	EXPECT_EQUAL(WindowOf(Second).TimesInFront, 1);
	EXPECT(OfFirst.SigninButton()->IsVisible());
}
