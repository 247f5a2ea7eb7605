/** From a C++ type to its reflection; what the header tool writes specialises these. */

#pragma once

class UClass;
class UEnum;
class UScriptStruct;

template <typename TClass>
UClass* StaticClass();

template <typename TEnum>
UEnum* StaticEnum();

template <typename TStruct>
UScriptStruct* StaticStruct();
