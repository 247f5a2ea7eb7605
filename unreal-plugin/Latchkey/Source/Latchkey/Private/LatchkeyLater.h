// Copyright (c) The Latchkey authors

#pragma once

#include "CoreMinimal.h"
#include "LatchkeyTypes.h"

/**
 * Answers for calls that find no subsystem to answer them, in a later frame as every answer. Whoever asked may be gone by then;
 * their delegate knows that.
 */
namespace LatchkeyLater
{
	/** After the game instance has ended. */
	void TellGameEnded(const FLatchkeyFinished& OnFinished);
	void TellGameEnded(const FLatchkeyAccessTokenFinished& OnFinished);

	/** From a world without a game instance, such as an editor's preview. */
	void TellNoGame(const FLatchkeyFinished& OnFinished);
}
