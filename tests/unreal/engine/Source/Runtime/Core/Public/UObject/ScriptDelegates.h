/**
 * Delegates that find their function by its name, through reflection. What they do is CoreUObject's.
 */
#pragma once

#include "Containers/Array.h"
#include "UObject/NameTypes.h"
#include "UObject/WeakObjectPtr.h"

class DLLEXPORT FScriptDelegate
{
public:
	/** Whether the object lives and has a UFUNCTION of that name. */
	bool IsBound() const;
	void BindUFunction(UObject* InObject, const FName& InFunctionName);
	void Unbind();
	void Clear() { Unbind(); }
	UObject* GetUObject() const;
	FName GetFunctionName() const { return FunctionName; }
	bool IsBoundToObject(const void* InUserObject) const;

	template <class UObjectTemplate>
	void ProcessDelegate(void* Parameters) const
	{
		Process_Internal(Parameters);
	}

	friend bool operator==(const FScriptDelegate& First, const FScriptDelegate& Second)
	{
		return First.Object == Second.Object && First.FunctionName == Second.FunctionName;
	}

protected:
	void Process_Internal(void* Parameters) const;

	FWeakObjectPtr Object;
	FName FunctionName;
};

class DLLEXPORT FMulticastScriptDelegate
{
public:
	bool IsBound() const;
	bool Contains(const FScriptDelegate& InDelegate) const;
	bool Contains(const UObject* InObject, FName InFunctionName) const;
	/** Fatal if it is there already, as the engine's is in builds that check. */
	void Add(const FScriptDelegate& InDelegate);
	void AddUnique(const FScriptDelegate& InDelegate);
	void Remove(const FScriptDelegate& InDelegate);
	void Remove(const UObject* InObject, FName InFunctionName);
	void RemoveAll(const UObject* InObject);
	void Clear();
	TArray<UObject*> GetAllObjects() const;

	/** Over a copy of the list: whoever is called may change it, and may destroy what holds it. Game thread only. */
	template <class UObjectTemplate>
	void ProcessMulticastDelegate(void* Parameters) const
	{
		Process_Internal(Parameters);
	}

protected:
	void Process_Internal(void* Parameters) const;

	mutable TArray<FScriptDelegate> InvocationList;
};
