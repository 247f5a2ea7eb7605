/**
 * DECLARE_DELEGATE and its kin. The dynamic ones begin with what the header tool has written for their line, which declares
 * the function that packs the parameters.
 */
#pragma once

#define DECLARE_DELEGATE(DelegateName) using DelegateName = TDelegate<void()>
#define DECLARE_DELEGATE_RetVal(ReturnValueType, DelegateName) using DelegateName = TDelegate<ReturnValueType()>
#define DECLARE_MULTICAST_DELEGATE(DelegateName) using DelegateName = TMulticastDelegate<void()>
#define DECLARE_TS_MULTICAST_DELEGATE(DelegateName) using DelegateName = TTSMulticastDelegate<void()>
#define DECLARE_EVENT(OwningType, EventName) class EventName : public TMulticastDelegate<void()> { friend class OwningType; }

#define DECLARE_DELEGATE_OneParam(DelegateName, Param1Type) using DelegateName = TDelegate<void(Param1Type)>
#define DECLARE_DELEGATE_RetVal_OneParam(ReturnValueType, DelegateName, Param1Type) using DelegateName = TDelegate<ReturnValueType(Param1Type)>
#define DECLARE_MULTICAST_DELEGATE_OneParam(DelegateName, Param1Type) using DelegateName = TMulticastDelegate<void(Param1Type)>
#define DECLARE_TS_MULTICAST_DELEGATE_OneParam(DelegateName, Param1Type) using DelegateName = TTSMulticastDelegate<void(Param1Type)>
#define DECLARE_EVENT_OneParam(OwningType, EventName, Param1Type) class EventName : public TMulticastDelegate<void(Param1Type)> { friend class OwningType; }

#define DECLARE_DELEGATE_TwoParams(DelegateName, Param1Type, Param2Type) using DelegateName = TDelegate<void(Param1Type, Param2Type)>
#define DECLARE_DELEGATE_RetVal_TwoParams(ReturnValueType, DelegateName, Param1Type, Param2Type) using DelegateName = TDelegate<ReturnValueType(Param1Type, Param2Type)>
#define DECLARE_MULTICAST_DELEGATE_TwoParams(DelegateName, Param1Type, Param2Type) using DelegateName = TMulticastDelegate<void(Param1Type, Param2Type)>
#define DECLARE_TS_MULTICAST_DELEGATE_TwoParams(DelegateName, Param1Type, Param2Type) using DelegateName = TTSMulticastDelegate<void(Param1Type, Param2Type)>
#define DECLARE_EVENT_TwoParams(OwningType, EventName, Param1Type, Param2Type) class EventName : public TMulticastDelegate<void(Param1Type, Param2Type)> { friend class OwningType; }

#define DECLARE_DELEGATE_ThreeParams(DelegateName, Param1Type, Param2Type, Param3Type) using DelegateName = TDelegate<void(Param1Type, Param2Type, Param3Type)>
#define DECLARE_DELEGATE_RetVal_ThreeParams(ReturnValueType, DelegateName, Param1Type, Param2Type, Param3Type) using DelegateName = TDelegate<ReturnValueType(Param1Type, Param2Type, Param3Type)>
#define DECLARE_MULTICAST_DELEGATE_ThreeParams(DelegateName, Param1Type, Param2Type, Param3Type) using DelegateName = TMulticastDelegate<void(Param1Type, Param2Type, Param3Type)>
#define DECLARE_TS_MULTICAST_DELEGATE_ThreeParams(DelegateName, Param1Type, Param2Type, Param3Type) using DelegateName = TTSMulticastDelegate<void(Param1Type, Param2Type, Param3Type)>
#define DECLARE_EVENT_ThreeParams(OwningType, EventName, Param1Type, Param2Type, Param3Type) class EventName : public TMulticastDelegate<void(Param1Type, Param2Type, Param3Type)> { friend class OwningType; }

#define DECLARE_DELEGATE_FourParams(DelegateName, Param1Type, Param2Type, Param3Type, Param4Type) using DelegateName = TDelegate<void(Param1Type, Param2Type, Param3Type, Param4Type)>
#define DECLARE_DELEGATE_RetVal_FourParams(ReturnValueType, DelegateName, Param1Type, Param2Type, Param3Type, Param4Type) using DelegateName = TDelegate<ReturnValueType(Param1Type, Param2Type, Param3Type, Param4Type)>
#define DECLARE_MULTICAST_DELEGATE_FourParams(DelegateName, Param1Type, Param2Type, Param3Type, Param4Type) using DelegateName = TMulticastDelegate<void(Param1Type, Param2Type, Param3Type, Param4Type)>
#define DECLARE_TS_MULTICAST_DELEGATE_FourParams(DelegateName, Param1Type, Param2Type, Param3Type, Param4Type) using DelegateName = TTSMulticastDelegate<void(Param1Type, Param2Type, Param3Type, Param4Type)>
#define DECLARE_EVENT_FourParams(OwningType, EventName, Param1Type, Param2Type, Param3Type, Param4Type) class EventName : public TMulticastDelegate<void(Param1Type, Param2Type, Param3Type, Param4Type)> { friend class OwningType; }

#define DECLARE_DELEGATE_FiveParams(DelegateName, Param1Type, Param2Type, Param3Type, Param4Type, Param5Type) using DelegateName = TDelegate<void(Param1Type, Param2Type, Param3Type, Param4Type, Param5Type)>
#define DECLARE_DELEGATE_RetVal_FiveParams(ReturnValueType, DelegateName, Param1Type, Param2Type, Param3Type, Param4Type, Param5Type) using DelegateName = TDelegate<ReturnValueType(Param1Type, Param2Type, Param3Type, Param4Type, Param5Type)>
#define DECLARE_MULTICAST_DELEGATE_FiveParams(DelegateName, Param1Type, Param2Type, Param3Type, Param4Type, Param5Type) using DelegateName = TMulticastDelegate<void(Param1Type, Param2Type, Param3Type, Param4Type, Param5Type)>
#define DECLARE_TS_MULTICAST_DELEGATE_FiveParams(DelegateName, Param1Type, Param2Type, Param3Type, Param4Type, Param5Type) using DelegateName = TTSMulticastDelegate<void(Param1Type, Param2Type, Param3Type, Param4Type, Param5Type)>
#define DECLARE_EVENT_FiveParams(OwningType, EventName, Param1Type, Param2Type, Param3Type, Param4Type, Param5Type) class EventName : public TMulticastDelegate<void(Param1Type, Param2Type, Param3Type, Param4Type, Param5Type)> { friend class OwningType; }

#define DECLARE_DELEGATE_SixParams(DelegateName, Param1Type, Param2Type, Param3Type, Param4Type, Param5Type, Param6Type) using DelegateName = TDelegate<void(Param1Type, Param2Type, Param3Type, Param4Type, Param5Type, Param6Type)>
#define DECLARE_DELEGATE_RetVal_SixParams(ReturnValueType, DelegateName, Param1Type, Param2Type, Param3Type, Param4Type, Param5Type, Param6Type) using DelegateName = TDelegate<ReturnValueType(Param1Type, Param2Type, Param3Type, Param4Type, Param5Type, Param6Type)>
#define DECLARE_MULTICAST_DELEGATE_SixParams(DelegateName, Param1Type, Param2Type, Param3Type, Param4Type, Param5Type, Param6Type) using DelegateName = TMulticastDelegate<void(Param1Type, Param2Type, Param3Type, Param4Type, Param5Type, Param6Type)>
#define DECLARE_TS_MULTICAST_DELEGATE_SixParams(DelegateName, Param1Type, Param2Type, Param3Type, Param4Type, Param5Type, Param6Type) using DelegateName = TTSMulticastDelegate<void(Param1Type, Param2Type, Param3Type, Param4Type, Param5Type, Param6Type)>
#define DECLARE_EVENT_SixParams(OwningType, EventName, Param1Type, Param2Type, Param3Type, Param4Type, Param5Type, Param6Type) class EventName : public TMulticastDelegate<void(Param1Type, Param2Type, Param3Type, Param4Type, Param5Type, Param6Type)> { friend class OwningType; }

#define DECLARE_DYNAMIC_DELEGATE(DelegateName) \
	GENERATED_DELEGATE() \
	class DelegateName : public TBaseDynamicDelegate<FWeakObjectPtr, void> \
	{ \
	public: \
		bool ExecuteIfBound() const \
		{ \
			if (!IsBound()) \
			{ \
				return false; \
			} \
			DelegateName##_DelegateWrapper(*this); \
			return true; \
		} \
		void Execute() const { DelegateName##_DelegateWrapper(*this); } \
	}
#define DECLARE_DYNAMIC_MULTICAST_DELEGATE(DelegateName) \
	GENERATED_DELEGATE() \
	class DelegateName : public TBaseDynamicMulticastDelegate<FWeakObjectPtr, void> \
	{ \
	public: \
		void Broadcast() const { DelegateName##_DelegateWrapper(*this); } \
	}

#define DECLARE_DYNAMIC_DELEGATE_OneParam(DelegateName, Param1Type, Param1Name) \
	GENERATED_DELEGATE() \
	class DelegateName : public TBaseDynamicDelegate<FWeakObjectPtr, void, Param1Type> \
	{ \
	public: \
		bool ExecuteIfBound(Param1Type InParam1) const \
		{ \
			if (!IsBound()) \
			{ \
				return false; \
			} \
			DelegateName##_DelegateWrapper(*this, InParam1); \
			return true; \
		} \
		void Execute(Param1Type InParam1) const { DelegateName##_DelegateWrapper(*this, InParam1); } \
	}
#define DECLARE_DYNAMIC_MULTICAST_DELEGATE_OneParam(DelegateName, Param1Type, Param1Name) \
	GENERATED_DELEGATE() \
	class DelegateName : public TBaseDynamicMulticastDelegate<FWeakObjectPtr, void, Param1Type> \
	{ \
	public: \
		void Broadcast(Param1Type InParam1) const { DelegateName##_DelegateWrapper(*this, InParam1); } \
	}

#define DECLARE_DYNAMIC_DELEGATE_TwoParams(DelegateName, Param1Type, Param1Name, Param2Type, Param2Name) \
	GENERATED_DELEGATE() \
	class DelegateName : public TBaseDynamicDelegate<FWeakObjectPtr, void, Param1Type, Param2Type> \
	{ \
	public: \
		bool ExecuteIfBound(Param1Type InParam1, Param2Type InParam2) const \
		{ \
			if (!IsBound()) \
			{ \
				return false; \
			} \
			DelegateName##_DelegateWrapper(*this, InParam1, InParam2); \
			return true; \
		} \
		void Execute(Param1Type InParam1, Param2Type InParam2) const { DelegateName##_DelegateWrapper(*this, InParam1, InParam2); } \
	}
#define DECLARE_DYNAMIC_MULTICAST_DELEGATE_TwoParams(DelegateName, Param1Type, Param1Name, Param2Type, Param2Name) \
	GENERATED_DELEGATE() \
	class DelegateName : public TBaseDynamicMulticastDelegate<FWeakObjectPtr, void, Param1Type, Param2Type> \
	{ \
	public: \
		void Broadcast(Param1Type InParam1, Param2Type InParam2) const { DelegateName##_DelegateWrapper(*this, InParam1, InParam2); } \
	}

#define DECLARE_DYNAMIC_DELEGATE_ThreeParams(DelegateName, Param1Type, Param1Name, Param2Type, Param2Name, Param3Type, Param3Name) \
	GENERATED_DELEGATE() \
	class DelegateName : public TBaseDynamicDelegate<FWeakObjectPtr, void, Param1Type, Param2Type, Param3Type> \
	{ \
	public: \
		bool ExecuteIfBound(Param1Type InParam1, Param2Type InParam2, Param3Type InParam3) const \
		{ \
			if (!IsBound()) \
			{ \
				return false; \
			} \
			DelegateName##_DelegateWrapper(*this, InParam1, InParam2, InParam3); \
			return true; \
		} \
		void Execute(Param1Type InParam1, Param2Type InParam2, Param3Type InParam3) const { DelegateName##_DelegateWrapper(*this, InParam1, InParam2, InParam3); } \
	}
#define DECLARE_DYNAMIC_MULTICAST_DELEGATE_ThreeParams(DelegateName, Param1Type, Param1Name, Param2Type, Param2Name, Param3Type, Param3Name) \
	GENERATED_DELEGATE() \
	class DelegateName : public TBaseDynamicMulticastDelegate<FWeakObjectPtr, void, Param1Type, Param2Type, Param3Type> \
	{ \
	public: \
		void Broadcast(Param1Type InParam1, Param2Type InParam2, Param3Type InParam3) const { DelegateName##_DelegateWrapper(*this, InParam1, InParam2, InParam3); } \
	}

#define DECLARE_DYNAMIC_DELEGATE_FourParams(DelegateName, Param1Type, Param1Name, Param2Type, Param2Name, Param3Type, Param3Name, Param4Type, Param4Name) \
	GENERATED_DELEGATE() \
	class DelegateName : public TBaseDynamicDelegate<FWeakObjectPtr, void, Param1Type, Param2Type, Param3Type, Param4Type> \
	{ \
	public: \
		bool ExecuteIfBound(Param1Type InParam1, Param2Type InParam2, Param3Type InParam3, Param4Type InParam4) const \
		{ \
			if (!IsBound()) \
			{ \
				return false; \
			} \
			DelegateName##_DelegateWrapper(*this, InParam1, InParam2, InParam3, InParam4); \
			return true; \
		} \
		void Execute(Param1Type InParam1, Param2Type InParam2, Param3Type InParam3, Param4Type InParam4) const { DelegateName##_DelegateWrapper(*this, InParam1, InParam2, InParam3, InParam4); } \
	}
#define DECLARE_DYNAMIC_MULTICAST_DELEGATE_FourParams(DelegateName, Param1Type, Param1Name, Param2Type, Param2Name, Param3Type, Param3Name, Param4Type, Param4Name) \
	GENERATED_DELEGATE() \
	class DelegateName : public TBaseDynamicMulticastDelegate<FWeakObjectPtr, void, Param1Type, Param2Type, Param3Type, Param4Type> \
	{ \
	public: \
		void Broadcast(Param1Type InParam1, Param2Type InParam2, Param3Type InParam3, Param4Type InParam4) const { DelegateName##_DelegateWrapper(*this, InParam1, InParam2, InParam3, InParam4); } \
	}

#define DECLARE_DYNAMIC_DELEGATE_FiveParams(DelegateName, Param1Type, Param1Name, Param2Type, Param2Name, Param3Type, Param3Name, Param4Type, Param4Name, Param5Type, Param5Name) \
	GENERATED_DELEGATE() \
	class DelegateName : public TBaseDynamicDelegate<FWeakObjectPtr, void, Param1Type, Param2Type, Param3Type, Param4Type, Param5Type> \
	{ \
	public: \
		bool ExecuteIfBound(Param1Type InParam1, Param2Type InParam2, Param3Type InParam3, Param4Type InParam4, Param5Type InParam5) const \
		{ \
			if (!IsBound()) \
			{ \
				return false; \
			} \
			DelegateName##_DelegateWrapper(*this, InParam1, InParam2, InParam3, InParam4, InParam5); \
			return true; \
		} \
		void Execute(Param1Type InParam1, Param2Type InParam2, Param3Type InParam3, Param4Type InParam4, Param5Type InParam5) const { DelegateName##_DelegateWrapper(*this, InParam1, InParam2, InParam3, InParam4, InParam5); } \
	}
#define DECLARE_DYNAMIC_MULTICAST_DELEGATE_FiveParams(DelegateName, Param1Type, Param1Name, Param2Type, Param2Name, Param3Type, Param3Name, Param4Type, Param4Name, Param5Type, Param5Name) \
	GENERATED_DELEGATE() \
	class DelegateName : public TBaseDynamicMulticastDelegate<FWeakObjectPtr, void, Param1Type, Param2Type, Param3Type, Param4Type, Param5Type> \
	{ \
	public: \
		void Broadcast(Param1Type InParam1, Param2Type InParam2, Param3Type InParam3, Param4Type InParam4, Param5Type InParam5) const { DelegateName##_DelegateWrapper(*this, InParam1, InParam2, InParam3, InParam4, InParam5); } \
	}

#define DECLARE_DYNAMIC_DELEGATE_SixParams(DelegateName, Param1Type, Param1Name, Param2Type, Param2Name, Param3Type, Param3Name, Param4Type, Param4Name, Param5Type, Param5Name, Param6Type, Param6Name) \
	GENERATED_DELEGATE() \
	class DelegateName : public TBaseDynamicDelegate<FWeakObjectPtr, void, Param1Type, Param2Type, Param3Type, Param4Type, Param5Type, Param6Type> \
	{ \
	public: \
		bool ExecuteIfBound(Param1Type InParam1, Param2Type InParam2, Param3Type InParam3, Param4Type InParam4, Param5Type InParam5, Param6Type InParam6) const \
		{ \
			if (!IsBound()) \
			{ \
				return false; \
			} \
			DelegateName##_DelegateWrapper(*this, InParam1, InParam2, InParam3, InParam4, InParam5, InParam6); \
			return true; \
		} \
		void Execute(Param1Type InParam1, Param2Type InParam2, Param3Type InParam3, Param4Type InParam4, Param5Type InParam5, Param6Type InParam6) const { DelegateName##_DelegateWrapper(*this, InParam1, InParam2, InParam3, InParam4, InParam5, InParam6); } \
	}
#define DECLARE_DYNAMIC_MULTICAST_DELEGATE_SixParams(DelegateName, Param1Type, Param1Name, Param2Type, Param2Name, Param3Type, Param3Name, Param4Type, Param4Name, Param5Type, Param5Name, Param6Type, Param6Name) \
	GENERATED_DELEGATE() \
	class DelegateName : public TBaseDynamicMulticastDelegate<FWeakObjectPtr, void, Param1Type, Param2Type, Param3Type, Param4Type, Param5Type, Param6Type> \
	{ \
	public: \
		void Broadcast(Param1Type InParam1, Param2Type InParam2, Param3Type InParam3, Param4Type InParam4, Param5Type InParam5, Param6Type InParam6) const { DelegateName##_DelegateWrapper(*this, InParam1, InParam2, InParam3, InParam4, InParam5, InParam6); } \
	}
