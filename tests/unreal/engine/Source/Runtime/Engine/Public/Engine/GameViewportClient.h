/**
 * UGameViewportClient: a game's window.
 */
#pragma once

#include "UObject/Object.h"
#include "Templates/SharedPointer.h"
#include "GameViewportClient.generated.h"

class SWindow;
class UGameInstance;
class UWorld;

UCLASS(Transient)
class ENGINE_API UGameViewportClient : public UObject
{
	GENERATED_BODY()

public:
	TSharedPtr<SWindow> GetWindow() const { return Window; }
	UGameInstance* GetGameInstance() const { return GameInstance; }
	virtual UWorld* GetWorld() const override;

	/** Stand-in only. */
	void SetOwner_Internal(UGameInstance* InGameInstance, const TSharedPtr<SWindow>& InWindow);

private:
	UPROPERTY(Transient)
	TObjectPtr<UGameInstance> GameInstance;

	TSharedPtr<SWindow> Window;
};
