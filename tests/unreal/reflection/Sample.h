/** One of each: what the header tool reads, and what its code has to do when it runs. */

#pragma once

#include "CoreMinimal.h"
#include "UObject/Object.h"
#include "Sample.generated.h"

/** A choice. */
UENUM(BlueprintType)
enum class ESampleChoice : uint8
{
	/** This. */
	First,
	/** That. */
	Second UMETA(DisplayName = "The \"other\" one")
};

/** A struct that holds an object. */
USTRUCT(BlueprintType)
struct SAMPLE_API FSamplePair
{
	GENERATED_BODY()

	/** Kept alive by being here. */
	UPROPERTY(BlueprintReadOnly, Category = "Sample")
	TObjectPtr<UObject> Kept;

	/** A number beside it. */
	UPROPERTY(BlueprintReadOnly, Category = "Sample")
	int32 Number = 7;
};

DECLARE_DYNAMIC_MULTICAST_DELEGATE_TwoParams(FSampleHappened, const FString&, Text, ESampleChoice, Choice);
DECLARE_DYNAMIC_DELEGATE_OneParam(
	FSampleAsked,
	int32, Number);

/** Only to be made. */
UCLASS()
class SAMPLE_API USampleLeaf : public UObject
{
	GENERATED_BODY()
};

/** Everything. */
UCLASS(Config = Engine)
class SAMPLE_API USample : public UObject
{
	GENERATED_BODY()

public:
	UPROPERTY(Config)
	FString Text = TEXT("default");

	UPROPERTY(Config)
	FName Name;

	UPROPERTY(Config)
	bool bOn = false;

	UPROPERTY(Config)
	int32 Small = 1;

	UPROPERTY(Config)
	int64 Large = 2;

	UPROPERTY(Config)
	uint16 Port = 3;

	UPROPERTY(Config)
	float Half = 0.5f;

	UPROPERTY(Config)
	ESampleChoice Choice = ESampleChoice::First;

	UPROPERTY(Config)
	TArray<FString> Texts;

	UPROPERTY(Config)
	TArray<int32> Numbers;

	/** Without Config: no file changes it. */
	UPROPERTY()
	int32 Fixed = 4;

	UPROPERTY()
	TObjectPtr<UObject> Pointer;

	UPROPERTY()
	USampleLeaf* Plain = nullptr;

	UPROPERTY()
	TArray<TObjectPtr<UObject>> List;

	UPROPERTY()
	TSet<TObjectPtr<UObject>> Set;

	UPROPERTY()
	TMap<FName, TObjectPtr<UObject>> ByName;

	UPROPERTY()
	TMap<TObjectPtr<UObject>, int32> ByObject;

	UPROPERTY()
	FSamplePair Pair;

	UPROPERTY()
	TArray<FSamplePair> Pairs;

	UPROPERTY()
	TWeakObjectPtr<UObject> Weak;

	UPROPERTY()
	FSampleHappened OnHappened;

	UPROPERTY()
	FSampleAsked OnAsked;

	/** Listens; without UFUNCTION() it could not. */
	UFUNCTION()
	void Hear(const FString& Heard, ESampleChoice HeardChoice);

	UFUNCTION()
	void Answer(int32 Number);

	UFUNCTION()
	static int32 Count(const TArray<FString>& Words, FString& Last);

	void NotReflected(const FString& Heard, ESampleChoice HeardChoice);

	/** Native, unless a Blueprint has its own. */
	UFUNCTION(BlueprintNativeEvent, Category = "Sample")
	int32 Weigh(const FString& What);

	/** Only a Blueprint has it. */
	UFUNCTION(BlueprintImplementableEvent, Category = "Sample")
	void Shown(int32 Times);

	FString HeardText;
	int32 Answered = 0;
	ESampleChoice LastHeard = ESampleChoice::First;
};

/** Derives, and its base's file will do. */
UCLASS(Abstract)
class SAMPLE_API USampleDerived : public USample
{
	GENERATED_BODY()

public:
	UPROPERTY(Config)
	int32 More = 5;
};
