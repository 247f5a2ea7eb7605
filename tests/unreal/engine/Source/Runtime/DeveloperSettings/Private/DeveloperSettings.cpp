/**
 * Where a page of settings stands when it says nothing else.
 */

#include "Engine/DeveloperSettings.h"

UDeveloperSettings::UDeveloperSettings(const FObjectInitializer& ObjectInitializer) : Super(ObjectInitializer)
{
}

FName UDeveloperSettings::GetContainerName() const
{
	return FName(TEXT("Project"));
}

FName UDeveloperSettings::GetCategoryName() const
{
	return FName(TEXT("Game"));
}

FName UDeveloperSettings::GetSectionName() const
{
	return GetClass()->GetFName();
}

#if WITH_EDITOR
FText UDeveloperSettings::GetSectionText() const
{
	return FText::FromString(GetClass()->GetMetaData(TEXT("DisplayName")));
}

FText UDeveloperSettings::GetSectionDescription() const
{
	return FText::FromString(GetClass()->GetMetaData(TEXT("ToolTip")));
}
#endif
