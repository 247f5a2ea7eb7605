// Copyright (c) The Latchkey authors

#include "LatchkeyLoginWidget.h"

#include "Components/Button.h"
#include "Components/TextBlock.h"
#include "LatchkeySubsystem.h"
#include "LatchkeyWindow.h"

#define LOCTEXT_NAMESPACE "Latchkey"

static void ShowIf(UWidget* Widget, bool bShown)
{
	if (Widget)
	{
		Widget->SetVisibility(bShown ? ESlateVisibility::Visible : ESlateVisibility::Collapsed);
	}
}

void ULatchkeyLoginWidget::NativeConstruct()
{
	Super::NativeConstruct();
	// Unique, since a widget that is added to the viewport again is constructed again.
	if (SigninButton)
	{
		SigninButton->OnClicked.AddUniqueDynamic(this, &ULatchkeyLoginWidget::SignIn);
	}
	if (SignoutButton)
	{
		SignoutButton->OnClicked.AddUniqueDynamic(this, &ULatchkeyLoginWidget::SignOut);
	}
	if (ULatchkeySubsystem* Subsystem = ULatchkeySubsystem::Get(this))
	{
		StatusChangedHandle = Subsystem->OnStatusChangedNative.AddUObject(this, &ULatchkeyLoginWidget::Show);
		Show(Subsystem->PollStatus());
	}
}

void ULatchkeyLoginWidget::NativeDestruct()
{
	if (ULatchkeySubsystem* Subsystem = ULatchkeySubsystem::Get(this))
	{
		Subsystem->OnStatusChangedNative.Remove(StatusChangedHandle);
	}
	StatusChangedHandle.Reset();
	if (SigninButton)
	{
		SigninButton->OnClicked.RemoveDynamic(this, &ULatchkeyLoginWidget::SignIn);
	}
	if (SignoutButton)
	{
		SignoutButton->OnClicked.RemoveDynamic(this, &ULatchkeyLoginWidget::SignOut);
	}
	Super::NativeDestruct();
}

void ULatchkeyLoginWidget::SignIn()
{
	if (ULatchkeySubsystem* Subsystem = ULatchkeySubsystem::Get(this))
	{
		Subsystem->StartLogin(LoginOptions);
		// A sign-in that can't even begin changes no status that would be told.
		Show(Subsystem->PollStatus());
	}
}

void ULatchkeyLoginWidget::SignOut()
{
	if (ULatchkeySubsystem* Subsystem = ULatchkeySubsystem::Get(this))
	{
		Subsystem->Logout(LogoutMode);
		Show(Subsystem->PollStatus());
	}
}

void ULatchkeyLoginWidget::Show(const FLatchkeyStatus& Status)
{
	ShowIf(SigninButton, !Status.bSignedIn && Status.State != ELatchkeyState::SigningOut);
	ShowIf(SignoutButton, Status.bSignedIn);
	if (TextResult)
	{
		TextResult->SetText(Describe(Status));
	}
	if (Status.State == ELatchkeyState::WaitingForPlayer)
	{
		bWasInBrowser = true;
	}
	else if (Status.State == ELatchkeyState::SignedIn || Status.State == ELatchkeyState::SignedOut)
	{
		if (bWasInBrowser && Status.State == ELatchkeyState::SignedIn && bBringWindowToFront)
		{
			LatchkeyWindow::BringToFront(GetWorld());
		}
		bWasInBrowser = false;
	}
}

FText ULatchkeyLoginWidget::Describe(const FLatchkeyStatus& Status) const
{
	switch (Status.State)
	{
	case ELatchkeyState::WaitingForPlayer:
		return LOCTEXT("WaitingForPlayer", "Please sign in in your browser.");
	case ELatchkeyState::SigningOut:
		return LOCTEXT("SigningOut", "Signing out...");
	case ELatchkeyState::Starting:
	case ELatchkeyState::Completing:
	case ELatchkeyState::Unknown:
		return LOCTEXT("Busy", "One moment...");
	default:
		break;
	}
	if (Status.Reason != ELatchkeyReason::None)
	{
		return Status.Message;
	}
	const ULatchkeySubsystem* Subsystem = ULatchkeySubsystem::Get(this);
	const TOptional<FLatchkeyProfile> Profile = Subsystem ? Subsystem->GetProfile() : TOptional<FLatchkeyProfile>();
	if (!Profile.IsSet())
	{
		return FText::GetEmpty();
	}
	const FString& Name = Profile->Name.IsEmpty() ? Profile->Subject : Profile->Name;
	return FText::Format(LOCTEXT("SignedIn", "Signed in as {0}"), FText::FromString(Name));
}

#undef LOCTEXT_NAMESPACE
