/**
 * Delegates, with their ways to bind. What is bound weakly is not called when it is gone.
 */
#pragma once

#include "Delegates/DelegateInstances.h"
#include "UObject/ScriptDelegates.h"

struct FDefaultDelegateUserPolicy
{
};
struct FDefaultTSDelegateUserPolicy
{
};

template <typename DelegateSignature, typename UserPolicy = FDefaultDelegateUserPolicy>
class TDelegate;

template <typename InRetValType, typename... ParamTypes, typename UserPolicy>
class TDelegate<InRetValType(ParamTypes...), UserPolicy>
{
	using FInstance = Standin::TDelegateInstance<InRetValType, ParamTypes...>;

	template <typename Class, typename... Vars>
	using TMethod = InRetValType (Class::*)(ParamTypes..., Vars...);
	template <typename Class, typename... Vars>
	using TConstMethod = InRetValType (Class::*)(ParamTypes..., Vars...) const;

public:
	using RetValType = InRetValType;

	TDelegate() = default;
	TDelegate(TYPE_OF_NULLPTR) {}

	template <typename... Vars>
	static TDelegate CreateStatic(typename Standin::TIdentity<InRetValType (*)(ParamTypes..., std::decay_t<Vars>...)>::Type Func, Vars&&... Values)
	{
		return Made(nullptr, Standin::FNoOwner(), [=](ParamTypes... Params) -> InRetValType { return Func(Forward<ParamTypes>(Params)..., Values...); });
	}

	template <typename FunctorType, typename... Vars>
	static TDelegate CreateLambda(FunctorType&& Functor, Vars&&... Values)
	{
		return Made(nullptr, Standin::FNoOwner(), Standin::WithPayload<InRetValType, ParamTypes...>(Forward<FunctorType>(Functor), Forward<Vars>(Values)...));
	}

	template <typename UserClass, typename FunctorType, typename... Vars>
	static TDelegate CreateWeakLambda(UserClass* Object, FunctorType&& Functor, Vars&&... Values)
	{
		static_assert(std::is_base_of_v<UObject, UserClass>, "a weak lambda needs a UObject");
		return Made(Object, Standin::TObjectOwner<UserClass>(Object), Standin::WithPayload<InRetValType, ParamTypes...>(Forward<FunctorType>(Functor), Forward<Vars>(Values)...));
	}

#define STANDIN_CREATE_METHOD(Method) \
	template <typename UserClass, typename... Vars> \
	static TDelegate CreateRaw(UserClass* Object, typename Standin::TIdentity<Method<UserClass, std::decay_t<Vars>...>>::Type Func, Vars&&... Values) \
	{ \
		static_assert(!std::is_base_of_v<UObject, UserClass>, "You cannot use raw method delegates with UObjects."); \
		return Made(Object, Standin::FNoOwner(), [=](ParamTypes... Params) -> InRetValType { return (Object->*Func)(Forward<ParamTypes>(Params)..., Values...); }); \
	} \
	template <typename UserClass, typename... Vars> \
	static TDelegate CreateUObject(UserClass* Object, typename Standin::TIdentity<Method<UserClass, std::decay_t<Vars>...>>::Type Func, Vars&&... Values) \
	{ \
		static_assert(std::is_base_of_v<UObject, UserClass>, "You cannot use UObject method delegates with raw pointers."); \
		return Made(Object, Standin::TObjectOwner<UserClass>(Object), [=](ParamTypes... Params) -> InRetValType { return (Object->*Func)(Forward<ParamTypes>(Params)..., Values...); }); \
	} \
	template <typename UserClass, ESPMode Mode, typename... Vars> \
	static TDelegate CreateSP(const TSharedRef<UserClass, Mode>& Object, typename Standin::TIdentity<Method<UserClass, std::decay_t<Vars>...>>::Type Func, Vars&&... Values) \
	{ \
		UserClass* Pointer = &Object.Get(); \
		return Made(Pointer, Standin::TSharedOwner<UserClass, Mode>(Object), [=](ParamTypes... Params) -> InRetValType { return (Pointer->*Func)(Forward<ParamTypes>(Params)..., Values...); }); \
	} \
	template <typename UserClass, typename... Vars> \
	static TDelegate CreateSP(UserClass* Object, typename Standin::TIdentity<Method<UserClass, std::decay_t<Vars>...>>::Type Func, Vars&&... Values) \
	{ \
		return CreateSP(StaticCastSharedRef<UserClass>(Object->AsShared()), Func, Forward<Vars>(Values)...); \
	}

	STANDIN_CREATE_METHOD(TMethod)
	STANDIN_CREATE_METHOD(TConstMethod)
#undef STANDIN_CREATE_METHOD

	template <typename UserClass, typename MethodType, typename... Vars>
	void BindRaw(UserClass* Object, MethodType Func, Vars&&... Values) { *this = CreateRaw(Object, Func, Forward<Vars>(Values)...); }
	template <typename UserClass, typename MethodType, typename... Vars>
	void BindUObject(UserClass* Object, MethodType Func, Vars&&... Values) { *this = CreateUObject(Object, Func, Forward<Vars>(Values)...); }
	template <typename UserClass, typename MethodType, typename... Vars>
	void BindSP(UserClass&& Object, MethodType Func, Vars&&... Values) { *this = CreateSP(Forward<UserClass>(Object), Func, Forward<Vars>(Values)...); }
	template <typename FuncType, typename... Vars>
	void BindStatic(FuncType Func, Vars&&... Values) { *this = CreateStatic(Func, Forward<Vars>(Values)...); }
	template <typename FunctorType, typename... Vars>
	void BindLambda(FunctorType&& Functor, Vars&&... Values) { *this = CreateLambda(Forward<FunctorType>(Functor), Forward<Vars>(Values)...); }
	template <typename UserClass, typename FunctorType, typename... Vars>
	void BindWeakLambda(UserClass* Object, FunctorType&& Functor, Vars&&... Values) { *this = CreateWeakLambda(Object, Forward<FunctorType>(Functor), Forward<Vars>(Values)...); }

	/** False for what is bound to something that is gone. */
	bool IsBound() const { return Instance.IsValid() && Instance->IsSafeToExecute(); }

	bool IsBoundToObject(const void* Object) const { return Instance.IsValid() && Instance->Object == Object && Object; }

	void Unbind() { Instance.Reset(); }

	FDelegateHandle GetHandle() const { return Instance.IsValid() ? Instance->Handle : FDelegateHandle(); }

	InRetValType Execute(ParamTypes... Params) const
	{
		STANDIN_STRICT(IsBound(), "an unbound delegate was executed");
		// Kept: whoever is called may unbind it.
		const TSharedPtr<FInstance> Kept = Instance;
		return Kept->Execute(Forward<ParamTypes>(Params)...);
	}

	template <typename Result = InRetValType>
	std::enable_if_t<std::is_void_v<Result>, bool> ExecuteIfBound(ParamTypes... Params) const
	{
		if (!IsBound())
		{
			return false;
		}
		Execute(Forward<ParamTypes>(Params)...);
		return true;
	}

private:
	template <typename OwnerType, typename CallType>
	static TDelegate Made(const void* Object, OwnerType Owner, CallType Call)
	{
		TDelegate Delegate;
		Delegate.Instance = TSharedPtr<FInstance>(new Standin::TDelegateInstanceOf<OwnerType, CallType, InRetValType, ParamTypes...>(Object, MoveTemp(Owner), MoveTemp(Call)));
		return Delegate;
	}

	TSharedPtr<FInstance> Instance;
};

template <typename DelegateSignature, typename UserPolicy = FDefaultDelegateUserPolicy>
class TMulticastDelegate;

template <typename... ParamTypes, typename UserPolicy>
class TMulticastDelegate<void(ParamTypes...), UserPolicy>
{
public:
	using FDelegate = TDelegate<void(ParamTypes...)>;

	TMulticastDelegate() = default;

	FDelegateHandle Add(FDelegate&& Delegate) { return Add(static_cast<const FDelegate&>(Delegate)); }

	FDelegateHandle Add(const FDelegate& Delegate)
	{
		STANDIN_STRICT(Delegate.GetHandle().IsValid(), "an unbound delegate was added");
		InvocationList.Add(Delegate);
		return Delegate.GetHandle();
	}

	template <typename UserClass, typename MethodType, typename... Vars>
	FDelegateHandle AddRaw(UserClass* Object, MethodType Func, Vars&&... Values) { return Add(FDelegate::CreateRaw(Object, Func, Forward<Vars>(Values)...)); }
	template <typename UserClass, typename MethodType, typename... Vars>
	FDelegateHandle AddUObject(UserClass* Object, MethodType Func, Vars&&... Values) { return Add(FDelegate::CreateUObject(Object, Func, Forward<Vars>(Values)...)); }
	template <typename UserClass, typename MethodType, typename... Vars>
	FDelegateHandle AddSP(UserClass&& Object, MethodType Func, Vars&&... Values) { return Add(FDelegate::CreateSP(Forward<UserClass>(Object), Func, Forward<Vars>(Values)...)); }
	template <typename FuncType, typename... Vars>
	FDelegateHandle AddStatic(FuncType Func, Vars&&... Values) { return Add(FDelegate::CreateStatic(Func, Forward<Vars>(Values)...)); }
	template <typename FunctorType, typename... Vars>
	FDelegateHandle AddLambda(FunctorType&& Functor, Vars&&... Values) { return Add(FDelegate::CreateLambda(Forward<FunctorType>(Functor), Forward<Vars>(Values)...)); }
	template <typename UserClass, typename FunctorType, typename... Vars>
	FDelegateHandle AddWeakLambda(UserClass* Object, FunctorType&& Functor, Vars&&... Values) { return Add(FDelegate::CreateWeakLambda(Object, Forward<FunctorType>(Functor), Forward<Vars>(Values)...)); }

	bool Remove(FDelegateHandle Handle)
	{
		return RemoveIf([&Handle](const FDelegate& Delegate) { return Delegate.GetHandle() == Handle; }) > 0;
	}

	int32 RemoveAll(const void* Object)
	{
		return RemoveIf([Object](const FDelegate& Delegate) { return Delegate.IsBoundToObject(Object); });
	}

	void Clear()
	{
		RemoveIf([](const FDelegate&) { return true; });
	}

	bool IsBound() const
	{
		return InvocationList.ContainsByPredicate([](const FDelegate& Delegate) { return Delegate.IsBound(); });
	}

	bool IsBoundToObject(const void* Object) const
	{
		return InvocationList.ContainsByPredicate([Object](const FDelegate& Delegate) { return Delegate.IsBoundToObject(Object); });
	}

	/** Backwards, as in the engine; who is added meanwhile waits for the next time. */
	void Broadcast(ParamTypes... Params) const
	{
		if constexpr (!std::is_same_v<UserPolicy, FDefaultTSDelegateUserPolicy>)
		{
			STANDIN_STRICT(IsInGameThread(), "a multicast delegate was broadcast off the game thread");
		}
		++Locked;
		for (int32 Index = InvocationList.Num() - 1; Index >= 0; --Index)
		{
			const FDelegate Delegate = InvocationList[Index];
			Delegate.ExecuteIfBound(Params...);
		}
		if (--Locked == 0)
		{
			InvocationList.RemoveAll([](const FDelegate& Delegate) { return !Delegate.IsBound(); });
		}
	}

private:
	template <typename PredicateType>
	int32 RemoveIf(PredicateType Predicate)
	{
		if (!Locked)
		{
			return InvocationList.RemoveAll(Predicate);
		}
		int32 Removed = 0;
		for (FDelegate& Delegate : InvocationList)
		{
			if (Predicate(Delegate))
			{
				Delegate.Unbind();
				++Removed;
			}
		}
		return Removed;
	}

	mutable TArray<FDelegate> InvocationList;
	mutable int32 Locked = 0;
};

template <typename Signature>
using TTSMulticastDelegate = TMulticastDelegate<Signature, FDefaultTSDelegateUserPolicy>;

#include "Delegates/DelegateCombinations.h"
#include "Delegates/DynamicDelegates.h"

DECLARE_DELEGATE(FSimpleDelegate);
DECLARE_MULTICAST_DELEGATE(FSimpleMulticastDelegate);
