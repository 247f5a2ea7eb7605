/**
 * Log categories, with what is compiled in and what is shown.
 */
#pragma once

#include "Logging/LogVerbosity.h"
#include "UObject/NameTypes.h"

struct CORE_API FLogCategoryBase
{
	FLogCategoryBase(const TCHAR* InCategoryName, ELogVerbosity::Type InDefaultVerbosity, ELogVerbosity::Type InCompileTimeVerbosity);

	bool IsSuppressed(ELogVerbosity::Type VerbosityLevel) const { return VerbosityLevel > Verbosity; }
	FName GetCategoryName() const { return FName(CategoryName); }
	ELogVerbosity::Type GetVerbosity() const { return Verbosity; }
	void SetVerbosity(ELogVerbosity::Type NewVerbosity);

private:
	const TCHAR* CategoryName;
	ELogVerbosity::Type Verbosity;
	ELogVerbosity::Type CompileTime;
};

template <ELogVerbosity::Type InDefaultVerbosity, ELogVerbosity::Type InCompileTimeVerbosity>
struct FLogCategory : public FLogCategoryBase
{
	static_assert(InDefaultVerbosity < ELogVerbosity::NumVerbosity, "Bogus default verbosity.");

	enum
	{
		CompileTimeVerbosity = InCompileTimeVerbosity
	};

	explicit FLogCategory(const TCHAR* InCategoryName) : FLogCategoryBase(InCategoryName, InDefaultVerbosity, InCompileTimeVerbosity) {}
};

/** What a category is in a build without logging. */
struct FNoLoggingCategory
{
	bool IsSuppressed(ELogVerbosity::Type) const { return true; }
	FName GetCategoryName() const { return FName(); }
	ELogVerbosity::Type GetVerbosity() const { return ELogVerbosity::NoLogging; }
	void SetVerbosity(ELogVerbosity::Type) {}
};
