/**
 * What a subsystem costs a frame in which nothing happens: time, and memory that is taken.
 *
 * The process's heap is counted: on Linux a definition of malloc in the program comes before libc's, for the engine's modules, the
 * plugin and the library alike. Under AddressSanitizer, whose own malloc this would replace, there is no such count.
 */

#include "Stage.h"

#include "Containers/Ticker.h"
#include "Engine/GameInstance.h"
#include "HAL/PlatformTime.h"
#include "LatchkeySubsystem.h"

using namespace Game;

#if !defined(__SANITIZE_ADDRESS__)

	#include <cstddef>

namespace
{
	thread_local uint64 Allocations = 0;
}

extern "C"
{
	void* __libc_malloc(std::size_t Size);
	void* __libc_calloc(std::size_t Count, std::size_t Size);
	void* __libc_realloc(void* Pointer, std::size_t Size);
	void* __libc_memalign(std::size_t Alignment, std::size_t Size);

	DLLEXPORT void* malloc(std::size_t Size)
	{
		++Allocations;
		return __libc_malloc(Size);
	}

	DLLEXPORT void* calloc(std::size_t Count, std::size_t Size)
	{
		++Allocations;
		return __libc_calloc(Count, Size);
	}

	DLLEXPORT void* realloc(void* Pointer, std::size_t Size)
	{
		++Allocations;
		return __libc_realloc(Pointer, Size);
	}

	DLLEXPORT void* aligned_alloc(std::size_t Alignment, std::size_t Size)
	{
		++Allocations;
		return __libc_memalign(Alignment, Size);
	}

	DLLEXPORT int posix_memalign(void** Pointer, std::size_t Alignment, std::size_t Size)
	{
		++Allocations;
		*Pointer = __libc_memalign(Alignment, Size);
		return *Pointer ? 0 : 12;
	}
}

namespace
{
	constexpr int32 Ticks = 20000;

	double Median(TArray<double>& Seconds)
	{
		Seconds.Sort();
		return Seconds[Seconds.Num() / 2];
	}

	/** Nanoseconds of one core tick; many are measured as one, since a look at the clock costs as much as what is looked at. */
	double CostOfATick()
	{
		constexpr int32 AtOnce = 100;
		TArray<double> Each;
		Each.Reserve(Ticks / AtOnce);
		for (int32 Round = 0; Round < Ticks / AtOnce; ++Round)
		{
			const uint64 Begin = FPlatformTime::Cycles64();
			for (int32 Tick = 0; Tick < AtOnce; ++Tick)
			{
				FTSTicker::GetCoreTicker().Tick(1.f / 60.f);
			}
			Each.Add(static_cast<double>(FPlatformTime::Cycles64() - Begin) / AtOnce);
		}
		return Median(Each);
	}

	void Measure(const TCHAR* When, double Bare, const UGameInstance* Player)
	{
		const uint64 Before = Allocations;
		const FLatchkeyStatus Status = Of(Player)->PollStatus();
		EXPECT(Status.Message.IsEmpty());
		FTSTicker::GetCoreTicker().Tick(1.f / 60.f);
		const uint64 OfOne = Allocations;
		for (int32 Tick = 0; Tick < Ticks; ++Tick)
		{
			FTSTicker::GetCoreTicker().Tick(1.f / 60.f);
		}
		EXPECT_EQUAL(Allocations - OfOne, 0ull);
		EXPECT(OfOne >= Before);
		const double Cost = CostOfATick();
		Standin::Print(FString::Printf(TEXT("%s: %.0f ns a tick, %.0f ns of it the ticker's own"), When, Cost, Bare));
		EXPECT(Cost < 1000.0);
	}
}

GAME_CASE(CostOfAnIdleFrame)
{
	FStage Stage;
	// That the count sees what the library takes is shown first.
	const double Bare = CostOfATick();
	UGameInstance* Player = Standin::Play();
	uint64 Before = Allocations;
	Of(Player)->StartLogin(FLatchkeyLoginOptions());
	EXPECT(Allocations > Before);
	Until(TEXT("the prompt"), [Player]()
		{
			FLatchkeyPrompt Prompt;
			return Of(Player)->GetPrompt(Prompt);
		});
	Frames(5);
	Measure(TEXT("waiting for the player"), Bare, Player);
	Offer(Player);
	Until(TEXT("a signed-in player"), [Player]() { return Of(Player)->IsSignedIn(); });
	Frames(5);
	Measure(TEXT("signed in"), Bare, Player);
	Of(Player)->Logout(ELatchkeyLogoutMode::Local);
	Frames(5);
	Measure(TEXT("signed out"), Bare, Player);
}

#endif
