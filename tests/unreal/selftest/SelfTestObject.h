/**
 * Objects that make the mistakes which a plugin must not make.
 */
#pragma once

#include "CoreMinimal.h"
#include "UObject/Object.h"
#include "SelfTestObject.generated.h"

DECLARE_DYNAMIC_MULTICAST_DELEGATE_OneParam(FSelfTestEvent, int32, Number);

/** Holds one object as it should, and one by a pointer that reflection does not see. */
UCLASS()
class SELFTEST_API USelfTestObject : public UObject
{
	GENERATED_BODY()

public:
	UFUNCTION()
	void Hear(int32 Number);

	/** Lacks its UFUNCTION(). */
	void HearWithout(int32 Number);

	UPROPERTY()
	TObjectPtr<UObject> Kept;

	UPROPERTY()
	TArray<TObjectPtr<UObject>> KeptInArray;

	UPROPERTY()
	FSelfTestEvent Event;

	/** Lacks its UPROPERTY(). Without its type, since the header tool refuses it with. */
	void* Forgotten = nullptr;

	int32 Heard = 0;
};

/** Makes another object while it is made itself. */
UCLASS()
class SELFTEST_API USelfTestMaker : public UObject
{
	GENERATED_BODY()

public:
	USelfTestMaker();

	static bool bMakes;
};

/** Does not tell its base that it ends. */
UCLASS()
class SELFTEST_API USelfTestSilent : public UObject
{
	GENERATED_BODY()

public:
	virtual void BeginDestroy() override;
};

/** Has no use of its own. */
UCLASS(Abstract)
class SELFTEST_API USelfTestAbstract : public UObject
{
	GENERATED_BODY()
};
