/**
 * TObjectIterator: every object of a class, default objects too.
 */
#pragma once

#include "UObject/Class.h"

COREUOBJECT_API void GetObjectsOfClass(const UClass* ClassToLookFor, TArray<UObject*>& Results, bool bIncludeDerivedClasses = true);

template <class T>
class TObjectIterator
{
public:
	TObjectIterator() { GetObjectsOfClass(T::StaticClass(), Found); }
	explicit operator bool() const { return Index < Found.Num(); }
	TObjectIterator& operator++()
	{
		++Index;
		return *this;
	}
	T* operator*() const { return static_cast<T*>(Found[Index]); }
	T* operator->() const { return static_cast<T*>(Found[Index]); }

private:
	TArray<UObject*> Found;
	int32 Index = 0;
};
