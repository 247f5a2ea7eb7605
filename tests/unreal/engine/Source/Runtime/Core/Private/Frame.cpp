/**
 * What happens in frames and between them: tickers, delegates' handles, moments, modules.
 */

#include "Containers/Ticker.h"
#include "Containers/Map.h"
#include "Misc/CoreDelegates.h"
#include "Misc/CoreMisc.h"
#include "Misc/ScopeLock.h"
#include "Modules/ModuleManager.h"
#include "Standin/Control.h"
#include "Standin/Modules.h"

FSimpleMulticastDelegate FCoreDelegates::OnPreExit;
FSimpleMulticastDelegate FCoreDelegates::OnEnginePreExit;
FSimpleMulticastDelegate FCoreDelegates::OnExit;
FSimpleMulticastDelegate FCoreDelegates::OnBeginFrame;
FSimpleMulticastDelegate FCoreDelegates::OnEndFrame;

FDelegateHandle::FDelegateHandle(EGenerateNewHandleType)
{
	static std::atomic<uint64> Last{0};
	Id = ++Last;
}

namespace
{
	FCriticalSection& TickerSection()
	{
		static FCriticalSection* Section = new FCriticalSection;
		return *Section;
	}
}

FTSTicker& FTSTicker::GetCoreTicker()
{
	static FTSTicker* Ticker = new FTSTicker;
	return *Ticker;
}

FTSTicker::FDelegateHandle FTSTicker::AddTicker(const FTickerDelegate& InDelegate, float InDelay)
{
	const TSharedPtr<FElement> Element(new FElement);
	Element->Delegate = InDelegate;
	Element->Delay = InDelay;
	FScopeLock Lock(&TickerSection());
	Elements.Add(Element);
	return Element;
}

FTSTicker::FDelegateHandle FTSTicker::AddTicker(const TCHAR*, float InDelay, TFunction<bool(float)> Function)
{
	return AddTicker(FTickerDelegate::CreateLambda([Moved = MoveTemp(Function)](float DeltaTime) { return Moved(DeltaTime); }), InDelay);
}

void FTSTicker::RemoveTicker(FDelegateHandle Handle)
{
	if (const TSharedPtr<FElement> Element = Handle.Pin())
	{
		Element->bRemoved = true;
	}
}

void FTSTicker::Tick(float DeltaTime)
{
	STANDIN_STRICT(IsInGameThread(), "the core ticker ticks on the game thread");
	// By index and without a copy: who is added meanwhile waits, and a steady frame allocates nothing.
	const int32 Count = Elements.Num();
	for (int32 Index = 0; Index < Count; ++Index)
	{
		FElement& Element = *Elements[Index];
		Element.Waited += DeltaTime;
		if (Element.bRemoved || Element.Waited < Element.Delay)
		{
			continue;
		}
		const float Waited = static_cast<float>(Element.Waited);
		Element.Waited = 0.0;
		if (!Element.Delegate.IsBound() || !Element.Delegate.Execute(Waited))
		{
			Element.bRemoved = true;
		}
	}
	FScopeLock Lock(&TickerSection());
	Elements.RemoveAll([](const TSharedPtr<FElement>& Element) { return Element->bRemoved.load(); });
}

void FTSTicker::Reset()
{
	FScopeLock Lock(&TickerSection());
	Elements.Empty();
}

namespace
{
	Standin::FLinkedModule* FirstLinked = nullptr;
	TMap<FName, IModuleInterface*>& Loaded()
	{
		static TMap<FName, IModuleInterface*>* Made = new TMap<FName, IModuleInterface*>;
		return *Made;
	}
	void (*BeforeStartup)() = nullptr;
}

Standin::FLinkedModule::FLinkedModule(const TCHAR* InName, IModuleInterface* (*InMake)()) : Name(InName), Make(InMake), Next(FirstLinked)
{
	FirstLinked = this;
}

void Standin::SetBeforeStartup(void (*Step)())
{
	BeforeStartup = Step;
}

void Standin::UnloadAllModules()
{
	TArray<FName> Names;
	Loaded().GetKeys(Names);
	for (int32 Index = Names.Num() - 1; Index >= 0; --Index)
	{
		FModuleManager::Get().UnloadModule(Names[Index], true);
	}
}

FModuleManager& FModuleManager::Get()
{
	static FModuleManager Manager;
	return Manager;
}

IModuleInterface* FModuleManager::GetModule(const FName InModuleName)
{
	return Loaded().FindRef(InModuleName);
}

bool FModuleManager::IsModuleLoaded(const FName InModuleName) const
{
	return Loaded().Contains(InModuleName);
}

bool FModuleManager::ModuleExists(const TCHAR* ModuleName) const
{
	for (const Standin::FLinkedModule* Linked = FirstLinked; Linked; Linked = Linked->Next)
	{
		if (FName(Linked->Name) == FName(ModuleName))
		{
			return true;
		}
	}
	return false;
}

IModuleInterface* FModuleManager::LoadModule(const FName InModuleName)
{
	if (IModuleInterface* Module = GetModule(InModuleName))
	{
		return Module;
	}
	STANDIN_STRICT(IsInGameThread(), "modules are loaded on the game thread");
	for (const Standin::FLinkedModule* Linked = FirstLinked; Linked; Linked = Linked->Next)
	{
		if (FName(Linked->Name) == InModuleName)
		{
			if (BeforeStartup)
			{
				BeforeStartup();
			}
			IModuleInterface* Module = Linked->Make();
			Loaded().Add(InModuleName, Module);
			Module->StartupModule();
			return Module;
		}
	}
	return nullptr;
}

IModuleInterface& FModuleManager::LoadModuleChecked(const FName InModuleName)
{
	IModuleInterface* Module = LoadModule(InModuleName);
	checkf(Module, TEXT("there is no module %s"), *InModuleName.ToString());
	return *Module;
}

IModuleInterface& FModuleManager::GetModuleChecked_Internal(const FName InModuleName)
{
	IModuleInterface* Module = GetModule(InModuleName);
	checkf(Module, TEXT("the module %s is not loaded"), *InModuleName.ToString());
	return *Module;
}

bool FModuleManager::UnloadModule(const FName InModuleName, bool)
{
	IModuleInterface* Module = GetModule(InModuleName);
	if (!Module)
	{
		return false;
	}
	Module->ShutdownModule();
	Loaded().Remove(InModuleName);
	delete Module;
	return true;
}
