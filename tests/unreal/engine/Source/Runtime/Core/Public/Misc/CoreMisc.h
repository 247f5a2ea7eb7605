/**
 * Which of its parts the engine plays.
 */
#pragma once

#include "CoreGlobals.h"

CORE_API bool IsRunningDedicatedServer();
CORE_API bool IsRunningGame();
CORE_API bool IsRunningClientOnly();
