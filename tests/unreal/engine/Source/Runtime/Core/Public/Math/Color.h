/**
 * FColor and FLinearColor.
 */
#pragma once

#include "Containers/UnrealString.h"

struct CORE_API FColor
{
	uint8 B = 0;
	uint8 G = 0;
	uint8 R = 0;
	uint8 A = 0;

	FColor() = default;
	constexpr FColor(uint8 InR, uint8 InG, uint8 InB, uint8 InA = 255) : B(InB), G(InG), R(InR), A(InA) {}

	static const FColor White;
	static const FColor Black;

	/** `RRGGBBAA`, upper case. */
	FString ToHex() const;
	friend bool operator==(const FColor& First, const FColor& Second)
	{
		return First.R == Second.R && First.G == Second.G && First.B == Second.B && First.A == Second.A;
	}
	friend bool operator!=(const FColor& First, const FColor& Second) { return !(First == Second); }
};

struct CORE_API FLinearColor
{
	float R = 0.f;
	float G = 0.f;
	float B = 0.f;
	float A = 0.f;

	constexpr FLinearColor() = default;
	constexpr FLinearColor(float InR, float InG, float InB, float InA = 1.0f) : R(InR), G(InG), B(InB), A(InA) {}
	FLinearColor(const FColor& Color);

	static const FLinearColor White;
	static const FLinearColor Black;

	FColor ToFColor(const bool bSRGB) const;
};
