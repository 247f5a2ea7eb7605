/**
 * The log, kept so that a test can read it, and the console's commands.
 */

#include "Logging/LogMacros.h"
#include "Containers/Map.h"
#include "Containers/StringConv.h"
#include "HAL/IConsoleManager.h"
#include "Misc/OutputDevice.h"
#include "Misc/ScopeLock.h"
#include "Standin/Control.h"

#include <cstdio>

DEFINE_LOG_CATEGORY(LogTemp);

namespace
{
	struct FLog
	{
		FCriticalSection Section;
		TArray<Standin::FLogLine> Lines;
		bool bShown = false;
		void (*Listener)(const Standin::FLogLine& Line) = nullptr;
	};

	FLog& Kept()
	{
		// Never destroyed: other threads may log until the very end.
		static FLog* Made = new FLog;
		return *Made;
	}

	class FLogDevice final : public FOutputDevice
	{
	public:
		virtual void Serialize(const TCHAR* V, ELogVerbosity::Type Verbosity, const FName& Category) override
		{
			Standin::Log(Category, Verbosity, V);
		}
	};

	FLogDevice LogDevice;
}

FOutputDevice* GLog = &LogDevice;

FLogCategoryBase::FLogCategoryBase(const TCHAR* InCategoryName, ELogVerbosity::Type InDefaultVerbosity, ELogVerbosity::Type InCompileTimeVerbosity)
	: CategoryName(InCategoryName), Verbosity(InDefaultVerbosity), CompileTime(InCompileTimeVerbosity)
{
}

void FLogCategoryBase::SetVerbosity(ELogVerbosity::Type NewVerbosity)
{
	Verbosity = NewVerbosity < CompileTime ? NewVerbosity : CompileTime;
}

void Standin::Log(FName Category, ELogVerbosity::Type Verbosity, const TCHAR* Text)
{
	const FLogLine Line{Category, Verbosity, Text};
	FScopeLock Lock(&Kept().Section);
	if (Kept().bShown)
	{
		std::fprintf(stderr, "%s\n", TCHAR_TO_UTF8(*(Category.ToString() + TEXT(": ") + Described(Verbosity) + TEXT(": ") + Text)));
	}
	Kept().Lines.Add(Line);
	if (Kept().Listener)
	{
		Kept().Listener(Line);
	}
}

void Standin::LogFatal(FName, const TCHAR* Text, const char* File, int Line)
{
	FatalText("log", Text, File, Line);
}

TArray<Standin::FLogLine> Standin::LogLines()
{
	FScopeLock Lock(&Kept().Section);
	return Kept().Lines;
}

void Standin::ClearLog()
{
	FScopeLock Lock(&Kept().Section);
	Kept().Lines.Reset();
}

void Standin::SetLogShown(bool bShown)
{
	FScopeLock Lock(&Kept().Section);
	Kept().bShown = bShown;
}

void Standin::SetLogListener(void (*Listener)(const FLogLine& Line))
{
	FScopeLock Lock(&Kept().Section);
	Kept().Listener = Listener;
}

FString Standin::Described(ELogVerbosity::Type Verbosity)
{
	const TCHAR* Names[] = {TEXT("NoLogging"), TEXT("Fatal"), TEXT("Error"), TEXT("Warning"), TEXT("Display"), TEXT("Log"), TEXT("Verbose"), TEXT("VeryVerbose")};
	return Names[Verbosity];
}

void Standin::Print(const FString& Line)
{
	std::printf("%s\n", TCHAR_TO_UTF8(*Line));
	std::fflush(stdout);
}

namespace
{
	using FRegistered = TMap<FString, TFunction<void(const TArray<FString>&, UWorld*, FOutputDevice&)>>;

	FRegistered& Commands()
	{
		static FRegistered* Made = new FRegistered;
		return *Made;
	}
}

FAutoConsoleObject::FAutoConsoleObject(const TCHAR* Name, const TCHAR* Help, FCommand Command) : RegisteredName(Name)
{
	STANDIN_STRICT(!Commands().Contains(Name), "a console command of that name is there already");
	STANDIN_STRICT(Help && *Help, "a console command without help");
	Commands().Add(Name, MoveTemp(Command));
}

FAutoConsoleObject::~FAutoConsoleObject()
{
	Commands().Remove(RegisteredName);
}

IConsoleManager& IConsoleManager::Get()
{
	static IConsoleManager Manager;
	return Manager;
}

bool IConsoleManager::IsNameRegistered(const TCHAR* Name) const
{
	return Commands().Contains(Name);
}

bool IConsoleManager::ProcessUserConsoleInput(const TCHAR* Input, FOutputDevice& Ar, UWorld* InWorld)
{
	STANDIN_STRICT(IsInGameThread(), "console commands run on the game thread");
	TArray<FString> Words;
	FString(Input).ParseIntoArrayWS(Words);
	if (Words.IsEmpty() || !Commands().Contains(Words[0]))
	{
		return false;
	}
	const auto Command = Commands()[Words[0]];
	Words.RemoveAt(0);
	Command(Words, InWorld, Ar);
	return true;
}
