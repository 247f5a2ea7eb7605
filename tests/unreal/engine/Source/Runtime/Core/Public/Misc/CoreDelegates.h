/**
 * FCoreDelegates: moments of the engine's life.
 */
#pragma once

#include "Delegates/Delegate.h"

class CORE_API FCoreDelegates
{
public:
	/** Before the modules go. */
	static FSimpleMulticastDelegate OnPreExit;
	static FSimpleMulticastDelegate OnEnginePreExit;
	static FSimpleMulticastDelegate OnExit;
	static FSimpleMulticastDelegate OnBeginFrame;
	static FSimpleMulticastDelegate OnEndFrame;
};
