/**
 * What kind of build this is. UnrealBuildTool defines the inputs on the command line; nothing has a default here, so that a
 * build which forgets one fails instead of being another build.
 */
#pragma once

#if !defined(WITH_EDITOR) || !defined(UE_BUILD_DEVELOPMENT) || !defined(UE_BUILD_SHIPPING) || !defined(IS_MONOLITHIC) \
	|| !defined(UE_BUILD_DEBUG) || !defined(UE_BUILD_TEST) || !defined(UE_GAME) || !defined(UE_EDITOR) || !defined(UE_SERVER)
	#error "The kind of build is not defined"
#endif
#if UE_BUILD_DEVELOPMENT + UE_BUILD_SHIPPING + UE_BUILD_DEBUG + UE_BUILD_TEST != 1
	#error "A build has exactly one configuration"
#endif

#define WITH_EDITORONLY_DATA WITH_EDITOR
#define DO_CHECK (!UE_BUILD_SHIPPING)
#define DO_ENSURE (!UE_BUILD_SHIPPING)
#define NO_LOGGING UE_BUILD_SHIPPING
#define WITH_DEV_AUTOMATION_TESTS (!UE_BUILD_SHIPPING && !UE_BUILD_TEST)
#define WITH_PERF_AUTOMATION_TESTS 0
