/**
 * The stage's beginning and end, and the frames in between.
 */

#include "Stage.h"

#include "CoreGlobals.h"
#include "Engine/Engine.h"
#include "Engine/GameInstance.h"
#include "HAL/PlatformMisc.h"
#include "HAL/PlatformProcess.h"
#include "HAL/PlatformTime.h"
#include "LatchkeySubsystem.h"
#include "Misc/CommandLine.h"
#include "Misc/ConfigCacheIni.h"
#include "Modules/ModuleManager.h"
#include "Standin/Plugins.h"

#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <dirent.h>
#include <poll.h>
#include <unistd.h>

namespace
{
	constexpr double PatienceSeconds = 60.0;
	/** The library promises fractions of a second; a busy machine takes its time. */
	constexpr double SoonSeconds = 10.0;

	/** What the library calls its thread. */
	const TCHAR* LibraryThread = TEXT("latchkey");

	template <typename VisitorType>
	void ForEachEntry(const char* Folder, VisitorType Visitor)
	{
		DIR* Directory = opendir(Folder);
		STANDIN_STRICT(Directory != nullptr, "/proc is not mounted");
		while (const dirent* Entry = readdir(Directory))
		{
			if (Entry->d_name[0] != '.')
			{
				Visitor(Entry->d_name);
			}
		}
		closedir(Directory);
	}

	FString DefaultIni()
	{
		return TEXT("[/Script/Latchkey.LatchkeySettings]\nClientId=practice-game\nbRememberMe=False\nbOpenBrowser=False\nLogLevel=Debug\nIssuer=")
			+ Game::Environment(TEXT("LATCHKEY_GAME_ISSUER")) + TEXT("\n");
	}
}

FString Game::Environment(const TCHAR* Name)
{
	return FPlatformMisc::GetEnvironmentVariable(Name);
}

Game::FStage::FStage(const FSetup& Setup)
{
	Standin::ProcessKind().bCommandlet = Setup.bCommandlet;
	Standin::ProcessKind().bDedicatedServer = Setup.bDedicatedServer;
	FCommandLine::Set(*Setup.CommandLine);
	if (!Setup.bUnconfigured)
	{
		GConfig->LoadText(GEngineIni, DefaultIni() + Setup.Ini + TEXT("\n"));
	}
	Standin::AddPlugin(TEXT("Latchkey"), Environment(TEXT("LATCHKEY_GAME_PLUGIN")), TEXT("0.1.0"));
	Standin::SetCollectingEachFrame(!Environment(TEXT("LATCHKEY_GAME_COLLECT")).IsEmpty());
	Standin::StartEngine();
	FModuleManager::Get().LoadModuleChecked(TEXT("Latchkey"));
}

Game::FStage::~FStage()
{
	End();
}

void Game::FStage::End()
{
	if (bEnded)
	{
		return;
	}
	bEnded = true;
	for (const FWorldContext* Context : TArray<FWorldContext*>(GEngine->GetWorldContexts()))
	{
		Standin::StopPlaying(Context->OwningGameInstance);
	}
	for (const TStrongObjectPtr<UGameListener>& Listener : Listeners)
	{
		Listener->bMustNotHear = true;
	}
	// Whoever was put off to a later frame would come now.
	Frames(3);
	Listeners.Empty();
	Standin::CollectGarbage();
	// The engine itself is left, and nobody else.
	EXPECT_EQUAL(Standin::NumObjects(), 1);
	Standin::StopEngine();
	EXPECT_EQUAL(Standin::NumObjects(), 0);
	ExpectSoon(TEXT("no thread of the library"), []() { return !IsLibraryRunning(); });
	ExpectSoon(TEXT("no socket"), []() { return NumSockets() == 0; });
	EXPECT_EQUAL(Standin::DllDirectoryDepth(), 0);
}

UGameListener* Game::FStage::Listen()
{
	Listeners.Add(TStrongObjectPtr<UGameListener>(NewObject<UGameListener>()));
	return Listeners.Last().Get();
}

ULatchkeySubsystem* Game::Of(const UGameInstance* GameInstance)
{
	return GameInstance->GetSubsystem<ULatchkeySubsystem>();
}

void Game::Frames(int32 Number)
{
	for (int32 Frame = 0; Frame < Number; ++Frame)
	{
		Standin::Frame();
	}
}

void Game::Until(const TCHAR* What, TFunctionRef<bool()> Condition)
{
	const double End = FPlatformTime::Seconds() + PatienceSeconds;
	while (!Condition())
	{
		if (FPlatformTime::Seconds() > End)
		{
			Standin::FatalText("waited in vain", What, __FILE__, __LINE__);
		}
		Standin::Frame();
		// A frame's time, so that the library's thread and the provider have some of the processor.
		FPlatformProcess::Sleep(0.001f);
	}
}

void Game::ExpectSoon(const TCHAR* What, TFunctionRef<bool()> Condition)
{
	const double End = FPlatformTime::Seconds() + SoonSeconds;
	while (!Condition() && FPlatformTime::Seconds() < End)
	{
		FPlatformProcess::Sleep(0.001f);
	}
	Expect(Condition(), What, TEXT("not within seconds"), __FILE__, __LINE__);
}

void Game::UntilTold(const TCHAR* Line)
{
	static FString* Read = new FString;
	Until(Line, [Line]()
		{
			pollfd Input{STDIN_FILENO, POLLIN, 0};
			while (poll(&Input, 1, 0) == 1 && (Input.revents & POLLIN))
			{
				char Byte = 0;
				if (read(STDIN_FILENO, &Byte, 1) != 1)
				{
					break;
				}
				Read->AppendChar(static_cast<TCHAR>(Byte));
			}
			return Read->Contains(FString(Line) + TEXT("\n"));
		});
}

FString Game::Offer(const UGameInstance* GameInstance, const TCHAR* Label)
{
	FLatchkeyPrompt Prompt;
	Until(TEXT("the prompt"), [GameInstance, &Prompt]() { return Of(GameInstance)->GetPrompt(Prompt); });
	Standin::Print(FString::Printf(TEXT("%s: %s"), Label, *Prompt.Url));
	return Prompt.Url;
}

void Game::SignIn(UGameInstance* GameInstance, const TCHAR* Label)
{
	EXPECT_EQUAL(Of(GameInstance)->StartLogin(FLatchkeyLoginOptions()), ELatchkeyReason::None);
	Offer(GameInstance, Label);
	Until(TEXT("a signed-in player"), [GameInstance]() { return Of(GameInstance)->IsSignedIn(); });
}

TArray<FString> Game::ThreadNames()
{
	TArray<FString> Names;
	ForEachEntry("/proc/self/task", [&Names](const char* Id)
		{
			const FString Path = FString::Printf(TEXT("/proc/self/task/%hs/comm"), Id);
			if (std::FILE* File = std::fopen(TCHAR_TO_UTF8(*Path), "r"))
			{
				char Name[64] = {};
				Names.Add(std::fgets(Name, sizeof(Name), File) ? FString(static_cast<const ANSICHAR*>(Name)).TrimEnd() : FString());
				std::fclose(File);
			}
		});
	return Names;
}

int32 Game::NumSockets()
{
	int32 Found = 0;
	ForEachEntry("/proc/self/fd", [&Found](const char* Number)
		{
			char Target[256] = {};
			const FString Path = FString::Printf(TEXT("/proc/self/fd/%hs"), Number);
			const ssize_t Length = readlink(TCHAR_TO_UTF8(*Path), Target, sizeof(Target) - 1);
			Found += Length > 0 && std::strncmp(Target, "socket:", 7) == 0 ? 1 : 0;
		});
	return Found;
}

bool Game::IsLibraryRunning()
{
	return ThreadNames().ContainsByPredicate([](const FString& Name) { return Name.StartsWith(LibraryThread); });
}

bool Game::HasLogged(const TCHAR* Part, ELogVerbosity::Type AtLeast)
{
	return Standin::LogLines().ContainsByPredicate([Part, AtLeast](const Standin::FLogLine& Line)
		{ return Line.Text.Contains(Part, ESearchCase::CaseSensitive) && Line.Verbosity <= AtLeast; });
}
