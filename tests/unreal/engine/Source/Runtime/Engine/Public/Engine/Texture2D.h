/**
 * UTexture2D, as far as code fills one by hand.
 */
#pragma once

#include "Engine/Texture.h"
#include "TextureResource.h"
#include "Texture2D.generated.h"

UCLASS()
class ENGINE_API UTexture2D : public UTexture
{
	GENERATED_BODY()

public:
	/** The pixels are not set. Null for a size that makes no sense. */
	static UTexture2D* CreateTransient(int32 InSizeX, int32 InSizeY, EPixelFormat InFormat = PF_B8G8R8A8, const FName InName = NAME_None);

	FTexturePlatformData* GetPlatformData() { return &PlatformData; }
	const FTexturePlatformData* GetPlatformData() const { return &PlatformData; }
	int32 GetSizeX() const { return PlatformData.SizeX; }
	int32 GetSizeY() const { return PlatformData.SizeY; }
	virtual void UpdateResource() override;

	/** Stand-in only: how often the pixels went to the renderer. */
	int32 Updates = 0;

private:
	FTexturePlatformData PlatformData;
};
