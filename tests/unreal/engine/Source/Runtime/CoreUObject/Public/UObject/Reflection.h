/**
 * What the header tool writes down about the reflected types, as plain constant data. The engine has its own and larger
 * form of this; no file of a plugin may include it, only the generated code and the stand-in itself do.
 *
 * UClass, UScriptStruct and UEnum are made from these records by FindOrMake. Everything that happens through reflection
 * (garbage collection, configuration, dynamic delegates, bound widgets) sees nothing else, so that a forgotten UPROPERTY() or
 * UFUNCTION() shows as it does in the engine.
 */

#pragma once

#include "Containers/UnrealString.h"
#include "CoreTypes.h"
#include "UObject/ObjectMacros.h"

#include <type_traits>

namespace Reflection DLLEXPORT
{
	/** A pair in meta=(Key="Value"), or the tool tip, or the category. */
	struct FMeta
	{
		const TCHAR* Key;
		const TCHAR* Value;
	};

	/** A list of constant records. */
	template <typename TItem>
	struct TList
	{
		const TItem* Items;
		int32 Count;

		const TItem* begin() const { return Items; }
		const TItem* end() const { return Items + Count; }
	};

	enum class EKind : uint8
	{
		Bool,
		Int8,
		Int16,
		Int32,
		Int64,
		UInt8,
		UInt16,
		UInt32,
		UInt64,
		Float,
		Double,
		Name,
		String,
		Text,
		/** An enum class over uint8. */
		Enum,
		Struct,
		/** TObjectPtr<T> or T*: one pointer, which keeps its object alive. */
		Object,
		/** TSubclassOf<T> or UClass*. */
		Class,
		WeakObject,
		SoftObject,
		SoftClass,
		Delegate,
		MulticastDelegate,
		Array,
		Set,
		Map
	};

	/** A type without what it contains. */
	struct FValue
	{
		EKind Kind;
		/** As it stands in the header: "TObjectPtr<UTexture2D>". */
		const TCHAR* Words;
		/** The struct, class, enum or delegate by its C++ name: "UTexture2D"; empty for others. */
		const TCHAR* TypeName;
		SIZE_T Size;
		/** Only for an enum or a struct that the header tool has read, otherwise null. */
		UEnum* (*Enum)();
		UScriptStruct* (*Struct)();
	};

	/** The one way into a container whose element type is not known here. */
	struct FContainer
	{
		int32 (*Num)(const void* Container);
		void (*Empty)(void* Container);
		/** Adds a default element and returns where it is. Arrays only, otherwise null. */
		void* (*Add)(void* Container);
		/** Calls Each for every element; Key is null but for maps. */
		void (*ForEach)(void* Container, void (*Each)(void* Context, void* Key, void* Value), void* Context);
	};

	enum EPropertyFlags : uint32
	{
		CPF_None = 0,
		CPF_Config = 1 << 0,
		CPF_GlobalConfig = 1 << 1,
		CPF_Transient = 1 << 2,
		CPF_Instanced = 1 << 3,
		CPF_Edit = 1 << 4,
		/** VisibleAnywhere and kin. */
		CPF_EditConst = 1 << 5,
		CPF_BlueprintVisible = 1 << 6,
		CPF_BlueprintReadOnly = 1 << 7,
		CPF_BlueprintAssignable = 1 << 8,
		CPF_BlueprintCallable = 1 << 9,
		CPF_AdvancedDisplay = 1 << 10,
		CPF_SaveGame = 1 << 11,
		/** Of a parameter. */
		CPF_Parm = 1 << 16,
		CPF_ConstParm = 1 << 17,
		/** By reference and not constant: an output pin. */
		CPF_OutParm = 1 << 18,
		CPF_ReturnParm = 1 << 19
	};

	struct FProperty
	{
		const TCHAR* Name;
		/** Of the property; for Array, Set and Map the container. */
		FValue Value;
		/** Of an Array, a Set or a Map's value, otherwise null. */
		const FValue* Element;
		/** Of a Map's key, otherwise null. */
		const FValue* Key;
		const FContainer* Container;
		/** In the class, the struct or the parameters. */
		SIZE_T Offset;
		uint32 Flags;
		TList<FMeta> Meta;

		void* In(void* Owner) const { return static_cast<uint8*>(Owner) + Offset; }
		const void* In(const void* Owner) const { return static_cast<const uint8*>(Owner) + Offset; }
	};

	enum EFunctionFlags : uint32
	{
		FUNC_None = 0,
		FUNC_Static = 1 << 0,
		FUNC_Const = 1 << 1,
		FUNC_BlueprintCallable = 1 << 2,
		FUNC_BlueprintPure = 1 << 3,
		/** BlueprintImplementableEvent or BlueprintNativeEvent: calling it goes through UObject::ProcessEvent. */
		FUNC_Event = 1 << 4,
		FUNC_Exec = 1 << 5
	};

	struct FFunction
	{
		const TCHAR* Name;
		uint32 Flags;
		/** Size and alignment of the struct that Thunk takes; 0 if there are no parameters and no result. */
		SIZE_T ParmsSize;
		SIZE_T ParmsAlignment;
		/** In their order; the result, if there is one, is last and called ReturnValue. */
		TList<FProperty> Parameters;
		/** Calls it with the parameters packed in a struct; null for an event that only a Blueprint implements. */
		void (*Thunk)(UObject* Self, void* Parms);
		TList<FMeta> Meta;
	};

	/** A DECLARE_DYNAMIC_… line. */
	struct FDelegate
	{
		const TCHAR* Name;
		bool bMulticast;
		TList<FProperty> Parameters;
		TList<FMeta> Meta;
	};

	struct FEnumerator
	{
		const TCHAR* Name;
		int64 Value;
		TList<FMeta> Meta;
	};

	struct FEnum
	{
		/** With its prefix: "ELatchkeyState". */
		const TCHAR* Name;
		TList<FEnumerator> Enumerators;
		TList<FMeta> Meta;
	};

	struct FStruct
	{
		/** Without its prefix: "LatchkeyProfile". */
		const TCHAR* Name;
		SIZE_T Size;
		SIZE_T Alignment;
		UScriptStruct* (*Super)();
		TList<FProperty> Properties;
		void (*Construct)(void* Memory);
		void (*Destroy)(void* Value);
		void (*Copy)(void* To, const void* From);
		TList<FMeta> Meta;
	};

	enum EClassFlags : uint32
	{
		CLASS_None = 0,
		CLASS_Abstract = 1 << 0,
		CLASS_Config = 1 << 1,
		CLASS_DefaultConfig = 1 << 2,
		CLASS_Transient = 1 << 3,
		CLASS_MinimalAPI = 1 << 4,
		/** Blueprintable, which classes inherit. */
		CLASS_Blueprintable = 1 << 5,
		CLASS_BlueprintType = 1 << 6
	};

	struct FClass
	{
		/** Without its prefix: "LatchkeySubsystem". */
		const TCHAR* Name;
		/** The module: "Latchkey". */
		const TCHAR* Package;
		SIZE_T Size;
		SIZE_T Alignment;
		/** Null for UObject itself. */
		UClass* (*Super)();
		uint32 Flags;
		/** The ini file in Config=…, without prefix and ending: "Engine"; empty if there is none. */
		const TCHAR* ConfigName;
		TList<FProperty> Properties;
		TList<FFunction> Functions;
		/** Builds the object at FObjectInitializer::GetObj(), where the memory is ready. */
		void (*Construct)(const FObjectInitializer& Initializer);
		TList<FMeta> Meta;
	};

	/**
	 * The UClass of a record, made at the first call and the same ever after. Made by the stand-in (UObject/Class.cpp), also
	 * for a super class that was not asked for before.
	 */
	UClass* FindOrMake(const FClass& Record);
	UScriptStruct* FindOrMake(const FStruct& Record);
	UEnum* FindOrMake(const FEnum& Record);

	/**
	 * Every record that is linked into this program, in no order that anything may rely on. The engine makes all classes and
	 * their default objects when a module is loaded, so the stand-in goes through these before a module's StartupModule.
	 */
	template <typename TRecord>
	struct TCompiledIn
	{
		const TRecord& Record;
		const TCompiledIn* Next;

		explicit TCompiledIn(const TRecord& InRecord) : Record(InRecord), Next(First()) { First() = this; }

		static const TCompiledIn*& First()
		{
			static const TCompiledIn* List = nullptr;
			return List;
		}
	};

	/** Sees each object that a value refers to, and may change it, for instance to null when the object is being destroyed. */
	class FReferenceVisitor
	{
	public:
		virtual void Visit(UObject*& Reference) = 0;

	protected:
		~FReferenceVisitor() = default;
	};

	/** Visits what a property of Owner refers to strongly: objects, classes, and these in structs, arrays, sets and maps. */
	void VisitReferences(const FProperty& Property, void* Owner, FReferenceVisitor& Visitor);

	/**
	 * Reads a value as a configuration file has it: `True`, `12`, `Text`, `SignedIn`. False, and nothing changed, if it is none.
	 * Structs are not read. An array's elements are read one by one: Container->Add, then this with *Element.
	 */
	bool ImportText(const FValue& Value, const TCHAR* Text, void* Address);

	/** The other way round. */
	FString ExportText(const FValue& Value, const void* Address);

	/** Whether a value survives ImportText. */
	bool HasText(const FValue& Value);

	/** Fills FContainer for TArray, TSet (elements) and TMap (pairs with Key and Value). */
	template <typename TContainer, EKind Kind>
	struct TContainerOf
	{
		static int32 Num(const void* Container)
		{
			return static_cast<int32>(static_cast<const TContainer*>(Container)->Num());
		}

		static void Empty(void* Container) { static_cast<TContainer*>(Container)->Empty(); }

		static void* Add(void* Container)
		{
			TContainer& Array = *static_cast<TContainer*>(Container);
			return &Array[Array.AddDefaulted()];
		}

		static void ForEach(void* Container, void (*Each)(void* Context, void* Key, void* Value), void* Context)
		{
			for (auto& Item : *static_cast<TContainer*>(Container))
			{
				if constexpr (Kind == EKind::Map)
				{
					Each(Context, Mutable(Item.Key), Mutable(Item.Value));
				}
				else
				{
					Each(Context, nullptr, Mutable(Item));
				}
			}
		}

		static constexpr void* (*AddIfArray())(void*)
		{
			if constexpr (Kind == EKind::Array)
			{
				return &Add;
			}
			else
			{
				return nullptr;
			}
		}

		inline static const FContainer Ops = {&Num, &Empty, AddIfArray(), &ForEach};

	private:
		/** Keys are constant to everyone but the collector, which only ever empties them. */
		template <typename TItem>
		static void* Mutable(const TItem& Item)
		{
			return const_cast<TItem*>(&Item);
		}
	};

	template <typename TStruct>
	struct TStructOf
	{
		static void Construct(void* Memory) { ::new (Memory) TStruct(); }
		static void Destroy(void* Value) { static_cast<TStruct*>(Value)->~TStruct(); }
		static void Copy(void* To, const void* From) { *static_cast<TStruct*>(To) = *static_cast<const TStruct*>(From); }
	};
}
