/**
 * FOutputDevice: where console commands answer.
 */
#pragma once

#include "Containers/UnrealString.h"
#include "Logging/LogVerbosity.h"
#include "UObject/NameTypes.h"

class CORE_API FOutputDevice
{
public:
	virtual ~FOutputDevice() = default;
	virtual void Serialize(const TCHAR* V, ELogVerbosity::Type Verbosity, const FName& Category) = 0;

	void Log(const TCHAR* S) { Serialize(S, ELogVerbosity::Log, FName()); }
	void Log(const FString& S) { Log(*S); }
	void Log(ELogVerbosity::Type Verbosity, const FString& S) { Serialize(*S, Verbosity, FName()); }

	template <typename... Types>
	void Logf(typename Standin::TIdentity<Standin::TCheckedFormat<Types...>>::Type Format, Types... Args)
	{
		Log(FString::Printf<Types...>(Format, Args...));
	}

	template <typename... Types>
	void Logf(ELogVerbosity::Type Verbosity, typename Standin::TIdentity<Standin::TCheckedFormat<Types...>>::Type Format, Types... Args)
	{
		Log(Verbosity, FString::Printf<Types...>(Format, Args...));
	}
};

/** What goes to it goes to the log. */
extern CORE_API FOutputDevice* GLog;
