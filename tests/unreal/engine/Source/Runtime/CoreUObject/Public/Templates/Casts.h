/**
 * Cast, CastChecked, IsValid.
 */
#pragma once

#include "UObject/Class.h"

template <typename To, typename From>
To* Cast(From* Src)
{
	return Src && Src->IsA(std::remove_const_t<To>::StaticClass()) ? static_cast<To*>(Src) : nullptr;
}

template <typename To, typename From>
const To* Cast(const From* Src)
{
	return Src && Src->IsA(std::remove_const_t<To>::StaticClass()) ? static_cast<const To*>(Src) : nullptr;
}

template <typename To, typename From>
To* CastChecked(From* Src)
{
	To* Result = Cast<To>(Src);
	checkf(Result, TEXT("Cast of %s failed"), Src ? *Src->GetName() : TEXT("nullptr"));
	return Result;
}

/** Neither null nor marked as garbage. */
COREUOBJECT_API bool IsValid(const UObject* Test);
