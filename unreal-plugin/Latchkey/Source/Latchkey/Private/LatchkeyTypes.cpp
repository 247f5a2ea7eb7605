// Copyright (c) The Latchkey authors

#include "LatchkeyTypes.h"

/** FString's own comparison takes Admin for admin, and so does TArray::Contains. */
static bool ContainsExactly(const TArray<FString>& List, const FString& Wanted)
{
	return List.ContainsByPredicate([&Wanted](const FString& Item)
	{
		return Item.Equals(Wanted, ESearchCase::CaseSensitive);
	});
}

bool FLatchkeyProfile::HasRole(const FString& Role) const
{
	return ContainsExactly(Roles, Role);
}

bool FLatchkeyProfile::HasPermission(const FString& Permission) const
{
	return ContainsExactly(Permissions, Permission);
}
