// Copyright (c) The Latchkey authors

#pragma once

#include "CoreMinimal.h"
#include "LatchkeyTypes.h"

/** What the plugin itself says to people; the library has words of its own for what happens in it. */
namespace LatchkeyWords
{
	/** A sentence for a reason that came without one. */
	FText Of(ELatchkeyReason Reason);

	FText DedicatedServer();
	FText NoGame();
	FText NotConfigured();
	FText GameEnded();
	FText Replaced();
	FText EndedBySignOut();
}
