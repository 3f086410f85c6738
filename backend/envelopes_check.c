#include "backend/envelopes_private.h"
#include "backend/store/sums.h"

bool
envelopes_is_sound(Envelopes *envelopes, GError **error)
{
	return sql_check(envelopes->sql, false, error);
}

bool
envelopes_miscounted(Envelopes *envelopes, int64_t *folders, GError **error)
{
	return sums_wrong(envelopes->sql, folders, error);
}
