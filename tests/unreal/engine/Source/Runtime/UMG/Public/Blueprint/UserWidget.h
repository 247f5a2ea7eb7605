/**
 * UUserWidget: constructed when it comes onto the screen, destructed when it goes, and again if it comes again.
 */
#pragma once

#include "Components/Widget.h"
#include "Templates/SubclassOf.h"
#include "UserWidget.generated.h"

class UGameInstance;

UCLASS(Abstract)
class UMG_API UUserWidget : public UWidget
{
	GENERATED_BODY()

public:
	/** Once, before it is constructed first. */
	virtual bool Initialize();
	void AddToViewport(int32 ZOrder = 0);
	bool IsInViewport() const { return bInViewport; }
	virtual void RemoveFromParent() override;
	UGameInstance* GetGameInstance() const;
	virtual UWorld* GetWorld() const override;

	static UUserWidget* CreateWidgetInstance(UWorld& World, TSubclassOf<UUserWidget> UserWidgetClass, FName WidgetName);

	/** Stand-in only: what was designed into it. */
	UWidget* FindDesigned_Internal(FName WidgetName) const;

protected:
	virtual void NativeOnInitialized() {}
	virtual void NativePreConstruct() {}
	virtual void NativeConstruct() {}
	virtual void NativeDestruct() {}

private:
	UPROPERTY(Transient)
	TArray<TObjectPtr<UWidget>> Tree;

	bool bInitialized = false;
	bool bInViewport = false;
};

template <typename WidgetT = UUserWidget>
WidgetT* CreateWidget(UWorld* OwningObject, TSubclassOf<UUserWidget> UserWidgetClass = WidgetT::StaticClass(), FName WidgetName = NAME_None)
{
	return OwningObject ? Cast<WidgetT>(UUserWidget::CreateWidgetInstance(*OwningObject, UserWidgetClass, WidgetName)) : nullptr;
}
