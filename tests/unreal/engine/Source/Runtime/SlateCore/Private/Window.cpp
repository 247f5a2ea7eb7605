/**
 * Windows that are only counted.
 */

#include "CoreGlobals.h"
#include "Widgets/SWindow.h"

SWidget::~SWidget() = default;

void SWindow::Restore()
{
	STANDIN_STRICT(IsInGameThread(), "Slate is used off the game thread");
	bMinimized = false;
}

void SWindow::Minimize()
{
	bMinimized = true;
}

void SWindow::BringToFront(bool)
{
	STANDIN_STRICT(IsInGameThread(), "Slate is used off the game thread");
}

void SWindow::HACK_ForceToFront()
{
	STANDIN_STRICT(IsInGameThread(), "Slate is used off the game thread");
	++TimesInFront;
}
