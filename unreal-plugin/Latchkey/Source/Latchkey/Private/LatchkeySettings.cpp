// Copyright (c) The Latchkey authors

#include "LatchkeySettings.h"

#include "Latchkey.h"
#include "LatchkeyApi.h"
#include "LatchkeyConfig.h"

#if WITH_EDITOR
#include "Misc/DataValidation.h"
#include "UObject/UnrealType.h"
#endif

FString ULatchkeySettings::FindProblem() const
{
	FString Found;
	// The sentence says all that its reason does.
	FLatchkeyApi::Validate(FLatchkeyConfig::FromSettings(*this), Found);
	return Found;
}

FName ULatchkeySettings::GetCategoryName() const
{
	return FName(TEXT("Plugins"));
}

#if WITH_EDITOR
void ULatchkeySettings::PostEditChangeProperty(FPropertyChangedEvent& PropertyChangedEvent)
{
	Super::PostEditChangeProperty(PropertyChangedEvent);
	UpdateProblem();
	if (!Problem.IsEmpty())
	{
		UE_LOG(LogLatchkey, Warning, TEXT("Project Settings, Plugins, Latchkey: %s"), *Problem);
	}
}

EDataValidationResult ULatchkeySettings::IsDataValid(FDataValidationContext& Context) const
{
	const FString Found = FindProblem();
	if (!Found.IsEmpty())
	{
		Context.AddError(FText::FromString(Found));
	}
	return CombineDataValidationResults(Super::IsDataValid(Context), Found.IsEmpty() ? EDataValidationResult::Valid : EDataValidationResult::Invalid);
}

void ULatchkeySettings::UpdateProblem()
{
	Problem = FindProblem();
}
#endif
