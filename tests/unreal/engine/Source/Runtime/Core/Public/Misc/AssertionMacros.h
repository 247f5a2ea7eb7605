/**
 * check, verify and ensure. All of them are fatal here, as an ensure is in a studio's CI: a test that trips one ends with the
 * sentence, and not with the next symptom.
 */
#pragma once

#include "HAL/Platform.h"

namespace Standin
{
	/** Prints what is wrong and aborts the process. */
	[[noreturn]] __attribute__((visibility("default"))) void Fatal(const char* Kind, const char* Expression, const char* File, int Line);

	/** As above, with text of the caller's. */
	[[noreturn]] __attribute__((visibility("default"))) void FatalText(const char* Kind, const TCHAR* Text, const char* File, int Line);
}

#define STANDIN_FATAL(Kind, Expression) ::Standin::Fatal(Kind, Expression, __FILE__, __LINE__)

/** A mistake that the engine may let pass and this one never does. */
#define STANDIN_STRICT(Condition, Sentence) \
	do \
	{ \
		if (UNLIKELY(!(Condition))) \
		{ \
			STANDIN_FATAL("strict", Sentence); \
		} \
	} while (false)

#if DO_CHECK
	#define check(Expression) \
		{ \
			if (UNLIKELY(!(Expression))) \
			{ \
				STANDIN_FATAL("check", #Expression); \
			} \
		}
	#define checkf(Expression, Format, ...) \
		{ \
			if (UNLIKELY(!(Expression))) \
			{ \
				::Standin::FatalText("checkf", *FString::Printf(Format, ##__VA_ARGS__), __FILE__, __LINE__); \
			} \
		}
	#define verify(Expression) check(Expression)
	#define verifyf(Expression, Format, ...) checkf(Expression, Format, ##__VA_ARGS__)
#else
	#define check(Expression) {}
	#define checkf(Expression, Format, ...) {}
	#define verify(Expression) { if (UNLIKELY(!(Expression))) {} }
	#define verifyf(Expression, Format, ...) { if (UNLIKELY(!(Expression))) {} }
#endif
#define checkSlow(Expression) check(Expression)
#define checkNoEntry() check(!"this line is never reached")
#define checkCode(Code) do { Code; } while (false);
#define unimplemented() check(!"not implemented")

#if DO_ENSURE
	#define ensure(Expression) \
		(LIKELY(!!(Expression)) || ([]() { STANDIN_FATAL("ensure", #Expression); return false; }()))
	#define ensureMsgf(Expression, Format, ...) \
		(LIKELY(!!(Expression)) \
			|| ([&]() { ::Standin::FatalText("ensure", *FString::Printf(Format, ##__VA_ARGS__), __FILE__, __LINE__); return false; }()))
#else
	#define ensure(Expression) (LIKELY(!!(Expression)))
	#define ensureMsgf(Expression, Format, ...) (LIKELY(!!(Expression)))
#endif
#define ensureAlways(Expression) ensure(Expression)
#define ensureAlwaysMsgf(Expression, Format, ...) ensureMsgf(Expression, Format, ##__VA_ARGS__)

#define UE_DEPRECATED(Version, Message) [[deprecated(Message " Since " #Version ".")]]
