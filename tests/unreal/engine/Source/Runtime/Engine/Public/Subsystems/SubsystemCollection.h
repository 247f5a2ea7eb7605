/**
 * The subsystems of one owner.
 */
#pragma once

#include "UObject/Object.h"
#include "Templates/SubclassOf.h"
#include "UObject/GCObject.h"

class USubsystem;

class ENGINE_API FSubsystemCollectionBase : public FGCObject
{
public:
	/** For a subsystem that needs another to be there first. */
	USubsystem* InitializeDependency(TSubclassOf<USubsystem> SubsystemClass);

	template <typename TSubsystemClass>
	TSubsystemClass* InitializeDependency()
	{
		return static_cast<TSubsystemClass*>(InitializeDependency(TSubsystemClass::StaticClass()));
	}

	/** Stand-in: makes those that want to be made. */
	void Initialize(UObject* NewOuter, UClass* InBaseType);
	void Deinitialize();
	USubsystem* GetSubsystemInternal(UClass* SubsystemClass) const;
	bool IsInitialized() const { return Outer != nullptr; }

	virtual void AddReferencedObjects(FReferenceCollector& Collector) override;
	virtual FString GetReferencerName() const override { return TEXT("FSubsystemCollectionBase"); }

private:
	USubsystem* AddAndInitializeSubsystem(UClass* SubsystemClass);

	UObject* Outer = nullptr;
	UClass* BaseType = nullptr;
	TArray<USubsystem*> Subsystems;
};
