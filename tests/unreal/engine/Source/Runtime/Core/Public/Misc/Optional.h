/**
 * TOptional.
 */
#pragma once

#include "Templates/UnrealTemplate.h"

struct FNullOpt
{
	explicit constexpr FNullOpt(int) {}
};
inline constexpr FNullOpt NullOpt{0};

template <typename OptionalType>
struct TOptional
{
	using ElementType = OptionalType;

	TOptional() = default;
	TOptional(FNullOpt) {}

	TOptional(const OptionalType& InValue)
	{
		Emplace(InValue);
	}

	TOptional(OptionalType&& InValue)
	{
		Emplace(MoveTempIfPossible(InValue));
	}

	template <typename... ArgTypes>
	explicit TOptional(EInPlace, ArgTypes&&... Args)
	{
		Emplace(Forward<ArgTypes>(Args)...);
	}

	TOptional(const TOptional& Other)
	{
		if (Other.bIsSet)
		{
			Emplace(Other.GetValue());
		}
	}

	TOptional(TOptional&& Other)
	{
		if (Other.bIsSet)
		{
			Emplace(MoveTempIfPossible(Other.GetValue()));
		}
	}

	~TOptional()
	{
		Reset();
	}

	TOptional& operator=(const TOptional& Other)
	{
		if (this != &Other)
		{
			Reset();
			if (Other.bIsSet)
			{
				Emplace(Other.GetValue());
			}
		}
		return *this;
	}

	TOptional& operator=(TOptional&& Other)
	{
		if (this != &Other)
		{
			Reset();
			if (Other.bIsSet)
			{
				Emplace(MoveTempIfPossible(Other.GetValue()));
			}
		}
		return *this;
	}

	TOptional& operator=(const OptionalType& InValue)
	{
		Emplace(InValue);
		return *this;
	}

	TOptional& operator=(OptionalType&& InValue)
	{
		Emplace(MoveTempIfPossible(InValue));
		return *this;
	}

	void Reset()
	{
		if (bIsSet)
		{
			bIsSet = false;
			Pointer()->~OptionalType();
		}
	}

	template <typename... ArgTypes>
	OptionalType& Emplace(ArgTypes&&... Args)
	{
		Reset();
		OptionalType* Made = new (Storage) OptionalType(Forward<ArgTypes>(Args)...);
		bIsSet = true;
		return *Made;
	}

	bool IsSet() const
	{
		return bIsSet;
	}

	explicit operator bool() const
	{
		return bIsSet;
	}

	OptionalType& GetValue()
	{
		STANDIN_STRICT(bIsSet, "GetValue of a TOptional that is not set");
		return *Pointer();
	}

	const OptionalType& GetValue() const
	{
		return const_cast<TOptional*>(this)->GetValue();
	}

	OptionalType* operator->() { return &GetValue(); }
	const OptionalType* operator->() const { return &GetValue(); }
	OptionalType& operator*() { return GetValue(); }
	const OptionalType& operator*() const { return GetValue(); }

	const OptionalType& Get(const OptionalType& DefaultValue) const
	{
		return bIsSet ? GetValue() : DefaultValue;
	}

	OptionalType* GetPtrOrNull() { return bIsSet ? Pointer() : nullptr; }
	const OptionalType* GetPtrOrNull() const { return bIsSet ? Pointer() : nullptr; }

	friend bool operator==(const TOptional& First, const TOptional& Second)
	{
		return First.bIsSet == Second.bIsSet && (!First.bIsSet || First.GetValue() == Second.GetValue());
	}

	friend bool operator!=(const TOptional& First, const TOptional& Second)
	{
		return !(First == Second);
	}

private:
	OptionalType* Pointer() const
	{
		return std::launder(reinterpret_cast<OptionalType*>(const_cast<unsigned char*>(Storage)));
	}

	alignas(OptionalType) unsigned char Storage[sizeof(OptionalType)];
	bool bIsSet = false;
};
