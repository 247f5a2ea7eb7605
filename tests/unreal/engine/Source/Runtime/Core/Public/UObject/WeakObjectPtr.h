/**
 * FWeakObjectPtr and TWeakObjectPtr: an object's place in the table of objects, and the serial number that it had there.
 */
#pragma once

#include "Templates/UnrealTemplate.h"

class UObject;

/** Its functions are CoreUObject's. */
struct DLLEXPORT FWeakObjectPtr
{
	FWeakObjectPtr() = default;
	FWeakObjectPtr(const UObject* Object);

	/** Null also for what is marked as garbage, unless asked otherwise. */
	UObject* Get(bool bEvenIfGarbage = false) const;
	bool IsValid() const { return Get() != nullptr; }
	/** Whether it once pointed to something that is gone. */
	bool IsStale() const { return ObjectIndex != INDEX_NONE && Get() == nullptr; }
	void Reset()
	{
		ObjectIndex = INDEX_NONE;
		ObjectSerialNumber = 0;
	}

	friend bool operator==(const FWeakObjectPtr& First, const FWeakObjectPtr& Second)
	{
		return First.ObjectIndex == Second.ObjectIndex && First.ObjectSerialNumber == Second.ObjectSerialNumber;
	}
	friend bool operator!=(const FWeakObjectPtr& First, const FWeakObjectPtr& Second) { return !(First == Second); }

private:
	int32 ObjectIndex = INDEX_NONE;
	int32 ObjectSerialNumber = 0;
};

template <class T>
struct TWeakObjectPtr
{
	TWeakObjectPtr() = default;
	TWeakObjectPtr(TYPE_OF_NULLPTR) {}

	template <typename U, typename = std::enable_if_t<std::is_convertible_v<U, T*>>>
	TWeakObjectPtr(U Object) : Weak(static_cast<const UObject*>(static_cast<T*>(Object)))
	{
	}

	template <typename U, typename = std::enable_if_t<std::is_convertible_v<U*, T*>>>
	TWeakObjectPtr(const TWeakObjectPtr<U>& Other) : Weak(Other.Get())
	{
	}

	TWeakObjectPtr& operator=(T* Object)
	{
		Weak = FWeakObjectPtr(static_cast<const UObject*>(Object));
		return *this;
	}

	T* Get() const { return static_cast<T*>(Weak.Get()); }
	T* Get(bool bEvenIfGarbage) const { return static_cast<T*>(Weak.Get(bEvenIfGarbage)); }
	T* GetEvenIfUnreachable() const { return static_cast<T*>(Weak.Get(true)); }
	bool IsValid() const { return Weak.IsValid(); }
	bool IsStale() const { return Weak.IsStale(); }
	bool IsExplicitlyNull() const { return Weak == FWeakObjectPtr(); }
	void Reset() { Weak.Reset(); }
	explicit operator bool() const { return IsValid(); }

	T* operator->() const
	{
		STANDIN_STRICT(IsValid(), "an object of a weak pointer that is gone");
		return Get();
	}

	T& operator*() const { return *operator->(); }

	friend bool operator==(const TWeakObjectPtr& First, const TWeakObjectPtr& Second) { return First.Weak == Second.Weak; }
	friend bool operator!=(const TWeakObjectPtr& First, const TWeakObjectPtr& Second) { return First.Weak != Second.Weak; }
	friend bool operator==(const TWeakObjectPtr& First, const T* Second) { return First.Get() == Second; }
	friend bool operator!=(const TWeakObjectPtr& First, const T* Second) { return First.Get() != Second; }

private:
	FWeakObjectPtr Weak;
};

template <typename T>
TWeakObjectPtr(T*) -> TWeakObjectPtr<T>;

template <typename T>
TWeakObjectPtr<T> MakeWeakObjectPtr(T* Object)
{
	return TWeakObjectPtr<T>(Object);
}
