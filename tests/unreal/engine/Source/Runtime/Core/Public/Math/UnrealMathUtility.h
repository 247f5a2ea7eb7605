/**
 * FMath and the limits of numbers.
 */
#pragma once

#include "CoreTypes.h"

#include <limits>

#define MIN_int32 ((int32)0x80000000)
#define MAX_int32 ((int32)0x7fffffff)
#define MAX_uint32 ((uint32)0xffffffff)
#define MAX_int64 ((int64)0x7fffffffffffffffll)
#define MAX_uint16 ((uint16)0xffff)
#define MAX_uint8 ((uint8)0xff)
#define UE_KINDA_SMALL_NUMBER (1.e-4f)

template <typename T>
struct TNumericLimits
{
	static constexpr T Min() { return std::numeric_limits<T>::lowest(); }
	static constexpr T Max() { return std::numeric_limits<T>::max(); }
	static constexpr T Lowest() { return std::numeric_limits<T>::lowest(); }
};

struct FMath
{
	template <typename T>
	static constexpr T Min(const T A, const T B)
	{
		return B < A ? B : A;
	}

	template <typename T>
	static constexpr T Max(const T A, const T B)
	{
		return A < B ? B : A;
	}

	template <typename T>
	static constexpr T Clamp(const T X, const T MinValue, const T MaxValue)
	{
		return Max(Min(X, MaxValue), MinValue);
	}

	template <typename T>
	static constexpr T Abs(const T A)
	{
		return A < T(0) ? -A : A;
	}

	template <typename T>
	static constexpr T DivideAndRoundUp(T Dividend, T Divisor)
	{
		return (Dividend + Divisor - 1) / Divisor;
	}

	static constexpr int32 CeilToInt(float F) { return static_cast<int32>(F) + (static_cast<float>(static_cast<int32>(F)) < F ? 1 : 0); }
	static constexpr int32 FloorToInt(float F) { return static_cast<int32>(F) - (static_cast<float>(static_cast<int32>(F)) > F ? 1 : 0); }
	static constexpr int32 RoundToInt(float F) { return FloorToInt(F + 0.5f); }
	static constexpr bool IsNearlyEqual(double A, double B, double ErrorTolerance = 1.e-8) { return Abs(A - B) <= ErrorTolerance; }
};
