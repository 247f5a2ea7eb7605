/**
 * Dynamic delegates: bound by an object and the name of its UFUNCTION, with the method's type checked on the way.
 */
#pragma once

#include "UObject/ScriptDelegates.h"

namespace Standin
{
	/** `&UThing::Handle` gives `Handle`. */
	inline FName FunctionName(const TCHAR* Expression)
	{
		const TCHAR* Name = Expression;
		for (const TCHAR* At = Expression; *At; ++At)
		{
			if (At[0] == u':')
			{
				Name = At + 1;
			}
		}
		STANDIN_STRICT(Name != Expression, "a dynamic delegate takes &UThing::Function");
		return FName(Name);
	}
}

template <typename TWeakPtr, typename RetValType, typename... ParamTypes>
class TBaseDynamicDelegate : public FScriptDelegate
{
public:
	template <class UserClass>
	using TMethodPtr = RetValType (UserClass::*)(ParamTypes...);

	template <class UserClass>
	void __Internal_BindDynamic(UserClass* InUserObject, typename Standin::TIdentity<TMethodPtr<UserClass>>::Type InMethodPtr, FName InFunctionName)
	{
		check(InUserObject != nullptr && InMethodPtr != nullptr);
		BindUFunction(InUserObject, InFunctionName);
		ensureMsgf(IsBound(), TEXT("Unable to bind delegate to '%s' (function might not be marked as a UFUNCTION or object may be pending kill)"),
			*InFunctionName.ToString());
	}
};

template <typename TWeakPtr, typename RetValType, typename... ParamTypes>
class TBaseDynamicMulticastDelegate : public FMulticastScriptDelegate
{
public:
	using FDelegate = FScriptDelegate;

	template <class UserClass>
	using TMethodPtr = RetValType (UserClass::*)(ParamTypes...);

	template <class UserClass>
	bool __Internal_IsAlreadyBound(UserClass* InUserObject, typename Standin::TIdentity<TMethodPtr<UserClass>>::Type InMethodPtr, FName InFunctionName) const
	{
		check(InUserObject != nullptr && InMethodPtr != nullptr);
		return Contains(InUserObject, InFunctionName);
	}

	template <class UserClass>
	void __Internal_AddDynamic(UserClass* InUserObject, typename Standin::TIdentity<TMethodPtr<UserClass>>::Type InMethodPtr, FName InFunctionName)
	{
		Add(Bound(InUserObject, InMethodPtr, InFunctionName));
	}

	template <class UserClass>
	void __Internal_AddUniqueDynamic(UserClass* InUserObject, typename Standin::TIdentity<TMethodPtr<UserClass>>::Type InMethodPtr, FName InFunctionName)
	{
		AddUnique(Bound(InUserObject, InMethodPtr, InFunctionName));
	}

	template <class UserClass>
	void __Internal_RemoveDynamic(UserClass* InUserObject, typename Standin::TIdentity<TMethodPtr<UserClass>>::Type InMethodPtr, FName InFunctionName)
	{
		check(InUserObject != nullptr && InMethodPtr != nullptr);
		Remove(InUserObject, InFunctionName);
	}

private:
	template <class UserClass>
	static FDelegate Bound(UserClass* InUserObject, TMethodPtr<UserClass> InMethodPtr, FName InFunctionName)
	{
		check(InUserObject != nullptr && InMethodPtr != nullptr);
		FDelegate Delegate;
		Delegate.BindUFunction(InUserObject, InFunctionName);
		ensureMsgf(Delegate.IsBound(), TEXT("Unable to bind delegate to '%s' (function might not be marked as a UFUNCTION or object may be pending kill)"),
			*InFunctionName.ToString());
		return Delegate;
	}
};

#define STATIC_FUNCTION_FNAME(Expression) ::Standin::FunctionName(Expression)
#define BindDynamic(UserObject, FuncName) __Internal_BindDynamic(UserObject, FuncName, STATIC_FUNCTION_FNAME(TEXT(#FuncName)))
#define AddDynamic(UserObject, FuncName) __Internal_AddDynamic(UserObject, FuncName, STATIC_FUNCTION_FNAME(TEXT(#FuncName)))
#define AddUniqueDynamic(UserObject, FuncName) __Internal_AddUniqueDynamic(UserObject, FuncName, STATIC_FUNCTION_FNAME(TEXT(#FuncName)))
#define RemoveDynamic(UserObject, FuncName) __Internal_RemoveDynamic(UserObject, FuncName, STATIC_FUNCTION_FNAME(TEXT(#FuncName)))
#define IsAlreadyBound(UserObject, FuncName) __Internal_IsAlreadyBound(UserObject, FuncName, STATIC_FUNCTION_FNAME(TEXT(#FuncName)))
