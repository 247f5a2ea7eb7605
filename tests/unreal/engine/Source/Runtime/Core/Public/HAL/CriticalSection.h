/**
 * FCriticalSection: recursive, as the engine's.
 */
#pragma once

#include "CoreTypes.h"

class CORE_API FCriticalSection
{
public:
	FCriticalSection();
	~FCriticalSection();
	FCriticalSection(const FCriticalSection&) = delete;
	FCriticalSection& operator=(const FCriticalSection&) = delete;

	void Lock();
	bool TryLock();
	void Unlock();

private:
	void* Mutex;
};
