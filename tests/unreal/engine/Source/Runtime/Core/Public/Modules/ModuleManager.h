/**
 * FModuleManager and IMPLEMENT_MODULE. All modules are linked in; loading one makes its classes and their default objects, and
 * then starts it, in this order, as in the engine.
 */
#pragma once

#include "Modules/ModuleInterface.h"
#include "UObject/NameTypes.h"

class CORE_API FModuleManager
{
public:
	static FModuleManager& Get();

	IModuleInterface* GetModule(const FName InModuleName);
	/** Fatal if there is no such module. */
	IModuleInterface& LoadModuleChecked(const FName InModuleName);
	IModuleInterface* LoadModule(const FName InModuleName);
	bool IsModuleLoaded(const FName InModuleName) const;
	bool ModuleExists(const TCHAR* ModuleName) const;
	/** Shuts it down; its code stays. */
	bool UnloadModule(const FName InModuleName, bool bIsShutdown = false);
	IModuleInterface& GetModuleChecked_Internal(const FName InModuleName);

	template <typename TModuleInterface>
	static TModuleInterface& LoadModuleChecked(const FName InModuleName)
	{
		return static_cast<TModuleInterface&>(Get().LoadModuleChecked(InModuleName));
	}

	template <typename TModuleInterface>
	static TModuleInterface* GetModulePtr(const FName InModuleName)
	{
		return static_cast<TModuleInterface*>(Get().GetModule(InModuleName));
	}

	template <typename TModuleInterface>
	static TModuleInterface& GetModuleChecked(const FName InModuleName)
	{
		return static_cast<TModuleInterface&>(Get().GetModuleChecked_Internal(InModuleName));
	}
};

namespace Standin
{
	/** One for each module that is linked in. */
	struct CORE_API FLinkedModule
	{
		FLinkedModule(const TCHAR* InName, IModuleInterface* (*InMake)());

		const TCHAR* Name;
		IModuleInterface* (*Make)();
		FLinkedModule* Next;
	};
}

#define IMPLEMENT_MODULE(ModuleImplClass, ModuleName) \
	static ::Standin::FLinkedModule LinkedModule_##ModuleName(TEXT(#ModuleName), []() -> IModuleInterface* { return new ModuleImplClass(); });
#define IMPLEMENT_GAME_MODULE(ModuleImplClass, ModuleName) IMPLEMENT_MODULE(ModuleImplClass, ModuleName)
