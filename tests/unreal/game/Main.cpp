/**
 * Plays the engine for one case: `program CASE`, or `program --list`.
 *
 * What it says on its standard output is for the test that started it: `open: URL` when the player has to go to a browser,
 * lines of the case's own, and last `CASE: N checks`. It ends with 0 if all held, with 1 if not, and with 86 when the stand-in
 * has seen something that the engine forbids.
 */

#include "Case.h"

#include "Containers/StringConv.h"
#include "Standin/Control.h"

#include <cstdio>
#include <cstdlib>

namespace
{
	int32 NumExpected = 0;
	int32 NumFailed = 0;
}

Game::FCase::FCase(const TCHAR* InName, void (*InRun)()) : Name(InName), Run(InRun), Next(First())
{
	First() = this;
}

const Game::FCase*& Game::FCase::First()
{
	static const FCase* List = nullptr;
	return List;
}

void Game::Expect(bool bHolds, const TCHAR* What, const FString& Otherwise, const char* File, int32 Line)
{
	++NumExpected;
	if (!bHolds)
	{
		++NumFailed;
		Standin::Print(FString::Printf(TEXT("FAILED %s: %s (%hs:%d)"), What, *Otherwise, File, Line));
	}
}

int32 Game::Expected()
{
	return NumExpected;
}

int32 Game::Failed()
{
	return NumFailed;
}

int main(int NumArguments, char** Arguments)
{
	const FString Wanted = NumArguments == 2 ? FString(UTF8_TO_TCHAR(Arguments[1])) : FString();
	Standin::SetLogShown(std::getenv("LATCHKEY_GAME_LOG") != nullptr);
	for (const Game::FCase* Case = Game::FCase::First(); Case; Case = Case->Next)
	{
		if (Wanted == TEXT("--list"))
		{
			Standin::Print(Case->Name);
		}
		else if (Wanted.Equals(Case->Name))
		{
			Case->Run();
			Standin::Print(FString::Printf(TEXT("%s: %d checks"), Case->Name, NumExpected));
			return NumFailed == 0 && NumExpected > 0 ? 0 : 1;
		}
	}
	return Wanted == TEXT("--list") ? 0 : 2;
}
