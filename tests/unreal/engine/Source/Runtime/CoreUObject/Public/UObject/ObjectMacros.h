/**
 * The macros that mark what is reflected. As in the engine they expand to next to nothing: the header tool reads them, and
 * what it writes into X.generated.h is found again through the file's id and the line.
 */

#pragma once

#include "CoreTypes.h"

class FObjectInitializer;
class FVTableHelper;
class UClass;
class UEnum;
class UObject;
class UScriptStruct;

/** No export from the module, for what GENERATED_BODY adds. */
#ifndef NO_API
#define NO_API
#endif

#define BODY_MACRO_COMBINE_INNER(A, B, C, D) A##B##C##D
#define BODY_MACRO_COMBINE(A, B, C, D) BODY_MACRO_COMBINE_INNER(A, B, C, D)

#define UCLASS(...)
#define USTRUCT(...)
#define UENUM(...)
#define UPROPERTY(...)
#define UFUNCTION(...)
#define UPARAM(...)
#define UMETA(...)
#define UDELEGATE(...)

/** CURRENT_FILE_ID comes from X.generated.h, which is why that must be the last include. */
#define GENERATED_BODY(...) BODY_MACRO_COMBINE(CURRENT_FILE_ID, _, __LINE__, _GENERATED_BODY)

/** DECLARE_DYNAMIC_DELEGATE and its kin begin with this; it declares the function that packs the parameters. */
#define GENERATED_DELEGATE() BODY_MACRO_COMBINE(CURRENT_FILE_ID, _, __LINE__, _DELEGATE)
