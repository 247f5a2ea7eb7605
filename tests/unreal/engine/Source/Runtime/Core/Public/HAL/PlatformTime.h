/**
 * FPlatformTime.
 */
#pragma once

#include "CoreTypes.h"

struct CORE_API FPlatformTime
{
	static double Seconds();
	static uint64 Cycles64();
	static double ToSeconds64(uint64 Cycles) { return static_cast<double>(Cycles) * 1e-9; }
};
