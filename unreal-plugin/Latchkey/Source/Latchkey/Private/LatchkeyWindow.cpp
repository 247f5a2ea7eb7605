// Copyright (c) The Latchkey authors

#include "LatchkeyWindow.h"

#include "Engine/GameViewportClient.h"
#include "Engine/World.h"
#include "Widgets/SWindow.h"

void LatchkeyWindow::BringToFront(const UWorld* World)
{
	// Of the world, not of the engine: with several windows of Play In Editor it must be the one whose player was away.
	UGameViewportClient* Viewport = World ? World->GetGameViewport() : nullptr;
	const TSharedPtr<SWindow> Window = Viewport ? Viewport->GetWindow() : nullptr;
	if (!Window)
	{
		return;
	}
	if (Window->IsWindowMinimized())
	{
		Window->Restore();
	}
	// BringToFront alone leaves the browser where it is: the game is not the foreground process.
	Window->HACK_ForceToFront();
}
