/**
 * Console commands.
 */
#pragma once

#include "Delegates/Delegate.h"
#include "Misc/OutputDevice.h"
#include "Templates/Function.h"

class UWorld;

enum EConsoleVariableFlags
{
	ECVF_Default = 0,
	ECVF_Cheat = 1
};

DECLARE_DELEGATE(FConsoleCommandDelegate);
DECLARE_DELEGATE_OneParam(FConsoleCommandWithArgsDelegate, const TArray<FString>&);
DECLARE_DELEGATE_OneParam(FConsoleCommandWithWorldDelegate, UWorld*);
DECLARE_DELEGATE_TwoParams(FConsoleCommandWithWorldAndArgsDelegate, const TArray<FString>&, UWorld*);
DECLARE_DELEGATE_ThreeParams(FConsoleCommandWithWorldArgsAndOutputDeviceDelegate, const TArray<FString>&, UWorld*, FOutputDevice&);
DECLARE_DELEGATE_OneParam(FConsoleCommandWithOutputDeviceDelegate, FOutputDevice&);

class CORE_API IConsoleManager
{
public:
	static IConsoleManager& Get();

	/** False if there is no such command. Game thread only. */
	bool ProcessUserConsoleInput(const TCHAR* Input, FOutputDevice& Ar, UWorld* InWorld);
	bool IsNameRegistered(const TCHAR* Name) const;
};

/** Registers in its constructor, unregisters in its destructor: a command that outlives its module is a crash. */
class CORE_API FAutoConsoleObject
{
public:
	FAutoConsoleObject(const FAutoConsoleObject&) = delete;
	FAutoConsoleObject& operator=(const FAutoConsoleObject&) = delete;

protected:
	using FCommand = TFunction<void(const TArray<FString>&, UWorld*, FOutputDevice&)>;

	FAutoConsoleObject(const TCHAR* Name, const TCHAR* Help, FCommand Command);
	~FAutoConsoleObject();

private:
	FString RegisteredName;
};

class FAutoConsoleCommand : private FAutoConsoleObject
{
public:
	FAutoConsoleCommand(const TCHAR* Name, const TCHAR* Help, const FConsoleCommandDelegate& Command, uint32 Flags = ECVF_Default);
	FAutoConsoleCommand(const TCHAR* Name, const TCHAR* Help, const FConsoleCommandWithArgsDelegate& Command, uint32 Flags = ECVF_Default);
};

class FAutoConsoleCommandWithWorld : private FAutoConsoleObject
{
public:
	FAutoConsoleCommandWithWorld(const TCHAR* Name, const TCHAR* Help, const FConsoleCommandWithWorldDelegate& Command, uint32 Flags = ECVF_Default);
};

class FAutoConsoleCommandWithWorldAndArgs : private FAutoConsoleObject
{
public:
	FAutoConsoleCommandWithWorldAndArgs(const TCHAR* Name, const TCHAR* Help, const FConsoleCommandWithWorldAndArgsDelegate& Command, uint32 Flags = ECVF_Default);
};

class FAutoConsoleCommandWithWorldArgsAndOutputDevice : private FAutoConsoleObject
{
public:
	FAutoConsoleCommandWithWorldArgsAndOutputDevice(const TCHAR* Name, const TCHAR* Help, const FConsoleCommandWithWorldArgsAndOutputDeviceDelegate& Command, uint32 Flags = ECVF_Default);
};

inline FAutoConsoleCommand::FAutoConsoleCommand(const TCHAR* Name, const TCHAR* Help, const FConsoleCommandDelegate& Command, uint32)
	: FAutoConsoleObject(Name, Help, [Command](const TArray<FString>&, UWorld*, FOutputDevice&) { Command.ExecuteIfBound(); })
{
}

inline FAutoConsoleCommand::FAutoConsoleCommand(const TCHAR* Name, const TCHAR* Help, const FConsoleCommandWithArgsDelegate& Command, uint32)
	: FAutoConsoleObject(Name, Help, [Command](const TArray<FString>& Args, UWorld*, FOutputDevice&) { Command.ExecuteIfBound(Args); })
{
}

inline FAutoConsoleCommandWithWorld::FAutoConsoleCommandWithWorld(const TCHAR* Name, const TCHAR* Help, const FConsoleCommandWithWorldDelegate& Command, uint32)
	: FAutoConsoleObject(Name, Help, [Command](const TArray<FString>&, UWorld* World, FOutputDevice&) { Command.ExecuteIfBound(World); })
{
}

inline FAutoConsoleCommandWithWorldAndArgs::FAutoConsoleCommandWithWorldAndArgs(const TCHAR* Name, const TCHAR* Help, const FConsoleCommandWithWorldAndArgsDelegate& Command, uint32)
	: FAutoConsoleObject(Name, Help, [Command](const TArray<FString>& Args, UWorld* World, FOutputDevice&) { Command.ExecuteIfBound(Args, World); })
{
}

inline FAutoConsoleCommandWithWorldArgsAndOutputDevice::FAutoConsoleCommandWithWorldArgsAndOutputDevice(const TCHAR* Name, const TCHAR* Help, const FConsoleCommandWithWorldArgsAndOutputDeviceDelegate& Command, uint32)
	: FAutoConsoleObject(Name, Help, [Command](const TArray<FString>& Args, UWorld* World, FOutputDevice& Ar) { Command.ExecuteIfBound(Args, World, Ar); })
{
}
