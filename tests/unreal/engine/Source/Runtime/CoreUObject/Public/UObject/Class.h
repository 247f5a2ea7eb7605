/**
 * UClass, UFunction, UEnum, UScriptStruct: the records of reflection, as objects.
 */
#pragma once

#include "UObject/Object.h"
#include "UObject/ReflectedTypeAccessors.h"
#include "UObject/Reflection.h"

class COREUOBJECT_API UPackage : public UObject
{
public:
	static UClass* StaticClass();
	explicit UPackage(const FObjectInitializer& ObjectInitializer) : UObject(ObjectInitializer) {}
	int32 GetPIEInstanceID() const { return PIEInstanceID; }
	void SetPIEInstanceID(int32 InPIEInstanceID) { PIEInstanceID = InPIEInstanceID; }

private:
	int32 PIEInstanceID = INDEX_NONE;
};

class COREUOBJECT_API UField : public UObject
{
public:
	static UClass* StaticClass();
	explicit UField(const FObjectInitializer& ObjectInitializer) : UObject(ObjectInitializer) {}
	bool HasMetaData(const TCHAR* Key) const { return FindMetaData_Internal(Key) != nullptr; }
	FString GetMetaData(const TCHAR* Key) const;

protected:
	virtual const TCHAR* FindMetaData_Internal(const TCHAR*) const { return nullptr; }
};

class COREUOBJECT_API UStruct : public UField
{
public:
	static UClass* StaticClass();
	explicit UStruct(const FObjectInitializer& ObjectInitializer) : UField(ObjectInitializer) {}
};

class COREUOBJECT_API UFunction : public UStruct
{
public:
	static UClass* StaticClass();
	explicit UFunction(const FObjectInitializer& ObjectInitializer) : UStruct(ObjectInitializer) {}

	const Reflection::FFunction* Record = nullptr;
	/** A Blueprint's. */
	TFunction<void(UObject*, void*)> Script;

protected:
	virtual const TCHAR* FindMetaData_Internal(const TCHAR* Key) const override;
};

class COREUOBJECT_API UEnum : public UField
{
public:
	static UClass* StaticClass();
	explicit UEnum(const FObjectInitializer& ObjectInitializer) : UField(ObjectInitializer) {}

	int32 NumEnums() const;
	int64 GetValueByIndex(int32 Index) const;
	int32 GetIndexByValue(int64 Value) const;
	bool IsValidEnumValue(int64 Value) const { return GetIndexByValue(Value) != INDEX_NONE; }
	/** Without the enum's name before it. */
	FString GetNameStringByValue(int64 Value) const;
	FText GetDisplayNameTextByValue(int64 Value) const;

	template <typename EnumType>
	static FString GetValueAsString(const EnumType EnumeratorValue)
	{
		const UEnum* Enum = StaticEnum<EnumType>();
		return Enum->GetName() + TEXT("::") + Enum->GetNameStringByValue(static_cast<int64>(EnumeratorValue));
	}

	template <typename EnumType>
	static FText GetDisplayValueAsText(const EnumType EnumeratorValue)
	{
		return StaticEnum<EnumType>()->GetDisplayNameTextByValue(static_cast<int64>(EnumeratorValue));
	}

	const Reflection::FEnum* Record = nullptr;
};

class COREUOBJECT_API UScriptStruct : public UStruct
{
public:
	static UClass* StaticClass();
	explicit UScriptStruct(const FObjectInitializer& ObjectInitializer) : UStruct(ObjectInitializer) {}

	const Reflection::FStruct* Record = nullptr;
};

class COREUOBJECT_API UClass : public UStruct
{
public:
	static UClass* StaticClass();
	explicit UClass(const FObjectInitializer& ObjectInitializer) : UStruct(ObjectInitializer) {}

	UClass* GetSuperClass() const { return Super; }
	bool IsChildOf(const UClass* SomeBase) const;
	bool HasAnyClassFlags(uint32 FlagsToCheck) const { return (ClassFlags & FlagsToCheck) != 0; }
	UObject* GetDefaultObject(bool bCreateIfNeeded = true);
	template <class T>
	T* GetDefaultObject()
	{
		return static_cast<T*>(GetDefaultObject());
	}
	UFunction* FindFunctionByName(FName InName) const;
	FName ClassConfigName() const { return FName(ConfigName); }

	/** From the class itself up to UObject. */
	template <typename VisitorType>
	void ForEachProperty_Internal(const VisitorType& Visitor) const
	{
		for (const UClass* At = this; At; At = At->Super)
		{
			if (At->Record && !At->bBlueprint)
			{
				for (const Reflection::FProperty& Property : At->Record->Properties)
				{
					Visitor(Property);
				}
			}
		}
	}

	/** Stand-in only. A Blueprint's has the record of the class that it is made from. */
	const Reflection::FClass* Record = nullptr;
	UClass* Super = nullptr;
	UObject* DefaultObject = nullptr;
	FString ConfigName;
	uint32 ClassFlags = 0;
	bool bBlueprint = false;
	TMap<FName, UFunction*> Functions;

protected:
	virtual const TCHAR* FindMetaData_Internal(const TCHAR* Key) const override;
};

/** A class and those derived from it. */
template <class T>
const T* GetDefault()
{
	return T::StaticClass()->template GetDefaultObject<T>();
}

template <class T>
T* GetMutableDefault()
{
	return T::StaticClass()->template GetDefaultObject<T>();
}

template <class T>
const T* GetDefault(const UClass* Class)
{
	return const_cast<UClass*>(Class)->template GetDefaultObject<T>();
}

/** Every class of which Parent is one; Parent itself is not among them. */
COREUOBJECT_API void GetDerivedClasses(const UClass* ClassToLookFor, TArray<UClass*>& Results, bool bRecursive = true);

template <class TReturnType>
TReturnType* UObject::CreateDefaultSubobject(FName SubobjectName)
{
	return static_cast<TReturnType*>(StaticConstructObject_Internal(TReturnType::StaticClass(), this, SubobjectName, RF_NoFlags));
}

#include "Templates/Casts.h"
