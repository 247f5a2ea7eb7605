/**
 * Where the engine has TWeakObjectPtr.
 */
#pragma once

#include "UObject/WeakObjectPtr.h"
