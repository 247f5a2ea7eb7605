// Copyright (c) The Latchkey authors

#include "Latchkey.h"

#include "LatchkeyApi.h"
#include "LatchkeySettings.h"
#include "Modules/ModuleManager.h"

DEFINE_LOG_CATEGORY(LogLatchkey);

/** The library is opened here and nowhere else: no constructor, no class default object needs it. */
class FLatchkeyModule final : public ILatchkeyModule
{
public:
	//~ Begin IModuleInterface interface
	virtual void StartupModule() override;
	virtual void ShutdownModule() override;
	//~ End IModuleInterface interface

	//~ Begin ILatchkeyModule interface
	virtual bool IsLibraryAvailable() const override;
	virtual FString GetLibraryVersion() const override;
	virtual FString GetLibraryProblem() const override;
	//~ End ILatchkeyModule interface
};

ILatchkeyModule& ILatchkeyModule::Get()
{
	return FModuleManager::LoadModuleChecked<ILatchkeyModule>(TEXT("Latchkey"));
}

void FLatchkeyModule::StartupModule()
{
	FString Problem;
	if (!FLatchkeyApi::Load(Problem))
	{
		// A project without the library still opens, cooks and plays.
#if LATCHKEY_WITH_LIBRARY
		UE_LOG(LogLatchkey, Warning, TEXT("%s"), *Problem);
#else
		UE_LOG(LogLatchkey, Log, TEXT("%s"), *Problem);
#endif
		return;
	}
	UE_LOG(LogLatchkey, Log, TEXT("Latchkey %s"), *FLatchkeyApi::GetVersion());
#if WITH_EDITOR
	GetMutableDefault<ULatchkeySettings>()->UpdateProblem();
#endif
}

void FLatchkeyModule::ShutdownModule()
{
	FLatchkeyApi::Shutdown();
}

bool FLatchkeyModule::IsLibraryAvailable() const
{
	return FLatchkeyApi::IsAvailable();
}

FString FLatchkeyModule::GetLibraryVersion() const
{
	return FLatchkeyApi::GetVersion();
}

FString FLatchkeyModule::GetLibraryProblem() const
{
	return FLatchkeyApi::GetProblem();
}

IMPLEMENT_MODULE(FLatchkeyModule, Latchkey)
