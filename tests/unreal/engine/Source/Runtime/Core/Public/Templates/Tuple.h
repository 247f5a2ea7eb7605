/**
 * TTuple and TPair.
 */
#pragma once

#include "Templates/UnrealTemplate.h"

template <typename KeyInitType, typename ValueInitType>
struct TPairInitializer
{
	KeyInitType Key;
	ValueInitType Value;
};

/** Of the engine's tuples, the one with two parts. */
template <typename... Types>
struct TTuple;

template <typename KeyType, typename ValueType>
struct TTuple<KeyType, ValueType>
{
	KeyType Key{};
	ValueType Value{};

	TTuple() = default;

	template <typename KeyArgType, typename ValueArgType>
	TTuple(KeyArgType&& InKey, ValueArgType&& InValue) : Key(Forward<KeyArgType>(InKey)), Value(Forward<ValueArgType>(InValue))
	{
	}

	friend bool operator==(const TTuple& First, const TTuple& Second)
	{
		return First.Key == Second.Key && First.Value == Second.Value;
	}
};

template <typename KeyType, typename ValueType>
using TPair = TTuple<KeyType, ValueType>;

template <typename KeyType, typename ValueType>
TPair<std::decay_t<KeyType>, std::decay_t<ValueType>> MakeTuple(KeyType&& Key, ValueType&& Value)
{
	return {Forward<KeyType>(Key), Forward<ValueType>(Value)};
}
