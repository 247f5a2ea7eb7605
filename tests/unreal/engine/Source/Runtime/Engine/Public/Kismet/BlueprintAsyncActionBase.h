/**
 * UBlueprintAsyncActionBase: a node with pins that fire later. Nothing keeps it but the game instance that it registers with.
 */
#pragma once

#include "UObject/Object.h"
#include "BlueprintAsyncActionBase.generated.h"

class UGameInstance;

UCLASS()
class ENGINE_API UBlueprintAsyncActionBase : public UObject
{
	GENERATED_BODY()

public:
	UBlueprintAsyncActionBase(const FObjectInitializer& ObjectInitializer = FObjectInitializer::Get());

	/** Called by the graph once the delegates are bound. */
	virtual void Activate();

	/** Until SetReadyToDestroy, or the game's end. */
	void RegisterWithGameInstance(const UObject* WorldContextObject);
	void RegisterWithGameInstance(UGameInstance* GameInstance);

	virtual void SetReadyToDestroy();

protected:
	TWeakObjectPtr<UGameInstance> RegisteredWithGameInstance;
};
