/**
 * FPluginDescriptor: what stands in a .uplugin.
 */
#pragma once

#include "Containers/UnrealString.h"

struct FPluginDescriptor
{
	int32 Version = 0;
	FString VersionName;
	FString FriendlyName;
};
