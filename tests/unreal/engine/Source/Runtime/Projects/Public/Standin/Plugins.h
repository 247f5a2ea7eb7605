/**
 * Stand-in only: which plugins a project has. No plugin may include it.
 */
#pragma once

#include "Interfaces/IPluginManager.h"

namespace Standin
{
	PROJECTS_API void AddPlugin(const FString& Name, const FString& BaseDir, const FString& VersionName);
	PROJECTS_API void RemovePlugins();
}
