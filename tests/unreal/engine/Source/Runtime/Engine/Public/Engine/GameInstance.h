/**
 * UGameInstance: one running game, from start to end; several of them in Play In Editor.
 */
#pragma once

#include "Engine/EngineTypes.h"
#include "Subsystems/GameInstanceSubsystem.h"
#include "Subsystems/SubsystemCollection.h"
#include "GameInstance.generated.h"

class UEngine;
class UGameViewportClient;
struct FWorldContext;

/** One running game. */
UCLASS(Config = Game, Transient, BlueprintType, Blueprintable)
class ENGINE_API UGameInstance : public UObject
{
	GENERATED_BODY()

public:
	virtual void Init();
	virtual void Shutdown();
	void InitializeStandalone(const FName InPackageName = NAME_None, UPackage* InWorldPackage = nullptr);

	FWorldContext* GetWorldContext() const { return WorldContext; }
	UGameViewportClient* GetGameViewportClient() const;
	UEngine* GetEngine() const;
	bool IsDedicatedServerInstance() const;
	virtual UWorld* GetWorld() const override;
	virtual void PostInitProperties() override;

	virtual void RegisterReferencedObject(UObject* ObjectToReference);
	virtual void UnregisterReferencedObject(UObject* ObjectToReference);

	UGameInstanceSubsystem* GetSubsystemBase(TSubclassOf<UGameInstanceSubsystem> SubsystemClass) const;

	template <typename TSubsystemClass>
	TSubsystemClass* GetSubsystem() const
	{
		return static_cast<TSubsystemClass*>(GetSubsystemBase(TSubsystemClass::StaticClass()));
	}

	template <typename TSubsystemClass>
	static TSubsystemClass* GetSubsystem(const UGameInstance* GameInstance)
	{
		return GameInstance ? GameInstance->GetSubsystem<TSubsystemClass>() : nullptr;
	}

	/** Stand-in only: a window of Play In Editor, or the game itself. */
	void Begin_Internal(EWorldType::Type WorldType, int32 PIEInstance, bool bRunAsDedicated);

private:
	FWorldContext* WorldContext = nullptr;

	UPROPERTY()
	TArray<TObjectPtr<UObject>> ReferencedObjects;

	FSubsystemCollectionBase SubsystemCollection;
};
