/**
 * Cases and what they expect. A case is a function with a name, run alone in its process.
 */
#pragma once

#include "CoreMinimal.h"

namespace Game
{
	struct FCase
	{
		FCase(const TCHAR* InName, void (*InRun)());

		const TCHAR* Name;
		void (*Run)();
		const FCase* Next;

		static const FCase*& First();
	};

	/** Counts; what does not hold is printed and fails the case. */
	void Expect(bool bHolds, const TCHAR* What, const FString& Otherwise, const char* File, int32 Line);
	int32 Expected();
	int32 Failed();

	inline FString Shown(const FString& Value) { return Value; }
	inline FString Shown(const TCHAR* Value) { return Value; }
	inline FString Shown(bool bValue) { return bValue ? TEXT("true") : TEXT("false"); }
	template <typename T, std::enable_if_t<(std::is_integral_v<T> || std::is_enum_v<T>) && !std::is_same_v<T, bool>, int> = 0>
	FString Shown(T Value)
	{
		return FString::Printf(TEXT("%lld"), static_cast<int64>(Value));
	}

	template <typename T, typename U>
	void ExpectEqual(const T& Is, const U& Wanted, const TCHAR* What, const char* File, int32 Line)
	{
		Expect(Is == Wanted, What, TEXT("is ") + Shown(Is) + TEXT(", expected ") + Shown(Wanted), File, Line);
	}
}

#define GAME_CASE(Name) \
	static void Name(); \
	static const ::Game::FCase Case_##Name(TEXT(#Name), &Name); \
	static void Name()

#define EXPECT(Condition) ::Game::Expect((Condition), TEXT(#Condition), FString(), __FILE__, __LINE__)
#define EXPECT_EQUAL(Is, Wanted) ::Game::ExpectEqual(Is, Wanted, TEXT(#Is), __FILE__, __LINE__)
