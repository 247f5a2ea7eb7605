/**
 * Classes and their kin, made from the records that are linked in.
 */

#include "UObject/Class.h"

#include "ObjectTable.h"
#include "Standin/Modules.h"
#include "Standin/Objects.h"

using Reflection::FClass;
using Standin::FObjects;

namespace
{
	template <typename RecordType, typename ObjectType>
	TMap<const RecordType*, ObjectType*>& Made()
	{
		static auto* Map = new TMap<const RecordType*, ObjectType*>;
		return *Map;
	}

	const TCHAR* Found(const Reflection::TList<Reflection::FMeta>& Meta, const TCHAR* Key)
	{
		for (const Reflection::FMeta& Pair : Meta)
		{
			if (FCString::Stricmp(Pair.Key, Key) == 0)
			{
				return Pair.Value;
			}
		}
		return nullptr;
	}

	/** What the header tool writes for the plugin's classes, for those that reflection is made of. */
	template <typename T>
	void ConstructIntrinsic(const FObjectInitializer& Initializer)
	{
		::new (static_cast<void*>(Initializer.GetObj())) T(Initializer);
	}

	template <typename T>
	UClass* Intrinsic(const TCHAR* Name, UClass* (*Super)())
	{
		static const FClass Record = {Name, TEXT("CoreUObject"), sizeof(T), alignof(T), Super, Reflection::CLASS_None, TEXT(""),
			{nullptr, 0}, {nullptr, 0}, &ConstructIntrinsic<T>, {nullptr, 0}};
		return Reflection::FindOrMake(Record);
	}
}

UClass* UObject::StaticClass()
{
	return Intrinsic<UObject>(TEXT("Object"), nullptr);
}

UClass* UPackage::StaticClass()
{
	return Intrinsic<UPackage>(TEXT("Package"), &UObject::StaticClass);
}

UClass* UField::StaticClass()
{
	return Intrinsic<UField>(TEXT("Field"), &UObject::StaticClass);
}

UClass* UStruct::StaticClass()
{
	return Intrinsic<UStruct>(TEXT("Struct"), &UField::StaticClass);
}

UClass* UFunction::StaticClass()
{
	return Intrinsic<UFunction>(TEXT("Function"), &UStruct::StaticClass);
}

UClass* UEnum::StaticClass()
{
	return Intrinsic<UEnum>(TEXT("Enum"), &UField::StaticClass);
}

UClass* UScriptStruct::StaticClass()
{
	return Intrinsic<UScriptStruct>(TEXT("ScriptStruct"), &UStruct::StaticClass);
}

UClass* UClass::StaticClass()
{
	return Intrinsic<UClass>(TEXT("Class"), &UStruct::StaticClass);
}

UPackage* Standin::FindOrMakePackage(const TCHAR* Name)
{
	static auto* Packages = new TMap<FName, UPackage*>;
	UPackage*& Package = Packages->FindOrAdd(FName(Name));
	if (!Package)
	{
		UPackage* New = FObjects::Get().Permanent<UPackage>(nullptr, FName(Name));
		Packages->Add(FName(Name), New);
		FObjects::SetClass(New, UPackage::StaticClass());
		return New;
	}
	return Package;
}

namespace
{
	UFunction* MakeFunction(UClass* Class, FName Name)
	{
		STANDIN_STRICT(!Class->Functions.Contains(Name), "two functions of a class have the same name");
		UFunction* Function = FObjects::Get().Permanent<UFunction>(Class, Name);
		FObjects::SetClass(Function, UFunction::StaticClass());
		Class->Functions.Add(Name, Function);
		return Function;
	}
}

UClass* Reflection::FindOrMake(const FClass& Record)
{
	if (UClass* Known = Made<FClass, UClass>().FindRef(&Record))
	{
		return Known;
	}
	STANDIN_STRICT(IsInGameThread(), "a class is made off the game thread");
	UClass* Class = FObjects::Get().Permanent<UClass>(nullptr, FName(Record.Name));
	// Known before the rest is done: the rest asks for classes, also for this one.
	Made<FClass, UClass>().Add(&Record, Class);
	Class->Record = &Record;
	Class->ClassFlags = Record.Flags;
	Class->ConfigName = Record.ConfigName;
	FObjects::SetClass(Class, UClass::StaticClass());
	FObjects::SetOuter(Class, Standin::FindOrMakePackage(*(FString(TEXT("/Script/")) + Record.Package)));
	if (Record.Super)
	{
		Class->Super = Record.Super();
		const uint32 Inherited = CLASS_Config | CLASS_Transient | CLASS_Blueprintable | CLASS_BlueprintType;
		Class->ClassFlags |= Class->Super->ClassFlags & Inherited;
		Class->ConfigName = Class->ConfigName.IsEmpty() ? Class->Super->ConfigName : Class->ConfigName;
	}
	for (const FFunction& Function : Record.Functions)
	{
		MakeFunction(Class, FName(Function.Name))->Record = &Function;
	}
	return Class;
}

UScriptStruct* Reflection::FindOrMake(const FStruct& Record)
{
	if (UScriptStruct* Known = Made<FStruct, UScriptStruct>().FindRef(&Record))
	{
		return Known;
	}
	UScriptStruct* Struct = FObjects::Get().Permanent<UScriptStruct>(nullptr, FName(Record.Name));
	Made<FStruct, UScriptStruct>().Add(&Record, Struct);
	Struct->Record = &Record;
	FObjects::SetClass(Struct, UScriptStruct::StaticClass());
	return Struct;
}

UEnum* Reflection::FindOrMake(const FEnum& Record)
{
	if (UEnum* Known = Made<FEnum, UEnum>().FindRef(&Record))
	{
		return Known;
	}
	UEnum* Enum = FObjects::Get().Permanent<UEnum>(nullptr, FName(Record.Name));
	Made<FEnum, UEnum>().Add(&Record, Enum);
	Enum->Record = &Record;
	FObjects::SetClass(Enum, UEnum::StaticClass());
	return Enum;
}

FString UField::GetMetaData(const TCHAR* Key) const
{
	return FString(FindMetaData_Internal(Key));
}

const TCHAR* UFunction::FindMetaData_Internal(const TCHAR* Key) const
{
	return Record ? Found(Record->Meta, Key) : nullptr;
}

const TCHAR* UClass::FindMetaData_Internal(const TCHAR* Key) const
{
	return Record ? Found(Record->Meta, Key) : nullptr;
}

bool UClass::IsChildOf(const UClass* SomeBase) const
{
	for (const UClass* At = this; At; At = At->Super)
	{
		if (At == SomeBase)
		{
			return true;
		}
	}
	return false;
}

UObject* UClass::GetDefaultObject(bool bCreateIfNeeded)
{
	if (!DefaultObject && bCreateIfNeeded)
	{
		STANDIN_STRICT(IsInGameThread(), "a default object is made off the game thread");
		if (Super)
		{
			Super->GetDefaultObject();
		}
		const FName Name(*(TEXT("Default__") + GetName()));
		DefaultObject = FObjects::Get().Construct(this, GetOuter(), Name, RF_ClassDefaultObject | RF_Public);
		if (HasAnyClassFlags(Reflection::CLASS_Config))
		{
			DefaultObject->LoadConfig();
		}
		DefaultObject->PostInitProperties();
	}
	return DefaultObject;
}

UFunction* UClass::FindFunctionByName(FName InName) const
{
	for (const UClass* At = this; At; At = At->Super)
	{
		if (UFunction* Function = At->Functions.FindRef(InName))
		{
			return Function;
		}
	}
	return nullptr;
}

UFunction* UObject::FindFunction(FName InName) const
{
	return ClassPrivate->FindFunctionByName(InName);
}

UFunction* UObject::FindFunctionChecked(FName InName) const
{
	UFunction* Function = FindFunction(InName);
	checkf(Function, TEXT("Failed to find function %s in %s"), *InName.ToString(), *GetFullName());
	return Function;
}

void UObject::ProcessEvent(UFunction* Function, void* Parms)
{
	STANDIN_STRICT(IsInGameThread(), "ProcessEvent off the game thread");
	STANDIN_STRICT(!IsUnreachable(), "ProcessEvent on an object that is being destroyed");
	check(Function != nullptr);
	if (Function->Script)
	{
		Function->Script(this, Parms);
	}
	else if (Function->Record->Thunk)
	{
		Function->Record->Thunk(this, Parms);
	}
}

int32 UEnum::NumEnums() const
{
	return Record->Enumerators.Count;
}

int64 UEnum::GetValueByIndex(int32 Index) const
{
	STANDIN_STRICT(Index >= 0 && Index < NumEnums(), "an index that the enum does not have");
	return Record->Enumerators.Items[Index].Value;
}

int32 UEnum::GetIndexByValue(int64 Value) const
{
	for (int32 Index = 0; Index < NumEnums(); ++Index)
	{
		if (GetValueByIndex(Index) == Value)
		{
			return Index;
		}
	}
	return INDEX_NONE;
}

FString UEnum::GetNameStringByValue(int64 Value) const
{
	const int32 Index = GetIndexByValue(Value);
	return Index == INDEX_NONE ? FString() : FString(Record->Enumerators.Items[Index].Name);
}

FText UEnum::GetDisplayNameTextByValue(int64 Value) const
{
	const int32 Index = GetIndexByValue(Value);
	if (Index == INDEX_NONE)
	{
		return FText();
	}
	const TCHAR* Name = Found(Record->Enumerators.Items[Index].Meta, TEXT("DisplayName"));
	return FText::FromString(FString(Name ? Name : Record->Enumerators.Items[Index].Name));
}

void GetDerivedClasses(const UClass* ClassToLookFor, TArray<UClass*>& Results, bool bRecursive)
{
	for (const Standin::FObjectItem& Item : FObjects::Get().Items)
	{
		if (Item.Object && Item.Object->GetClass() == UClass::StaticClass())
		{
			UClass* Class = static_cast<UClass*>(Item.Object);
			const bool bDerived = bRecursive ? Class != ClassToLookFor && Class->IsChildOf(ClassToLookFor) : Class->Super == ClassToLookFor;
			if (bDerived)
			{
				Results.Add(Class);
			}
		}
	}
}

UClass* Standin::MakeBlueprintClass(UClass* Super, const TCHAR* Name)
{
	UClass* Class = FObjects::Get().Permanent<UClass>(FindOrMakePackage(TEXT("/Game/Blueprints")), FName(Name));
	FObjects::SetClass(Class, UClass::StaticClass());
	Class->Record = Super->Record;
	Class->Super = Super;
	Class->ClassFlags = Super->ClassFlags & ~static_cast<uint32>(Reflection::CLASS_Abstract);
	Class->ConfigName = Super->ConfigName;
	Class->bBlueprint = true;
	return Class;
}

void Standin::AddBlueprintFunction(UClass* Class, const TCHAR* Name, TFunction<void(UObject*, void*)> Script)
{
	STANDIN_STRICT(Class->bBlueprint, "only a Blueprint's class takes functions");
	MakeFunction(Class, FName(Name))->Script = MoveTemp(Script);
}

void Standin::MakeClassesAndDefaultObjects()
{
	TArray<UClass*> Classes;
	using FEach = Reflection::TCompiledIn<FClass>;
	for (const FEach* At = FEach::First(); At; At = At->Next)
	{
		Classes.Add(Reflection::FindOrMake(At->Record));
	}
	for (UClass* Class : Classes)
	{
		Class->GetDefaultObject();
	}
}

const Reflection::FProperty* Standin::FindProperty(const UClass* Class, const TCHAR* Name)
{
	const Reflection::FProperty* Result = nullptr;
	Class->ForEachProperty_Internal([&Result, Name](const Reflection::FProperty& Property)
		{ Result = Result || FCString::Stricmp(Property.Name, Name) != 0 ? Result : &Property; });
	return Result;
}

namespace
{
	/** Classes are there before the first module starts. */
	[[maybe_unused]] const bool bHooked = []()
	{
		Standin::SetBeforeStartup(&Standin::MakeClassesAndDefaultObjects);
		return true;
	}();
}
