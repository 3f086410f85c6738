#include "backend/store/store_private.h"
#include "backend/store/sums.h"

/*
 * Sums that are kept can go wrong by a fault of ours, and nobody would ever notice: so they are held against
 * the rows after an unclean end, and once a day.
 */
enum { RECOUNT_EVERY = 86400 };
#define RECOUNTED "recounted"

static bool
set_time(Store *store, int64_t now, GError **error)
{
	g_autofree char *text = g_strdup_printf("%" G_GINT64_FORMAT, now);
	return store_set_meta(store, RECOUNTED, text, error);
}

bool
recount(Store *store, GError **error)
{
	int64_t wrong;
	g_auto(Transaction) transaction = { 0 };
	if (!transaction_begin(&transaction, store, error) ||
		!sums_wrong(store->sql, &wrong, error))
		return false;
	if (wrong > 0)
		g_warning("%s: the counts of %" G_GINT64_FORMAT
			  " folders were wrong and are set right",
			store->account, wrong);
	return (wrong == 0 || sums_recount(store->sql, error)) &&
	       set_time(store, g_get_real_time() / G_USEC_PER_SEC, error) &&
	       transaction_commit(&transaction, error);
}

bool
recount_daily(Store *store, GError **error)
{
	int64_t now = g_get_real_time() / G_USEC_PER_SEC;
	g_autofree char *last = store_meta(store, RECOUNTED, NULL);
	if (!last) /* a new store: nothing can have gone wrong yet */
		return set_time(store, now, error);
	return now - g_ascii_strtoll(last, NULL, 10) < RECOUNT_EVERY || recount(store, error);
}
