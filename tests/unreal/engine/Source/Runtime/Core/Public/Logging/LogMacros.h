/**
 * UE_LOG. From any thread; in a shipping build only Fatal is left.
 */
#pragma once

#include "Containers/UnrealString.h"
#include "Logging/LogCategory.h"

namespace Standin
{
	CORE_API void Log(FName Category, ELogVerbosity::Type Verbosity, const TCHAR* Text);
	[[noreturn]] CORE_API void LogFatal(FName Category, const TCHAR* Text, const char* File, int Line);
}

#if NO_LOGGING
	#define DECLARE_LOG_CATEGORY_EXTERN(CategoryName, DefaultVerbosity, CompileTimeVerbosity) extern FNoLoggingCategory CategoryName
	#define DEFINE_LOG_CATEGORY(CategoryName) FNoLoggingCategory CategoryName
	#define DEFINE_LOG_CATEGORY_STATIC(CategoryName, DefaultVerbosity, CompileTimeVerbosity) [[maybe_unused]] static FNoLoggingCategory CategoryName
	#define UE_LOG_ACTIVE(CategoryName, Verbosity) false
	#define UE_LOG(CategoryName, Verbosity, Format, ...) \
		{ \
			static_assert(TIsTCharArray<std::remove_reference_t<decltype(Format)>>::Value, "Formatting string must be a TCHAR array."); \
			if constexpr (ELogVerbosity::Verbosity == ELogVerbosity::Fatal) \
			{ \
				::Standin::LogFatal(FName(), *FString::Printf(Format, ##__VA_ARGS__), __FILE__, __LINE__); \
			} \
		}
#else
	#define DECLARE_LOG_CATEGORY_EXTERN(CategoryName, DefaultVerbosity, CompileTimeVerbosity) \
		extern struct FLogCategory##CategoryName : public FLogCategory<ELogVerbosity::DefaultVerbosity, ELogVerbosity::CompileTimeVerbosity> \
		{ \
			FORCEINLINE FLogCategory##CategoryName() : FLogCategory(TEXT(#CategoryName)) {} \
		} CategoryName
	#define DEFINE_LOG_CATEGORY(CategoryName) FLogCategory##CategoryName CategoryName
	#define DEFINE_LOG_CATEGORY_STATIC(CategoryName, DefaultVerbosity, CompileTimeVerbosity) \
		static struct FLogCategory##CategoryName : public FLogCategory<ELogVerbosity::DefaultVerbosity, ELogVerbosity::CompileTimeVerbosity> \
		{ \
			FORCEINLINE FLogCategory##CategoryName() : FLogCategory(TEXT(#CategoryName)) {} \
		} CategoryName
	#define UE_LOG_ACTIVE(CategoryName, Verbosity) (!CategoryName.IsSuppressed(ELogVerbosity::Verbosity))
	#define UE_LOG(CategoryName, Verbosity, Format, ...) \
		{ \
			static_assert(TIsTCharArray<std::remove_reference_t<decltype(Format)>>::Value, "Formatting string must be a TCHAR array."); \
			static_assert(ELogVerbosity::Verbosity != ELogVerbosity::NoLogging, "No such verbosity."); \
			if constexpr (ELogVerbosity::Verbosity == ELogVerbosity::Fatal) \
			{ \
				::Standin::LogFatal(CategoryName.GetCategoryName(), *FString::Printf(Format, ##__VA_ARGS__), __FILE__, __LINE__); \
			} \
			else if (!CategoryName.IsSuppressed(ELogVerbosity::Verbosity)) \
			{ \
				::Standin::Log(CategoryName.GetCategoryName(), ELogVerbosity::Verbosity, *FString::Printf(Format, ##__VA_ARGS__)); \
			} \
		}
#endif

#define UE_CLOG(Condition, CategoryName, Verbosity, Format, ...) \
	{ \
		if (Condition) \
		{ \
			UE_LOG(CategoryName, Verbosity, Format, ##__VA_ARGS__) \
		} \
	}

CORE_API DECLARE_LOG_CATEGORY_EXTERN(LogTemp, Log, All);
