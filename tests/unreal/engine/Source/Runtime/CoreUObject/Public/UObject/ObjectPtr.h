/**
 * TObjectPtr: a pointer that the collector sees if it is reflected, and only then.
 */
#pragma once

#include "UObject/Object.h"

template <typename T>
struct TObjectPtr
{
	TObjectPtr() = default;
	TObjectPtr(TYPE_OF_NULLPTR) {}

	template <typename U, typename = std::enable_if_t<std::is_convertible_v<U, T*>>>
	TObjectPtr(U InObject) : Object(InObject)
	{
	}

	template <typename U, typename = std::enable_if_t<std::is_convertible_v<U*, T*>>>
	TObjectPtr(const TObjectPtr<U>& Other) : Object(Other.Get())
	{
	}

	TObjectPtr& operator=(T* Other)
	{
		Object = Other;
		return *this;
	}

	T* Get() const { return Object; }
	operator T*() const { return Object; }
	T& operator*() const { return *Object; }
	T* operator->() const { return Object; }
	explicit operator bool() const { return Object != nullptr; }
	bool operator!() const { return Object == nullptr; }

	friend bool operator==(const TObjectPtr& First, TYPE_OF_NULLPTR) { return First.Object == nullptr; }
	friend bool operator!=(const TObjectPtr& First, TYPE_OF_NULLPTR) { return First.Object != nullptr; }
	friend bool operator==(const TObjectPtr& First, const TObjectPtr& Second) { return First.Object == Second.Object; }
	friend bool operator==(const TObjectPtr& First, const T* Second) { return First.Object == Second; }
	friend bool operator!=(const TObjectPtr& First, const T* Second) { return First.Object != Second; }

private:
	T* Object = nullptr;
};

static_assert(sizeof(TObjectPtr<UObject>) == sizeof(UObject*), "reflection reads one pointer");

template <typename To, typename From>
To* Cast(const TObjectPtr<From>& Src)
{
	return Cast<To>(Src.Get());
}

template <typename T>
bool IsValid(const TObjectPtr<T>& Test)
{
	return IsValid(Test.Get());
}

/** As in the engine, a weak pointer may be made from one. */
template <typename T>
T* ToRawPtr(const TObjectPtr<T>& Pointer)
{
	return Pointer.Get();
}
