/**
 * Subsystems, nodes and textures.
 */

#include "Engine/Engine.h"
#include "Engine/GameInstance.h"
#include "Engine/Texture2D.h"
#include "Engine/World.h"
#include "Kismet/BlueprintAsyncActionBase.h"
#include "Subsystems/GameInstanceSubsystem.h"

void FSubsystemCollectionBase::Initialize(UObject* NewOuter, UClass* InBaseType)
{
	STANDIN_STRICT(!IsInitialized(), "subsystems are initialized twice");
	Outer = NewOuter;
	BaseType = InBaseType;
	TArray<UClass*> Classes;
	GetDerivedClasses(BaseType, Classes);
	for (UClass* Class : Classes)
	{
		AddAndInitializeSubsystem(Class);
	}
}

USubsystem* FSubsystemCollectionBase::AddAndInitializeSubsystem(UClass* SubsystemClass)
{
	if (USubsystem* There = GetSubsystemInternal(SubsystemClass))
	{
		return There;
	}
	const bool bWanted = !SubsystemClass->HasAnyClassFlags(Reflection::CLASS_Abstract)
		&& SubsystemClass->GetDefaultObject<USubsystem>()->ShouldCreateSubsystem(Outer);
	if (!bWanted)
	{
		return nullptr;
	}
	USubsystem* Subsystem = NewObject<USubsystem>(Outer, SubsystemClass);
	Subsystems.Add(Subsystem);
	Subsystem->Initialize(*this);
	return Subsystem;
}

USubsystem* FSubsystemCollectionBase::InitializeDependency(TSubclassOf<USubsystem> SubsystemClass)
{
	return SubsystemClass && SubsystemClass->IsChildOf(BaseType) ? AddAndInitializeSubsystem(SubsystemClass) : nullptr;
}

void FSubsystemCollectionBase::Deinitialize()
{
	// As in the engine they can still be asked for one another while they end.
	for (USubsystem* Subsystem : TArray<USubsystem*>(Subsystems))
	{
		Subsystem->Deinitialize();
	}
	Subsystems.Empty();
	Outer = nullptr;
}

USubsystem* FSubsystemCollectionBase::GetSubsystemInternal(UClass* SubsystemClass) const
{
	USubsystem* const* Found = Subsystems.FindByPredicate([SubsystemClass](const USubsystem* Subsystem) { return Subsystem->IsA(SubsystemClass); });
	return Found ? *Found : nullptr;
}

void FSubsystemCollectionBase::AddReferencedObjects(FReferenceCollector& Collector)
{
	Collector.AddReferencedObjects(Subsystems);
}

UGameInstance* UGameInstanceSubsystem::GetGameInstance() const
{
	return Cast<UGameInstance>(GetOuter());
}

UBlueprintAsyncActionBase::UBlueprintAsyncActionBase(const FObjectInitializer& ObjectInitializer) : Super(ObjectInitializer)
{
	if (!HasAnyFlags(RF_ClassDefaultObject))
	{
		SetFlags(RF_StrongRefOnFrame);
	}
}

void UBlueprintAsyncActionBase::Activate()
{
}

void UBlueprintAsyncActionBase::RegisterWithGameInstance(const UObject* WorldContextObject)
{
	if (const UWorld* World = GEngine->GetWorldFromContextObject(WorldContextObject, EGetWorldErrorMode::LogAndReturnNull))
	{
		RegisterWithGameInstance(World->GetGameInstance());
	}
}

void UBlueprintAsyncActionBase::RegisterWithGameInstance(UGameInstance* GameInstance)
{
	if (GameInstance)
	{
		if (UGameInstance* Before = RegisteredWithGameInstance.Get())
		{
			Before->UnregisterReferencedObject(this);
		}
		GameInstance->RegisterReferencedObject(this);
		RegisteredWithGameInstance = GameInstance;
	}
}

void UBlueprintAsyncActionBase::SetReadyToDestroy()
{
	ClearFlags(RF_StrongRefOnFrame);
	if (UGameInstance* GameInstance = RegisteredWithGameInstance.Get())
	{
		GameInstance->UnregisterReferencedObject(this);
	}
}

UTexture::UTexture() : SRGB(0), NeverStream(0)
{
}

void* FByteBulkData::Lock(uint32)
{
	STANDIN_STRICT(!bLocked, "bulk data is locked twice");
	bLocked = true;
	return Bytes.GetData();
}

void FByteBulkData::Unlock() const
{
	STANDIN_STRICT(bLocked, "bulk data is unlocked without a lock");
	bLocked = false;
}

void* FByteBulkData::Realloc(int64 SizeInBytes)
{
	Bytes.Empty(static_cast<int32>(SizeInBytes));
	Bytes.AddZeroed(static_cast<int32>(SizeInBytes));
	return Bytes.GetData();
}

UTexture2D* UTexture2D::CreateTransient(int32 InSizeX, int32 InSizeY, EPixelFormat InFormat, const FName InName)
{
	if (InSizeX <= 0 || InSizeY <= 0)
	{
		return nullptr;
	}
	UTexture2D* Texture = NewObject<UTexture2D>(GetTransientPackage(), InName, RF_Transient);
	const int64 PixelSize = InFormat == PF_B8G8R8A8 ? 4 : InFormat == PF_G8 ? 1 : 16;
	Texture->PlatformData.SizeX = InSizeX;
	Texture->PlatformData.SizeY = InSizeY;
	Texture->PlatformData.PixelFormat = InFormat;
	FTexture2DMipMap& Mip = Texture->PlatformData.Mips.Add_GetRef(FTexture2DMipMap());
	Mip.SizeX = InSizeX;
	Mip.SizeY = InSizeY;
	Mip.BulkData.Realloc(PixelSize * InSizeX * InSizeY);
	return Texture;
}

void UTexture2D::UpdateResource()
{
	STANDIN_STRICT(IsInGameThread(), "a texture is updated off the game thread");
	for (const FTexture2DMipMap& Mip : PlatformData.Mips)
	{
		STANDIN_STRICT(!Mip.BulkData.IsLocked(), "a texture is updated while its pixels are locked");
	}
	++Updates;
}
