/**
 * UGameInstanceSubsystem: one for each game instance.
 */
#pragma once

#include "Subsystems/Subsystem.h"
#include "Subsystems/SubsystemCollection.h"
#include "GameInstanceSubsystem.generated.h"

class UGameInstance;

UCLASS(Abstract)
class ENGINE_API UGameInstanceSubsystem : public USubsystem
{
	GENERATED_BODY()

public:
	UGameInstance* GetGameInstance() const;
};
