/**
 * Stand-in only: runs the automation specs, a frame at a time.
 */
#pragma once

#include "CoreMinimal.h"

namespace Standin
{
	struct FSpecResult
	{
		FString Name;
		TArray<FString> Errors;
		TArray<FString> Warnings;
		TArray<FString> Infos;
	};

	/** Every spec whose name begins so, one after the other; Frame is called until each has ended. */
	CORE_API TArray<FSpecResult> RunSpecs(const FString& Prefix, TFunctionRef<void()> Frame);
}
