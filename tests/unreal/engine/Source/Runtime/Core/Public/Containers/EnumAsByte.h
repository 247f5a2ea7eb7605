/**
 * TEnumAsByte.
 */
#pragma once

#include "CoreTypes.h"

template <class TEnum>
class TEnumAsByte
{
public:
	TEnumAsByte() = default;
	TEnumAsByte(TEnum InValue) : Value(static_cast<uint8>(InValue)) {}
	operator TEnum() const { return static_cast<TEnum>(Value); }
	TEnum GetValue() const { return static_cast<TEnum>(Value); }
	friend bool operator==(TEnumAsByte First, TEnum Second) { return First.GetValue() == Second; }

private:
	uint8 Value = 0;
};
