/**
 * Objects from NewObject to the collector.
 *
 * The collector is as strict as the engine allows it to be: it may come in any frame, follows reflected properties, roots and
 * FGCObjects and nothing else, and what it frees is overwritten and really freed, so that a sanitizer sees who comes too late.
 */

#include "ObjectTable.h"

#include "Standin/Objects.h"
#include "UObject/UObjectIterator.h"

using Standin::FObjectItem;
using Standin::FObjects;

namespace
{
	FObjectInitializer* CurrentInitializer = nullptr;

	constexpr uint8 FreedPattern = 0xdb;

	class FInitializerScope
	{
	public:
		explicit FInitializerScope(FObjectInitializer& Initializer)
		{
			Initializer.Before = CurrentInitializer;
			CurrentInitializer = &Initializer;
		}

		~FInitializerScope() { CurrentInitializer = CurrentInitializer->Before; }
	};

	void CopyConfig(UObject* To, const UObject* From)
	{
		To->GetClass()->ForEachProperty_Internal([To, From](const Reflection::FProperty& Property)
			{
				if (!(Property.Flags & Reflection::CPF_Config))
				{
					return;
				}
				if (!Property.Container)
				{
					Reflection::ImportText(Property.Value, *Reflection::ExportText(Property.Value, Property.In(From)), Property.In(To));
				}
				else if (Property.Container->Add)
				{
					struct FCopy
					{
						const Reflection::FProperty& Property;
						UObject* To;
					} Copy{Property, To};
					Property.Container->Empty(Property.In(To));
					Property.Container->ForEach(const_cast<void*>(Property.In(From)), [](void* Context, void*, void* Element)
						{
							const FCopy& Into = *static_cast<FCopy*>(Context);
							void* Added = Into.Property.Container->Add(Into.Property.In(Into.To));
							Reflection::ImportText(*Into.Property.Element, *Reflection::ExportText(*Into.Property.Element, Element), Added);
						}, &Copy);
				}
			});
	}
}

FObjectInitializer& FObjectInitializer::Get()
{
	STANDIN_STRICT(CurrentInitializer != nullptr, "a UObject is made by NewObject only");
	return *CurrentInitializer;
}

FObjects& FObjects::Get()
{
	static FObjects* Made = new FObjects;
	return *Made;
}

int32 FObjects::Take()
{
	for (int32 Index = 0; Index < Items.Num(); ++Index)
	{
		if (!Items[Index].Object)
		{
			const int32 Serial = Items[Index].Serial;
			Items[Index] = FObjectItem();
			Items[Index].Serial = Serial + 1;
			return Index;
		}
	}
	FObjectItem Item;
	Item.Serial = 1;
	return Items.Add(Item);
}

UObject* FObjects::Construct(UClass* Class, UObject* Outer, FName Name, uint32 Flags)
{
	FObjectInitializer Initializer;
	Initializer.Class = Class;
	Initializer.Outer = Outer;
	Initializer.Name = Name;
	Initializer.Flags = Flags;
	Initializer.Index = Take();
	Initializer.Memory = static_cast<UObject*>(FMemory::MallocZeroed(Class->Record->Size, static_cast<uint32>(Class->Record->Alignment)));
	Items[Initializer.Index].Object = Initializer.Memory;
	const FInitializerScope Scope(Initializer);
	Class->Record->Construct(Initializer);
	return Initializer.Memory;
}

UObject* FObjects::ConstructPermanent(SIZE_T Size, void (*Constructor)(const FObjectInitializer&), UObject* Outer, FName Name)
{
	FObjectInitializer Initializer;
	Initializer.Outer = Outer;
	Initializer.Name = Name;
	Initializer.Index = Take();
	Initializer.Memory = static_cast<UObject*>(FMemory::MallocZeroed(Size));
	Items[Initializer.Index].Object = Initializer.Memory;
	Items[Initializer.Index].bPermanent = true;
	const FInitializerScope Scope(Initializer);
	Constructor(Initializer);
	return Initializer.Memory;
}

UObject* StaticConstructObject_Internal(UClass* Class, UObject* Outer, FName Name, EObjectFlags Flags)
{
	STANDIN_STRICT(IsInGameThread(), "UObjects are made on the game thread only");
	STANDIN_STRICT(!FObjects::Get().bCollecting, "a UObject is made while garbage is collected");
	check(Class != nullptr);
	checkf(Outer != nullptr, TEXT("NewObject called with a nullptr outer object (%s)"), *Class->GetName());
	STANDIN_STRICT(!CurrentInitializer || !Name.IsNone(), "NewObject with an empty name inside of a UObject's constructor: use CreateDefaultSubobject");
	checkf(!Class->HasAnyClassFlags(Reflection::CLASS_Abstract), TEXT("the class %s is abstract"), *Class->GetName());
	const UObject* Default = Class->GetDefaultObject();
	static int32 Counter = 0;
	if (Name.IsNone())
	{
		Name = FName(*FString::Printf(TEXT("%s_%d"), *Class->GetName(), Counter++));
	}
	UObject* Object = FObjects::Get().Construct(Class, Outer, Name, Flags);
	CopyConfig(Object, Default);
	Object->PostInitProperties();
	return Object;
}

UPackage* GetTransientPackage()
{
	return Standin::FindOrMakePackage(TEXT("/Engine/Transient"));
}

UObject* GetTransientPackageAsObject()
{
	return GetTransientPackage();
}

UObject::UObject() : UObject(FObjectInitializer::Get())
{
}

UObject::UObject(const FObjectInitializer&)
{
	const FObjectInitializer& Current = FObjectInitializer::Get();
	STANDIN_STRICT(Current.Memory == this, "a UObject is made by NewObject only");
	ClassPrivate = Current.Class;
	OuterPrivate = Current.Outer;
	NamePrivate = Current.Name;
	Flags = Current.Flags;
	InternalIndex = Current.Index;
}

UObject::UObject(FVTableHelper&)
{
	STANDIN_FATAL("strict", "hot reload is not played");
}

UObject::~UObject() = default;

UPackage* UObject::GetPackage() const
{
	const UObject* Top = this;
	while (Top->OuterPrivate)
	{
		Top = Top->OuterPrivate;
	}
	return Top->IsA(UPackage::StaticClass()) ? static_cast<UPackage*>(const_cast<UObject*>(Top)) : nullptr;
}

FString UObject::GetPathName() const
{
	return OuterPrivate ? OuterPrivate->GetPathName() + TEXT(".") + GetName() : GetName();
}

FString UObject::GetFullName() const
{
	return ClassPrivate->GetName() + TEXT(" ") + GetPathName();
}

bool UObject::IsA(const UClass* SomeBase) const
{
	return ClassPrivate && ClassPrivate->IsChildOf(SomeBase);
}

bool UObject::IsIn(const UObject* SomeOuter) const
{
	for (const UObject* Outer = OuterPrivate; Outer; Outer = Outer->OuterPrivate)
	{
		if (Outer == SomeOuter)
		{
			return true;
		}
	}
	return false;
}

void UObject::AddToRoot()
{
	FObjects::Get().ItemOf(this).bRooted = true;
}

void UObject::RemoveFromRoot()
{
	FObjects::Get().ItemOf(this).bRooted = false;
}

bool UObject::IsRooted() const
{
	return FObjects::Get().ItemOf(this).bRooted;
}

void UObject::MarkAsGarbage()
{
	STANDIN_STRICT(!IsRooted(), "an object of the root set is marked as garbage");
	FObjects::Get().ItemOf(this).bGarbage = true;
}

bool UObject::IsUnreachable() const
{
	return FObjects::Get().ItemOf(this).bUnreachable;
}

bool UObject::ConditionalBeginDestroy()
{
	return FObjects::Get().BeginDestroy(this);
}

void UObject::BeginDestroy()
{
	STANDIN_STRICT(HasAnyFlags(RF_BeginDestroyed), "BeginDestroy is called by the collector only: use ConditionalBeginDestroy");
	bBeginDestroyRouted = true;
}

void UObject::FinishDestroy()
{
	SetFlags(RF_FinishDestroyed);
}

UWorld* UObject::GetWorld() const
{
	return OuterPrivate ? OuterPrivate->GetWorld() : nullptr;
}

bool IsValid(const UObject* Test)
{
	if (!Test)
	{
		return false;
	}
	const FObjectItem& Item = FObjects::Get().ItemOf(Test);
	return Item.Object == Test && !Item.bGarbage && !Item.bUnreachable;
}

FGCObject::FGCObject()
{
	STANDIN_STRICT(IsInGameThread(), "an FGCObject is made off the game thread");
	FObjects::Get().Holders.Add(this);
}

FGCObject::FGCObject(const FGCObject&) : FGCObject()
{
}

FGCObject::~FGCObject()
{
	FObjects::Get().Holders.RemoveSingle(this);
}

FWeakObjectPtr::FWeakObjectPtr(const UObject* Object)
{
	if (Object)
	{
		ObjectIndex = static_cast<int32>(Object->GetUniqueID());
		ObjectSerialNumber = FObjects::Get().Items[ObjectIndex].Serial;
	}
}

UObject* FWeakObjectPtr::Get(bool bEvenIfGarbage) const
{
	STANDIN_STRICT(IsInGameThread(), "a weak pointer is resolved off the game thread, where its object may go at any moment");
	if (ObjectIndex == INDEX_NONE)
	{
		return nullptr;
	}
	const FObjectItem& Item = FObjects::Get().Items[ObjectIndex];
	const bool bThere = Item.Serial == ObjectSerialNumber && Item.Object && !Item.bUnreachable;
	return bThere && (bEvenIfGarbage || !Item.bGarbage) ? Item.Object : nullptr;
}

namespace Standin
{
	/** Marks what it is shown. */
	class FMarker final : public Reflection::FReferenceVisitor
	{
	public:
		FMarker(FObjects& InObjects, TArray<UObject*>& InWork) : Objects(InObjects), Work(InWork) {}
		virtual void Visit(UObject*& Reference) override { Objects.Mark(Reference, Work); }

	private:
		FObjects& Objects;
		TArray<UObject*>& Work;
	};
}

void FObjects::Mark(UObject* Object, TArray<UObject*>& Work)
{
	if (Object && !ItemOf(Object).bMarked)
	{
		ItemOf(Object).bMarked = true;
		Work.Add(Object);
	}
}

void FObjects::MarkFrom(uint32 KeepFlags)
{
	TArray<UObject*> Work;
	Standin::FMarker Marker(*this, Work);
	FReferenceCollector Collector(Marker);
	for (FObjectItem& Item : Items)
	{
		Item.bMarked = false;
	}
	for (FObjectItem& Item : Items)
	{
		const bool bKept = Item.bRooted || Item.bPermanent
			|| (Item.Object && (Item.Object->HasAnyFlags(RF_ClassDefaultObject) || (Item.Object->Flags & KeepFlags)));
		Mark(bKept ? Item.Object : nullptr, Work);
	}
	for (FGCObject* Holder : Holders)
	{
		Holder->AddReferencedObjects(Collector);
	}
	while (!Work.IsEmpty())
	{
		UObject* Object = Work.Pop();
		Mark(Object->OuterPrivate, Work);
		Mark(Object->ClassPrivate, Work);
		if (Object->ClassPrivate)
		{
			Object->ClassPrivate->ForEachProperty_Internal([Object, &Marker](const Reflection::FProperty& Property)
				{ Reflection::VisitReferences(Property, Object, Marker); });
		}
		Object->AddReferenced_Internal(Collector);
	}
}

bool FObjects::BeginDestroy(UObject* Object)
{
	if (Object->HasAnyFlags(RF_BeginDestroyed))
	{
		return false;
	}
	Object->SetFlags(RF_BeginDestroyed);
	Object->BeginDestroy();
	STANDIN_STRICT(Object->bBeginDestroyRouted, "BeginDestroy does not call Super::BeginDestroy");
	return true;
}

void FObjects::Free(UObject* Object)
{
	const SIZE_T Size = Object->ClassPrivate->Record->Size;
	FObjectItem& Item = ItemOf(Object);
	if (!Object->HasAnyFlags(RF_FinishDestroyed))
	{
		Object->FinishDestroy();
	}
	Item.Object = nullptr;
	Object->~UObject();
	FMemory::Memset(static_cast<void*>(Object), FreedPattern, Size);
	FMemory::Free(Object);
}

void FObjects::Collect(uint32 KeepFlags)
{
	MarkFrom(KeepFlags);
	TArray<UObject*> Unreachable;
	for (FObjectItem& Item : Items)
	{
		if (Item.Object && !Item.bMarked)
		{
			Item.bUnreachable = true;
			Unreachable.Add(Item.Object);
		}
	}
	for (UObject* Object : Unreachable)
	{
		BeginDestroy(Object);
	}
	for (UObject* Object : Unreachable)
	{
		STANDIN_STRICT(Object->IsReadyForFinishDestroy(), "an object is never ready for FinishDestroy");
	}
	for (UObject* Object : Unreachable)
	{
		Free(Object);
	}
}

FSimpleMulticastDelegate& FCoreUObjectDelegates::GetPreGarbageCollectDelegate()
{
	static FSimpleMulticastDelegate* Delegate = new FSimpleMulticastDelegate;
	return *Delegate;
}

FSimpleMulticastDelegate& FCoreUObjectDelegates::GetPostGarbageCollect()
{
	static FSimpleMulticastDelegate* Delegate = new FSimpleMulticastDelegate;
	return *Delegate;
}

bool IsGarbageCollecting()
{
	return FObjects::Get().bCollecting;
}

void CollectGarbage(EObjectFlags KeepFlags, bool)
{
	STANDIN_STRICT(IsInGameThread(), "garbage is collected on the game thread");
	STANDIN_STRICT(!CurrentInitializer, "garbage is collected while a UObject is made");
	STANDIN_STRICT(!FObjects::Get().bCollecting, "garbage is collected while it is collected");
	FCoreUObjectDelegates::GetPreGarbageCollectDelegate().Broadcast();
	{
		const TGuardValue<bool> Guard(FObjects::Get().bCollecting, true);
		FObjects::Get().Collect(KeepFlags);
	}
	FCoreUObjectDelegates::GetPostGarbageCollect().Broadcast();
}

void Standin::CollectGarbage()
{
	::CollectGarbage(GARBAGE_COLLECTION_KEEPFLAGS);
}

int32 Standin::NumObjects()
{
	return NumObjects(UObject::StaticClass());
}

int32 Standin::NumObjects(const UClass* Class)
{
	int32 Count = 0;
	for (const FObjectItem& Item : FObjects::Get().Items)
	{
		const bool bCounts = Item.Object && !Item.bPermanent && !Item.Object->HasAnyFlags(RF_ClassDefaultObject);
		Count += bCounts && Item.Object->IsA(Class) ? 1 : 0;
	}
	return Count;
}

void GetObjectsOfClass(const UClass* ClassToLookFor, TArray<UObject*>& Results, bool bIncludeDerivedClasses)
{
	Results.Reset();
	for (const FObjectItem& Item : FObjects::Get().Items)
	{
		if (Item.Object && !Item.bUnreachable && (bIncludeDerivedClasses ? Item.Object->IsA(ClassToLookFor) : Item.Object->GetClass() == ClassToLookFor))
		{
			Results.Add(Item.Object);
		}
	}
}
