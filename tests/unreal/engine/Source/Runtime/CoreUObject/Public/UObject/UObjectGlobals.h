/**
 * Making, finding and collecting objects.
 */
#pragma once

#include "CoreMinimal.h"
#include "CoreGlobals.h"
#include "UObject/ObjectFlags.h"

class UClass;
class UObject;
class UPackage;

/** Where the object that is being made lies; valid while its constructor runs. */
class COREUOBJECT_API FObjectInitializer
{
public:
	/** Of the object that is being made just now; fatal if there is none. */
	static FObjectInitializer& Get();

	UObject* GetObj() const { return Memory; }
	UClass* GetClass() const { return Class; }

	/** Stand-in only. */
	UObject* Memory = nullptr;
	UClass* Class = nullptr;
	UObject* Outer = nullptr;
	FName Name;
	uint32 Flags = 0;
	int32 Index = INDEX_NONE;
	FObjectInitializer* Before = nullptr;
};

/** For the engine's hot reload, which is not played. */
class COREUOBJECT_API FVTableHelper
{
};

COREUOBJECT_API UObject* StaticConstructObject_Internal(UClass* Class, UObject* Outer, FName Name, EObjectFlags Flags);
COREUOBJECT_API UPackage* GetTransientPackage();
COREUOBJECT_API UObject* GetTransientPackageAsObject();

template <class T>
T* NewObject(UObject* Outer, const UClass* Class, FName Name = NAME_None, EObjectFlags Flags = RF_NoFlags)
{
	static_assert(sizeof(T) != 0, "NewObject of an incomplete class");
	return static_cast<T*>(StaticConstructObject_Internal(const_cast<UClass*>(Class), Outer, Name, Flags));
}

template <class T>
T* NewObject(UObject* Outer = GetTransientPackageAsObject())
{
	return NewObject<T>(Outer, T::StaticClass());
}

template <class T>
T* NewObject(UObject* Outer, FName Name, EObjectFlags Flags = RF_NoFlags)
{
	return NewObject<T>(Outer, T::StaticClass(), Name, Flags);
}

#define GARBAGE_COLLECTION_KEEPFLAGS (GIsEditor ? RF_Standalone : RF_NoFlags)

/** All of it at once: finds what is not reached, tells it, and frees its memory. */
COREUOBJECT_API void CollectGarbage(EObjectFlags KeepFlags, bool bPerformFullPurge = true);
COREUOBJECT_API bool IsGarbageCollecting();

struct COREUOBJECT_API FCoreUObjectDelegates
{
	static FSimpleMulticastDelegate& GetPreGarbageCollectDelegate();
	static FSimpleMulticastDelegate& GetPostGarbageCollect();
};
