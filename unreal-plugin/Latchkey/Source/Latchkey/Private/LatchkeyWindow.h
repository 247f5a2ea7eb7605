// Copyright (c) The Latchkey authors

#pragma once

#include "CoreMinimal.h"

class UWorld;

/** The game's window among the others of the desktop. */
namespace LatchkeyWindow
{
	/** Brings the window of this world in front of the browser, as far as the system lets a game do that. */
	void BringToFront(const UWorld* World);
}
