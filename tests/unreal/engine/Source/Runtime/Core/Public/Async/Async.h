/**
 * AsyncTask. What is for the game thread runs in a later frame, or not at all when the game ends before.
 */
#pragma once

#include "Async/TaskGraphInterfaces.h"
#include "Templates/Function.h"

CORE_API void AsyncTask(ENamedThreads::Type Thread, TUniqueFunction<void()> Function);
