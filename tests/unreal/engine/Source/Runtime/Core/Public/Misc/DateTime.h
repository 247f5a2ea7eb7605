/**
 * FDateTime, as ticks since the year 1.
 */
#pragma once

#include "Misc/Timespan.h"

struct CORE_API FDateTime
{
	constexpr FDateTime() = default;
	explicit constexpr FDateTime(int64 InTicks) : Ticks(InTicks) {}

	static FDateTime UtcNow();
	static FDateTime Now() { return UtcNow(); }
	static constexpr FDateTime MinValue() { return FDateTime(0); }
	static constexpr FDateTime FromUnixTimestamp(int64 UnixTime) { return FDateTime(UnixEpoch + UnixTime * ETimespan::TicksPerSecond); }
	constexpr int64 ToUnixTimestamp() const { return (Ticks - UnixEpoch) / ETimespan::TicksPerSecond; }
	constexpr int64 GetTicks() const { return Ticks; }

	friend constexpr FTimespan operator-(FDateTime First, FDateTime Second) { return FTimespan(First.Ticks - Second.Ticks); }
	friend constexpr FDateTime operator+(FDateTime First, FTimespan Second) { return FDateTime(First.Ticks + Second.GetTicks()); }
	friend constexpr FDateTime operator-(FDateTime First, FTimespan Second) { return FDateTime(First.Ticks - Second.GetTicks()); }
	friend constexpr bool operator==(FDateTime First, FDateTime Second) { return First.Ticks == Second.Ticks; }
	friend constexpr bool operator!=(FDateTime First, FDateTime Second) { return First.Ticks != Second.Ticks; }
	friend constexpr bool operator<(FDateTime First, FDateTime Second) { return First.Ticks < Second.Ticks; }
	friend constexpr bool operator>(FDateTime First, FDateTime Second) { return First.Ticks > Second.Ticks; }
	friend constexpr bool operator<=(FDateTime First, FDateTime Second) { return First.Ticks <= Second.Ticks; }
	friend constexpr bool operator>=(FDateTime First, FDateTime Second) { return First.Ticks >= Second.Ticks; }

private:
	static constexpr int64 UnixEpoch = 621355968000000000ll;

	int64 Ticks = 0;
};
