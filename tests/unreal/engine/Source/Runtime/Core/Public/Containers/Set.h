/**
 * TSet, in the order of insertion. Code that lives by an order is for the engine to surprise; there is none to rely on there.
 */
#pragma once

#include "Containers/Array.h"

template <typename InElementType>
class TSet
{
public:
	using ElementType = InElementType;

	TSet() = default;

	TSet(std::initializer_list<ElementType> List)
	{
		for (const ElementType& Element : List)
		{
			Add(Element);
		}
	}

	explicit TSet(const TArray<ElementType>& Array)
	{
		Append(Array);
	}

	void Add(const ElementType& Element) { Elements.AddUnique(Element); }

	void Add(const ElementType& Element, bool* bIsAlreadyInSet)
	{
		*bIsAlreadyInSet = Contains(Element);
		Add(Element);
	}

	void Append(const TArray<ElementType>& Array)
	{
		for (const ElementType& Element : Array)
		{
			Add(Element);
		}
	}

	int32 Remove(const ElementType& Element) { return Elements.Remove(Element); }
	bool Contains(const ElementType& Element) const { return Elements.Find(Element) != INDEX_NONE; }
	const ElementType* Find(const ElementType& Element) const { return Elements.FindByKey(Element); }
	int32 Num() const { return Elements.Num(); }
	bool IsEmpty() const { return Elements.IsEmpty(); }
	void Empty() { Elements.Empty(); }
	void Reset() { Elements.Reset(); }
	TArray<ElementType> Array() const { return Elements; }

	auto begin() const { return Elements.begin(); }
	auto end() const { return Elements.end(); }

private:
	TArray<ElementType> Elements;
};
