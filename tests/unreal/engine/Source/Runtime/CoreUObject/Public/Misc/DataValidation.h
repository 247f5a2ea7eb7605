/**
 * FDataValidationContext: where an asset or a settings page says what is wrong with it.
 */
#pragma once

#include "UObject/Object.h"

EDataValidationResult COREUOBJECT_API CombineDataValidationResults(EDataValidationResult First, EDataValidationResult Second);

class COREUOBJECT_API FDataValidationContext
{
public:
	struct FIssue
	{
		FText Message;
		bool bError;
	};

	void AddWarning(const FText& Text) { Issues.Add(FIssue{Text, false}); }
	void AddError(const FText& Text) { Issues.Add(FIssue{Text, true}); }
	const TArray<FIssue>& GetIssues() const { return Issues; }

private:
	TArray<FIssue> Issues;
};
