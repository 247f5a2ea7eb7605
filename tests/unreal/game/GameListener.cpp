/**
 * Hearing and noting.
 */

#include "GameListener.h"

#include "CoreGlobals.h"
#include "UObject/Class.h"

namespace
{
	template <typename EnumType>
	FString NameOf(EnumType Value)
	{
		return StaticEnum<EnumType>()->GetNameStringByValue(static_cast<int64>(Value));
	}
}

void UGameListener::Hear(const FString& Event)
{
	STANDIN_STRICT(IsInGameThread(), "a listener is called off the game thread");
	if (bMustNotHear)
	{
		Standin::FatalText("called when nothing may be told any more", *Event, __FILE__, __LINE__);
	}
	Heard.Add(Event);
	if (Then)
	{
		const TFunction<void(const FString&)> Kept = Then;
		Kept(Event);
	}
}

int32 UGameListener::Count(const TCHAR* Event) const
{
	int32 Found = 0;
	for (const FString& One : Heard)
	{
		Found += One.StartsWith(Event, ESearchCase::CaseSensitive) ? 1 : 0;
	}
	return Found;
}

void UGameListener::HearStatus(const FLatchkeyStatus& Status)
{
	LastMessage = Status.Message.ToString();
	Hear(TEXT("Status:") + NameOf(Status.State));
}

void UGameListener::HearSignedIn(const FLatchkeyProfile& Profile)
{
	LastProfile = Profile;
	Hear(TEXT("SignedIn:") + Profile.Name);
}

void UGameListener::HearSignedOut(ELatchkeyReason Reason)
{
	Hear(TEXT("SignedOut:") + NameOf(Reason));
}

void UGameListener::HearRefreshed()
{
	Hear(TEXT("Refreshed"));
}

void UGameListener::HearPrompt(const FLatchkeyPrompt& Prompt)
{
	Hear(TEXT("Prompt:") + NameOf(Prompt.Kind));
}

void UGameListener::SucceedWithProfile(const FLatchkeyProfile& Profile, ELatchkeyReason Reason, const FText& Message)
{
	LastProfile = Profile;
	Succeed(Reason, Message);
}

void UGameListener::FailWithProfile(const FLatchkeyProfile& Profile, ELatchkeyReason Reason, const FText& Message)
{
	LastProfile = Profile;
	Fail(Reason, Message);
}

void UGameListener::Succeed(ELatchkeyReason Reason, const FText& Message)
{
	LastMessage = Message.ToString();
	Hear(TEXT("Success:") + NameOf(Reason));
}

void UGameListener::Fail(ELatchkeyReason Reason, const FText& Message)
{
	LastMessage = Message.ToString();
	Hear(TEXT("Failure:") + NameOf(Reason));
}

void UGameListener::SucceedWithToken(const FString& AccessToken, ELatchkeyReason Reason, const FText& Message)
{
	LastToken = AccessToken;
	Succeed(Reason, Message);
}

void UGameListener::FailWithToken(const FString& AccessToken, ELatchkeyReason Reason, const FText& Message)
{
	LastToken = AccessToken;
	Fail(Reason, Message);
}

void UGameListener::Bind(ULatchkeySubsystem& Subsystem)
{
	Subsystem.OnStatusChanged.AddDynamic(this, &UGameListener::HearStatus);
	Subsystem.OnSignedIn.AddDynamic(this, &UGameListener::HearSignedIn);
	Subsystem.OnSignedOut.AddDynamic(this, &UGameListener::HearSignedOut);
	Subsystem.OnSessionRefreshed.AddDynamic(this, &UGameListener::HearRefreshed);
	Subsystem.OnPrompt.AddDynamic(this, &UGameListener::HearPrompt);
}

void UGameListener::Unbind(ULatchkeySubsystem& Subsystem)
{
	Subsystem.OnStatusChanged.RemoveDynamic(this, &UGameListener::HearStatus);
	Subsystem.OnSignedIn.RemoveDynamic(this, &UGameListener::HearSignedIn);
	Subsystem.OnSignedOut.RemoveDynamic(this, &UGameListener::HearSignedOut);
	Subsystem.OnSessionRefreshed.RemoveDynamic(this, &UGameListener::HearRefreshed);
	Subsystem.OnPrompt.RemoveDynamic(this, &UGameListener::HearPrompt);
}

void UGameListener::Bind(ULatchkeySignInAction& Node)
{
	Node.OnSuccess.AddDynamic(this, &UGameListener::SucceedWithProfile);
	Node.OnFailure.AddDynamic(this, &UGameListener::FailWithProfile);
}

void UGameListener::Bind(ULatchkeySignOutAction& Node)
{
	Node.OnSuccess.AddDynamic(this, &UGameListener::Succeed);
	Node.OnFailure.AddDynamic(this, &UGameListener::Fail);
}

void UGameListener::Bind(ULatchkeyResumeSessionAction& Node)
{
	Node.OnSuccess.AddDynamic(this, &UGameListener::SucceedWithProfile);
	Node.OnFailure.AddDynamic(this, &UGameListener::FailWithProfile);
}

void UGameListener::Bind(ULatchkeyGetAccessTokenAction& Node)
{
	Node.OnSuccess.AddDynamic(this, &UGameListener::SucceedWithToken);
	Node.OnFailure.AddDynamic(this, &UGameListener::FailWithToken);
}
