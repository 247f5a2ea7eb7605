/**
 * UButton.
 */
#pragma once

#include "Components/Widget.h"
#include "Button.generated.h"

DECLARE_DYNAMIC_MULTICAST_DELEGATE(FOnButtonClickedEvent);

/** Something to click. */
UCLASS()
class UMG_API UButton : public UWidget
{
	GENERATED_BODY()

public:
	/** It was clicked. */
	UPROPERTY(BlueprintAssignable, Category = "Button|Event")
	FOnButtonClickedEvent OnClicked;
};
