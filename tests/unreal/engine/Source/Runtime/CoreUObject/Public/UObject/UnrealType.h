/**
 * What an editor tells about a property that was changed.
 */
#pragma once

#include "UObject/Class.h"

/** The engine's has much more; a plugin asks for the name. */
class FProperty
{
public:
	explicit FProperty(FName InName) : Name(InName) {}
	FName GetFName() const { return Name; }
	FString GetName() const { return Name.ToString(); }

private:
	FName Name;
};

struct FPropertyChangedEvent
{
	explicit FPropertyChangedEvent(FProperty* InProperty) : Property(InProperty) {}
	FName GetPropertyName() const { return Property ? Property->GetFName() : FName(); }
	FName GetMemberPropertyName() const { return GetPropertyName(); }

	FProperty* Property;
};
