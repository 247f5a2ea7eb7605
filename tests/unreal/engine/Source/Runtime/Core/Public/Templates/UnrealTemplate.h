/**
 * MoveTemp and its kin.
 */
#pragma once

#include "Templates/UnrealTypeTraits.h"

template <typename T>
FORCEINLINE constexpr std::remove_reference_t<T>&& MoveTemp(T&& Value) noexcept
{
	static_assert(std::is_lvalue_reference_v<T>, "MoveTemp called on an rvalue");
	static_assert(!std::is_const_v<std::remove_reference_t<T>>, "MoveTemp called on a const object");
	return static_cast<std::remove_reference_t<T>&&>(Value);
}

template <typename T>
FORCEINLINE constexpr std::remove_reference_t<T>&& MoveTempIfPossible(T&& Value) noexcept
{
	return static_cast<std::remove_reference_t<T>&&>(Value);
}

template <typename T>
FORCEINLINE constexpr T&& Forward(std::remove_reference_t<T>& Value) noexcept
{
	return static_cast<T&&>(Value);
}

template <typename T>
FORCEINLINE constexpr T&& Forward(std::remove_reference_t<T>&& Value) noexcept
{
	return static_cast<T&&>(Value);
}

template <typename T>
FORCEINLINE T CopyTemp(T& Value)
{
	return const_cast<const T&>(Value);
}

template <typename T>
FORCEINLINE void Swap(T& First, T& Second)
{
	T Kept = MoveTemp(First);
	First = MoveTemp(Second);
	Second = MoveTemp(Kept);
}

template <typename T, typename U = T>
FORCEINLINE T Exchange(T& Value, U&& New)
{
	T Old = MoveTemp(Value);
	Value = Forward<U>(New);
	return Old;
}

template <typename T, SIZE_T Size>
char (&StandinArrayCount(const T (&)[Size]))[Size];
#define UE_ARRAY_COUNT(Array) (sizeof(StandinArrayCount(Array)))

/** Sets a value for as long as a scope lasts. */
template <typename RefType, typename AssignedType = RefType>
struct TGuardValue
{
	TGuardValue(RefType& ReferenceValue, const AssignedType& NewValue) : Reference(ReferenceValue), Original(ReferenceValue)
	{
		Reference = NewValue;
	}

	~TGuardValue()
	{
		Reference = Original;
	}

	TGuardValue(const TGuardValue&) = delete;
	TGuardValue& operator=(const TGuardValue&) = delete;

private:
	RefType& Reference;
	AssignedType Original;
};

struct FNoncopyable
{
	FNoncopyable() = default;
	FNoncopyable(const FNoncopyable&) = delete;
	FNoncopyable& operator=(const FNoncopyable&) = delete;
};

#define UE_NONCOPYABLE(Type) \
	Type(Type&&) = delete; \
	Type(const Type&) = delete; \
	Type& operator=(const Type&) = delete; \
	Type& operator=(Type&&) = delete;

template <typename T>
FORCEINLINE uint32 GetTypeHash(T* Pointer)
{
	const UPTRINT Bits = reinterpret_cast<UPTRINT>(Pointer);
	return static_cast<uint32>(Bits >> 4) ^ static_cast<uint32>(Bits >> 36);
}

template <typename T, std::enable_if_t<std::is_integral_v<T> || std::is_enum_v<T>, int> = 0>
FORCEINLINE uint32 GetTypeHash(T Value)
{
	return static_cast<uint32>(Value) * 2654435761u ^ static_cast<uint32>(static_cast<uint64>(Value) >> 32);
}
