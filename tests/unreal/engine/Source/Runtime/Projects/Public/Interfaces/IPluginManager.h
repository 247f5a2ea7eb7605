/**
 * IPluginManager.
 */
#pragma once

#include "CoreMinimal.h"
#include "PluginDescriptor.h"

class PROJECTS_API IPlugin
{
public:
	virtual ~IPlugin();
	virtual const FString& GetName() const = 0;
	virtual const FString& GetBaseDir() const = 0;
	virtual FString GetContentDir() const = 0;
	virtual const FPluginDescriptor& GetDescriptor() const = 0;
	virtual bool IsEnabled() const = 0;
};

class PROJECTS_API IPluginManager
{
public:
	virtual ~IPluginManager();
	static IPluginManager& Get();
	virtual TSharedPtr<IPlugin> FindPlugin(const FStringView Name) = 0;
};
