/**
 * What every file of the engine may use: types, build, assertions, sentinels.
 */
#pragma once

#include "HAL/Platform.h"

enum
{
	INDEX_NONE = -1
};

enum EForceInit
{
	ForceInit,
	ForceInitToZero
};

enum ENoInit
{
	NoInit
};

enum EInPlace
{
	InPlace
};

#include "Misc/AssertionMacros.h"
