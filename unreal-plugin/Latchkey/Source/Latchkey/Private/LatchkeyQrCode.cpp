// Copyright (c) The Latchkey authors

#include "LatchkeyQrCode.h"

#include "Engine/Texture2D.h"
#include "Misc/App.h"
#include "TextureResource.h"

TArray<FColor> LatchkeyQrCode::MakePixels(const TArray<uint8>& Modules, int32 Size)
{
	const int32 Side = Size + 2 * QuietZone;
	TArray<FColor> Pixels;
	Pixels.Init(FColor::White, Side * Side);
	for (int32 Row = 0; Row < Size; ++Row)
	{
		for (int32 Column = 0; Column < Size; ++Column)
		{
			if (Modules[Row * Size + Column] != 0)
			{
				Pixels[(Row + QuietZone) * Side + Column + QuietZone] = FColor::Black;
			}
		}
	}
	return Pixels;
}

UTexture2D* LatchkeyQrCode::MakeTexture(const TArray<uint8>& Modules, int32 Size)
{
	if (Size <= 0 || Modules.Num() != Size * Size || !FApp::CanEverRender())
	{
		return nullptr;
	}
	const int32 Side = Size + 2 * QuietZone;
	UTexture2D* Texture = UTexture2D::CreateTransient(Side, Side, PF_B8G8R8A8);
	if (!Texture)
	{
		return nullptr;
	}
	// A module is one pixel: between them nothing may be blended, however large the image is drawn.
	Texture->Filter = TF_Nearest;
	Texture->SRGB = true;
	Texture->NeverStream = true;
	const TArray<FColor> Pixels = MakePixels(Modules, Size);
	FTexture2DMipMap& Mip = Texture->GetPlatformData()->Mips[0];
	FMemory::Memcpy(Mip.BulkData.Lock(LOCK_READ_WRITE), Pixels.GetData(), Pixels.Num() * sizeof(FColor));
	Mip.BulkData.Unlock();
	Texture->UpdateResource();
	return Texture;
}
