/**
 * Between the engine's characters and UTF-8. What a macro gives lives to the end of the full expression only.
 */
#pragma once

#include "Containers/UnrealString.h"

/** Poisoned when it goes, so that a pointer that outlives its conversion shows rubbish instead of luck. */
class CORE_API FTCHARToUTF8
{
public:
	explicit FTCHARToUTF8(const TCHAR* Source) : FTCHARToUTF8(Source, Source ? FCString::Strlen(Source) : 0) {}
	FTCHARToUTF8(const TCHAR* Source, int32 SourceLen);
	explicit FTCHARToUTF8(const FString& Source) : FTCHARToUTF8(*Source, Source.Len()) {}
	~FTCHARToUTF8();
	FTCHARToUTF8(FTCHARToUTF8&&);
	FTCHARToUTF8(const FTCHARToUTF8&) = delete;
	FTCHARToUTF8& operator=(const FTCHARToUTF8&) = delete;

	const ANSICHAR* Get() const { return Bytes; }
	/** Bytes without the zero. */
	int32 Length() const { return Count; }
	operator const ANSICHAR*() const { return Bytes; }

private:
	ANSICHAR* Bytes = nullptr;
	int32 Count = 0;
};

class CORE_API FUTF8ToTCHAR
{
public:
	explicit FUTF8ToTCHAR(const ANSICHAR* Source) : FUTF8ToTCHAR(Source, Source ? FCStringAnsi::Strlen(Source) : 0) {}
	FUTF8ToTCHAR(const ANSICHAR* Source, int32 SourceLen);
	explicit FUTF8ToTCHAR(const UTF8CHAR* Source) : FUTF8ToTCHAR(reinterpret_cast<const ANSICHAR*>(Source)) {}
	~FUTF8ToTCHAR();
	FUTF8ToTCHAR(FUTF8ToTCHAR&&);
	FUTF8ToTCHAR(const FUTF8ToTCHAR&) = delete;
	FUTF8ToTCHAR& operator=(const FUTF8ToTCHAR&) = delete;

	const TCHAR* Get() const { return Characters; }
	int32 Length() const { return Count; }
	operator const TCHAR*() const { return Characters; }

private:
	TCHAR* Characters = nullptr;
	int32 Count = 0;
};

#define TCHAR_TO_UTF8(String) (ANSICHAR*)FTCHARToUTF8((const TCHAR*)String).Get()
#define UTF8_TO_TCHAR(String) (TCHAR*)FUTF8ToTCHAR((const ANSICHAR*)String).Get()
/** The engine's loses what is not ASCII; so does this. */
#define TCHAR_TO_ANSI(String) (ANSICHAR*)::Standin::FTCHARToANSI((const TCHAR*)String).Get()
#define ANSI_TO_TCHAR(String) (TCHAR*)(*FString((const ANSICHAR*)String))

namespace Standin
{
	class CORE_API FTCHARToANSI
	{
	public:
		explicit FTCHARToANSI(const TCHAR* Source);
		const ANSICHAR* Get() const { return Bytes.GetData(); }

	private:
		TArray<ANSICHAR> Bytes;
	};
}
