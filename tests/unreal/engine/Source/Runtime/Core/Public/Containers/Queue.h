/**
 * TQueue. One consumer, and one producer unless the mode says otherwise; the engine's is lock-free, this one has a lock.
 */
#pragma once

#include "HAL/CriticalSection.h"
#include "Misc/ScopeLock.h"
#include "Templates/UnrealTemplate.h"

enum class EQueueMode
{
	Mpsc,
	Spsc,
	SingleThreaded
};

template <typename T, EQueueMode Mode = EQueueMode::Spsc>
class TQueue
{
	struct FNode
	{
		T Item;
		FNode* Next = nullptr;
	};

public:
	TQueue() = default;
	TQueue(const TQueue&) = delete;
	TQueue& operator=(const TQueue&) = delete;
	~TQueue() { Empty(); }

	bool Enqueue(T&& Item) { return Append(new FNode{MoveTempIfPossible(Item)}); }
	bool Enqueue(const T& Item) { return Append(new FNode{Item}); }

	bool Dequeue(T& OutItem)
	{
		FNode* Node = nullptr;
		{
			FScopeLock Lock(&Section);
			Node = First;
			if (!Node)
			{
				return false;
			}
			First = Node->Next;
			Last = First ? Last : nullptr;
		}
		OutItem = MoveTemp(Node->Item);
		delete Node;
		return true;
	}

	T* Peek() { return First ? &First->Item : nullptr; }
	bool IsEmpty() const
	{
		FScopeLock Lock(&Section);
		return First == nullptr;
	}

	void Empty()
	{
		while (First)
		{
			FNode* Node = First;
			First = Node->Next;
			delete Node;
		}
		Last = nullptr;
	}

private:
	bool Append(FNode* Node)
	{
		FScopeLock Lock(&Section);
		(Last ? Last->Next : First) = Node;
		Last = Node;
		return true;
	}

	mutable FCriticalSection Section;
	FNode* First = nullptr;
	FNode* Last = nullptr;
};
