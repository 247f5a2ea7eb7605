/**
 * What a texture's pixels are kept in.
 */
#pragma once

#include "CoreMinimal.h"

enum EPixelFormat : uint8
{
	PF_Unknown = 0,
	PF_A32B32G32R32F = 1,
	PF_B8G8R8A8 = 2,
	PF_G8 = 3
};

enum EBulkDataLockFlags
{
	LOCK_READ_ONLY = 1,
	LOCK_READ_WRITE = 2
};

/** Bytes that are reached under a lock only. */
class ENGINE_API FByteBulkData
{
public:
	void* Lock(uint32 LockFlags);
	void Unlock() const;
	void* Realloc(int64 SizeInBytes);
	int64 GetBulkDataSize() const { return Bytes.Num(); }
	bool IsLocked() const { return bLocked; }

private:
	TArray<uint8> Bytes;
	mutable bool bLocked = false;
};

struct FTexture2DMipMap
{
	int32 SizeX = 0;
	int32 SizeY = 0;
	FByteBulkData BulkData;
};

struct FTexturePlatformData
{
	int32 SizeX = 0;
	int32 SizeY = 0;
	EPixelFormat PixelFormat = PF_Unknown;
	TArray<FTexture2DMipMap> Mips;
};
