/**
 * Names of classes that headers mention everywhere.
 */
#pragma once

class UClass;
class UEnum;
class UFunction;
class UObject;
class UPackage;
class UScriptStruct;
class UStruct;
class FObjectInitializer;
