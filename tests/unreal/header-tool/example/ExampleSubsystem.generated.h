// Written by the header tool from ExampleSubsystem.h. Do not edit.

#ifdef EXAMPLE_ExampleSubsystem_generated_h
#error "ExampleSubsystem.generated.h is included twice: ExampleSubsystem.h lacks #pragma once"
#endif
#define EXAMPLE_ExampleSubsystem_generated_h

#include "Traits/IsUEnumClass.h"
#include "UObject/ObjectMacros.h"
#include "UObject/ReflectedTypeAccessors.h"

enum class EExampleState : uint8;
template <> struct TIsUEnumClass<EExampleState> { enum { Value = true }; };
template <> EXAMPLE_API UEnum* StaticEnum<EExampleState>();
#define FOREACH_ENUM_EEXAMPLESTATE(op) \
	op(EExampleState::Idle) \
	op(EExampleState::Done)

#define FID_Example_ExampleSubsystem_h_35_DELEGATE \
	EXAMPLE_API void FExampleOnMet_DelegateWrapper(const FMulticastScriptDelegate& ExampleOnMet, const FExampleProfile& Profile);

#define FID_Example_ExampleSubsystem_h_23_GENERATED_BODY \
	friend struct Z_Construct_UScriptStruct_FExampleProfile_Statics; \
	static UScriptStruct* StaticStruct();

struct FExampleProfile;
template <> EXAMPLE_API UScriptStruct* StaticStruct<FExampleProfile>();

#define FID_Example_ExampleSubsystem_h_41_GENERATED_BODY \
private: \
	friend struct Z_Construct_UClass_UExampleSubsystem_Statics; \
	static UClass* GetPrivateStaticClass(); \
public: \
	typedef UGameInstanceSubsystem Super; \
	typedef UExampleSubsystem ThisClass; \
	static UClass* StaticClass() { return GetPrivateStaticClass(); } \
	UExampleSubsystem(UExampleSubsystem&&) = delete; \
	UExampleSubsystem(const UExampleSubsystem&) = delete; \
	UExampleSubsystem& operator=(UExampleSubsystem&&) = delete; \
	UExampleSubsystem& operator=(const UExampleSubsystem&) = delete; \
	NO_API UExampleSubsystem(const FObjectInitializer& ObjectInitializer = FObjectInitializer::Get()); \
	NO_API UExampleSubsystem(FVTableHelper& Helper); \
	NO_API virtual ~UExampleSubsystem(); \
private:

class UExampleSubsystem;
template <> EXAMPLE_API UClass* StaticClass<UExampleSubsystem>();

#undef CURRENT_FILE_ID
#define CURRENT_FILE_ID FID_Example_ExampleSubsystem_h
