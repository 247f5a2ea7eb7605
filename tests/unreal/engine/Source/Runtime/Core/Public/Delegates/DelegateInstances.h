/**
 * What a delegate holds: the call, and whether its owner still lives.
 */
#pragma once

#include "HAL/ThreadManager.h"
#include "Templates/SharedPointer.h"
#include "UObject/WeakObjectPtr.h"

class CORE_API FDelegateHandle
{
public:
	enum EGenerateNewHandleType
	{
		GenerateNewHandle
	};

	FDelegateHandle() = default;
	explicit FDelegateHandle(EGenerateNewHandleType);

	bool IsValid() const { return Id != 0; }
	void Reset() { Id = 0; }
	friend bool operator==(const FDelegateHandle& First, const FDelegateHandle& Second) { return First.Id == Second.Id; }
	friend bool operator!=(const FDelegateHandle& First, const FDelegateHandle& Second) { return First.Id != Second.Id; }

private:
	uint64 Id = 0;
};

namespace Standin
{
	template <typename RetType, typename... ParamTypes>
	struct TDelegateInstance
	{
		explicit TDelegateInstance(const void* InObject) : Object(InObject), Handle(FDelegateHandle::GenerateNewHandle) {}
		virtual ~TDelegateInstance() = default;
		virtual bool IsSafeToExecute() const = 0;
		virtual RetType Execute(ParamTypes... Params) = 0;

		const void* Object;
		FDelegateHandle Handle;
	};

	/** A static function, a lambda, or a raw pointer that its owner answers for. */
	struct FNoOwner
	{
		bool IsAlive() const { return true; }
	};

	template <typename T>
	struct TObjectOwner
	{
		explicit TObjectOwner(T* Object) : Weak(Object) {}
		bool IsAlive() const { return Weak.IsValid(); }
		TWeakObjectPtr<T> Weak;
	};

	template <typename T, ESPMode Mode>
	struct TSharedOwner
	{
		explicit TSharedOwner(const TSharedRef<T, Mode>& Object) : Weak(Object) {}
		bool IsAlive() const { return Weak.IsValid(); }
		TWeakPtr<T, Mode> Weak;
	};

	template <typename OwnerType, typename CallType, typename RetType, typename... ParamTypes>
	struct TDelegateInstanceOf final : TDelegateInstance<RetType, ParamTypes...>
	{
		TDelegateInstanceOf(const void* InObject, OwnerType&& InOwner, CallType&& InCall)
			: TDelegateInstance<RetType, ParamTypes...>(InObject), Owner(MoveTemp(InOwner)), Call(MoveTemp(InCall))
		{
		}

		bool IsSafeToExecute() const override { return Owner.IsAlive(); }
		RetType Execute(ParamTypes... Params) override { return Call(Forward<ParamTypes>(Params)...); }

		OwnerType Owner;
		CallType Call;
	};

	template <typename RetType, typename... ParamTypes, typename FunctorType, typename... Vars>
	auto WithPayload(FunctorType&& Functor, Vars&&... Values)
	{
		return [Functor = std::decay_t<FunctorType>(Forward<FunctorType>(Functor)), Values...](ParamTypes... Params) mutable -> RetType
		{
			return Functor(Forward<ParamTypes>(Params)..., Values...);
		};
	}
}
