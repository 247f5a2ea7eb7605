/**
 * FMemory, over the C library's heap, so that sanitizers and counters see every block.
 */
#pragma once

#include "CoreTypes.h"

struct CORE_API FMemory
{
	static void* Malloc(SIZE_T Count, uint32 Alignment = 0);
	static void* MallocZeroed(SIZE_T Count, uint32 Alignment = 0);
	static void* Realloc(void* Original, SIZE_T Count, uint32 Alignment = 0);
	static void Free(void* Original);

	static FORCEINLINE void* Memmove(void* Dest, const void* Src, SIZE_T Count)
	{
		return Count ? std::memmove(Dest, Src, Count) : Dest;
	}

	static FORCEINLINE int32 Memcmp(const void* First, const void* Second, SIZE_T Count)
	{
		return Count ? std::memcmp(First, Second, Count) : 0;
	}

	static FORCEINLINE void* Memset(void* Dest, uint8 Char, SIZE_T Count)
	{
		return Count ? std::memset(Dest, Char, Count) : Dest;
	}

	template <typename T>
	static FORCEINLINE void Memset(T& Src, uint8 ValueToSet)
	{
		static_assert(!std::is_pointer_v<T>, "for a pointer, say how many bytes");
		Memset(&Src, ValueToSet, sizeof(T));
	}

	static FORCEINLINE void* Memzero(void* Dest, SIZE_T Count)
	{
		return Memset(Dest, 0, Count);
	}

	template <typename T>
	static FORCEINLINE void Memzero(T& Src)
	{
		static_assert(!std::is_pointer_v<T>, "for a pointer, say how many bytes");
		Memset(&Src, 0, sizeof(T));
	}

	static FORCEINLINE void* Memcpy(void* Dest, const void* Src, SIZE_T Count)
	{
		return Count ? std::memcpy(Dest, Src, Count) : Dest;
	}
};
