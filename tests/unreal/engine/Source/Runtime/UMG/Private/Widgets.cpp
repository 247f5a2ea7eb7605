/**
 * Widgets without a picture.
 */

#include "Blueprint/UserWidget.h"
#include "Components/Button.h"
#include "Components/TextBlock.h"
#include "CoreGlobals.h"
#include "Engine/GameInstance.h"
#include "Engine/World.h"
#include "Standin/Designer.h"
#include "Standin/Objects.h"
#include "UObject/GCObject.h"

namespace
{
	struct FTree
	{
		UClass* Class;
		TArray<Standin::FDesigned> Widgets;
	};

	TArray<FTree>& Trees()
	{
		static auto* Made = new TArray<FTree>;
		return *Made;
	}

	const TArray<Standin::FDesigned>* TreeOf(const UClass* Class)
	{
		const FTree* Found = Trees().FindByPredicate([Class](const FTree& Tree) { return Tree.Class == Class; });
		return Found ? &Found->Widgets : nullptr;
	}

	bool Has(const Reflection::FProperty& Property, const TCHAR* Key)
	{
		for (const Reflection::FMeta& Pair : Property.Meta)
		{
			if (FCString::Stricmp(Pair.Key, Key) == 0)
			{
				return true;
			}
		}
		return false;
	}

	/** As the engine's Slate does: what is on the screen stays. */
	class FScreen final : public FGCObject
	{
	public:
		static FScreen& Get()
		{
			static FScreen* Made = new FScreen;
			return *Made;
		}

		virtual void AddReferencedObjects(FReferenceCollector& Collector) override
		{
			Collector.AddReferencedObjects(Shown);
		}

		virtual FString GetReferencerName() const override { return TEXT("Screen"); }

		TArray<UUserWidget*> Shown;
	};

	void Remove(UWorld* World)
	{
		for (UUserWidget* Widget : TArray<UUserWidget*>(FScreen::Get().Shown))
		{
			if (Widget->GetWorld() == World)
			{
				Widget->RemoveFromParent();
			}
		}
	}
}

void UWidget::SetVisibility(ESlateVisibility InVisibility)
{
	STANDIN_STRICT(IsInGameThread(), "Slate is used off the game thread");
	Visibility = InVisibility;
}

void UWidget::SetIsEnabled(bool bInIsEnabled)
{
	bIsEnabled = bInIsEnabled;
}

void UWidget::RemoveFromParent()
{
}

void UTextBlock::SetText(FText InText)
{
	STANDIN_STRICT(IsInGameThread(), "Slate is used off the game thread");
	Text = InText;
}

bool UUserWidget::Initialize()
{
	if (bInitialized || IsTemplate())
	{
		return false;
	}
	bInitialized = true;
	if (const TArray<Standin::FDesigned>* Widgets = TreeOf(GetClass()))
	{
		for (const Standin::FDesigned& Designed : *Widgets)
		{
			UWidget* Widget = NewObject<UWidget>(this, Designed.Class, FName(Designed.Name));
			Tree.Add(Widget);
			const Reflection::FProperty* Property = Standin::FindProperty(GetClass(), Designed.Name);
			if (Property && (Has(*Property, TEXT("BindWidget")) || Has(*Property, TEXT("BindWidgetOptional"))))
			{
				FMemory::Memcpy(Property->In(static_cast<UObject*>(this)), &Widget, sizeof(Widget));
			}
		}
	}
	NativeOnInitialized();
	return true;
}

void UUserWidget::AddToViewport(int32)
{
	STANDIN_STRICT(IsInGameThread(), "Slate is used off the game thread");
	if (bInViewport)
	{
		return;
	}
	bInViewport = true;
	[[maybe_unused]] static const FDelegateHandle TornDown = FWorldDelegates::OnWorldBeginTearDown.AddStatic(&Remove);
	FScreen::Get().Shown.Add(this);
	NativePreConstruct();
	NativeConstruct();
}

void UUserWidget::RemoveFromParent()
{
	if (!bInViewport)
	{
		return;
	}
	bInViewport = false;
	NativeDestruct();
	FScreen::Get().Shown.Remove(this);
}

UGameInstance* UUserWidget::GetGameInstance() const
{
	const UWorld* World = GetWorld();
	return World ? World->GetGameInstance() : nullptr;
}

UWorld* UUserWidget::GetWorld() const
{
	return GetTypedOuter<UWorld>();
}

UUserWidget* UUserWidget::CreateWidgetInstance(UWorld& World, TSubclassOf<UUserWidget> UserWidgetClass, FName WidgetName)
{
	checkf(UserWidgetClass, TEXT("CreateWidget without a class"));
	UUserWidget* Widget = NewObject<UUserWidget>(&World, UserWidgetClass, WidgetName);
	Widget->Initialize();
	return Widget;
}

UClass* Standin::MakeWidgetBlueprint(UClass* Parent, const TCHAR* Name, std::initializer_list<FDesigned> Widgets)
{
	Parent->ForEachProperty_Internal([&Widgets](const Reflection::FProperty& Property)
		{
			bool bThere = false;
			for (const FDesigned& Designed : Widgets)
			{
				bThere |= FCString::Stricmp(Designed.Name, Property.Name) == 0;
			}
			STANDIN_STRICT(bThere || !Has(Property, TEXT("BindWidget")), "a widget that is required is not there");
		});
	UClass* Class = MakeBlueprintClass(Parent, Name);
	Trees().Add(FTree{Class, TArray<FDesigned>(Widgets)});
	return Class;
}

UWidget* UUserWidget::FindDesigned_Internal(FName WidgetName) const
{
	const TObjectPtr<UWidget>* Found = Tree.FindByPredicate([WidgetName](const TObjectPtr<UWidget>& Widget) { return Widget->GetFName() == WidgetName; });
	return Found ? Found->Get() : nullptr;
}

UWidget* Standin::WidgetOf(const UUserWidget* Widget, const TCHAR* Name)
{
	return Widget->FindDesigned_Internal(FName(Name));
}

void Standin::Click(UWidget* Button)
{
	STANDIN_STRICT(Button->IsVisible() && Button->GetIsEnabled(), "a button is clicked that nobody can see");
	CastChecked<UButton>(Button)->OnClicked.Broadcast();
}
