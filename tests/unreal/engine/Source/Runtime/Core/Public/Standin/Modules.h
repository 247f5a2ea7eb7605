/**
 * Stand-in only: how modules begin and end.
 */
#pragma once

#include "CoreTypes.h"

namespace Standin
{
	/** What has to be done between loading a module and starting it: CoreUObject makes the classes and default objects. */
	CORE_API void SetBeforeStartup(void (*Step)());

	/** As at the engine's end: in the opposite order. */
	CORE_API void UnloadAllModules();
}
