/**
 * Stand-in only: what FString::Printf and UE_LOG do with a format. Arguments keep their types, so that `%d` for an int64, `%s`
 * for a char* and a percent sign too many are found, at compile time where the compiler can and otherwise when the line runs.
 */
#pragma once

#include "Templates/UnrealTypeTraits.h"

namespace Standin
{
	enum class EFormatKind : uint8
	{
		Int32,
		Int64,
		Double,
		Char,
		Text,
		Ansi,
		Pointer
	};

	struct FFormatArgument
	{
		EFormatKind Kind;
		union
		{
			int64 Integer;
			double Real;
			const void* Pointer;
		};
	};

	template <typename T>
	constexpr EFormatKind FormatKind()
	{
		using Plain = std::decay_t<T>;
		if constexpr (std::is_same_v<Plain, TCHAR>)
		{
			return EFormatKind::Char;
		}
		else if constexpr (std::is_floating_point_v<Plain>)
		{
			return EFormatKind::Double;
		}
		else if constexpr (std::is_integral_v<Plain> || std::is_enum_v<Plain>)
		{
			return sizeof(Plain) == 8 ? EFormatKind::Int64 : EFormatKind::Int32;
		}
		else if constexpr (std::is_pointer_v<Plain>)
		{
			using Target = std::remove_cv_t<std::remove_pointer_t<Plain>>;
			return std::is_same_v<Target, TCHAR> ? EFormatKind::Text
				: std::is_same_v<Target, ANSICHAR> ? EFormatKind::Ansi
													: EFormatKind::Pointer;
		}
		else
		{
			return EFormatKind::Pointer;
		}
	}

	template <typename T>
	FFormatArgument MakeFormatArgument(const T& Value)
	{
		FFormatArgument Argument;
		Argument.Kind = FormatKind<T>();
		if constexpr (std::is_floating_point_v<std::decay_t<T>>)
		{
			Argument.Real = static_cast<double>(Value);
		}
		else if constexpr (std::is_integral_v<std::decay_t<T>> || std::is_enum_v<std::decay_t<T>>)
		{
			Argument.Integer = static_cast<int64>(Value);
		}
		else
		{
			Argument.Pointer = static_cast<const void*>(Value);
		}
		return Argument;
	}

	/** What stands after a percent sign: where it ends and what it wants. */
	struct FFormatSpec
	{
		const TCHAR* End = nullptr;
		bool bLeft = false;
		bool bZero = false;
		bool bPlus = false;
		bool bStarWidth = false;
		bool bStarPrecision = false;
		int32 Width = 0;
		int32 Precision = -1;
		TCHAR Conversion = 0;
		EFormatKind Wanted = EFormatKind::Int32;
		bool bAnyPointer = false;
	};

	/** Reads from the character after the percent sign; End is null if it is no specifier of the engine's. */
	constexpr FFormatSpec ReadFormatSpec(const TCHAR* At)
	{
		FFormatSpec Spec;
		for (;; ++At)
		{
			if (*At == u'-')
			{
				Spec.bLeft = true;
			}
			else if (*At == u'0')
			{
				Spec.bZero = true;
			}
			else if (*At == u'+')
			{
				Spec.bPlus = true;
			}
			else if (*At != u' ' && *At != u'#')
			{
				break;
			}
		}
		if (*At == u'*')
		{
			Spec.bStarWidth = true;
			++At;
		}
		for (; *At >= u'0' && *At <= u'9'; ++At)
		{
			Spec.Width = Spec.Width * 10 + (*At - u'0');
		}
		if (*At == u'.')
		{
			++At;
			Spec.Precision = 0;
			if (*At == u'*')
			{
				Spec.bStarPrecision = true;
				++At;
			}
			for (; *At >= u'0' && *At <= u'9'; ++At)
			{
				Spec.Precision = Spec.Precision * 10 + (*At - u'0');
			}
		}
		bool bLong = false;
		bool bAnsi = false;
		if (At[0] == u'l' && At[1] == u'l')
		{
			bLong = true;
			At += 2;
		}
		else if (At[0] == u'l' && At[1] == u's')
		{
			++At;
		}
		else if (At[0] == u'h' && At[1] == u's')
		{
			bAnsi = true;
			++At;
		}
		else if (At[0] == u'z')
		{
			bLong = true;
			++At;
		}
		Spec.Conversion = *At;
		switch (*At)
		{
		case u'd':
		case u'i':
		case u'u':
		case u'x':
		case u'X':
			Spec.Wanted = bLong ? EFormatKind::Int64 : EFormatKind::Int32;
			break;
		case u'f':
		case u'g':
		case u'e':
			Spec.Wanted = EFormatKind::Double;
			break;
		case u'c':
			Spec.Wanted = EFormatKind::Char;
			break;
		case u's':
			Spec.Wanted = bAnsi ? EFormatKind::Ansi : EFormatKind::Text;
			break;
		case u'S':
			Spec.Wanted = EFormatKind::Ansi;
			Spec.Conversion = u's';
			break;
		case u'p':
			Spec.bAnyPointer = true;
			break;
		default:
			return Spec;
		}
		Spec.End = At + 1;
		return Spec;
	}

	constexpr bool FormatFits(const FFormatSpec& Spec, EFormatKind Given)
	{
		if (Spec.bAnyPointer)
		{
			return Given == EFormatKind::Pointer || Given == EFormatKind::Text || Given == EFormatKind::Ansi;
		}
		// A character is an integer to C.
		return Spec.Wanted == Given || (Spec.Wanted == EFormatKind::Int32 && Given == EFormatKind::Char);
	}

	/** Whether a format fits its arguments. */
	constexpr bool CheckFormat(const TCHAR* Format, const EFormatKind* Kinds, int32 Count)
	{
		int32 Used = 0;
		for (const TCHAR* At = Format; *At;)
		{
			if (*At++ != u'%')
			{
				continue;
			}
			if (*At == u'%')
			{
				++At;
				continue;
			}
			const FFormatSpec Spec = ReadFormatSpec(At);
			if (!Spec.End)
			{
				return false;
			}
			const int32 Stars = (Spec.bStarWidth ? 1 : 0) + (Spec.bStarPrecision ? 1 : 0);
			for (int32 Star = 0; Star < Stars; ++Star)
			{
				if (Used == Count || Kinds[Used++] != EFormatKind::Int32)
				{
					return false;
				}
			}
			if (Used == Count || !FormatFits(Spec, Kinds[Used++]))
			{
				return false;
			}
			At = Spec.End;
		}
		return Used == Count;
	}

	template <typename... Types>
	constexpr bool CheckFormatOf(const TCHAR* Format)
	{
		constexpr EFormatKind Kinds[] = {FormatKind<Types>()..., EFormatKind::Pointer};
		return CheckFormat(Format, Kinds, static_cast<int32>(sizeof...(Types)));
	}

	/** Not constexpr: whoever gets here at compile time has a wrong format. */
	inline void TheFormatDoesNotFitItsArguments() {}

	/** A literal, whose format was checked when it was compiled if the compiler knows consteval. */
	template <typename... Types>
	struct TCheckedFormat
	{
		template <SIZE_T Size>
#if defined(__cpp_consteval)
		consteval
#endif
		TCheckedFormat(const TCHAR (&Literal)[Size]) : Format(Literal)
		{
#if defined(__cpp_consteval)
			if (!CheckFormatOf<Types...>(Literal))
			{
				TheFormatDoesNotFitItsArguments();
			}
#endif
		}

		const TCHAR* Format;
	};

	template <typename T>
	struct TIdentity
	{
		using Type = T;
	};
}
