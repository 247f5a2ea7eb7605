/**
 * UWorld.
 */
#pragma once

#include "Engine/EngineTypes.h"
#include "World.generated.h"

class UGameInstance;
class UGameViewportClient;

UCLASS()
class ENGINE_API UWorld : public UObject
{
	GENERATED_BODY()

public:
	EWorldType::Type WorldType = EWorldType::None;
	bool bIsTearingDown = false;

	static UWorld* CreateWorld(const EWorldType::Type InWorldType, bool bInformEngineOfWorld, FName WorldName = NAME_None);
	void DestroyWorld(bool bInformEngineOfWorld, UWorld* NewWorld = nullptr);
	void BeginTearingDown();

	UGameInstance* GetGameInstance() const { return OwningGameInstance; }
	void SetGameInstance(UGameInstance* NewGI) { OwningGameInstance = NewGI; }

	template <class T>
	T* GetGameInstance() const
	{
		return Cast<T>(OwningGameInstance);
	}

	UGameViewportClient* GetGameViewport() const;
	ENetMode GetNetMode() const;
	bool IsGameWorld() const;
	bool IsPreviewWorld() const;
	bool IsPlayInEditor() const { return WorldType == EWorldType::PIE; }

	virtual UWorld* GetWorld() const override { return const_cast<UWorld*>(this); }

private:
	UPROPERTY(Transient)
	TObjectPtr<UGameInstance> OwningGameInstance;
};

struct ENGINE_API FWorldDelegates
{
	DECLARE_MULTICAST_DELEGATE_OneParam(FWorldEvent, UWorld*);
	static FWorldEvent OnWorldBeginTearDown;
};
