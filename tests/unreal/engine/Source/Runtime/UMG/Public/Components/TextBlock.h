/**
 * UTextBlock.
 */
#pragma once

#include "Components/Widget.h"
#include "TextBlock.generated.h"

UCLASS()
class UMG_API UTextBlock : public UWidget
{
	GENERATED_BODY()

public:
	FText GetText() const { return Text; }
	virtual void SetText(FText InText);

private:
	UPROPERTY()
	FText Text;
};
