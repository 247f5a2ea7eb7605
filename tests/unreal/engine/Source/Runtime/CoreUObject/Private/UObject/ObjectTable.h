/**
 * The table of all objects. Its own file may be included by CoreUObject's only.
 */
#pragma once

#include "UObject/GCObject.h"

namespace Standin
{
	struct FObjectItem
	{
		UObject* Object = nullptr;
		/** Grows with each object that takes this place, so that weak pointers to the one before see that it is gone. */
		int32 Serial = 0;
		bool bRooted = false;
		/** Classes, functions, packages: there until the process ends. */
		bool bPermanent = false;
		bool bGarbage = false;
		bool bUnreachable = false;
		bool bMarked = false;
	};

	struct FObjects
	{
		TArray<FObjectItem> Items;
		TArray<FGCObject*> Holders;
		bool bCollecting = false;

		static FObjects& Get();

		int32 Take();
		FObjectItem& ItemOf(const UObject* Object) { return Items[Object->InternalIndex]; }

		/** Calls the class's constructor in fresh memory. */
		UObject* Construct(UClass* Class, UObject* Outer, FName Name, uint32 Flags);
		/** A class, function or package: made before there are classes. */
		UObject* ConstructPermanent(SIZE_T Size, void (*Constructor)(const FObjectInitializer&), UObject* Outer, FName Name);
		static void SetClass(UObject* Object, UClass* Class) { Object->ClassPrivate = Class; }
		static void SetOuter(UObject* Object, UObject* Outer) { Object->OuterPrivate = Outer; }

		void Collect(uint32 KeepFlags);
		/** The engine's route through the end of one object. */
		bool BeginDestroy(UObject* Object);

		template <typename T>
		T* Permanent(UObject* Outer, FName Name)
		{
			UObject* Made = ConstructPermanent(sizeof(T), [](const FObjectInitializer& Initializer)
				{ ::new (static_cast<void*>(Initializer.GetObj())) T(Initializer); }, Outer, Name);
			return static_cast<T*>(Made);
		}

	private:
		void Mark(UObject* Object, TArray<UObject*>& Work);
		void MarkFrom(uint32 KeepFlags);
		void Free(UObject* Object);

		friend class FMarker;
	};

	/** A package by its name, made when it is asked for first. */
	UPackage* FindOrMakePackage(const TCHAR* Name);
}
