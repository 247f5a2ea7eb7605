/** What every X.gen.cpp includes before its own header. */

#pragma once

#include "CoreMinimal.h"
#include "UObject/Class.h"
#include "UObject/Object.h"
#include "UObject/Reflection.h"
