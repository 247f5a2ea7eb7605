//! The words that the macros take. The engine's tool refuses a specifier that it does not know, and lets a misspelt `meta` key
//! pass in silence; here both are said. The lists are what the plugin may use: a word that is missing is added here.

use super::Judge;
use crate::model::Specifiers;

const CLASS: &[&str] = &[
    "Abstract",
    "BlueprintType",
    "Blueprintable",
    "Category",
    "ClassGroup",
    "Config",
    "DefaultConfig",
    "DisplayName",
    "HideCategories",
    "MinimalAPI",
    "NotBlueprintType",
    "NotBlueprintable",
    "NotPlaceable",
    "ShowCategories",
    "Transient",
    "Within",
];
const STRUCT: &[&str] = &["Atomic", "BlueprintType", "NoExport"];
const ENUM: &[&str] = &["BlueprintType", "DisplayName"];
const PROPERTY: &[&str] = &[
    "AdvancedDisplay",
    "BlueprintAssignable",
    "BlueprintCallable",
    "BlueprintReadOnly",
    "BlueprintReadWrite",
    "Category",
    "Config",
    "DisplayName",
    "DuplicateTransient",
    "EditAnywhere",
    "EditDefaultsOnly",
    "EditInstanceOnly",
    "GlobalConfig",
    "Instanced",
    "NonTransactional",
    "SaveGame",
    "SkipSerialization",
    "TextExportTransient",
    "Transient",
    "VisibleAnywhere",
    "VisibleDefaultsOnly",
    "VisibleInstanceOnly",
];
const FUNCTION: &[&str] = &[
    "BlueprintCallable",
    "BlueprintCosmetic",
    "BlueprintImplementableEvent",
    "BlueprintNativeEvent",
    "BlueprintPure",
    "Category",
    "DisplayName",
    "Exec",
];
const META: &[&str] = &[
    "AdvancedDisplay",
    "AllowPrivateAccess",
    "AutoCreateRefTerm",
    "BindWidget",
    "BindWidgetOptional",
    "BlueprintInternalUseOnly",
    "Categories",
    "ClampMax",
    "ClampMin",
    "CompactNodeTitle",
    "ConfigRestartRequired",
    "DefaultToSelf",
    "DeprecatedFunction",
    "DeprecationMessage",
    "DisplayAfter",
    "DisplayName",
    "DisplayPriority",
    "EditCondition",
    "EditConditionHides",
    "ExposedAsyncProxy",
    "ExpandBoolAsExecs",
    "ExpandEnumAsExecs",
    "ForceUnits",
    "HasDedicatedAsyncNode",
    "Hidden",
    "HidePin",
    "HideSpawnParms",
    "InlineEditConditionToggle",
    "Keywords",
    "MultiLine",
    "NoElementDuplicate",
    "PasswordField",
    "ReturnDisplayName",
    "ScriptName",
    "ShortToolTip",
    "ShowOnlyInnerProperties",
    "TitleProperty",
    "ToolTip",
    "UIMax",
    "UIMin",
    "Units",
    "WorldContext",
];

impl Judge<'_> {
    /// Holds the words of a macro against its list.
    pub(super) fn specifiers(&mut self, of: &str, specifiers: &Specifiers, line: usize) {
        let known = match of {
            "UCLASS" => CLASS,
            "USTRUCT" => STRUCT,
            "UENUM" => ENUM,
            "UPROPERTY" => PROPERTY,
            _ => FUNCTION,
        };
        for (name, _) in &specifiers.list {
            if !knows(known, name) {
                let advice = match knows(META, name) {
                    true => format!("write meta = ({name})"),
                    false => "check its spelling; if the engine has it, add it to the tool's list (rules/known.rs)"
                        .to_owned(),
                };
                self.say(line, format!("{of}() has no specifier {name}"), advice);
            }
        }
        self.meta(&specifiers.meta, line);
    }

    /// Holds the keys of `meta` or `UMETA` against their list.
    pub(super) fn meta(&mut self, meta: &[(String, String)], line: usize) {
        for (name, _) in meta.iter().filter(|(name, _)| !knows(META, name)) {
            let advice =
                "the engine ignores it in silence: check its spelling, or add it to the tool's list (rules/known.rs)";
            self.say(line, format!("meta has no key {name}"), advice);
        }
    }
}

fn knows(list: &[&str], name: &str) -> bool {
    list.iter().any(|known| known.eq_ignore_ascii_case(name))
}
