/**
 * TStrongObjectPtr: keeps its object, reflected or not.
 */
#pragma once

#include "UObject/GCObject.h"

template <typename ObjectType>
class TStrongObjectPtr : private FGCObject
{
public:
	TStrongObjectPtr() = default;
	TStrongObjectPtr(TYPE_OF_NULLPTR) {}
	explicit TStrongObjectPtr(ObjectType* InObject) : Object(InObject) {}
	TStrongObjectPtr(const TStrongObjectPtr& Other) : FGCObject(Other), Object(Other.Object) {}

	TStrongObjectPtr& operator=(const TStrongObjectPtr& Other)
	{
		Object = Other.Object;
		return *this;
	}

	ObjectType* Get() const { return Object; }
	ObjectType* operator->() const { return Object; }
	ObjectType& operator*() const { return *Object; }
	bool IsValid() const { return Object != nullptr; }
	explicit operator bool() const { return IsValid(); }
	void Reset(ObjectType* InObject = nullptr) { Object = InObject; }

private:
	virtual void AddReferencedObjects(FReferenceCollector& Collector) override { Collector.AddReferencedObject(Object); }
	virtual FString GetReferencerName() const override { return TEXT("TStrongObjectPtr"); }

	ObjectType* Object = nullptr;
};
