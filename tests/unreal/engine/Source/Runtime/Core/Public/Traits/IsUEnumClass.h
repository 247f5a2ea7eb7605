/**
 * Which enums are reflected; the header tool says so.
 */
#pragma once

template <typename T>
struct TIsUEnumClass
{
	enum { Value = false };
};
