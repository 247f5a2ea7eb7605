/**
 * Dynamic delegates: from a name to a function.
 */

#include "UObject/ScriptDelegates.h"

#include "UObject/Class.h"

bool FScriptDelegate::IsBound() const
{
	const UObject* Owner = Object.Get();
	return Owner && !FunctionName.IsNone() && Owner->FindFunction(FunctionName);
}

void FScriptDelegate::BindUFunction(UObject* InObject, const FName& InFunctionName)
{
	Object = FWeakObjectPtr(InObject);
	FunctionName = InFunctionName;
}

void FScriptDelegate::Unbind()
{
	Object.Reset();
	FunctionName = FName();
}

UObject* FScriptDelegate::GetUObject() const
{
	return Object.Get();
}

bool FScriptDelegate::IsBoundToObject(const void* InUserObject) const
{
	return InUserObject && Object.Get() == InUserObject;
}

void FScriptDelegate::Process_Internal(void* Parameters) const
{
	UObject* Owner = Object.Get();
	checkf(Owner, TEXT("a dynamic delegate to %s was executed, whose object is gone"), *FunctionName.ToString());
	Owner->ProcessEvent(Owner->FindFunctionChecked(FunctionName), Parameters);
}

bool FMulticastScriptDelegate::IsBound() const
{
	return InvocationList.Num() > 0;
}

bool FMulticastScriptDelegate::Contains(const FScriptDelegate& InDelegate) const
{
	return InvocationList.Contains(InDelegate);
}

bool FMulticastScriptDelegate::Contains(const UObject* InObject, FName InFunctionName) const
{
	return InvocationList.ContainsByPredicate([InObject, InFunctionName](const FScriptDelegate& Delegate)
		{ return Delegate.IsBoundToObject(InObject) && Delegate.GetFunctionName() == InFunctionName; });
}

void FMulticastScriptDelegate::Add(const FScriptDelegate& InDelegate)
{
	STANDIN_STRICT(IsInGameThread(), "a dynamic delegate is bound off the game thread");
	ensureMsgf(!Contains(InDelegate), TEXT("%s is bound already"), *InDelegate.GetFunctionName().ToString());
	InvocationList.RemoveAll([](const FScriptDelegate& Delegate) { return !Delegate.IsBound(); });
	InvocationList.Add(InDelegate);
}

void FMulticastScriptDelegate::AddUnique(const FScriptDelegate& InDelegate)
{
	if (!Contains(InDelegate))
	{
		Add(InDelegate);
	}
}

void FMulticastScriptDelegate::Remove(const FScriptDelegate& InDelegate)
{
	InvocationList.Remove(InDelegate);
}

void FMulticastScriptDelegate::Remove(const UObject* InObject, FName InFunctionName)
{
	InvocationList.RemoveAll([InObject, InFunctionName](const FScriptDelegate& Delegate)
		{ return Delegate.IsBoundToObject(InObject) && Delegate.GetFunctionName() == InFunctionName; });
}

void FMulticastScriptDelegate::RemoveAll(const UObject* InObject)
{
	InvocationList.RemoveAll([InObject](const FScriptDelegate& Delegate) { return Delegate.IsBoundToObject(InObject); });
}

void FMulticastScriptDelegate::Clear()
{
	InvocationList.Empty();
}

TArray<UObject*> FMulticastScriptDelegate::GetAllObjects() const
{
	TArray<UObject*> Objects;
	for (const FScriptDelegate& Delegate : InvocationList)
	{
		if (UObject* Object = Delegate.GetUObject())
		{
			Objects.Add(Object);
		}
	}
	return Objects;
}

void FMulticastScriptDelegate::Process_Internal(void* Parameters) const
{
	STANDIN_STRICT(IsInGameThread(), "a dynamic delegate was broadcast off the game thread");
	const TArray<FScriptDelegate> Copied(InvocationList);
	for (const FScriptDelegate& Delegate : Copied)
	{
		if (Delegate.IsBound())
		{
			Delegate.ProcessDelegate<UObject>(Parameters);
		}
	}
}
