/**
 * What nearly every file of the engine includes. Paths, tickers, the command line and the like are not among it.
 */
#pragma once

#include "CoreTypes.h"
#include "Misc/CoreMiscDefines.h"

#include "Containers/Array.h"
#include "Containers/Map.h"
#include "Containers/Set.h"
#include "Containers/StringConv.h"
#include "Containers/StringView.h"
#include "Containers/UnrealString.h"
#include "Delegates/Delegate.h"
#include "HAL/PlatformMisc.h"
#include "HAL/UnrealMemory.h"
#include "Internationalization/Text.h"
#include "Logging/LogMacros.h"
#include "Math/Color.h"
#include "Math/UnrealMathUtility.h"
#include "Misc/OutputDevice.h"
#include "Misc/Parse.h"
#include "Templates/Function.h"
#include "Templates/SharedPointer.h"
#include "Templates/UniquePtr.h"
#include "UObject/NameTypes.h"
#include "UObject/UObjectHierarchyFwd.h"

#include <atomic>
