/**
 * Stand-in only: what plays the engine. Frames, windows of Play In Editor, travel. No plugin may include it.
 */
#pragma once

#include "Engine/EngineTypes.h"

class UGameInstance;
class UWorld;

namespace Standin
{
	/** How a game begins. */
	struct FPlay
	{
		EWorldType::Type WorldType = EWorldType::Game;
		int32 PIEInstance = INDEX_NONE;
		bool bRunAsDedicated = false;
		/** Null: UGameInstance itself. */
		UClass* GameInstanceClass = nullptr;
	};

	/** Makes GEngine, once. */
	ENGINE_API void StartEngine();
	/** Ends everything that still plays, the modules after that, and GEngine last. */
	ENGINE_API void StopEngine();

	ENGINE_API UGameInstance* Play(const FPlay& How = FPlay());
	/** A window of Play In Editor; the first has the number 0. */
	ENGINE_API UGameInstance* PlayInEditor(int32 PIEInstance, bool bRunAsDedicated = false);
	/** In the engine's order: the world is torn down, its widgets go, the game instance ends, garbage is collected. */
	ENGINE_API void StopPlaying(UGameInstance* GameInstance);
	/** Another world for the same game; the old one and what is in it go. */
	ENGINE_API UWorld* SeamlessTravel(UGameInstance* GameInstance);

	/** One frame of so many seconds: tasks for the game thread, tickers, and what a test does each frame. */
	ENGINE_API void Frame(float DeltaSeconds = 1.f / 60.f);

	/** Collects garbage in each frame, before and after the tickers. */
	ENGINE_API void SetCollectingEachFrame(bool bEachFrame);
	/** Runs at the end of each frame; for the automation tests. */
	ENGINE_API void SetEachFrame(TFunction<void()> Step);
	ENGINE_API uint64 FrameCount();
}
