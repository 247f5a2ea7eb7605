/**
 * PURE_VIRTUAL: reflected classes can't have a real one, since their default object has to be made.
 */
#pragma once

#include "HAL/Platform.h"
#include "Misc/AssertionMacros.h"

#define PURE_VIRTUAL(Func, ...) \
	{ \
		STANDIN_FATAL("pure virtual", #Func); \
		__VA_ARGS__ \
	}
