/**
 * TMap. As in the engine, looking up what is not there with operator[] is fatal.
 */
#pragma once

#include "Containers/Array.h"
#include "Containers/Set.h"
#include "Templates/Tuple.h"

template <typename KeyType, typename ValueType>
class TMap
{
public:
	using ElementType = TPair<KeyType, ValueType>;

	TMap() = default;

	TMap(std::initializer_list<ElementType> List)
	{
		for (const ElementType& Element : List)
		{
			Add(Element.Key, Element.Value);
		}
	}

	ValueType& Add(const KeyType& Key, const ValueType& Value)
	{
		ValueType& Found = FindOrAdd(Key);
		Found = Value;
		return Found;
	}

	ValueType& Add(const KeyType& Key, ValueType&& Value)
	{
		ValueType& Found = FindOrAdd(Key);
		Found = MoveTempIfPossible(Value);
		return Found;
	}

	ValueType& Add(const KeyType& Key) { return FindOrAdd(Key) = ValueType(); }

	template <typename InitKeyType, typename InitValueType>
	ValueType& Emplace(InitKeyType&& Key, InitValueType&& Value)
	{
		return Add(KeyType(Forward<InitKeyType>(Key)), ValueType(Forward<InitValueType>(Value)));
	}

	ValueType& FindOrAdd(const KeyType& Key)
	{
		if (ValueType* Found = Find(Key))
		{
			return *Found;
		}
		return Pairs.Add_GetRef(ElementType(Key, ValueType())).Value;
	}

	ValueType* Find(const KeyType& Key)
	{
		ElementType* Found = Pairs.FindByPredicate([&Key](const ElementType& Pair) { return Pair.Key == Key; });
		return Found ? &Found->Value : nullptr;
	}

	const ValueType* Find(const KeyType& Key) const { return const_cast<TMap*>(this)->Find(Key); }

	ValueType FindRef(const KeyType& Key) const
	{
		const ValueType* Found = Find(Key);
		return Found ? *Found : ValueType();
	}

	ValueType& FindChecked(const KeyType& Key)
	{
		ValueType* Found = Find(Key);
		STANDIN_STRICT(Found != nullptr, "a key that is not in the map");
		return *Found;
	}

	const ValueType& FindChecked(const KeyType& Key) const { return const_cast<TMap*>(this)->FindChecked(Key); }
	ValueType& operator[](const KeyType& Key) { return FindChecked(Key); }
	const ValueType& operator[](const KeyType& Key) const { return FindChecked(Key); }

	bool Contains(const KeyType& Key) const { return Find(Key) != nullptr; }

	int32 Remove(const KeyType& Key)
	{
		return Pairs.RemoveAll([&Key](const ElementType& Pair) { return Pair.Key == Key; });
	}

	bool RemoveAndCopyValue(const KeyType& Key, ValueType& OutValue)
	{
		ValueType* Found = Find(Key);
		if (!Found)
		{
			return false;
		}
		OutValue = MoveTemp(*Found);
		Remove(Key);
		return true;
	}

	int32 Num() const { return Pairs.Num(); }
	bool IsEmpty() const { return Pairs.IsEmpty(); }
	void Empty() { Pairs.Empty(); }
	void Reset() { Pairs.Reset(); }
	void Reserve(int32 Number) { Pairs.Reserve(Number); }

	int32 GetKeys(TArray<KeyType>& OutKeys) const
	{
		OutKeys.Reset();
		for (const ElementType& Pair : Pairs)
		{
			OutKeys.Add(Pair.Key);
		}
		return OutKeys.Num();
	}

	void GenerateValueArray(TArray<ValueType>& OutArray) const
	{
		OutArray.Reset();
		for (const ElementType& Pair : Pairs)
		{
			OutArray.Add(Pair.Value);
		}
	}

	auto begin() { return Pairs.begin(); }
	auto end() { return Pairs.end(); }
	auto begin() const { return Pairs.begin(); }
	auto end() const { return Pairs.end(); }

private:
	TArray<ElementType> Pairs;
};
