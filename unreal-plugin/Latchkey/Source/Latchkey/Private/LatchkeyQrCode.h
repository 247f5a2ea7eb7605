// Copyright (c) The Latchkey authors

#pragma once

#include "CoreMinimal.h"

class UTexture2D;

/** A QR code's modules as a texture for an image widget. */
namespace LatchkeyQrCode
{
	/** Light modules that a reader needs around the code, on each side (ISO/IEC 18004). */
	constexpr int32 QuietZone = 4;

	/** One pixel a module, dark on light whatever the theme, with the quiet zone around. */
	TArray<FColor> MakePixels(const TArray<uint8>& Modules, int32 Size);

	/** Null where nothing is rendered, or when there is no code. Game thread. */
	UTexture2D* MakeTexture(const TArray<uint8>& Modules, int32 Size);
}
