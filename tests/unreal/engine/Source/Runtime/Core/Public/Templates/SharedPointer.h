/**
 * TSharedPtr, TSharedRef, TWeakPtr, TSharedFromThis. Counted without atomics where the mode says so, as in the engine, so that
 * a thread sanitizer sees what is shared wrongly.
 */
#pragma once

#include "Templates/UnrealTemplate.h"

#include <atomic>

enum class ESPMode : uint8
{
	NotThreadSafe = 0,
	ThreadSafe = 1
};

template <typename ObjectType, ESPMode Mode = ESPMode::ThreadSafe>
class TSharedRef;
template <typename ObjectType, ESPMode Mode = ESPMode::ThreadSafe>
class TSharedPtr;
template <typename ObjectType, ESPMode Mode = ESPMode::ThreadSafe>
class TWeakPtr;
template <typename ObjectType, ESPMode Mode = ESPMode::ThreadSafe>
class TSharedFromThis;

template <typename CastToType, typename CastFromType, ESPMode Mode>
TSharedRef<CastToType, Mode> StaticCastSharedRef(const TSharedRef<CastFromType, Mode>& Reference);

namespace Standin
{
	template <ESPMode Mode>
	using TCount = std::conditional_t<Mode == ESPMode::ThreadSafe, std::atomic<int32>, int32>;

	/** Counts the owners, and itself among the watchers for as long as there is one. */
	template <ESPMode Mode>
	struct TController
	{
		TCount<Mode> Strong{1};
		TCount<Mode> Weak{1};

		virtual void Destroy() = 0;

		bool TryAcquire()
		{
			if constexpr (Mode == ESPMode::ThreadSafe)
			{
				int32 Seen = Strong.load();
				while (Seen > 0 && !Strong.compare_exchange_weak(Seen, Seen + 1))
				{
				}
				return Seen > 0;
			}
			else
			{
				return Strong > 0 ? (++Strong, true) : false;
			}
		}

		void ReleaseStrong()
		{
			if (--Strong == 0)
			{
				Destroy();
				ReleaseWeak();
			}
		}

		void ReleaseWeak()
		{
			if (--Weak == 0)
			{
				delete this;
			}
		}

	protected:
		virtual ~TController() = default;
	};

	template <typename ObjectType, ESPMode Mode>
	struct TOwningController final : TController<Mode>
	{
		explicit TOwningController(ObjectType* InObject) : Object(InObject) {}
		void Destroy() override { delete Object; }
		ObjectType* Object;
	};

	template <typename ObjectType, typename DeleterType, ESPMode Mode>
	struct TDeletingController final : TController<Mode>
	{
		TDeletingController(ObjectType* InObject, DeleterType&& InDeleter) : Object(InObject), Deleter(MoveTemp(InDeleter)) {}
		void Destroy() override { Deleter(Object); }
		ObjectType* Object;
		DeleterType Deleter;
	};

	template <typename ObjectType, ESPMode Mode>
	struct TInplaceController final : TController<Mode>
	{
		template <typename... ArgTypes>
		explicit TInplaceController(ArgTypes&&... Args)
		{
			new (Storage) ObjectType(Forward<ArgTypes>(Args)...);
		}

		ObjectType* Get() { return std::launder(reinterpret_cast<ObjectType*>(Storage)); }
		void Destroy() override { Get()->~ObjectType(); }
		alignas(ObjectType) unsigned char Storage[sizeof(ObjectType)];
	};

	struct FSharedAccess
	{
		template <typename T>
		static auto& Controller(T& Pointer) { return Pointer.Controller; }

		template <typename Made, typename ObjectType, ESPMode Mode>
		static Made Make(ObjectType* Object, TController<Mode>* Controller)
		{
			return Made(Object, Controller);
		}

		/** Tells an object that asks for it who owns it. */
		template <typename ObjectType, typename FromType, ESPMode Mode>
		static void Enable(ObjectType* Object, const TSharedFromThis<FromType, Mode>* Base, TController<Mode>* Controller);
		static void Enable(...) {}
	};
}

template <typename ObjectType, ESPMode Mode>
class TSharedPtr
{
public:
	using ElementType = ObjectType;

	TSharedPtr() = default;
	TSharedPtr(TYPE_OF_NULLPTR) {}

	template <typename OtherType, typename = std::enable_if_t<std::is_convertible_v<OtherType*, ObjectType*>>>
	explicit TSharedPtr(OtherType* InObject) : Object(InObject)
	{
		if (InObject)
		{
			Controller = new Standin::TOwningController<OtherType, Mode>(InObject);
			Standin::FSharedAccess::Enable(InObject, InObject, Controller);
		}
	}

	template <typename OtherType, typename DeleterType, typename = std::enable_if_t<std::is_convertible_v<OtherType*, ObjectType*>>>
	TSharedPtr(OtherType* InObject, DeleterType&& Deleter) : Object(InObject)
	{
		Controller = new Standin::TDeletingController<OtherType, std::decay_t<DeleterType>, Mode>(InObject, CopyTemp(Deleter));
		Standin::FSharedAccess::Enable(InObject, InObject, Controller);
	}

	TSharedPtr(const TSharedPtr& Other) : Object(Other.Object), Controller(Other.Controller) { Acquire(); }

	TSharedPtr(TSharedPtr&& Other) : Object(Other.Object), Controller(Other.Controller)
	{
		Other.Object = nullptr;
		Other.Controller = nullptr;
	}

	template <typename OtherType, typename = std::enable_if_t<std::is_convertible_v<OtherType*, ObjectType*>>>
	TSharedPtr(const TSharedPtr<OtherType, Mode>& Other)
		: Object(Other.Get()), Controller(Standin::FSharedAccess::Controller(Other))
	{
		Acquire();
	}

	template <typename OtherType, typename = std::enable_if_t<std::is_convertible_v<OtherType*, ObjectType*>>>
	TSharedPtr(const TSharedRef<OtherType, Mode>& Other)
		: Object(&Other.Get()), Controller(Standin::FSharedAccess::Controller(Other))
	{
		Acquire();
	}

	~TSharedPtr() { Reset(); }

	TSharedPtr& operator=(TSharedPtr Other)
	{
		::Swap(Object, Other.Object);
		::Swap(Controller, Other.Controller);
		return *this;
	}

	void Reset()
	{
		auto* Old = Controller;
		Object = nullptr;
		Controller = nullptr;
		if (Old)
		{
			Old->ReleaseStrong();
		}
	}

	ObjectType* Get() const { return Object; }
	bool IsValid() const { return Object != nullptr; }
	explicit operator bool() const { return IsValid(); }

	std::add_lvalue_reference_t<ObjectType> operator*() const
	{
		STANDIN_STRICT(IsValid(), "an empty TSharedPtr");
		return *Object;
	}

	ObjectType* operator->() const
	{
		STANDIN_STRICT(IsValid(), "an empty TSharedPtr");
		return Object;
	}

	TSharedRef<ObjectType, Mode> ToSharedRef() const
	{
		STANDIN_STRICT(IsValid(), "ToSharedRef of an empty TSharedPtr");
		return TSharedRef<ObjectType, Mode>(*this);
	}

	TWeakPtr<ObjectType, Mode> ToWeakPtr() const { return TWeakPtr<ObjectType, Mode>(*this); }
	int32 GetSharedReferenceCount() const { return Controller ? static_cast<int32>(Controller->Strong) : 0; }
	bool IsUnique() const { return GetSharedReferenceCount() == 1; }

	template <typename OtherType>
	bool operator==(const TSharedPtr<OtherType, Mode>& Other) const { return Get() == Other.Get(); }
	template <typename OtherType>
	bool operator!=(const TSharedPtr<OtherType, Mode>& Other) const { return Get() != Other.Get(); }
	bool operator==(TYPE_OF_NULLPTR) const { return Object == nullptr; }
	bool operator!=(TYPE_OF_NULLPTR) const { return Object != nullptr; }

private:
	friend struct Standin::FSharedAccess;

	TSharedPtr(ObjectType* InObject, Standin::TController<Mode>* InController) : Object(InObject), Controller(InController) {}

	void Acquire()
	{
		if (Controller)
		{
			++Controller->Strong;
		}
	}

	ObjectType* Object = nullptr;
	Standin::TController<Mode>* Controller = nullptr;
};

template <typename ObjectType, ESPMode Mode>
class TSharedRef
{
public:
	using ElementType = ObjectType;

	template <typename OtherType, typename = std::enable_if_t<std::is_convertible_v<OtherType*, ObjectType*>>>
	explicit TSharedRef(OtherType* InObject)
		: Object(InObject), Controller(new Standin::TOwningController<OtherType, Mode>(InObject))
	{
		STANDIN_STRICT(InObject != nullptr, "a TSharedRef of nothing");
		Standin::FSharedAccess::Enable(InObject, InObject, Controller);
	}

	template <typename OtherType, typename = std::enable_if_t<std::is_convertible_v<OtherType*, ObjectType*>>>
	TSharedRef(const TSharedRef<OtherType, Mode>& Other)
		: Object(&Other.Get()), Controller(Standin::FSharedAccess::Controller(Other))
	{
		++Controller->Strong;
	}

	TSharedRef(const TSharedRef& Other) : Object(Other.Object), Controller(Other.Controller) { ++Controller->Strong; }
	~TSharedRef() { Controller->ReleaseStrong(); }

	TSharedRef& operator=(const TSharedRef& Other)
	{
		TSharedRef Kept(Other);
		::Swap(Object, Kept.Object);
		::Swap(Controller, Kept.Controller);
		return *this;
	}

	ObjectType& Get() const { return *Object; }
	ObjectType& operator*() const { return *Object; }
	ObjectType* operator->() const { return Object; }
	TSharedPtr<ObjectType, Mode> ToSharedPtr() const { return TSharedPtr<ObjectType, Mode>(*this); }
	TWeakPtr<ObjectType, Mode> ToWeakPtr() const { return TWeakPtr<ObjectType, Mode>(*this); }
	int32 GetSharedReferenceCount() const { return static_cast<int32>(Controller->Strong); }
	bool IsUnique() const { return GetSharedReferenceCount() == 1; }
	friend bool operator==(const TSharedRef& First, const TSharedRef& Second) { return First.Object == Second.Object; }

private:
	friend struct Standin::FSharedAccess;
	friend class TSharedPtr<ObjectType, Mode>;

	TSharedRef(ObjectType* InObject, Standin::TController<Mode>* InController) : Object(InObject), Controller(InController) {}

	explicit TSharedRef(const TSharedPtr<ObjectType, Mode>& Pointer)
		: Object(Pointer.Get()), Controller(Standin::FSharedAccess::Controller(Pointer))
	{
		++Controller->Strong;
	}

	ObjectType* Object;
	Standin::TController<Mode>* Controller;
};

template <typename ObjectType, ESPMode Mode>
class TWeakPtr
{
public:
	TWeakPtr() = default;
	TWeakPtr(TYPE_OF_NULLPTR) {}

	template <typename OtherType, typename = std::enable_if_t<std::is_convertible_v<OtherType*, ObjectType*>>>
	TWeakPtr(const TSharedPtr<OtherType, Mode>& Other)
		: Object(Other.Get()), Controller(Standin::FSharedAccess::Controller(Other))
	{
		Acquire();
	}

	template <typename OtherType, typename = std::enable_if_t<std::is_convertible_v<OtherType*, ObjectType*>>>
	TWeakPtr(const TSharedRef<OtherType, Mode>& Other)
		: Object(&Other.Get()), Controller(Standin::FSharedAccess::Controller(Other))
	{
		Acquire();
	}

	TWeakPtr(const TWeakPtr& Other) : Object(Other.Object), Controller(Other.Controller) { Acquire(); }
	~TWeakPtr() { Reset(); }

	TWeakPtr& operator=(TWeakPtr Other)
	{
		::Swap(Object, Other.Object);
		::Swap(Controller, Other.Controller);
		return *this;
	}

	TSharedPtr<ObjectType, Mode> Pin() const
	{
		if (Controller && Controller->TryAcquire())
		{
			return Standin::FSharedAccess::Make<TSharedPtr<ObjectType, Mode>>(Object, Controller);
		}
		return nullptr;
	}

	bool IsValid() const { return Controller && static_cast<int32>(Controller->Strong) > 0; }

	void Reset()
	{
		auto* Old = Controller;
		Object = nullptr;
		Controller = nullptr;
		if (Old)
		{
			Old->ReleaseWeak();
		}
	}

private:
	friend struct Standin::FSharedAccess;
	friend class TSharedFromThis<ObjectType, Mode>;

	TWeakPtr(ObjectType* InObject, Standin::TController<Mode>* InController) : Object(InObject), Controller(InController) { Acquire(); }

	void Acquire()
	{
		if (Controller)
		{
			++Controller->Weak;
		}
	}

	ObjectType* Object = nullptr;
	Standin::TController<Mode>* Controller = nullptr;
};

template <typename ObjectType, ESPMode Mode>
class TSharedFromThis
{
public:
	TSharedRef<ObjectType, Mode> AsShared() const
	{
		return WeakThis.Pin().ToSharedRef();
	}

	TSharedPtr<ObjectType, Mode> AsSharedPtr() const { return WeakThis.Pin(); }
	TWeakPtr<ObjectType, Mode> AsWeak() const { return WeakThis; }

	template <typename OtherType>
	static TSharedRef<OtherType, Mode> SharedThis(OtherType* ThisPtr)
	{
		return StaticCastSharedRef<OtherType>(ThisPtr->AsShared());
	}

protected:
	TSharedFromThis() = default;
	TSharedFromThis(const TSharedFromThis&) {}
	TSharedFromThis& operator=(const TSharedFromThis&) { return *this; }
	~TSharedFromThis() = default;

private:
	friend struct Standin::FSharedAccess;
	mutable TWeakPtr<ObjectType, Mode> WeakThis;
};

template <typename ObjectType, typename FromType, ESPMode Mode>
void Standin::FSharedAccess::Enable(ObjectType* Object, const TSharedFromThis<FromType, Mode>* Base, TController<Mode>* Controller)
{
	Base->WeakThis = Make<TWeakPtr<FromType, Mode>>(static_cast<FromType*>(Object), Controller);
}

template <typename ObjectType, ESPMode Mode = ESPMode::ThreadSafe, typename... ArgTypes>
TSharedRef<ObjectType, Mode> MakeShared(ArgTypes&&... Args)
{
	auto* Controller = new Standin::TInplaceController<ObjectType, Mode>(Forward<ArgTypes>(Args)...);
	Standin::TController<Mode>* Base = Controller;
	Standin::FSharedAccess::Enable(Controller->Get(), Controller->Get(), Base);
	return Standin::FSharedAccess::Make<TSharedRef<ObjectType, Mode>>(Controller->Get(), Base);
}

template <typename ObjectType>
TSharedRef<ObjectType> MakeShareable(ObjectType* Object)
{
	return TSharedRef<ObjectType>(Object);
}

template <typename CastToType, typename CastFromType, ESPMode Mode>
TSharedPtr<CastToType, Mode> StaticCastSharedPtr(const TSharedPtr<CastFromType, Mode>& Pointer)
{
	if (!Pointer.IsValid())
	{
		return nullptr;
	}
	auto* Controller = Standin::FSharedAccess::Controller(Pointer);
	++Controller->Strong;
	return Standin::FSharedAccess::Make<TSharedPtr<CastToType, Mode>>(static_cast<CastToType*>(Pointer.Get()), Controller);
}

template <typename CastToType, typename CastFromType, ESPMode Mode>
TSharedRef<CastToType, Mode> StaticCastSharedRef(const TSharedRef<CastFromType, Mode>& Reference)
{
	return StaticCastSharedPtr<CastToType>(Reference.ToSharedPtr()).ToSharedRef();
}

template <typename ObjectType, ESPMode Mode>
bool operator==(TYPE_OF_NULLPTR, const TSharedPtr<ObjectType, Mode>& Pointer)
{
	return Pointer.Get() == nullptr;
}
