/**
 * The engine, its worlds and games, and the frames.
 */

#include "Containers/Ticker.h"
#include "Engine/Engine.h"
#include "Engine/GameInstance.h"
#include "Engine/GameViewportClient.h"
#include "Engine/World.h"
#include "Misc/CoreDelegates.h"
#include "Misc/CoreMisc.h"
#include "Modules/ModuleManager.h"
#include "Standin/Control.h"
#include "Standin/Modules.h"
#include "Standin/Objects.h"
#include "Standin/Play.h"
#include "UObject/UObjectIterator.h"
#include "Widgets/SWindow.h"

UEngine* GEngine = nullptr;
FWorldDelegates::FWorldEvent FWorldDelegates::OnWorldBeginTearDown;

namespace
{
	bool bCollectEachFrame = false;
	uint64 Frames = 0;

	TFunction<void()>& EachFrame()
	{
		static auto* Step = new TFunction<void()>;
		return *Step;
	}
}

UWorld* UEngine::GetWorldFromContextObject(const UObject* Object, EGetWorldErrorMode ErrorMode) const
{
	UWorld* World = Object ? Object->GetWorld() : nullptr;
	checkf(World || ErrorMode != EGetWorldErrorMode::Assert, TEXT("no world was found for the object"));
	if (!World && ErrorMode == EGetWorldErrorMode::LogAndReturnNull)
	{
		UE_LOG(LogTemp, Warning, TEXT("No world was found for object (%s) passed in to UEngine::GetWorldFromContextObject()."), Object ? *Object->GetPathName() : TEXT("nullptr"));
	}
	return World;
}

UWorld* UEngine::GetWorldFromContextObjectChecked(const UObject* Object) const
{
	return GetWorldFromContextObject(Object, EGetWorldErrorMode::Assert);
}

FWorldContext& UEngine::CreateNewWorldContext(EWorldType::Type WorldType)
{
	FWorldContext* Context = new FWorldContext;
	Context->WorldType = WorldType;
	WorldList.Add(Context);
	return *Context;
}

FWorldContext* UEngine::GetWorldContextFromWorld(const UWorld* InWorld)
{
	FWorldContext** Found = WorldList.FindByPredicate([InWorld](const FWorldContext* Context) { return Context->World() == InWorld; });
	return Found ? *Found : nullptr;
}

void UEngine::DestroyWorldContext(UWorld* InWorld)
{
	if (FWorldContext* Context = GetWorldContextFromWorld(InWorld))
	{
		WorldList.Remove(Context);
		delete Context;
	}
}

void UEngine::AddReferenced_Internal(FReferenceCollector& Collector)
{
	for (FWorldContext* Context : WorldList)
	{
		Collector.AddReferencedObject(Context->GameViewport);
		Collector.AddReferencedObject(Context->OwningGameInstance);
		Collector.AddReferencedObject(Context->ThisCurrentWorld);
	}
}

UWorld* UWorld::CreateWorld(const EWorldType::Type InWorldType, bool, FName WorldName)
{
	UWorld* World = NewObject<UWorld>(GetTransientPackage(), WorldName);
	World->WorldType = InWorldType;
	World->AddToRoot();
	return World;
}

void UWorld::BeginTearingDown()
{
	bIsTearingDown = true;
	FWorldDelegates::OnWorldBeginTearDown.Broadcast(this);
}

void UWorld::DestroyWorld(bool, UWorld*)
{
	if (!bIsTearingDown)
	{
		BeginTearingDown();
	}
	RemoveFromRoot();
}

UGameViewportClient* UWorld::GetGameViewport() const
{
	const FWorldContext* Context = GEngine->GetWorldContextFromWorld(this);
	return Context ? Context->GameViewport : nullptr;
}

ENetMode UWorld::GetNetMode() const
{
	return OwningGameInstance && OwningGameInstance->IsDedicatedServerInstance() ? NM_DedicatedServer : NM_Standalone;
}

bool UWorld::IsGameWorld() const
{
	return WorldType == EWorldType::Game || WorldType == EWorldType::PIE || WorldType == EWorldType::GamePreview || WorldType == EWorldType::GameRPC;
}

bool UWorld::IsPreviewWorld() const
{
	return WorldType == EWorldType::EditorPreview || WorldType == EWorldType::GamePreview;
}

UWorld* UGameViewportClient::GetWorld() const
{
	return GameInstance ? GameInstance->GetWorld() : nullptr;
}

void UGameViewportClient::SetOwner_Internal(UGameInstance* InGameInstance, const TSharedPtr<SWindow>& InWindow)
{
	GameInstance = InGameInstance;
	Window = InWindow;
}

void UGameInstance::PostInitProperties()
{
	Super::PostInitProperties();
	STANDIN_STRICT(IsTemplate() || GetOuter()->IsA(UEngine::StaticClass()), "a game instance is made within the engine: NewObject<UGameInstance>(GEngine)");
}

void UGameInstance::Begin_Internal(EWorldType::Type WorldType, int32 PIEInstance, bool bRunAsDedicated)
{
	WorldContext = &GEngine->CreateNewWorldContext(WorldType);
	WorldContext->PIEInstance = PIEInstance;
	WorldContext->RunAsDedicated = bRunAsDedicated;
	WorldContext->OwningGameInstance = this;
	UWorld* World = UWorld::CreateWorld(WorldType, false);
	World->SetGameInstance(this);
	WorldContext->SetCurrentWorld(World);
	if (!bRunAsDedicated && !IsRunningCommandlet() && !IsRunningDedicatedServer())
	{
		WorldContext->GameViewport = NewObject<UGameViewportClient>(GEngine);
		WorldContext->GameViewport->SetOwner_Internal(this, MakeShared<SWindow>());
	}
	Init();
}

void UGameInstance::InitializeStandalone(const FName, UPackage*)
{
	Begin_Internal(EWorldType::Game, INDEX_NONE, false);
}

void UGameInstance::Init()
{
	SubsystemCollection.Initialize(this, UGameInstanceSubsystem::StaticClass());
}

void UGameInstance::Shutdown()
{
	SubsystemCollection.Deinitialize();
	ReferencedObjects.Empty();
	WorldContext = nullptr;
}

UGameViewportClient* UGameInstance::GetGameViewportClient() const
{
	return WorldContext ? WorldContext->GameViewport : nullptr;
}

UEngine* UGameInstance::GetEngine() const
{
	return CastChecked<UEngine>(GetOuter());
}

bool UGameInstance::IsDedicatedServerInstance() const
{
	return IsRunningDedicatedServer() || (WorldContext && WorldContext->RunAsDedicated);
}

UWorld* UGameInstance::GetWorld() const
{
	return WorldContext ? WorldContext->World() : nullptr;
}

void UGameInstance::RegisterReferencedObject(UObject* ObjectToReference)
{
	ReferencedObjects.AddUnique(ObjectToReference);
}

void UGameInstance::UnregisterReferencedObject(UObject* ObjectToReference)
{
	ReferencedObjects.RemoveSingle(ObjectToReference);
}

UGameInstanceSubsystem* UGameInstance::GetSubsystemBase(TSubclassOf<UGameInstanceSubsystem> SubsystemClass) const
{
	return static_cast<UGameInstanceSubsystem*>(SubsystemCollection.GetSubsystemInternal(SubsystemClass));
}

void Standin::StartEngine()
{
	STANDIN_STRICT(GEngine == nullptr, "the engine is started twice");
	MakeClassesAndDefaultObjects();
	GEngine = NewObject<UEngine>(GetTransientPackage(), MakeBlueprintClass(UEngine::StaticClass(), TEXT("PlayedEngine")));
	GEngine->AddToRoot();
}

void Standin::StopEngine()
{
	TArray<UGameInstance*> Playing;
	for (const FWorldContext* Context : GEngine->GetWorldContexts())
	{
		Playing.Add(Context->OwningGameInstance);
	}
	SetExitRequested(true);
	FCoreDelegates::OnPreExit.Broadcast();
	FCoreDelegates::OnEnginePreExit.Broadcast();
	for (UGameInstance* GameInstance : Playing)
	{
		StopPlaying(GameInstance);
	}
	UnloadAllModules();
	FCoreDelegates::OnExit.Broadcast();
	GEngine->RemoveFromRoot();
	GEngine = nullptr;
	CollectGarbage();
}

UGameInstance* Standin::Play(const FPlay& How)
{
	UClass* Class = How.GameInstanceClass ? How.GameInstanceClass : UGameInstance::StaticClass();
	UGameInstance* GameInstance = NewObject<UGameInstance>(GEngine, Class);
	GameInstance->Begin_Internal(How.WorldType, How.PIEInstance, How.bRunAsDedicated);
	return GameInstance;
}

UGameInstance* Standin::PlayInEditor(int32 PIEInstance, bool bRunAsDedicated)
{
	FPlay How;
	How.WorldType = EWorldType::PIE;
	How.PIEInstance = PIEInstance;
	How.bRunAsDedicated = bRunAsDedicated;
	return Play(How);
}

void Standin::StopPlaying(UGameInstance* GameInstance)
{
	UWorld* World = GameInstance->GetWorld();
	World->BeginTearingDown();
	GameInstance->Shutdown();
	GEngine->DestroyWorldContext(World);
	World->DestroyWorld(false);
	CollectGarbage();
}

UWorld* Standin::SeamlessTravel(UGameInstance* GameInstance)
{
	FWorldContext* Context = GameInstance->GetWorldContext();
	UWorld* Before = Context->World();
	Before->BeginTearingDown();
	UWorld* After = UWorld::CreateWorld(Before->WorldType, false);
	After->SetGameInstance(GameInstance);
	Context->SetCurrentWorld(After);
	Before->SetGameInstance(nullptr);
	Before->DestroyWorld(false, After);
	CollectGarbage();
	return After;
}

void Standin::Frame(float DeltaSeconds)
{
	++Frames;
	FCoreDelegates::OnBeginFrame.Broadcast();
	if (bCollectEachFrame)
	{
		CollectGarbage();
	}
	RunGameThreadTasks();
	FTSTicker::GetCoreTicker().Tick(DeltaSeconds);
	if (bCollectEachFrame)
	{
		CollectGarbage();
	}
	if (EachFrame())
	{
		EachFrame()();
	}
	FCoreDelegates::OnEndFrame.Broadcast();
}

void Standin::SetCollectingEachFrame(bool bEachFrame)
{
	bCollectEachFrame = bEachFrame;
}

void Standin::SetEachFrame(TFunction<void()> Step)
{
	EachFrame() = MoveTemp(Step);
}

uint64 Standin::FrameCount()
{
	return Frames;
}
