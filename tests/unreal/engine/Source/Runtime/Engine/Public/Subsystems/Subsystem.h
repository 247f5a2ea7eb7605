/**
 * USubsystem: lives and ends with something else.
 */
#pragma once

#include "UObject/Object.h"
#include "Subsystem.generated.h"

class FSubsystemCollectionBase;

UCLASS(Abstract)
class ENGINE_API USubsystem : public UObject
{
	GENERATED_BODY()

public:
	/** Asked of the default object. */
	virtual bool ShouldCreateSubsystem(UObject*) const { return true; }
	virtual void Initialize(FSubsystemCollectionBase&) {}
	virtual void Deinitialize() {}
};
