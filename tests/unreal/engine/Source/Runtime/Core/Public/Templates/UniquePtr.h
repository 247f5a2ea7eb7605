/**
 * TUniquePtr.
 */
#pragma once

#include "Templates/UnrealTemplate.h"

template <typename T>
struct TDefaultDelete
{
	TDefaultDelete() = default;

	template <typename U, typename = std::enable_if_t<std::is_convertible_v<U*, T*>>>
	TDefaultDelete(const TDefaultDelete<U>&) {}

	void operator()(T* Pointer) const
	{
		static_assert(sizeof(T) != 0, "an incomplete type can't be deleted");
		delete Pointer;
	}
};

template <typename T, typename Deleter = TDefaultDelete<T>>
class TUniquePtr : private Deleter
{
public:
	TUniquePtr() = default;
	TUniquePtr(TYPE_OF_NULLPTR) {}
	explicit TUniquePtr(T* InPointer) : Pointer(InPointer) {}
	TUniquePtr(T* InPointer, Deleter InDeleter) : Deleter(MoveTemp(InDeleter)), Pointer(InPointer) {}
	TUniquePtr(TUniquePtr&& Other) : Deleter(MoveTemp(Other.GetDeleter())), Pointer(Other.Release()) {}
	TUniquePtr(const TUniquePtr&) = delete;
	TUniquePtr& operator=(const TUniquePtr&) = delete;

	template <typename U, typename D, typename = std::enable_if_t<std::is_convertible_v<U*, T*>>>
	TUniquePtr(TUniquePtr<U, D>&& Other) : Deleter(MoveTemp(Other.GetDeleter())), Pointer(Other.Release())
	{
	}

	~TUniquePtr() { Reset(); }

	TUniquePtr& operator=(TUniquePtr&& Other)
	{
		if (this != &Other)
		{
			Reset(Other.Release());
			GetDeleter() = MoveTemp(Other.GetDeleter());
		}
		return *this;
	}

	TUniquePtr& operator=(TYPE_OF_NULLPTR)
	{
		Reset();
		return *this;
	}

	bool IsValid() const { return Pointer != nullptr; }
	explicit operator bool() const { return IsValid(); }
	T* Get() const { return Pointer; }
	Deleter& GetDeleter() { return *this; }

	T& operator*() const
	{
		STANDIN_STRICT(IsValid(), "an empty TUniquePtr");
		return *Pointer;
	}

	T* operator->() const { return &**this; }

	T* Release()
	{
		T* Released = Pointer;
		Pointer = nullptr;
		return Released;
	}

	void Reset(T* InPointer = nullptr)
	{
		T* Old = Pointer;
		Pointer = InPointer;
		if (Old)
		{
			GetDeleter()(Old);
		}
	}

	friend bool operator==(const TUniquePtr& First, TYPE_OF_NULLPTR) { return First.Pointer == nullptr; }
	friend bool operator!=(const TUniquePtr& First, TYPE_OF_NULLPTR) { return First.Pointer != nullptr; }

private:
	T* Pointer = nullptr;
};

template <typename T, typename... ArgTypes>
TUniquePtr<T> MakeUnique(ArgTypes&&... Args)
{
	return TUniquePtr<T>(new T(Forward<ArgTypes>(Args)...));
}
