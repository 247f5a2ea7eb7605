/**
 * TArray. Bounds are checked in every build, and growing always moves the elements, so that what points into an array is found.
 */
#pragma once

#include "Containers/ArrayView.h"
#include "HAL/UnrealMemory.h"

class FDefaultAllocator;
template <uint32 NumInlineElements>
class TInlineAllocator;

/** Whether shrinking may give memory back; a bool before 5.5. */
enum class EAllowShrinking : uint8
{
	No,
	Yes
};

template <typename InElementType, typename InAllocatorType = FDefaultAllocator>
class TArray
{
public:
	using ElementType = InElementType;
	using SizeType = int32;

	TArray() = default;

	TArray(const ElementType* Pointer, SizeType Number)
	{
		Append(Pointer, Number);
	}

	TArray(std::initializer_list<ElementType> List)
	{
		Append(List.begin(), static_cast<SizeType>(List.size()));
	}

	TArray(const TArray& Other)
	{
		Append(Other.GetData(), Other.Num());
	}

	TArray(TArray&& Other) noexcept : Data(Other.Data), Count(Other.Count), Capacity(Other.Capacity)
	{
		Other.Data = nullptr;
		Other.Count = Other.Capacity = 0;
	}

	template <typename OtherElementType, std::enable_if_t<std::is_convertible_v<OtherElementType, ElementType> && !std::is_same_v<OtherElementType, ElementType>, int> = 0>
	explicit TArray(const TArray<OtherElementType>& Other)
	{
		Reserve(Other.Num());
		for (const OtherElementType& Element : Other)
		{
			Add(ElementType(Element));
		}
	}

	explicit TArray(TArrayView<const ElementType> View)
	{
		Append(View.GetData(), View.Num());
	}

	~TArray()
	{
		Empty();
	}

	TArray& operator=(const TArray& Other)
	{
		if (this != &Other)
		{
			Reset();
			Append(Other.GetData(), Other.Num());
		}
		return *this;
	}

	TArray& operator=(TArray&& Other) noexcept
	{
		if (this != &Other)
		{
			Empty();
			Data = Other.Data;
			Count = Other.Count;
			Capacity = Other.Capacity;
			Other.Data = nullptr;
			Other.Count = Other.Capacity = 0;
		}
		return *this;
	}

	TArray& operator=(std::initializer_list<ElementType> List)
	{
		return *this = TArray(List);
	}

	ElementType* GetData() { return Data; }
	const ElementType* GetData() const { return Data; }
	SizeType Num() const { return Count; }
	SizeType Max() const { return Capacity; }
	bool IsEmpty() const { return Count == 0; }
	bool IsValidIndex(SizeType Index) const { return Index >= 0 && Index < Count; }
	uint32 GetTypeSize() const { return sizeof(ElementType); }

	ElementType& operator[](SizeType Index)
	{
		STANDIN_STRICT(IsValidIndex(Index), "an index out of an array's bounds");
		return Data[Index];
	}

	const ElementType& operator[](SizeType Index) const
	{
		return const_cast<TArray&>(*this)[Index];
	}

	ElementType& Last(SizeType FromEnd = 0) { return (*this)[Count - FromEnd - 1]; }
	const ElementType& Last(SizeType FromEnd = 0) const { return (*this)[Count - FromEnd - 1]; }

	ElementType Pop()
	{
		ElementType Popped = MoveTemp(Last());
		RemoveAt(Count - 1);
		return Popped;
	}

	void Push(const ElementType& Item) { Add(Item); }
	void Push(ElementType&& Item) { Add(MoveTemp(Item)); }

	SizeType Add(const ElementType& Item) { return Emplace(Item); }
	SizeType Add(ElementType&& Item) { return Emplace(MoveTempIfPossible(Item)); }

	ElementType& Add_GetRef(const ElementType& Item) { return Emplace_GetRef(Item); }
	ElementType& Add_GetRef(ElementType&& Item) { return Emplace_GetRef(MoveTempIfPossible(Item)); }

	SizeType AddUnique(const ElementType& Item)
	{
		const SizeType Found = Find(Item);
		return Found == INDEX_NONE ? Add(Item) : Found;
	}

	template <typename... ArgsType>
	SizeType Emplace(ArgsType&&... Args)
	{
		if (Count < Capacity)
		{
			new (Data + Count) ElementType(Forward<ArgsType>(Args)...);
			return Count++;
		}
		// The new element is made before the old ones go: it may be a copy of one of them.
		const SizeType NewCapacity = Capacity + Capacity / 2 + 4;
		ElementType* NewData = Allocate(NewCapacity);
		new (NewData + Count) ElementType(Forward<ArgsType>(Args)...);
		Relocate(NewData, NewCapacity);
		return Count++;
	}

	template <typename... ArgsType>
	ElementType& Emplace_GetRef(ArgsType&&... Args)
	{
		// First, since it may move the data.
		const SizeType Index = Emplace(Forward<ArgsType>(Args)...);
		return Data[Index];
	}

	SizeType AddDefaulted(SizeType Number = 1)
	{
		const SizeType First = Count;
		for (SizeType Index = 0; Index < Number; ++Index)
		{
			Emplace();
		}
		return First;
	}

	SizeType AddZeroed(SizeType Number = 1)
	{
		const SizeType First = AddUninitialized(Number);
		FMemory::Memzero(static_cast<void*>(Data + First), sizeof(ElementType) * static_cast<SIZE_T>(Number));
		return First;
	}

	SizeType AddUninitialized(SizeType Number = 1)
	{
		const SizeType First = Count;
		Reserve(Count + Number);
		Count += Number;
		return First;
	}

	void SetNum(SizeType NewNum)
	{
		if (NewNum < Count)
		{
			RemoveAt(NewNum, Count - NewNum);
		}
		AddDefaulted(NewNum - Count);
	}

	void SetNumZeroed(SizeType NewNum)
	{
		if (NewNum < Count)
		{
			RemoveAt(NewNum, Count - NewNum);
		}
		AddZeroed(NewNum - Count);
	}

	void SetNumUninitialized(SizeType NewNum)
	{
		if (NewNum < Count)
		{
			RemoveAt(NewNum, Count - NewNum);
		}
		AddUninitialized(NewNum - Count);
	}

	void Init(const ElementType& Element, SizeType Number)
	{
		Reset();
		Reserve(Number);
		for (SizeType Index = 0; Index < Number; ++Index)
		{
			Add(Element);
		}
	}

	SizeType Insert(const ElementType& Item, SizeType Index)
	{
		return Insert(CopyTemp(Item), Index);
	}

	SizeType Insert(ElementType&& Item, SizeType Index)
	{
		STANDIN_STRICT(Index >= 0 && Index <= Count, "an insertion out of an array's bounds");
		Add(MoveTempIfPossible(Item));
		for (SizeType At = Count - 1; At > Index; --At)
		{
			Swap(Data[At], Data[At - 1]);
		}
		return Index;
	}

	void Append(const ElementType* Pointer, SizeType Number)
	{
		Reserve(Count + Number);
		for (SizeType Index = 0; Index < Number; ++Index)
		{
			Emplace(Pointer[Index]);
		}
	}

	void Append(const TArray& Other)
	{
		STANDIN_STRICT(this != &Other, "an array appended to itself");
		Append(Other.GetData(), Other.Num());
	}

	void Append(TArray&& Other)
	{
		Append(Other);
		Other.Reset();
	}

	void Append(std::initializer_list<ElementType> List)
	{
		Append(List.begin(), static_cast<SizeType>(List.size()));
	}

	TArray& operator+=(const TArray& Other)
	{
		Append(Other);
		return *this;
	}

	void RemoveAt(SizeType Index)
	{
		RemoveAt(Index, 1);
	}

	void RemoveAt(SizeType Index, SizeType Number)
	{
		STANDIN_STRICT(Number >= 0 && Index >= 0 && Index + Number <= Count, "a removal out of an array's bounds");
		for (SizeType At = Index; At + Number < Count; ++At)
		{
			Data[At] = MoveTemp(Data[At + Number]);
		}
		Destroy(Count - Number, Number);
		Count -= Number;
	}

	void RemoveAtSwap(SizeType Index)
	{
		Swap((*this)[Index], Last());
		RemoveAt(Count - 1);
	}

	SizeType Remove(const ElementType& Item)
	{
		return RemoveAll([&Item](const ElementType& Element) { return Element == Item; });
	}

	SizeType RemoveSingle(const ElementType& Item)
	{
		const SizeType Found = Find(Item);
		if (Found == INDEX_NONE)
		{
			return 0;
		}
		RemoveAt(Found);
		return 1;
	}

	template <typename PredicateType>
	SizeType RemoveAll(const PredicateType& Predicate)
	{
		SizeType Kept = 0;
		for (SizeType Index = 0; Index < Count; ++Index)
		{
			if (!Predicate(Data[Index]))
			{
				if (Kept != Index)
				{
					Data[Kept] = MoveTemp(Data[Index]);
				}
				++Kept;
			}
		}
		const SizeType Removed = Count - Kept;
		Destroy(Kept, Removed);
		Count = Kept;
		return Removed;
	}

	/** Removes the elements; the memory stays. */
	void Reset(SizeType NewSize = 0)
	{
		Destroy(0, Count);
		Count = 0;
		Reserve(NewSize);
	}

	/** Removes the elements and their memory. */
	void Empty(SizeType Slack = 0)
	{
		Destroy(0, Count);
		FMemory::Free(Data);
		Data = nullptr;
		Count = Capacity = 0;
		Reserve(Slack);
	}

	void Reserve(SizeType Number)
	{
		if (Number > Capacity)
		{
			Relocate(Allocate(Number), Number);
		}
	}

	void Shrink()
	{
		if (Count == 0)
		{
			Empty();
		}
		else if (Count < Capacity)
		{
			Relocate(Allocate(Count), Count);
		}
	}

	SizeType Find(const ElementType& Item) const
	{
		return IndexOfByPredicate([&Item](const ElementType& Element) { return Element == Item; });
	}

	bool Find(const ElementType& Item, SizeType& Index) const
	{
		Index = Find(Item);
		return Index != INDEX_NONE;
	}

	template <typename KeyType>
	SizeType IndexOfByKey(const KeyType& Key) const
	{
		return IndexOfByPredicate([&Key](const ElementType& Element) { return Element == Key; });
	}

	template <typename PredicateType>
	SizeType IndexOfByPredicate(PredicateType Predicate) const
	{
		for (SizeType Index = 0; Index < Count; ++Index)
		{
			if (Predicate(Data[Index]))
			{
				return Index;
			}
		}
		return INDEX_NONE;
	}

	template <typename PredicateType>
	ElementType* FindByPredicate(PredicateType Predicate)
	{
		const SizeType Found = IndexOfByPredicate(Predicate);
		return Found == INDEX_NONE ? nullptr : Data + Found;
	}

	template <typename PredicateType>
	const ElementType* FindByPredicate(PredicateType Predicate) const
	{
		return const_cast<TArray*>(this)->FindByPredicate(Predicate);
	}

	template <typename KeyType>
	ElementType* FindByKey(const KeyType& Key)
	{
		return FindByPredicate([&Key](const ElementType& Element) { return Element == Key; });
	}

	template <typename KeyType>
	const ElementType* FindByKey(const KeyType& Key) const
	{
		return const_cast<TArray*>(this)->FindByKey(Key);
	}

	template <typename ComparisonType>
	bool Contains(const ComparisonType& Item) const
	{
		return IndexOfByKey(Item) != INDEX_NONE;
	}

	template <typename PredicateType>
	bool ContainsByPredicate(PredicateType Predicate) const
	{
		return IndexOfByPredicate(Predicate) != INDEX_NONE;
	}

	template <typename PredicateType>
	TArray FilterByPredicate(PredicateType Predicate) const
	{
		TArray Filtered;
		for (const ElementType& Element : *this)
		{
			if (Predicate(Element))
			{
				Filtered.Add(Element);
			}
		}
		return Filtered;
	}

	void Sort()
	{
		Sort([](const ElementType& First, const ElementType& Second) { return First < Second; });
	}

	template <typename PredicateType>
	void Sort(const PredicateType& Less)
	{
		for (SizeType Index = 1; Index < Count; ++Index)
		{
			for (SizeType At = Index; At > 0 && Less(Data[At], Data[At - 1]); --At)
			{
				Swap(Data[At], Data[At - 1]);
			}
		}
	}

	bool operator==(const TArray& Other) const
	{
		if (Count != Other.Count)
		{
			return false;
		}
		for (SizeType Index = 0; Index < Count; ++Index)
		{
			if (!(Data[Index] == Other.Data[Index]))
			{
				return false;
			}
		}
		return true;
	}

	bool operator!=(const TArray& Other) const
	{
		return !(*this == Other);
	}

	/** A loop over an array that changes meanwhile is a mistake, and fatal in the engine too. */
	class FIterator
	{
	public:
		FIterator(const TArray& InArray, ElementType* InPointer) : Array(InArray), Pointer(InPointer), InitialNum(InArray.Num()) {}

		ElementType& operator*() const { return *Pointer; }

		FIterator& operator++()
		{
			++Pointer;
			return *this;
		}

		bool operator!=(const FIterator& Other) const
		{
			STANDIN_STRICT(Array.Num() == InitialNum, "an array has changed during a ranged-for iteration");
			return Pointer != Other.Pointer;
		}

	private:
		const TArray& Array;
		ElementType* Pointer;
		SizeType InitialNum;
	};

	class FConstIterator
	{
	public:
		FConstIterator(const TArray& InArray, const ElementType* InPointer) : Array(InArray), Pointer(InPointer), InitialNum(InArray.Num()) {}

		const ElementType& operator*() const { return *Pointer; }

		FConstIterator& operator++()
		{
			++Pointer;
			return *this;
		}

		bool operator!=(const FConstIterator& Other) const
		{
			STANDIN_STRICT(Array.Num() == InitialNum, "an array has changed during a ranged-for iteration");
			return Pointer != Other.Pointer;
		}

	private:
		const TArray& Array;
		const ElementType* Pointer;
		SizeType InitialNum;
	};

	FIterator begin() { return FIterator(*this, Data); }
	FIterator end() { return FIterator(*this, Data + Count); }
	FConstIterator begin() const { return FConstIterator(*this, Data); }
	FConstIterator end() const { return FConstIterator(*this, Data + Count); }

private:
	static ElementType* Allocate(SizeType Number)
	{
		return static_cast<ElementType*>(FMemory::Malloc(sizeof(ElementType) * static_cast<SIZE_T>(Number), alignof(ElementType)));
	}

	void Relocate(ElementType* NewData, SizeType NewCapacity)
	{
		for (SizeType Index = 0; Index < Count; ++Index)
		{
			new (NewData + Index) ElementType(MoveTempIfPossible(Data[Index]));
			Data[Index].~ElementType();
		}
		FMemory::Free(Data);
		Data = NewData;
		Capacity = NewCapacity;
	}

	void Destroy(SizeType Index, SizeType Number)
	{
		for (SizeType At = Index; At < Index + Number; ++At)
		{
			Data[At].~ElementType();
		}
	}

	ElementType* Data = nullptr;
	SizeType Count = 0;
	SizeType Capacity = 0;
};

template <typename T>
TArrayView<T> MakeArrayView(TArray<T>& Array)
{
	return TArrayView<T>(Array.GetData(), Array.Num());
}

template <typename T>
TArrayView<const T> MakeArrayView(const TArray<T>& Array)
{
	return TArrayView<const T>(Array.GetData(), Array.Num());
}
