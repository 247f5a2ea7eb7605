/**
 * Names of threads.
 */
#pragma once

#include "CoreTypes.h"

namespace ENamedThreads
{
	enum Type : int32
	{
		GameThread = 2,
		AnyThread = 0xff,
		AnyBackgroundThreadNormalTask = 0x1ff,
		AnyHiPriThreadNormalTask = 0x2ff
	};
}
