/**
 * Flags of objects.
 */
#pragma once

#include "CoreTypes.h"

enum EObjectFlags : uint32
{
	RF_NoFlags = 0,
	RF_Public = 1 << 0,
	RF_Standalone = 1 << 1,
	RF_Transient = 1 << 6,
	RF_ClassDefaultObject = 1 << 4,
	RF_BeginDestroyed = 1 << 15,
	RF_FinishDestroyed = 1 << 16,
	RF_StrongRefOnFrame = 1 << 28
};

inline EObjectFlags operator|(EObjectFlags First, EObjectFlags Second)
{
	return static_cast<EObjectFlags>(static_cast<uint32>(First) | static_cast<uint32>(Second));
}
