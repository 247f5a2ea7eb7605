/**
 * TArrayView: elements that somebody else owns.
 */
#pragma once

#include "Templates/UnrealTemplate.h"

template <typename InElementType, typename InSizeType = int32>
class TArrayView
{
public:
	using ElementType = InElementType;
	using SizeType = InSizeType;

	TArrayView() = default;

	TArrayView(ElementType* InData, SizeType InCount) : Data(InData), Count(InCount)
	{
		STANDIN_STRICT(InCount >= 0, "a view of fewer than no elements");
	}

	template <typename RangeType, typename = decltype(std::declval<RangeType&>().GetData()),
		typename = std::enable_if_t<std::is_convertible_v<decltype(std::declval<RangeType&>().GetData()), ElementType*>>>
	TArrayView(RangeType&& Range) : Data(Range.GetData()), Count(static_cast<SizeType>(Range.Num()))
	{
	}

	TArrayView(std::initializer_list<std::remove_const_t<ElementType>> List)
		: Data(List.begin()), Count(static_cast<SizeType>(List.size()))
	{
	}

	template <SIZE_T Size>
	TArrayView(ElementType (&Array)[Size]) : Data(Array), Count(static_cast<SizeType>(Size))
	{
	}

	ElementType* GetData() const { return Data; }
	SizeType Num() const { return Count; }
	bool IsEmpty() const { return Count == 0; }
	bool IsValidIndex(SizeType Index) const { return Index >= 0 && Index < Count; }

	ElementType& operator[](SizeType Index) const
	{
		STANDIN_STRICT(IsValidIndex(Index), "an index out of the bounds of a view");
		return Data[Index];
	}

	ElementType* begin() const { return Data; }
	ElementType* end() const { return Data + Count; }

private:
	ElementType* Data = nullptr;
	SizeType Count = 0;
};

template <typename T>
using TConstArrayView = TArrayView<const T>;
template <typename T>
using TArrayView64 = TArrayView<T, int64>;
template <typename T>
using TConstArrayView64 = TArrayView<const T, int64>;

template <typename T>
TArrayView<T> MakeArrayView(T* Pointer, int32 Size)
{
	return TArrayView<T>(Pointer, Size);
}
