// Copyright (c) The Latchkey authors

#pragma once

#include "CoreMinimal.h"
#include "Modules/ModuleInterface.h"

LATCHKEY_API DECLARE_LOG_CATEGORY_EXTERN(LogLatchkey, Log, All);

/**
 * The module: opens the library at start and lets it end at shutdown. What signs players in is ULatchkeySubsystem; this is only
 * for those who want to know whether there is anything behind it.
 */
class LATCHKEY_API ILatchkeyModule : public IModuleInterface
{
public:
	/** The module, loaded if it was not. */
	static ILatchkeyModule& Get();

	/** Whether the library was found and fits. If not, every call of the plugin answers ELatchkeyReason::NotSupported. */
	virtual bool IsLibraryAvailable() const = 0;

	/** The version of the library, such as "0.1.0"; empty if there is none. */
	virtual FString GetLibraryVersion() const = 0;

	/** Why there is none, in one sentence; empty if there is one. */
	virtual FString GetLibraryProblem() const = 0;
};
