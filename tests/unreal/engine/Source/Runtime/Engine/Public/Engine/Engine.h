/**
 * UEngine: the worlds and who owns them.
 */
#pragma once

#include "Engine/EngineTypes.h"
#include "Engine.generated.h"

class UGameInstance;
class UGameViewportClient;
class UWorld;

/** One world and what belongs to it. */
struct ENGINE_API FWorldContext
{
	EWorldType::Type WorldType = EWorldType::None;
	FName ContextHandle;
	int32 PIEInstance = INDEX_NONE;
	bool RunAsDedicated = false;
	TObjectPtr<UGameViewportClient> GameViewport;
	TObjectPtr<UGameInstance> OwningGameInstance;

	UWorld* World() const { return ThisCurrentWorld; }
	void SetCurrentWorld(UWorld* World) { ThisCurrentWorld = World; }

	/** Stand-in only. */
	TObjectPtr<UWorld> ThisCurrentWorld;
};

UCLASS(Abstract, Config = Engine)
class ENGINE_API UEngine : public UObject
{
	GENERATED_BODY()

public:
	UPROPERTY()
	TObjectPtr<UGameViewportClient> GameViewport;

	UWorld* GetWorldFromContextObject(const UObject* Object, EGetWorldErrorMode ErrorMode) const;
	UWorld* GetWorldFromContextObjectChecked(const UObject* Object) const;

	FWorldContext& CreateNewWorldContext(EWorldType::Type WorldType);
	FWorldContext* GetWorldContextFromWorld(const UWorld* InWorld);
	void DestroyWorldContext(UWorld* InWorld);
	const TArray<FWorldContext*>& GetWorldContexts() const { return WorldList; }

	virtual void AddReferenced_Internal(FReferenceCollector& Collector) override;

private:
	TArray<FWorldContext*> WorldList;
};

extern ENGINE_API UEngine* GEngine;
