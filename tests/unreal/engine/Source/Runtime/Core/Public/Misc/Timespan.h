/**
 * FTimespan.
 */
#pragma once

#include "CoreTypes.h"

namespace ETimespan
{
	inline constexpr int64 TicksPerMillisecond = 10000;
	inline constexpr int64 TicksPerSecond = 10000000;
}

struct FTimespan
{
	constexpr FTimespan() = default;
	explicit constexpr FTimespan(int64 InTicks) : Ticks(InTicks) {}
	constexpr FTimespan(int32 Hours, int32 Minutes, int32 Seconds)
		: Ticks((int64(Hours) * 3600 + Minutes * 60 + Seconds) * ETimespan::TicksPerSecond)
	{
	}

	static constexpr FTimespan Zero() { return FTimespan(); }
	static constexpr FTimespan FromSeconds(double Seconds) { return FTimespan(static_cast<int64>(Seconds * 1e7)); }
	static constexpr FTimespan FromMilliseconds(double Milliseconds) { return FTimespan(static_cast<int64>(Milliseconds * 1e4)); }
	static constexpr FTimespan FromMinutes(double Minutes) { return FromSeconds(Minutes * 60); }

	constexpr int64 GetTicks() const { return Ticks; }
	constexpr double GetTotalSeconds() const { return static_cast<double>(Ticks) / 1e7; }
	constexpr double GetTotalMilliseconds() const { return static_cast<double>(Ticks) / 1e4; }

	friend constexpr bool operator==(FTimespan First, FTimespan Second) { return First.Ticks == Second.Ticks; }
	friend constexpr bool operator!=(FTimespan First, FTimespan Second) { return First.Ticks != Second.Ticks; }
	friend constexpr bool operator<(FTimespan First, FTimespan Second) { return First.Ticks < Second.Ticks; }
	friend constexpr bool operator>(FTimespan First, FTimespan Second) { return First.Ticks > Second.Ticks; }
	friend constexpr bool operator<=(FTimespan First, FTimespan Second) { return First.Ticks <= Second.Ticks; }
	friend constexpr bool operator>=(FTimespan First, FTimespan Second) { return First.Ticks >= Second.Ticks; }
	friend constexpr FTimespan operator+(FTimespan First, FTimespan Second) { return FTimespan(First.Ticks + Second.Ticks); }
	friend constexpr FTimespan operator-(FTimespan First, FTimespan Second) { return FTimespan(First.Ticks - Second.Ticks); }

private:
	int64 Ticks = 0;
};
