#pragma once

#include "CoreMinimal.h"
#include "Subsystems/GameInstanceSubsystem.h"
#include "ExampleSubsystem.generated.h"

class UTexture2D;

/** Where the example is. */
UENUM(BlueprintType)
enum class EExampleState : uint8
{
	/** Nothing has happened yet. */
	Idle,
	/** It is over. */
	Done UMETA(DisplayName = "All Done")
};

/** Who was met. */
USTRUCT(BlueprintType)
struct EXAMPLE_API FExampleProfile
{
	GENERATED_BODY()

	/** The name to show. */
	UPROPERTY(BlueprintReadOnly, Category = "Example")
	FString Name;

	/** What they may do. */
	UPROPERTY(BlueprintReadOnly, Category = "Example")
	TArray<FString> Roles;
};

/** Somebody was met. */
DECLARE_DYNAMIC_MULTICAST_DELEGATE_OneParam(FExampleOnMet, const FExampleProfile&, Profile);

/** Meets people. */
UCLASS(Config = Engine, DefaultConfig)
class EXAMPLE_API UExampleSubsystem : public UGameInstanceSubsystem
{
	GENERATED_BODY()

public:
	/** Says that somebody was met. */
	UPROPERTY(BlueprintAssignable, Category = "Example")
	FExampleOnMet OnMet;

	/**
	 * Meets somebody.
	 * @param Profile Who it is.
	 * @return Whether they were new.
	 */
	UFUNCTION(BlueprintCallable, Category = "Example", meta = (DisplayName = "Meet Somebody"))
	bool Meet(const FExampleProfile& Profile);

private:
	UFUNCTION()
	void HandleMet(const FExampleProfile& Profile);

	UPROPERTY(Config)
	FString Greeting;

	UPROPERTY(Transient)
	TMap<FName, TObjectPtr<UTexture2D>> Pictures;
};
