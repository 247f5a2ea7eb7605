/**
 * UWidget.
 */
#pragma once

#include "Components/SlateWrapperTypes.h"
#include "Widget.generated.h"

UCLASS(Abstract)
class UMG_API UVisual : public UObject
{
	GENERATED_BODY()
};

/** What is on the screen. */
UCLASS(Abstract, BlueprintType, Blueprintable)
class UMG_API UWidget : public UVisual
{
	GENERATED_BODY()

public:
	virtual void SetVisibility(ESlateVisibility InVisibility);
	ESlateVisibility GetVisibility() const { return Visibility; }
	bool IsVisible() const { return Visibility != ESlateVisibility::Collapsed && Visibility != ESlateVisibility::Hidden; }
	virtual void SetIsEnabled(bool bInIsEnabled);
	bool GetIsEnabled() const { return bIsEnabled; }
	virtual void RemoveFromParent();

private:
	ESlateVisibility Visibility = ESlateVisibility::Visible;
	bool bIsEnabled = true;
};
