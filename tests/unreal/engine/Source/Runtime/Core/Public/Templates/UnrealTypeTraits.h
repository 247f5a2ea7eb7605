/**
 * Traits that the engine's templates ask.
 */
#pragma once

#include "CoreTypes.h"

template <typename T>
struct TIsEnum
{
	enum { Value = __is_enum(T) };
};

template <typename T>
struct TIsTCharArray
{
	enum { Value = false };
};

template <SIZE_T Size>
struct TIsTCharArray<const TCHAR[Size]>
{
	enum { Value = true };
};

/** What may stand for a `%` of FString::Printf and UE_LOG: numbers, enumerators and pointers. An FString needs its asterisk. */
template <typename T>
struct TIsValidVariadicFunctionArg
{
	using Plain = std::decay_t<T>;
	enum { Value = std::is_arithmetic_v<Plain> || std::is_enum_v<Plain> || std::is_pointer_v<Plain> || std::is_null_pointer_v<Plain> };
};

template <typename From, typename To>
struct TPointerIsConvertibleFromTo
{
	enum { Value = std::is_convertible_v<From*, To*> };
};
