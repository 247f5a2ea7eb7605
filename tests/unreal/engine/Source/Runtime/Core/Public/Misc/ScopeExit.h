/**
 * ON_SCOPE_EXIT.
 */
#pragma once

#include "Templates/UnrealTemplate.h"

namespace Standin
{
	template <typename FuncType>
	class TScopeGuard
	{
	public:
		explicit TScopeGuard(FuncType&& InFunc) : Func(MoveTemp(InFunc)) {}
		TScopeGuard(const TScopeGuard&) = delete;
		TScopeGuard& operator=(const TScopeGuard&) = delete;
		~TScopeGuard() { Func(); }

	private:
		FuncType Func;
	};

	struct FScopeGuardSyntax
	{
		template <typename FuncType>
		TScopeGuard<std::decay_t<FuncType>> operator+(FuncType&& Func)
		{
			return TScopeGuard<std::decay_t<FuncType>>(Forward<FuncType>(Func));
		}
	};
}

#define ON_SCOPE_EXIT const auto PREPROCESSOR_JOIN(ScopeGuard_, __LINE__) = ::Standin::FScopeGuardSyntax() + [&]()
