/**
 * UTexture.
 */
#pragma once

#include "Containers/EnumAsByte.h"
#include "UObject/Object.h"
#include "Texture.generated.h"

enum TextureFilter : int
{
	TF_Nearest,
	TF_Bilinear,
	TF_Trilinear,
	TF_Default,
	TF_MAX
};

enum TextureAddress : int
{
	TA_Wrap,
	TA_Clamp,
	TA_Mirror,
	TA_MAX
};

enum TextureCompressionSettings : int
{
	TC_Default,
	TC_VectorDisplacementmap = 5,
	TC_EditorIcon = 7
};

enum TextureGroup : int
{
	TEXTUREGROUP_World = 0,
	TEXTUREGROUP_UI = 14
};

/** Pixels. */
UCLASS(Abstract, BlueprintType)
class ENGINE_API UTexture : public UObject
{
	GENERATED_BODY()

public:
	TEnumAsByte<enum TextureCompressionSettings> CompressionSettings = TC_Default;
	TEnumAsByte<enum TextureFilter> Filter = TF_Default;
	TEnumAsByte<enum TextureGroup> LODGroup = TEXTUREGROUP_World;
	uint8 SRGB : 1;
	uint8 NeverStream : 1;

	UTexture();
	virtual void UpdateResource() {}
};
