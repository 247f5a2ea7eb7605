/**
 * Assertions, memory, threads, time, libraries and the environment: what the engine asks of the system.
 */

#include "Async/Async.h"
#include "Containers/StringConv.h"
#include "HAL/CriticalSection.h"
#include "HAL/PlatformMisc.h"
#include "HAL/PlatformProcess.h"
#include "HAL/PlatformTime.h"
#include "HAL/ThreadManager.h"
#include "HAL/UnrealMemory.h"
#include "Misc/CoreMisc.h"
#include "Misc/DateTime.h"
#include "Misc/ScopeLock.h"
#include "Standin/Control.h"

#include <atomic>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <dlfcn.h>
#include <execinfo.h>
#include <mutex>
#include <thread>
#include <unistd.h>

namespace
{
	/** What a test program ends with when a strictness was violated; a crash has another. */
	constexpr int FatalExitCode = 86;

	const std::thread::id GameThread = std::this_thread::get_id();
}

void Standin::Fatal(const char* Kind, const char* Expression, const char* File, int Line)
{
	std::fflush(stdout);
	std::fprintf(stderr, "FATAL %s: %s (%s:%d)%s\n", Kind, Expression, File, Line, IsInGameThread() ? "" : " on another thread");
	void* Frames[32];
	backtrace_symbols_fd(Frames, backtrace(Frames, 32), STDERR_FILENO);
	std::fflush(stderr);
	std::_Exit(FatalExitCode);
}

void Standin::FatalText(const char* Kind, const TCHAR* Text, const char* File, int Line)
{
	Fatal(Kind, FTCHARToUTF8(Text).Get(), File, Line);
}

bool IsInGameThread()
{
	return std::this_thread::get_id() == GameThread;
}

void* FMemory::Malloc(SIZE_T Count, uint32)
{
	void* Block = std::malloc(Count ? Count : 1);
	STANDIN_STRICT(Block != nullptr, "out of memory");
	return Block;
}

void* FMemory::MallocZeroed(SIZE_T Count, uint32)
{
	return Memzero(Malloc(Count), Count);
}

void* FMemory::Realloc(void* Original, SIZE_T Count, uint32)
{
	void* Block = std::realloc(Original, Count ? Count : 1);
	STANDIN_STRICT(Block != nullptr, "out of memory");
	return Block;
}

void FMemory::Free(void* Original)
{
	std::free(Original);
}

FCriticalSection::FCriticalSection() : Mutex(new std::recursive_mutex)
{
}

FCriticalSection::~FCriticalSection()
{
	delete static_cast<std::recursive_mutex*>(Mutex);
}

void FCriticalSection::Lock()
{
	static_cast<std::recursive_mutex*>(Mutex)->lock();
}

bool FCriticalSection::TryLock()
{
	return static_cast<std::recursive_mutex*>(Mutex)->try_lock();
}

void FCriticalSection::Unlock()
{
	static_cast<std::recursive_mutex*>(Mutex)->unlock();
}

double FPlatformTime::Seconds()
{
	return static_cast<double>(Cycles64()) * 1e-9;
}

uint64 FPlatformTime::Cycles64()
{
	const auto Now = std::chrono::steady_clock::now().time_since_epoch();
	return static_cast<uint64>(std::chrono::duration_cast<std::chrono::nanoseconds>(Now).count());
}

FDateTime FDateTime::UtcNow()
{
	const auto Now = std::chrono::system_clock::now().time_since_epoch();
	return FDateTime(UnixEpoch + std::chrono::duration_cast<std::chrono::microseconds>(Now).count() * 10);
}

FString FPlatformMisc::GetEnvironmentVariable(const TCHAR* VariableName)
{
	const char* Value = std::getenv(TCHAR_TO_UTF8(VariableName));
	return Value ? FString(UTF8_TO_TCHAR(Value)) : FString();
}

void FPlatformMisc::SetEnvironmentVar(const TCHAR* VariableName, const TCHAR* Value)
{
	if (Value && *Value)
	{
		setenv(TCHAR_TO_UTF8(VariableName), TCHAR_TO_UTF8(Value), 1);
	}
	else
	{
		unsetenv(TCHAR_TO_UTF8(VariableName));
	}
}

void FPlatformMisc::RequestExit(bool)
{
	Standin::SetExitRequested(true);
}

FString FPlatformMisc::GetDefaultLocale()
{
	return TEXT("en-GB");
}

namespace
{
	int32 DirectoryDepth = 0;
}

TArray<FString>& Standin::RequestedLibraries()
{
	static TArray<FString>* Requested = new TArray<FString>;
	return *Requested;
}

TArray<FString>& Standin::OpenedUrls()
{
	static TArray<FString>* Opened = new TArray<FString>;
	return *Opened;
}

int32 Standin::DllDirectoryDepth()
{
	return DirectoryDepth;
}

void* FPlatformProcess::GetDllHandle(const TCHAR* Filename)
{
	check(Filename);
	Standin::RequestedLibraries().Add(Filename);
	return dlopen(TCHAR_TO_UTF8(Filename), RTLD_LAZY | RTLD_LOCAL);
}

void FPlatformProcess::FreeDllHandle(void* DllHandle)
{
	dlclose(DllHandle);
}

void* FPlatformProcess::GetDllExport(void* DllHandle, const TCHAR* ProcName)
{
	check(DllHandle);
	check(ProcName);
	return dlsym(DllHandle, TCHAR_TO_ANSI(ProcName));
}

void FPlatformProcess::PushDllDirectory(const TCHAR*)
{
	++DirectoryDepth;
}

void FPlatformProcess::PopDllDirectory(const TCHAR*)
{
	STANDIN_STRICT(DirectoryDepth > 0, "PopDllDirectory without PushDllDirectory");
	--DirectoryDepth;
}

bool FPlatformProcess::CanLaunchURL(const TCHAR* URL)
{
	return URL != nullptr;
}

void FPlatformProcess::LaunchURL(const TCHAR* URL, const TCHAR*, FString* Error)
{
	STANDIN_STRICT(IsInGameThread(), "LaunchURL off the game thread");
	check(URL);
	Standin::OpenedUrls().Add(URL);
	if (Error)
	{
		*Error = TEXT("");
	}
}

void FPlatformProcess::Sleep(float Seconds)
{
	std::this_thread::sleep_for(std::chrono::duration<float>(Seconds));
}

uint32 FPlatformProcess::GetCurrentProcessId()
{
	return static_cast<uint32>(getpid());
}

const TCHAR* FPlatformProcess::BaseDir()
{
	static const FString* Directory = []()
	{
		char Buffer[4096];
		const ssize_t Length = readlink("/proc/self/exe", Buffer, sizeof(Buffer) - 1);
		Buffer[Length > 0 ? Length : 0] = 0;
		FString Path(UTF8_TO_TCHAR(Buffer));
		int32 Slash = INDEX_NONE;
		Path.FindLastChar(u'/', Slash);
		return new FString(Path.Left(Slash + 1));
	}();
	return **Directory;
}

const TCHAR* FPlatformProcess::GetBinariesSubdirectory()
{
	return TEXT("Linux");
}

FString FPlatformProcess::GetModulesDirectory()
{
	return BaseDir();
}

const TCHAR* FPlatformProcess::GetModulePrefix()
{
	return TEXT("lib");
}

const TCHAR* FPlatformProcess::GetModuleExtension()
{
	return TEXT("so");
}

namespace
{
	struct FTasks
	{
		FCriticalSection Section;
		TArray<TUniqueFunction<void()>> ForGameThread;
		std::atomic<int32> Background{0};
	};

	FTasks& Tasks()
	{
		static FTasks* Made = new FTasks;
		return *Made;
	}
}

void AsyncTask(ENamedThreads::Type Thread, TUniqueFunction<void()> Function)
{
	if (Thread == ENamedThreads::GameThread)
	{
		FScopeLock Lock(&Tasks().Section);
		Tasks().ForGameThread.Add(MoveTemp(Function));
		return;
	}
	++Tasks().Background;
	std::thread([Moved = MoveTemp(Function)]()
		{
			Moved();
			--Tasks().Background;
		}).detach();
}

void Standin::RunGameThreadTasks()
{
	TArray<TUniqueFunction<void()>> Taken;
	{
		FScopeLock Lock(&Tasks().Section);
		Taken = MoveTemp(Tasks().ForGameThread);
	}
	for (const TUniqueFunction<void()>& Function : Taken)
	{
		Function();
	}
}

void Standin::WaitForBackgroundTasks()
{
	while (Tasks().Background > 0)
	{
		std::this_thread::yield();
	}
}
