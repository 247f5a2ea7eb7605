/**
 * TFunction, TUniqueFunction, TFunctionRef. Calling an empty one is fatal.
 */
#pragma once

#include "Templates/UnrealTemplate.h"

namespace Standin
{
	template <typename RetType, typename... ParamTypes>
	struct TCallable
	{
		virtual ~TCallable() = default;
		virtual RetType Call(ParamTypes... Params) = 0;
		virtual TCallable* Clone() const = 0;
	};

	template <typename FuncType, bool bCopyable, typename RetType, typename... ParamTypes>
	struct TCallableOf final : TCallable<RetType, ParamTypes...>
	{
		template <typename ArgType>
		explicit TCallableOf(ArgType&& InFunc) : Func(Forward<ArgType>(InFunc)) {}

		RetType Call(ParamTypes... Params) override { return static_cast<RetType>(Func(Forward<ParamTypes>(Params)...)); }

		TCallable<RetType, ParamTypes...>* Clone() const override
		{
			if constexpr (bCopyable)
			{
				return new TCallableOf(Func);
			}
			else
			{
				return nullptr;
			}
		}

		FuncType Func;
	};
}

template <typename FuncType>
class TFunction;
template <typename FuncType>
class TUniqueFunction;
template <typename FuncType>
class TFunctionRef;

template <typename RetType, typename... ParamTypes>
class TFunction<RetType(ParamTypes...)>
{
public:
	TFunction(TYPE_OF_NULLPTR = nullptr) {}

	template <typename FunctorType, typename Plain = std::decay_t<FunctorType>,
		typename = std::enable_if_t<!std::is_same_v<Plain, TFunction> && std::is_invocable_r_v<RetType, Plain&, ParamTypes...>>>
	TFunction(FunctorType&& Functor)
	{
		static_assert(std::is_copy_constructible_v<Plain>, "a TFunction can be copied, so what it holds must be");
		Callable = new Standin::TCallableOf<Plain, true, RetType, ParamTypes...>(Forward<FunctorType>(Functor));
	}

	TFunction(const TFunction& Other) : Callable(Other.Callable ? Other.Callable->Clone() : nullptr) {}
	TFunction(TFunction&& Other) noexcept : Callable(Exchange(Other.Callable, nullptr)) {}
	~TFunction() { delete Callable; }

	TFunction& operator=(TFunction Other)
	{
		Swap(Callable, Other.Callable);
		return *this;
	}

	RetType operator()(ParamTypes... Params) const
	{
		STANDIN_STRICT(Callable != nullptr, "an unbound TFunction was called");
		return Callable->Call(Forward<ParamTypes>(Params)...);
	}

	bool IsSet() const { return Callable != nullptr; }
	explicit operator bool() const { return IsSet(); }
	bool operator==(TYPE_OF_NULLPTR) const { return !IsSet(); }
	bool operator!=(TYPE_OF_NULLPTR) const { return IsSet(); }
	void Reset() { *this = nullptr; }

private:
	Standin::TCallable<RetType, ParamTypes...>* Callable = nullptr;
};

template <typename RetType, typename... ParamTypes>
class TUniqueFunction<RetType(ParamTypes...)>
{
public:
	TUniqueFunction(TYPE_OF_NULLPTR = nullptr) {}

	template <typename FunctorType, typename Plain = std::decay_t<FunctorType>,
		typename = std::enable_if_t<!std::is_same_v<Plain, TUniqueFunction> && std::is_invocable_r_v<RetType, Plain&, ParamTypes...>>>
	TUniqueFunction(FunctorType&& Functor)
	{
		Callable = new Standin::TCallableOf<Plain, false, RetType, ParamTypes...>(Forward<FunctorType>(Functor));
	}

	TUniqueFunction(TUniqueFunction&& Other) noexcept : Callable(Exchange(Other.Callable, nullptr)) {}
	TUniqueFunction(const TUniqueFunction&) = delete;
	TUniqueFunction& operator=(const TUniqueFunction&) = delete;
	~TUniqueFunction() { delete Callable; }

	TUniqueFunction& operator=(TUniqueFunction&& Other)
	{
		Swap(Callable, Other.Callable);
		return *this;
	}

	RetType operator()(ParamTypes... Params) const
	{
		STANDIN_STRICT(Callable != nullptr, "an unbound TUniqueFunction was called");
		return Callable->Call(Forward<ParamTypes>(Params)...);
	}

	bool IsSet() const { return Callable != nullptr; }
	explicit operator bool() const { return IsSet(); }

private:
	Standin::TCallable<RetType, ParamTypes...>* Callable = nullptr;
};

template <typename RetType, typename... ParamTypes>
class TFunctionRef<RetType(ParamTypes...)>
{
public:
	template <typename FunctorType, typename Plain = std::decay_t<FunctorType>,
		typename = std::enable_if_t<!std::is_same_v<Plain, TFunctionRef> && std::is_invocable_r_v<RetType, Plain&, ParamTypes...>>>
	TFunctionRef(FunctorType&& Functor)
		: Object(const_cast<void*>(static_cast<const void*>(&Functor)))
		, Caller([](void* InObject, ParamTypes... Params) -> RetType
			{ return (*static_cast<std::remove_reference_t<FunctorType>*>(InObject))(Forward<ParamTypes>(Params)...); })
	{
	}

	RetType operator()(ParamTypes... Params) const { return Caller(Object, Forward<ParamTypes>(Params)...); }

private:
	void* Object;
	RetType (*Caller)(void*, ParamTypes...);
};
