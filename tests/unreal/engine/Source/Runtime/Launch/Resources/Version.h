/**
 * The version that the engine says it is. The suite sets the minor one, so that both sides of each comparison are compiled.
 */
#pragma once

#ifndef STANDIN_ENGINE_MINOR
	#error "Say which engine is played: -DSTANDIN_ENGINE_MINOR=3 to 6"
#endif

#define ENGINE_MAJOR_VERSION 5
#define ENGINE_MINOR_VERSION STANDIN_ENGINE_MINOR
#define ENGINE_PATCH_VERSION 0
