/**
 * UObject: made by NewObject only, on the game thread only, and gone when nothing reflected refers to it.
 */
#pragma once

#include "CoreMinimal.h"
#include "UObject/ObjectFlags.h"
#include "UObject/ObjectMacros.h"
#include "UObject/Reflection.h"
#include "UObject/UObjectGlobals.h"

class FDataValidationContext;
class FReferenceCollector;
class UWorld;
struct FPropertyChangedEvent;

enum class EDataValidationResult : uint8
{
	Invalid,
	Valid,
	NotValidated
};

namespace Standin
{
	struct FObjects;
}

class COREUOBJECT_API UObject
{
public:
	using ThisClass = UObject;

	static UClass* StaticClass();

	UObject();
	explicit UObject(const FObjectInitializer& ObjectInitializer);
	explicit UObject(FVTableHelper& Helper);
	virtual ~UObject();
	UObject(const UObject&) = delete;
	UObject& operator=(const UObject&) = delete;

	UClass* GetClass() const { return ClassPrivate; }
	UObject* GetOuter() const { return OuterPrivate; }
	UPackage* GetPackage() const;
	UPackage* GetOutermost() const { return GetPackage(); }
	FName GetFName() const { return NamePrivate; }
	FString GetName() const { return NamePrivate.ToString(); }
	FString GetPathName() const;
	FString GetFullName() const;
	uint32 GetUniqueID() const { return static_cast<uint32>(InternalIndex); }

	bool HasAnyFlags(EObjectFlags FlagsToCheck) const { return (Flags & FlagsToCheck) != 0; }
	bool HasAllFlags(EObjectFlags FlagsToCheck) const { return (Flags & FlagsToCheck) == static_cast<uint32>(FlagsToCheck); }
	EObjectFlags GetFlags() const { return static_cast<EObjectFlags>(Flags); }
	void SetFlags(EObjectFlags NewFlags) { Flags |= NewFlags; }
	void ClearFlags(EObjectFlags FlagsToClear) { Flags &= ~static_cast<uint32>(FlagsToClear); }
	bool IsTemplate() const { return HasAnyFlags(RF_ClassDefaultObject); }

	bool IsA(const UClass* SomeBase) const;
	template <class T>
	bool IsA() const
	{
		return IsA(T::StaticClass());
	}
	bool IsIn(const UObject* SomeOuter) const;

	template <typename T>
	T* GetTypedOuter() const
	{
		for (UObject* Outer = GetOuter(); Outer; Outer = Outer->GetOuter())
		{
			if (Outer->IsA(T::StaticClass()))
			{
				return static_cast<T*>(Outer);
			}
		}
		return nullptr;
	}

	void AddToRoot();
	void RemoveFromRoot();
	bool IsRooted() const;
	void MarkAsGarbage();
	bool IsUnreachable() const;
	bool ConditionalBeginDestroy();

	/** What derived classes do at the beginning of their end; they must call it. */
	virtual void BeginDestroy();
	virtual bool IsReadyForFinishDestroy() { return true; }
	virtual void FinishDestroy();

	virtual void PostInitProperties() {}
	virtual void PostReloadConfig() {}
	virtual UWorld* GetWorld() const;
#if WITH_EDITOR
	virtual void PostEditChangeProperty(FPropertyChangedEvent&) {}
	virtual EDataValidationResult IsDataValid(FDataValidationContext&) const { return EDataValidationResult::NotValidated; }
#endif

	UFunction* FindFunction(FName InName) const;
	UFunction* FindFunctionChecked(FName InName) const;
	/** Calls a function by its record; a Blueprint's before the one in C++. */
	virtual void ProcessEvent(UFunction* Function, void* Parms);

	void LoadConfig();
	void ReloadConfig();

	/** Stand-in: what the engine's own classes hold beyond their reflected properties. */
	virtual void AddReferenced_Internal(FReferenceCollector&) {}

protected:
	template <class TReturnType>
	TReturnType* CreateDefaultSubobject(FName SubobjectName);

private:
	friend struct Standin::FObjects;

	UClass* ClassPrivate = nullptr;
	UObject* OuterPrivate = nullptr;
	FName NamePrivate;
	uint32 Flags = 0;
	int32 InternalIndex = INDEX_NONE;
	bool bBeginDestroyRouted = false;
};

#include "UObject/Class.h"
#include "UObject/ObjectPtr.h"
