/**
 * SWindow: the system's window.
 */
#pragma once

#include "CoreMinimal.h"

class SLATECORE_API SWidget : public TSharedFromThis<SWidget>
{
public:
	virtual ~SWidget();
};

class SLATECORE_API SWindow : public SWidget
{
public:
	bool IsWindowMinimized() const { return bMinimized; }
	void Restore();
	void Minimize();
	void BringToFront(bool bForce = false);
	/** Also in front of other programs' windows. */
	void HACK_ForceToFront();

	/** Stand-in only: how often it was brought to the front. */
	int32 TimesInFront = 0;

private:
	bool bMinimized = false;
};
