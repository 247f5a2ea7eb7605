// Copyright (c) The Latchkey authors

#pragma once

#include "CoreMinimal.h"

/**
 * The library's file: where it lies, and its functions by name. Opened once for the process and never closed, since the library
 * pins itself. What the functions are is LatchkeyApi.cpp's; no path of it leaves but in words.
 */
class FLatchkeyLibrary
{
public:
	/**
	 * Opens the file if it is not open yet.
	 * @param OutProblem Why that was not possible and what to do, in one sentence.
	 */
	bool Open(FString& OutProblem);

	/** The function, or null if the library has none of this name. */
	void* Find(const TCHAR* Name) const;

	/** Where it was found; for the log. */
	const FString& GetPath() const
	{
		return Path;
	}

private:
	/** The places where it may lie, the packaged one first. */
	static TArray<FString> Candidates();

	void* Handle = nullptr;
	FString Path;
};
