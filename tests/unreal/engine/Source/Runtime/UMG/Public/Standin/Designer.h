/**
 * Stand-in only: what a designer makes in the widget editor. No plugin may include it.
 */
#pragma once

#include "Blueprint/UserWidget.h"

namespace Standin
{
	/** A widget of a tree, by its name. */
	struct FDesigned
	{
		const TCHAR* Name;
		UClass* Class;
	};

	/**
	 * A Widget Blueprint of this parent, with these widgets. A property of that name that is marked BindWidget or
	 * BindWidgetOptional gets its widget when it is initialized; one that is required and not there is what the editor refuses.
	 */
	UMG_API UClass* MakeWidgetBlueprint(UClass* Parent, const TCHAR* Name, std::initializer_list<FDesigned> Widgets);
	/** Of an instance: the widget of that name in its tree. */
	UMG_API UWidget* WidgetOf(const UUserWidget* Widget, const TCHAR* Name);
	UMG_API void Click(UWidget* Button);
}
