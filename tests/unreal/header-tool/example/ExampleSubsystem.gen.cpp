// Written by the header tool from ExampleSubsystem.h. Do not edit.

#include "UObject/GeneratedCppIncludes.h"
#include "ExampleSubsystem.h"

#include <cstddef>
#include <new>

// Offsets in classes with virtual functions: the engine takes them too, and its compilers know.
#pragma GCC diagnostic ignored "-Winvalid-offsetof"

struct Z_Construct_UEnum_EExampleState_Statics
{
	inline static const Reflection::FMeta Idle_Meta[] = {
		{TEXT("ToolTip"), TEXT("Nothing has happened yet.")},
	};
	inline static const Reflection::FMeta Done_Meta[] = {
		{TEXT("DisplayName"), TEXT("All Done")},
		{TEXT("ToolTip"), TEXT("It is over.")},
	};
	inline static const Reflection::FEnumerator Enumerators[] = {
		{TEXT("Idle"), static_cast<int64>(EExampleState::Idle), {Idle_Meta, 1}},
		{TEXT("Done"), static_cast<int64>(EExampleState::Done), {Done_Meta, 2}},
	};
	inline static const Reflection::FMeta Meta[] = {
		{TEXT("BlueprintType"), TEXT("true")},
		{TEXT("ToolTip"), TEXT("Where the example is.")},
	};
	inline static const Reflection::FEnum Record = {TEXT("EExampleState"), {Enumerators, 2}, {Meta, 2}};
	inline static const Reflection::TCompiledIn<Reflection::FEnum> CompiledIn{Record};
};

template <> UEnum* StaticEnum<EExampleState>()
{
	return Reflection::FindOrMake(Z_Construct_UEnum_EExampleState_Statics::Record);
}

struct Z_Construct_UDelegateFunction_FExampleOnMet_Statics
{
	struct FExampleOnMet_Parms
	{
		FExampleProfile Profile{};
	};
	inline static const Reflection::FProperty FExampleOnMet_Parms_Properties[] = {
		{TEXT("Profile"), {Reflection::EKind::Struct, TEXT("const FExampleProfile&"), TEXT("FExampleProfile"), sizeof(decltype(FExampleOnMet_Parms::Profile)), nullptr, &StaticStruct<FExampleProfile>}, nullptr, nullptr, nullptr, offsetof(FExampleOnMet_Parms, Profile), Reflection::CPF_Parm | Reflection::CPF_ConstParm, {nullptr, 0}},
	};
	inline static const Reflection::FMeta Meta[] = {
		{TEXT("ToolTip"), TEXT("Somebody was met.")},
	};
	inline static const Reflection::FDelegate Record = {TEXT("FExampleOnMet"), true, {FExampleOnMet_Parms_Properties, 1}, {Meta, 1}};
	inline static const Reflection::TCompiledIn<Reflection::FDelegate> CompiledIn{Record};
};

void FExampleOnMet_DelegateWrapper(const FMulticastScriptDelegate& ExampleOnMet, const FExampleProfile& Profile)
{
	Z_Construct_UDelegateFunction_FExampleOnMet_Statics::FExampleOnMet_Parms Parms{};
	Parms.Profile = Profile;
	ExampleOnMet.ProcessMulticastDelegate<UObject>(&Parms);
}

struct Z_Construct_UScriptStruct_FExampleProfile_Statics
{
	inline static const Reflection::FMeta Name_Meta[] = {
		{TEXT("Category"), TEXT("Example")},
		{TEXT("ToolTip"), TEXT("The name to show.")},
	};
	inline static const Reflection::FValue Roles_Element = {Reflection::EKind::String, TEXT("FString"), TEXT(""), sizeof(FString), nullptr, nullptr};
	inline static const Reflection::FMeta Roles_Meta[] = {
		{TEXT("Category"), TEXT("Example")},
		{TEXT("ToolTip"), TEXT("What they may do.")},
	};
	inline static const Reflection::FProperty Properties[] = {
		{TEXT("Name"), {Reflection::EKind::String, TEXT("FString"), TEXT(""), sizeof(decltype(FExampleProfile::Name)), nullptr, nullptr}, nullptr, nullptr, nullptr, offsetof(FExampleProfile, Name), Reflection::CPF_BlueprintVisible | Reflection::CPF_BlueprintReadOnly, {Name_Meta, 2}},
		{TEXT("Roles"), {Reflection::EKind::Array, TEXT("TArray<FString>"), TEXT(""), sizeof(decltype(FExampleProfile::Roles)), nullptr, nullptr}, &Roles_Element, nullptr, &Reflection::TContainerOf<decltype(FExampleProfile::Roles), Reflection::EKind::Array>::Ops, offsetof(FExampleProfile, Roles), Reflection::CPF_BlueprintVisible | Reflection::CPF_BlueprintReadOnly, {Roles_Meta, 2}},
	};
	inline static const Reflection::FMeta Meta[] = {
		{TEXT("BlueprintType"), TEXT("true")},
		{TEXT("ToolTip"), TEXT("Who was met.")},
	};
	inline static const Reflection::FStruct Record = {TEXT("ExampleProfile"), sizeof(FExampleProfile), alignof(FExampleProfile), nullptr, {Properties, 2}, &Reflection::TStructOf<FExampleProfile>::Construct, &Reflection::TStructOf<FExampleProfile>::Destroy, &Reflection::TStructOf<FExampleProfile>::Copy, {Meta, 2}};
	inline static const Reflection::TCompiledIn<Reflection::FStruct> CompiledIn{Record};
};

UScriptStruct* FExampleProfile::StaticStruct()
{
	return Reflection::FindOrMake(Z_Construct_UScriptStruct_FExampleProfile_Statics::Record);
}

template <> UScriptStruct* StaticStruct<FExampleProfile>()
{
	return FExampleProfile::StaticStruct();
}

struct Z_Construct_UClass_UExampleSubsystem_Statics
{
	inline static const Reflection::FMeta OnMet_Meta[] = {
		{TEXT("Category"), TEXT("Example")},
		{TEXT("ToolTip"), TEXT("Says that somebody was met.")},
	};
	inline static const Reflection::FValue Pictures_Element = {Reflection::EKind::Object, TEXT("TObjectPtr<UTexture2D>"), TEXT("UTexture2D"), sizeof(TObjectPtr<UTexture2D>), nullptr, nullptr};
	inline static const Reflection::FValue Pictures_Key = {Reflection::EKind::Name, TEXT("FName"), TEXT(""), sizeof(FName), nullptr, nullptr};
	inline static const Reflection::FProperty Properties[] = {
		{TEXT("OnMet"), {Reflection::EKind::MulticastDelegate, TEXT("FExampleOnMet"), TEXT("FExampleOnMet"), sizeof(decltype(UExampleSubsystem::OnMet)), nullptr, nullptr}, nullptr, nullptr, nullptr, offsetof(UExampleSubsystem, OnMet), Reflection::CPF_BlueprintAssignable, {OnMet_Meta, 2}},
		{TEXT("Greeting"), {Reflection::EKind::String, TEXT("FString"), TEXT(""), sizeof(decltype(UExampleSubsystem::Greeting)), nullptr, nullptr}, nullptr, nullptr, nullptr, offsetof(UExampleSubsystem, Greeting), Reflection::CPF_Config, {nullptr, 0}},
		{TEXT("Pictures"), {Reflection::EKind::Map, TEXT("TMap<FName, TObjectPtr<UTexture2D>>"), TEXT(""), sizeof(decltype(UExampleSubsystem::Pictures)), nullptr, nullptr}, &Pictures_Element, &Pictures_Key, &Reflection::TContainerOf<decltype(UExampleSubsystem::Pictures), Reflection::EKind::Map>::Ops, offsetof(UExampleSubsystem, Pictures), Reflection::CPF_Transient, {nullptr, 0}},
	};
	struct Meet_Parms
	{
		FExampleProfile Profile{};
		bool ReturnValue{};
	};
	inline static const Reflection::FProperty Meet_Parms_Properties[] = {
		{TEXT("Profile"), {Reflection::EKind::Struct, TEXT("const FExampleProfile&"), TEXT("FExampleProfile"), sizeof(decltype(Meet_Parms::Profile)), nullptr, &StaticStruct<FExampleProfile>}, nullptr, nullptr, nullptr, offsetof(Meet_Parms, Profile), Reflection::CPF_Parm | Reflection::CPF_ConstParm, {nullptr, 0}},
		{TEXT("ReturnValue"), {Reflection::EKind::Bool, TEXT("bool"), TEXT(""), sizeof(decltype(Meet_Parms::ReturnValue)), nullptr, nullptr}, nullptr, nullptr, nullptr, offsetof(Meet_Parms, ReturnValue), Reflection::CPF_Parm | Reflection::CPF_ReturnParm, {nullptr, 0}},
	};
	static void Meet_Thunk(UObject* Self, void* Parms)
	{
		Meet_Parms& Packed = *static_cast<Meet_Parms*>(Parms);
		Packed.ReturnValue = static_cast<UExampleSubsystem*>(Self)->Meet(Packed.Profile);
	}
	inline static const Reflection::FMeta Meet_FunctionMeta[] = {
		{TEXT("Category"), TEXT("Example")},
		{TEXT("DisplayName"), TEXT("Meet Somebody")},
		{TEXT("ToolTip"), TEXT("Meets somebody.\n@param Profile Who it is.\n@return Whether they were new.")},
	};
	struct HandleMet_Parms
	{
		FExampleProfile Profile{};
	};
	inline static const Reflection::FProperty HandleMet_Parms_Properties[] = {
		{TEXT("Profile"), {Reflection::EKind::Struct, TEXT("const FExampleProfile&"), TEXT("FExampleProfile"), sizeof(decltype(HandleMet_Parms::Profile)), nullptr, &StaticStruct<FExampleProfile>}, nullptr, nullptr, nullptr, offsetof(HandleMet_Parms, Profile), Reflection::CPF_Parm | Reflection::CPF_ConstParm, {nullptr, 0}},
	};
	static void HandleMet_Thunk(UObject* Self, void* Parms)
	{
		HandleMet_Parms& Packed = *static_cast<HandleMet_Parms*>(Parms);
		static_cast<UExampleSubsystem*>(Self)->HandleMet(Packed.Profile);
	}
	inline static const Reflection::FFunction Functions[] = {
		{TEXT("Meet"), Reflection::FUNC_BlueprintCallable, sizeof(Meet_Parms), alignof(Meet_Parms), {Meet_Parms_Properties, 2}, &Meet_Thunk, {Meet_FunctionMeta, 3}},
		{TEXT("HandleMet"), Reflection::FUNC_None, sizeof(HandleMet_Parms), alignof(HandleMet_Parms), {HandleMet_Parms_Properties, 1}, &HandleMet_Thunk, {nullptr, 0}},
	};
	inline static const Reflection::FMeta Meta[] = {
		{TEXT("ToolTip"), TEXT("Meets people.")},
	};
	static void Construct(const FObjectInitializer& Initializer)
	{
		::new (static_cast<void*>(Initializer.GetObj())) UExampleSubsystem(Initializer);
	}
	inline static const Reflection::FClass Record = {TEXT("ExampleSubsystem"), TEXT("Example"), sizeof(UExampleSubsystem), alignof(UExampleSubsystem), &UGameInstanceSubsystem::StaticClass, Reflection::CLASS_Config | Reflection::CLASS_DefaultConfig, TEXT("Engine"), {Properties, 3}, {Functions, 2}, &Construct, {Meta, 1}};
	inline static const Reflection::TCompiledIn<Reflection::FClass> CompiledIn{Record};
};

UClass* UExampleSubsystem::GetPrivateStaticClass()
{
	return Reflection::FindOrMake(Z_Construct_UClass_UExampleSubsystem_Statics::Record);
}

template <> UClass* StaticClass<UExampleSubsystem>()
{
	return UExampleSubsystem::StaticClass();
}

UExampleSubsystem::UExampleSubsystem(const FObjectInitializer& ObjectInitializer) : Super(ObjectInitializer) {}

UExampleSubsystem::UExampleSubsystem(FVTableHelper& Helper) : Super(Helper) {}

UExampleSubsystem::~UExampleSubsystem() {}
