/**
 * UTF-8 to UTF-16 and back. What is malformed becomes U+FFFD or a question mark, as in the engine, and never half a character.
 */

#include "Containers/StringConv.h"

namespace
{
	constexpr uint32 Replacement = 0xfffd;

	/** One code point; At moves past it. */
	uint32 Decoded(const unsigned char* Bytes, int32 Count, int32& At)
	{
		const uint32 First = Bytes[At++];
		if (First < 0x80)
		{
			return First;
		}
		const int32 More = First >= 0xf0 && First < 0xf5 ? 3 : First >= 0xe0 ? 2 : First >= 0xc2 ? 1 : 0;
		if (More == 0 || First >= 0xf5)
		{
			return Replacement;
		}
		uint32 Point = First & (0x3fu >> More);
		for (int32 Index = 0; Index < More; ++Index)
		{
			if (At == Count || (Bytes[At] & 0xc0) != 0x80)
			{
				return Replacement;
			}
			Point = Point << 6 | (Bytes[At++] & 0x3f);
		}
		const uint32 Smallest = More == 3 ? 0x10000 : More == 2 ? 0x800 : 0x80;
		return Point < Smallest || Point > 0x10ffff || (Point >= 0xd800 && Point < 0xe000) ? Replacement : Point;
	}

	void Encode(uint32 Point, TArray<ANSICHAR>& Bytes)
	{
		if (Point < 0x80)
		{
			Bytes.Add(static_cast<ANSICHAR>(Point));
			return;
		}
		const int32 More = Point < 0x800 ? 1 : Point < 0x10000 ? 2 : 3;
		const uint32 Mark = More == 1 ? 0xc0 : More == 2 ? 0xe0 : 0xf0;
		Bytes.Add(static_cast<ANSICHAR>(Mark | Point >> (6 * More)));
		for (int32 Index = More - 1; Index >= 0; --Index)
		{
			Bytes.Add(static_cast<ANSICHAR>(0x80 | ((Point >> (6 * Index)) & 0x3f)));
		}
	}

	/** A block of its own, exactly as large as it must be, so that a sanitizer sees a byte too far. */
	template <typename T>
	T* Kept(const TArray<T>& Elements)
	{
		T* Block = static_cast<T*>(FMemory::Malloc(sizeof(T) * static_cast<SIZE_T>(Elements.Num())));
		FMemory::Memcpy(Block, Elements.GetData(), sizeof(T) * static_cast<SIZE_T>(Elements.Num()));
		return Block;
	}

	template <typename T>
	void Poison(T* Block, int32 Count)
	{
		if (Block)
		{
			FMemory::Memset(Block, 0xdd, sizeof(T) * static_cast<SIZE_T>(Count));
			FMemory::Free(Block);
		}
	}
}

FTCHARToUTF8::FTCHARToUTF8(const TCHAR* Source, int32 SourceLen)
{
	TArray<ANSICHAR> Encoded;
	for (int32 At = 0; At < SourceLen;)
	{
		uint32 Point = Source[At++];
		if (Point >= 0xd800 && Point < 0xdc00 && At < SourceLen && Source[At] >= 0xdc00 && Source[At] < 0xe000)
		{
			Point = 0x10000 + ((Point - 0xd800) << 10) + (Source[At++] - 0xdc00u);
		}
		else if (Point >= 0xd800 && Point < 0xe000)
		{
			Point = u'?';
		}
		Encode(Point, Encoded);
	}
	Count = Encoded.Num();
	Encoded.Add(0);
	Bytes = Kept(Encoded);
}

FTCHARToUTF8::FTCHARToUTF8(FTCHARToUTF8&& Other) : Bytes(Exchange(Other.Bytes, nullptr)), Count(Exchange(Other.Count, 0))
{
}

FTCHARToUTF8::~FTCHARToUTF8()
{
	Poison(Bytes, Count);
}

FUTF8ToTCHAR::FUTF8ToTCHAR(const ANSICHAR* Source, int32 SourceLen)
{
	TArray<TCHAR> Text;
	const unsigned char* Unsigned = reinterpret_cast<const unsigned char*>(Source);
	for (int32 At = 0; At < SourceLen;)
	{
		const uint32 Point = Decoded(Unsigned, SourceLen, At);
		if (Point < 0x10000)
		{
			Text.Add(static_cast<TCHAR>(Point));
		}
		else
		{
			Text.Add(static_cast<TCHAR>(0xd800 + ((Point - 0x10000) >> 10)));
			Text.Add(static_cast<TCHAR>(0xdc00 + ((Point - 0x10000) & 0x3ff)));
		}
	}
	Count = Text.Num();
	Text.Add(0);
	Characters = Kept(Text);
}

FUTF8ToTCHAR::FUTF8ToTCHAR(FUTF8ToTCHAR&& Other) : Characters(Exchange(Other.Characters, nullptr)), Count(Exchange(Other.Count, 0))
{
}

FUTF8ToTCHAR::~FUTF8ToTCHAR()
{
	Poison(Characters, Count);
}

Standin::FTCHARToANSI::FTCHARToANSI(const TCHAR* Source)
{
	for (; *Source; ++Source)
	{
		Bytes.Add(*Source < 128 ? static_cast<ANSICHAR>(*Source) : '?');
	}
	Bytes.Add(0);
}
