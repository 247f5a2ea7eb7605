/**
 * FGCObject: what is no UObject and holds some.
 */
#pragma once

#include "UObject/ObjectPtr.h"

class COREUOBJECT_API FReferenceCollector
{
public:
	explicit FReferenceCollector(Reflection::FReferenceVisitor& InVisitor) : Visitor(InVisitor) {}

	template <class UObjectType>
	void AddReferencedObject(UObjectType*& Object)
	{
		UObject* Reference = Object;
		Visitor.Visit(Reference);
		Object = static_cast<UObjectType*>(Reference);
	}

	template <class UObjectType>
	void AddReferencedObject(TObjectPtr<UObjectType>& Object)
	{
		UObjectType* Reference = Object.Get();
		AddReferencedObject(Reference);
		Object = Reference;
	}

	template <class UObjectType>
	void AddReferencedObjects(TArray<UObjectType>& Objects)
	{
		for (UObjectType& Object : Objects)
		{
			AddReferencedObject(Object);
		}
	}

private:
	Reflection::FReferenceVisitor& Visitor;
};

class COREUOBJECT_API FGCObject
{
public:
	FGCObject();
	FGCObject(const FGCObject&);
	virtual ~FGCObject();
	FGCObject& operator=(const FGCObject&) { return *this; }

	virtual void AddReferencedObjects(FReferenceCollector& Collector) = 0;
	virtual FString GetReferencerName() const = 0;
};
