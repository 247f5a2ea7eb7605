/**
 * The project's plugins, as a test has put them.
 */

#include "Standin/Plugins.h"

IPlugin::~IPlugin() = default;
IPluginManager::~IPluginManager() = default;

namespace
{
	class FPlayedPlugin final : public IPlugin
	{
	public:
		FPlayedPlugin(const FString& InName, const FString& InBaseDir, const FString& VersionName) : Name(InName), BaseDir(InBaseDir)
		{
			Descriptor.VersionName = VersionName;
		}

		virtual const FString& GetName() const override { return Name; }
		virtual const FString& GetBaseDir() const override { return BaseDir; }
		virtual FString GetContentDir() const override { return BaseDir / TEXT("Content"); }
		virtual const FPluginDescriptor& GetDescriptor() const override { return Descriptor; }
		virtual bool IsEnabled() const override { return true; }

	private:
		FString Name;
		FString BaseDir;
		FPluginDescriptor Descriptor;
	};

	class FPlayedPluginManager final : public IPluginManager
	{
	public:
		virtual TSharedPtr<IPlugin> FindPlugin(const FStringView Name) override
		{
			const TSharedPtr<IPlugin>* Found = Plugins.FindByPredicate([&Name](const TSharedPtr<IPlugin>& Plugin) { return Name.Equals(Plugin->GetName()); });
			return Found ? *Found : nullptr;
		}

		TArray<TSharedPtr<IPlugin>> Plugins;
	};

	FPlayedPluginManager& Manager()
	{
		static FPlayedPluginManager* Made = new FPlayedPluginManager;
		return *Made;
	}
}

IPluginManager& IPluginManager::Get()
{
	return Manager();
}

void Standin::AddPlugin(const FString& Name, const FString& BaseDir, const FString& VersionName)
{
	Manager().Plugins.Add(MakeShared<FPlayedPlugin>(Name, BaseDir, VersionName));
}

void Standin::RemovePlugins()
{
	Manager().Plugins.Empty();
}
