/**
 * Stand-in only: what a test sets and sees of objects. No plugin may include it.
 */
#pragma once

#include "UObject/Class.h"

namespace Standin
{
	/** Collects garbage now: the shortest way to what the engine does at the end of a frame or between two levels. */
	COREUOBJECT_API void CollectGarbage();

	/** How many objects there are, without classes, functions, packages and default objects. */
	COREUOBJECT_API int32 NumObjects();
	COREUOBJECT_API int32 NumObjects(const UClass* Class);

	/** A class as a Blueprint makes one: derived in the editor, without C++ of its own. */
	COREUOBJECT_API UClass* MakeBlueprintClass(UClass* Super, const TCHAR* Name);
	/** Gives a Blueprint's class an event, by which it is bound to a dynamic delegate or implements an event of C++. */
	COREUOBJECT_API void AddBlueprintFunction(UClass* Class, const TCHAR* Name, TFunction<void(UObject*, void*)> Script);

	/** Makes every class that is linked in, and its default object; the engine does so before it starts a module. */
	COREUOBJECT_API void MakeClassesAndDefaultObjects();

	/** The record of a property, of the class or of one before it; null if there is none. */
	COREUOBJECT_API const Reflection::FProperty* FindProperty(const UClass* Class, const TCHAR* Name);
}
