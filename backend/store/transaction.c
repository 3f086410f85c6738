#include "backend/store/store_private.h"

void
store_assert_thread(Store *store)
{
	if (!store->thread)
		store->thread = g_thread_self();
	g_assert(store->thread == g_thread_self());
}

/* ---- transactions ---- */

bool
transaction_begin(Transaction *transaction, Store *store, GError **error)
{
	store_assert_thread(store);
	if (store->renamed_unsaid && !follow_recover(store, error))
		return false;
	if (!sql_run(store->sql, error, "BEGIN IMMEDIATE", ""))
		return false;
	transaction->store = store;
	store->index_queue_change = 0;
	return true;
}

bool
transaction_commit(Transaction *transaction, GError **error)
{
	Store *store = transaction->store;
	if (!counters_write(store->counters, store->sql, error) ||
		!sql_run(store->sql, error, "COMMIT", ""))
		return false;
	store->index_queue += store->index_queue_change;
	transaction->store = NULL;
	return true;
}

void
transaction_clear(Transaction *transaction)
{
	Store *store = transaction->store;
	if (!store)
		return;
	counters_forget(store->counters);
	if (sql_in_transaction(store->sql))
		sql_run(store->sql, NULL, "ROLLBACK", "");
	transaction->store = NULL;
}

/* ---- meta ---- */

char *
store_meta(Store *store, const char *name, GError **error)
{
	store_assert_thread(store);
	g_autoptr(SqlRows) rows =
		sql_ask(store->sql, error, "SELECT v FROM meta WHERE k=?", "t", name);
	return rows && sql_next(store->sql, rows, error) == 1 ? sql_text(rows, 0) : NULL;
}

bool
store_set_meta(Store *store, const char *name, const char *value, GError **error)
{
	store_assert_thread(store);
	return sql_run(store->sql, error, "INSERT OR REPLACE INTO meta(k,v) VALUES(?,?)", "tt",
		name, value);
}
