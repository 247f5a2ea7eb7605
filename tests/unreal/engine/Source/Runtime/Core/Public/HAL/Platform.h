/**
 * The platform that the stand-in plays: Linux with clang or gcc, and the engine's own 16-bit characters.
 */
#pragma once

#include "Misc/Build.h"

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <initializer_list>
#include <new>
#include <type_traits>
#include <utility>

#define PLATFORM_WINDOWS 0
#define PLATFORM_MAC 0
#define PLATFORM_IOS 0
#define PLATFORM_ANDROID 0
#define PLATFORM_APPLE 0
#define PLATFORM_LINUX 1
#define PLATFORM_LINUXARM64 0
#define PLATFORM_UNIX 1
#define PLATFORM_DESKTOP 1
#define PLATFORM_64BITS 1
#define PLATFORM_LITTLE_ENDIAN 1
#define PLATFORM_TCHAR_IS_CHAR16 1
#if defined(__aarch64__)
	#define PLATFORM_CPU_ARM_FAMILY 1
	#define PLATFORM_CPU_X86_FAMILY 0
#else
	#define PLATFORM_CPU_ARM_FAMILY 0
	#define PLATFORM_CPU_X86_FAMILY 1
#endif

using uint8 = std::uint8_t;
using uint16 = std::uint16_t;
using uint32 = std::uint32_t;
using uint64 = unsigned long long;
using int8 = std::int8_t;
using int16 = std::int16_t;
using int32 = std::int32_t;
using int64 = signed long long;
using UPTRINT = std::uintptr_t;
using PTRINT = std::intptr_t;
using SIZE_T = std::size_t;
using SSIZE_T = std::ptrdiff_t;
using TYPE_OF_NULLPTR = decltype(nullptr);

using ANSICHAR = char;
using WIDECHAR = char16_t;
using TCHAR = WIDECHAR;
#if defined(__cpp_char8_t)
using UTF8CHAR = char8_t;
#else
enum UTF8CHAR : unsigned char
{
};
#endif

#define TEXT_PASTE(Text) u##Text
#define TEXT(Text) TEXT_PASTE(Text)

#define FORCEINLINE inline __attribute__((always_inline))
#define FORCENOINLINE __attribute__((noinline))
#define RESTRICT __restrict
#define DLLEXPORT __attribute__((visibility("default")))
#define DLLIMPORT __attribute__((visibility("default")))
#define UE_NODISCARD [[nodiscard]]
#define UE_NORETURN [[noreturn]]
#define LIKELY(Condition) __builtin_expect(!!(Condition), 1)
#define UNLIKELY(Condition) __builtin_expect(!!(Condition), 0)
#define LINE_TERMINATOR TEXT("\n")

#define PRAGMA_DISABLE_DEPRECATION_WARNINGS \
	_Pragma("GCC diagnostic push") _Pragma("GCC diagnostic ignored \"-Wdeprecated-declarations\"")
#define PRAGMA_ENABLE_DEPRECATION_WARNINGS _Pragma("GCC diagnostic pop")

/** Around headers of others, which are not held to the engine's warnings. */
#define THIRD_PARTY_INCLUDES_START \
	_Pragma("GCC diagnostic push") _Pragma("GCC diagnostic ignored \"-Wshadow\"") _Pragma("GCC diagnostic ignored \"-Wundef\"")
#define THIRD_PARTY_INCLUDES_END _Pragma("GCC diagnostic pop")

#define PREPROCESSOR_TO_STRING(Text) PREPROCESSOR_TO_STRING_INNER(Text)
#define PREPROCESSOR_TO_STRING_INNER(Text) #Text
#define PREPROCESSOR_JOIN(First, Second) PREPROCESSOR_JOIN_INNER(First, Second)
#define PREPROCESSOR_JOIN_INNER(First, Second) First##Second
#define UE_JOIN(First, Second) PREPROCESSOR_JOIN(First, Second)

static_assert(sizeof(TCHAR) == 2, "the engine's characters have 16 bits wherever players are");
