#include "ui/screen/attention.h"

enum { SECOND = 1000000, QUIET = 5 * SECOND, LOOKING = 60 * SECOND };

bool
attention_take(Attention *attention, int64_t unread, bool looks_elsewhere, int64_t now)
{
	bool more = attention->known && unread > attention->unread;
	attention->known = true;
	attention->unread = unread;
	bool too_soon = attention->told && now - attention->told < QUIET;
	if (!more || !looks_elsewhere || too_soon)
		return false;
	attention->told = now;
	return true;
}

bool
attention_is_idle(const Attention *attention, int64_t now)
{
	return now - attention->key >= LOOKING;
}
