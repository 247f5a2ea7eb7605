/**
 * The stand-in's own way to CoreGlobals' IsInGameThread, for headers that CoreGlobals needs itself.
 */
#pragma once

#include "CoreTypes.h"

CORE_API bool IsInGameThread();
