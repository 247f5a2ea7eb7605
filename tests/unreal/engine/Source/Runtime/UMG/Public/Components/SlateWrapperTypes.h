/**
 * ESlateVisibility.
 */
#pragma once

#include "UObject/Object.h"
#include "SlateWrapperTypes.generated.h"

UENUM()
enum class ESlateVisibility : uint8
{
	Visible,
	Collapsed,
	Hidden,
	HitTestInvisible,
	SelfHitTestInvisible
};
