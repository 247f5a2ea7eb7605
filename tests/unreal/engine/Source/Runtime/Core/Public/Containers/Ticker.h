/**
 * FTSTicker: what is called each frame, or each so many seconds.
 */
#pragma once

#include "Delegates/Delegate.h"
#include "Templates/Function.h"

DECLARE_DELEGATE_RetVal_OneParam(bool, FTickerDelegate, float);

class CORE_API FTSTicker
{
	struct FElement;

public:
	using FDelegateHandle = TWeakPtr<FElement>;

	FTSTicker() = default;
	FTSTicker(const FTSTicker&) = delete;
	FTSTicker& operator=(const FTSTicker&) = delete;

	static FTSTicker& GetCoreTicker();

	/** From any thread. The delegate says whether to go on. */
	FDelegateHandle AddTicker(const FTickerDelegate& InDelegate, float InDelay = 0.0f);
	FDelegateHandle AddTicker(const TCHAR* InName, float InDelay, TFunction<bool(float)> Function);

	/** From any thread; waits for one that is running on another. */
	static void RemoveTicker(FDelegateHandle Handle);

	/** Stand-in: game thread only. */
	void Tick(float DeltaTime);
	void Reset();

private:
	struct FElement
	{
		FTickerDelegate Delegate;
		float Delay = 0.0f;
		double Waited = 0.0;
		std::atomic<bool> bRemoved{false};
	};

	TArray<TSharedPtr<FElement>> Elements;
};
