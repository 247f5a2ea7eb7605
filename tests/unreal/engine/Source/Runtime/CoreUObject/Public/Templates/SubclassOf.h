/**
 * TSubclassOf.
 */
#pragma once

#include "UObject/Class.h"

template <class T>
class TSubclassOf
{
public:
	TSubclassOf() = default;
	TSubclassOf(TYPE_OF_NULLPTR) {}
	TSubclassOf(UClass* From) : Class(From) {}

	template <class U, typename = std::enable_if_t<std::is_convertible_v<U*, T*>>>
	TSubclassOf(const TSubclassOf<U>& Other) : Class(*Other)
	{
	}

	/** Null if it is no such class. */
	UClass* Get() const { return Class && Class->IsChildOf(T::StaticClass()) ? Class : nullptr; }
	UClass* operator*() const { return Get(); }
	UClass* operator->() const { return Get(); }
	operator UClass*() const { return Get(); }
	T* GetDefaultObject() const { return Get() ? static_cast<T*>(Get()->GetDefaultObject()) : nullptr; }

private:
	UClass* Class = nullptr;
};
