/**
 * What is global to the engine.
 */
#pragma once

#include "CoreTypes.h"
#include "Logging/LogMacros.h"

/** The thread that first touched the engine, which is the one that plays the frames. */
CORE_API bool IsInGameThread();

extern CORE_API bool GIsEditor;
extern CORE_API bool GIsRunning;
CORE_API bool IsEngineExitRequested();
CORE_API bool IsRunningCommandlet();
