/** Reading, writing and tracing values by their records alone. */

#include "UObject/Reflection.h"

#include "Internationalization/Text.h"
#include "UObject/NameTypes.h"

#include <cerrno>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <initializer_list>
#include <limits>
#include <string>

namespace Reflection
{
	namespace
	{
		/** The record of this name among all that are linked in. */
		template <typename TRecord>
		const TRecord* Find(const FString& Name)
		{
			for (const TCompiledIn<TRecord>* Item = TCompiledIn<TRecord>::First(); Item; Item = Item->Next)
			{
				if (Name.Equals(Item->Record.Name, ESearchCase::CaseSensitive))
				{
					return &Item->Record;
				}
			}
			return nullptr;
		}

		/** By bytes, since what is pointed to has a type that is not known here. */
		template <typename TValue>
		TValue Load(const void* Address)
		{
			TValue Value;
			std::memcpy(&Value, Address, sizeof(Value));
			return Value;
		}

		template <typename TValue>
		void Store(void* Address, TValue Value)
		{
			std::memcpy(Address, &Value, sizeof(Value));
		}

		void VisitValue(const FValue& Value, void* Address, FReferenceVisitor& Visitor)
		{
			if (Value.Kind == EKind::Object || Value.Kind == EKind::Class)
			{
				UObject* const Before = Load<UObject*>(Address);
				UObject* Reference = Before;
				Visitor.Visit(Reference);
				if (Reference != Before)
				{
					Store(Address, Reference);
				}
			}
			else if (Value.Kind == EKind::Struct && Value.Struct)
			{
				const FStruct* Record = Find<FStruct>(FString(Value.TypeName).RightChop(1));
				for (const FProperty& Property : Record->Properties)
				{
					VisitReferences(Property, Address, Visitor);
				}
			}
		}

		/** What ForEach carries along. */
		struct FVisit
		{
			const FProperty& Property;
			FReferenceVisitor& Visitor;
		};

		void VisitElement(void* Context, void* Key, void* Element)
		{
			const FVisit& Visit = *static_cast<const FVisit*>(Context);
			if (Key)
			{
				VisitValue(*Visit.Property.Key, Key, Visit.Visitor);
			}
			VisitValue(*Visit.Property.Element, Element, Visit.Visitor);
		}

		/** Without blanks around it; empty if it is not ASCII, since then it is no number and no name of a value. */
		std::string Ascii(const TCHAR* Text)
		{
			std::string Plain;
			for (; *Text; ++Text)
			{
				if (*Text > 126)
				{
					return std::string();
				}
				Plain.push_back(static_cast<char>(*Text));
			}
			const size_t First = Plain.find_first_not_of(" \t");
			const size_t Last = Plain.find_last_not_of(" \t");
			return First == std::string::npos ? std::string() : Plain.substr(First, Last - First + 1);
		}

		FString FromAscii(const std::string& Plain)
		{
			FString Text;
			for (const char Letter : Plain)
			{
				Text.AppendChar(static_cast<TCHAR>(Letter));
			}
			return Text;
		}

		bool IsOneOf(const std::string& Text, std::initializer_list<const char*> Names)
		{
			for (const char* Name : Names)
			{
				std::string Lower = Text;
				for (char& Letter : Lower)
				{
					Letter = Letter >= 'A' && Letter <= 'Z' ? static_cast<char>(Letter + ('a' - 'A')) : Letter;
				}
				if (Lower == Name)
				{
					return true;
				}
			}
			return false;
		}

		bool ImportBool(const std::string& Text, void* Address)
		{
			const bool bYes = IsOneOf(Text, {"true", "yes", "on", "1"});
			if (!bYes && !IsOneOf(Text, {"false", "no", "off", "0"}))
			{
				return false;
			}
			Store(Address, bYes);
			return true;
		}

		/** The whole text, and within the type's bounds. */
		template <typename TNumber>
		bool ImportInteger(const std::string& Text, void* Address)
		{
			char* End = nullptr;
			errno = 0;
			const bool bNegative = !Text.empty() && Text[0] == '-';
			const long long Signed = bNegative ? std::strtoll(Text.c_str(), &End, 10) : 0;
			const unsigned long long Unsigned = bNegative ? 0 : std::strtoull(Text.c_str(), &End, 10);
			if (Text.empty() || *End != '\0' || errno == ERANGE)
			{
				return false;
			}
			using FLimits = std::numeric_limits<TNumber>;
			const bool bFits = bNegative ? Signed >= static_cast<long long>(FLimits::min())
										 : Unsigned <= static_cast<unsigned long long>(FLimits::max());
			if (bFits)
			{
				Store(Address, bNegative ? static_cast<TNumber>(Signed) : static_cast<TNumber>(Unsigned));
			}
			return bFits;
		}

		template <typename TNumber>
		bool ImportReal(const std::string& Text, void* Address)
		{
			char* End = nullptr;
			const double Number = std::strtod(Text.c_str(), &End);
			if (Text.empty() || *End != '\0')
			{
				return false;
			}
			Store(Address, static_cast<TNumber>(Number));
			return true;
		}

		/** `SignedIn` and `ELatchkeyState::SignedIn`, as the engine reads both. */
		bool ImportEnum(const FValue& Value, const std::string& Text, void* Address)
		{
			const FEnum* Record = Find<FEnum>(Value.TypeName);
			const size_t Scope = Text.rfind("::");
			const FString Name = FromAscii(Scope == std::string::npos ? Text : Text.substr(Scope + 2));
			for (const FEnumerator& Enumerator : Record ? Record->Enumerators : TList<FEnumerator>{nullptr, 0})
			{
				if (Name.Equals(Enumerator.Name, ESearchCase::IgnoreCase))
				{
					Store(Address, static_cast<uint8>(Enumerator.Value));
					return true;
				}
			}
			return false;
		}

		FString ExportEnum(const FValue& Value, const void* Address)
		{
			const FEnum* Record = Find<FEnum>(Value.TypeName);
			for (const FEnumerator& Enumerator : Record ? Record->Enumerators : TList<FEnumerator>{nullptr, 0})
			{
				if (Enumerator.Value == Load<uint8>(Address))
				{
					return Enumerator.Name;
				}
			}
			return FString();
		}

		FString ExportReal(double Number)
		{
			char Text[64];
			std::snprintf(Text, sizeof(Text), "%f", Number);
			return FromAscii(Text);
		}
	}

	void VisitReferences(const FProperty& Property, void* Owner, FReferenceVisitor& Visitor)
	{
		if (Property.Container)
		{
			FVisit Visit{Property, Visitor};
			Property.Container->ForEach(Property.In(Owner), &VisitElement, &Visit);
			return;
		}
		VisitValue(Property.Value, Property.In(Owner), Visitor);
	}

	bool ImportText(const FValue& Value, const TCHAR* Text, void* Address)
	{
		const std::string Plain = Ascii(Text);
		switch (Value.Kind)
		{
		case EKind::Bool: return ImportBool(Plain, Address);
		case EKind::Int8: return ImportInteger<int8>(Plain, Address);
		case EKind::Int16: return ImportInteger<int16>(Plain, Address);
		case EKind::Int32: return ImportInteger<int32>(Plain, Address);
		case EKind::Int64: return ImportInteger<int64>(Plain, Address);
		case EKind::UInt8: return ImportInteger<uint8>(Plain, Address);
		case EKind::UInt16: return ImportInteger<uint16>(Plain, Address);
		case EKind::UInt32: return ImportInteger<uint32>(Plain, Address);
		case EKind::UInt64: return ImportInteger<uint64>(Plain, Address);
		case EKind::Float: return ImportReal<float>(Plain, Address);
		case EKind::Double: return ImportReal<double>(Plain, Address);
		case EKind::Enum: return ImportEnum(Value, Plain, Address);
		case EKind::String: *static_cast<FString*>(Address) = Text; return true;
		case EKind::Name: *static_cast<FName*>(Address) = FName(Text); return true;
		case EKind::Text: *static_cast<FText*>(Address) = FText::FromString(FString(Text)); return true;
		default: return false;
		}
	}

	FString ExportText(const FValue& Value, const void* Address)
	{
		switch (Value.Kind)
		{
		case EKind::Bool: return Load<bool>(Address) ? TEXT("True") : TEXT("False");
		case EKind::Int8: return FromAscii(std::to_string(Load<int8>(Address)));
		case EKind::Int16: return FromAscii(std::to_string(Load<int16>(Address)));
		case EKind::Int32: return FromAscii(std::to_string(Load<int32>(Address)));
		case EKind::Int64: return FromAscii(std::to_string(Load<int64>(Address)));
		case EKind::UInt8: return FromAscii(std::to_string(Load<uint8>(Address)));
		case EKind::UInt16: return FromAscii(std::to_string(Load<uint16>(Address)));
		case EKind::UInt32: return FromAscii(std::to_string(Load<uint32>(Address)));
		case EKind::UInt64: return FromAscii(std::to_string(Load<uint64>(Address)));
		case EKind::Float: return ExportReal(static_cast<double>(Load<float>(Address)));
		case EKind::Double: return ExportReal(Load<double>(Address));
		case EKind::Enum: return ExportEnum(Value, Address);
		case EKind::String: return *static_cast<const FString*>(Address);
		case EKind::Name: return static_cast<const FName*>(Address)->ToString();
		case EKind::Text: return static_cast<const FText*>(Address)->ToString();
		default: return FString();
		}
	}

	bool HasText(const FValue& Value)
	{
		return Value.Kind <= EKind::Enum;
	}
}
