/**
 * Comparing the engine's version in the preprocessor.
 */
#pragma once

#include "Runtime/Launch/Resources/Version.h"

#define STANDIN_VERSION_NUMBER(Major, Minor, Patch) ((Major) * 1000000 + (Minor) * 1000 + (Patch))
#define STANDIN_ENGINE_NUMBER STANDIN_VERSION_NUMBER(ENGINE_MAJOR_VERSION, ENGINE_MINOR_VERSION, ENGINE_PATCH_VERSION)

#define UE_VERSION_NEWER_THAN(Major, Minor, Patch) (STANDIN_ENGINE_NUMBER > STANDIN_VERSION_NUMBER(Major, Minor, Patch))
#define UE_VERSION_OLDER_THAN(Major, Minor, Patch) (STANDIN_ENGINE_NUMBER < STANDIN_VERSION_NUMBER(Major, Minor, Patch))
