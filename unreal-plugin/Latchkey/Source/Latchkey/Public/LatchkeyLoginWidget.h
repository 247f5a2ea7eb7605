// Copyright (c) The Latchkey authors

#pragma once

#include "Blueprint/UserWidget.h"
#include "CoreMinimal.h"
#include "LatchkeyTypes.h"
#include "LatchkeyLoginWidget.generated.h"

class UButton;
class ULatchkeySubsystem;
class UTextBlock;

/**
 * A sign-in menu, ready: make a Widget Blueprint with this parent and give it buttons SigninButton and SignoutButton and a text
 * block TextResult, or any of them. It shows and hides them by state and says in words where things stand. All logic is the
 * subsystem's; the widget may go away and come back at any time, and holds no player.
 */
UCLASS(Abstract)
class LATCHKEY_API ULatchkeyLoginWidget : public UUserWidget
{
	GENERATED_BODY()

public:
	/** What the sign-in button asks of the provider. */
	UPROPERTY(EditAnywhere, BlueprintReadWrite, Category = "Latchkey")
	FLatchkeyLoginOptions LoginOptions;

	/** How far the sign-out button goes. */
	UPROPERTY(EditAnywhere, BlueprintReadWrite, Category = "Latchkey")
	ELatchkeyLogoutMode LogoutMode = ELatchkeyLogoutMode::Revoke;

	/** Bring the game's window back to the front when the player has signed in in the browser. */
	UPROPERTY(EditAnywhere, BlueprintReadWrite, Category = "Latchkey")
	bool bBringWindowToFront = true;

protected:
	/** Shown while nobody is signed in; also while the browser is open, so that a player who closed the tab can click again. */
	UPROPERTY(BlueprintReadOnly, Category = "Latchkey", meta = (BindWidgetOptional))
	TObjectPtr<UButton> SigninButton;

	/** Shown while a player is signed in. */
	UPROPERTY(BlueprintReadOnly, Category = "Latchkey", meta = (BindWidgetOptional))
	TObjectPtr<UButton> SignoutButton;

	/** Says where things stand. */
	UPROPERTY(BlueprintReadOnly, Category = "Latchkey", meta = (BindWidgetOptional))
	TObjectPtr<UTextBlock> TextResult;

	//~ Begin UUserWidget interface
	virtual void NativeConstruct() override;
	virtual void NativeDestruct() override;
	//~ End UUserWidget interface

private:
	UFUNCTION()
	void SignIn();

	UFUNCTION()
	void SignOut();

	void Show(const FLatchkeyStatus& Status);
	FText Describe(const FLatchkeyStatus& Status) const;

	FDelegateHandle StatusChangedHandle;

	/** A player who was in the browser has to be brought back; one whose session was resumed never left. */
	bool bWasInBrowser = false;
};
