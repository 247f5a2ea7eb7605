/**
 * Paths, the command line, colours, and what kind of program this is.
 */

#include "Containers/StringConv.h"
#include "Math/Color.h"
#include "Misc/App.h"
#include "Misc/CommandLine.h"
#include "Misc/CoreMisc.h"
#include "Misc/Parse.h"
#include "Misc/Paths.h"
#include "Standin/Control.h"

#include <cmath>
#include <sys/stat.h>
#include <unistd.h>

bool GIsEditor = WITH_EDITOR;
bool GIsRunning = true;

namespace
{
	bool bExitRequested = false;

	FString& CommandLine()
	{
		static FString* Made = new FString;
		return *Made;
	}

	FString& Project()
	{
		static FString* Made = new FString(TEXT("/nowhere/Game/"));
		return *Made;
	}

	bool StatusOf(const FString& Path, struct stat& Status)
	{
		return stat(TCHAR_TO_UTF8(*Path), &Status) == 0;
	}
}

Standin::FProcessKind& Standin::ProcessKind()
{
	static FProcessKind Kind;
	return Kind;
}

void Standin::SetExitRequested(bool bRequested)
{
	bExitRequested = bRequested;
}

void Standin::SetProjectDir(const FString& Directory)
{
	Project() = Directory;
}

bool IsEngineExitRequested()
{
	return bExitRequested;
}

bool IsRunningCommandlet()
{
	return Standin::ProcessKind().bCommandlet;
}

bool IsRunningDedicatedServer()
{
	return Standin::ProcessKind().bDedicatedServer;
}

bool IsRunningGame()
{
	return !GIsEditor && !IsRunningCommandlet() && !IsRunningDedicatedServer();
}

bool IsRunningClientOnly()
{
	return false;
}

bool FApp::IsUnattended()
{
	return Standin::ProcessKind().bUnattended || FParse::Param(FCommandLine::Get(), TEXT("unattended"));
}

bool FApp::CanEverRender()
{
	return Standin::ProcessKind().bCanEverRender && !IsRunningDedicatedServer() && !IsRunningCommandlet();
}

bool FApp::IsGame()
{
	return !GIsEditor;
}

const TCHAR* FApp::GetProjectName()
{
	return TEXT("Game");
}

const TCHAR* FApp::GetBuildVersion()
{
	return TEXT("1.0");
}

const TCHAR* FCommandLine::Get()
{
	return *CommandLine();
}

bool FCommandLine::IsInitialized()
{
	return true;
}

bool FCommandLine::Set(const TCHAR* NewCommandLine)
{
	CommandLine() = NewCommandLine;
	return true;
}

void FCommandLine::Append(const TCHAR* AppendString)
{
	CommandLine() += AppendString;
}

namespace
{
	/** What follows Match, which must begin a word. */
	const TCHAR* After(const TCHAR* Stream, const TCHAR* Match)
	{
		const int32 Length = FCString::Strlen(Match);
		for (const TCHAR* At = Stream; *At; ++At)
		{
			const bool bBegins = At == Stream || !FChar::IsAlnum(At[-1]);
			if (bBegins && FCString::Strnicmp(At, Match, static_cast<SIZE_T>(Length)) == 0)
			{
				return At + Length;
			}
		}
		return nullptr;
	}
}

bool FParse::Value(const TCHAR* Stream, const TCHAR* Match, FString& Value, bool bShouldStopOnSeparator)
{
	const TCHAR* At = After(Stream, Match);
	if (!At)
	{
		return false;
	}
	const bool bQuoted = *At == u'"';
	FString Read;
	for (At += bQuoted ? 1 : 0; *At; ++At)
	{
		const bool bSeparator = bShouldStopOnSeparator && (*At == u',' || *At == u')');
		if (bQuoted ? *At == u'"' : FChar::IsWhitespace(*At) || bSeparator)
		{
			break;
		}
		Read.AppendChar(*At);
	}
	Value = Read;
	return true;
}

bool FParse::Value(const TCHAR* Stream, const TCHAR* Match, int32& Value)
{
	FString Text;
	if (!FParse::Value(Stream, Match, Text))
	{
		return false;
	}
	Value = FCString::Atoi(*Text);
	return true;
}

bool FParse::Value(const TCHAR* Stream, const TCHAR* Match, float& Value)
{
	FString Text;
	if (!FParse::Value(Stream, Match, Text))
	{
		return false;
	}
	Value = FCString::Atof(*Text);
	return true;
}

bool FParse::Bool(const TCHAR* Stream, const TCHAR* Match, bool& OnOff)
{
	FString Text;
	if (!FParse::Value(Stream, Match, Text))
	{
		return false;
	}
	OnOff = Text.ToBool();
	return true;
}

bool FParse::Param(const TCHAR* Stream, const TCHAR* Param)
{
	TArray<FString> Words;
	FString(Stream).ParseIntoArrayWS(Words);
	return Words.ContainsByPredicate([Param](const FString& Word)
		{ return (Word.StartsWith(TEXT("-")) || Word.StartsWith(TEXT("/"))) && Word.RightChop(1).Equals(Param, ESearchCase::IgnoreCase); });
}

FString FPaths::ProjectDir()
{
	return Project();
}

FString FPaths::GetPath(const FString& InPath)
{
	int32 Slash = INDEX_NONE;
	return InPath.FindLastChar(u'/', Slash) ? InPath.Left(Slash) : FString();
}

FString FPaths::GetCleanFilename(const FString& InPath)
{
	int32 Slash = INDEX_NONE;
	return InPath.FindLastChar(u'/', Slash) ? InPath.RightChop(Slash + 1) : InPath;
}

FString FPaths::GetBaseFilename(const FString& InPath, bool bRemovePath)
{
	const FString Path = bRemovePath ? GetCleanFilename(InPath) : InPath;
	int32 Dot = INDEX_NONE;
	return Path.FindLastChar(u'.', Dot) ? Path.Left(Dot) : Path;
}

FString FPaths::GetExtension(const FString& InPath, bool bIncludeDot)
{
	const FString Name = GetCleanFilename(InPath);
	int32 Dot = INDEX_NONE;
	return Name.FindLastChar(u'.', Dot) ? Name.RightChop(bIncludeDot ? Dot : Dot + 1) : FString();
}

bool FPaths::FileExists(const FString& InPath)
{
	struct stat Status;
	return StatusOf(InPath, Status) && S_ISREG(Status.st_mode);
}

bool FPaths::DirectoryExists(const FString& InPath)
{
	struct stat Status;
	return StatusOf(InPath, Status) && S_ISDIR(Status.st_mode);
}

bool FPaths::IsRelative(const FString& InPath)
{
	return !InPath.StartsWith(TEXT("/"));
}

FString FPaths::ConvertRelativePathToFull(const FString& InPath)
{
	if (!IsRelative(InPath))
	{
		return InPath;
	}
	char Buffer[4096];
	return FString(UTF8_TO_TCHAR(getcwd(Buffer, sizeof(Buffer)))) / InPath;
}

void FPaths::NormalizeFilename(FString& InPath)
{
	InPath.ReplaceInline(TEXT("\\"), TEXT("/"));
}

void FPaths::NormalizeDirectoryName(FString& InPath)
{
	NormalizeFilename(InPath);
	InPath.RemoveFromEnd(TEXT("/"));
}

const FColor FColor::White(255, 255, 255);
const FColor FColor::Black(0, 0, 0);
const FLinearColor FLinearColor::White(1.f, 1.f, 1.f);
const FLinearColor FLinearColor::Black(0.f, 0.f, 0.f);

FString FColor::ToHex() const
{
	return FString::Printf(TEXT("%02X%02X%02X%02X"), static_cast<int32>(R), static_cast<int32>(G), static_cast<int32>(B), static_cast<int32>(A));
}

FLinearColor::FLinearColor(const FColor& Color)
{
	const auto Linear = [](uint8 Byte)
	{
		const float Part = static_cast<float>(Byte) / 255.f;
		return Part <= 0.04045f ? Part / 12.92f : std::pow((Part + 0.055f) / 1.055f, 2.4f);
	};
	R = Linear(Color.R);
	G = Linear(Color.G);
	B = Linear(Color.B);
	A = static_cast<float>(Color.A) / 255.f;
}

FColor FLinearColor::ToFColor(const bool bSRGB) const
{
	const auto Byte = [](float Part)
	{
		const float Clamped = Part < 0.f ? 0.f : Part > 1.f ? 1.f : Part;
		return static_cast<uint8>(Clamped * 255.999f);
	};
	const auto Curved = [&Byte, bSRGB](float Part)
	{
		const float Curve = Part <= 0.0031308f ? Part * 12.92f : std::pow(Part, 1.f / 2.4f) * 1.055f - 0.055f;
		return Byte(bSRGB ? Curve : Part);
	};
	return FColor(Curved(R), Curved(G), Curved(B), Byte(A));
}
