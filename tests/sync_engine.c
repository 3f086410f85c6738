#include "tests/sync_engine.h"

#include <string.h>

#include "backend/agent/placer.h"
#include "backend/core/round.h"
#include "backend/store/store_private.h"
#include "tests/copy_tree.h"
#include "tests/crash_shim.h"
#include "tests/memory_remote.h"
#include "tests/remove_tree.h"

struct SyncEngine {
	MemoryServer *server;
	char *root, *mail, *beside, *state;
	AccountConfig config;
	Disk *disk;
	Placer *placer;
	Round round;
	RoundOwner owner;
	GError *error;
};

/* ---- what a round asks of its owner ---- */

bool
round_is_cancelled(Round *round, GError **error)
{
	return false;
}

static void
on_progress(const char *name, const char *phase, int64_t done, int64_t total, void *data)
{
	g_assert_cmpint(done, <=, total);
}

static void
on_body(const char *key, int64_t done, int64_t total, void *data)
{
}

static void
on_changed(const char *folder, void *data)
{
}

/* One folder's trouble is one of this round, too: nothing may be concluded from it. */
static void
on_trouble(const char *folder, const GError *error, void *data)
{
	SyncEngine *engine = data;
	if (!engine->error)
		engine->error = g_error_copy(error);
}

static void
on_notice(const char *folder, const GError *error, void *data)
{
}

static bool
wants_service(void *data)
{
	return false;
}

static bool
serve(Round *round, void *data, GError **error)
{
	return true;
}

static bool
open_session(void *data, GError **error)
{
	SyncEngine *engine = data;
	if (engine->round.remote)
		return true;
	if (crash_is_dead()) {
		g_set_error(error, ACCOUNT_ERROR, ACCOUNT_ERROR_OFFLINE, "dead");
		return false;
	}
	engine->round.remote = memory_remote_open(engine->server);
	return true;
}

static void
drop_session(void *data)
{
	SyncEngine *engine = data;
	g_clear_pointer(&engine->round.remote, remote_close);
}

static bool
flush(void *data, GError **error)
{
	return placer_finish(((SyncEngine *)data)->placer, error);
}

static void
on_placed(size_t count, void *data)
{
}

/* ---- the engine ---- */

SyncEngine *
sync_engine_new(MemoryServer *server)
{
	SyncEngine *engine = g_new0(SyncEngine, 1);
	const char *base =
		g_file_test("/dev/shm", G_FILE_TEST_IS_DIR) ? "/dev/shm" : g_get_tmp_dir();
	engine->server = server;
	engine->root = g_build_filename(base, "curlew-model-XXXXXX", NULL);
	g_mkdtemp(engine->root);
	engine->mail = g_build_filename(engine->root, "mail", "acc", NULL);
	engine->beside = g_build_filename(engine->root, "mail.curlew", "acc", NULL);
	engine->state = g_build_filename(engine->root, "state", "acc", NULL);
	engine->config.name = (char *)"acc";
	engine->config.download = DOWNLOAD_FULL;
	engine->owner = (RoundOwner){ on_progress, on_body, on_changed, on_trouble, on_notice,
		wants_service, serve, open_session, drop_session, flush, engine };
	return engine;
}

SyncEngine *
sync_engine_copy(const SyncEngine *engine, MemoryServer *server)
{
	SyncEngine *copy = sync_engine_new(server);
	copy_tree(engine->root, copy->root);
	return copy;
}

void
sync_engine_free(SyncEngine *engine)
{
	sync_engine_close(engine);
	remove_tree(engine->root);
	g_free(engine->root);
	g_free(engine->mail);
	g_free(engine->beside);
	g_free(engine->state);
	g_clear_error(&engine->error);
	g_free(engine);
}

const char *
sync_engine_mail(const SyncEngine *engine)
{
	return engine->mail;
}

const char *
sync_engine_root(const SyncEngine *engine)
{
	return engine->root;
}

const char *
sync_engine_error(const SyncEngine *engine)
{
	return engine->error ? engine->error->message : "";
}

static bool
open_disk(SyncEngine *engine, GError **error)
{
	const StorePlace place = { .account = "acc",
		.mail = engine->mail,
		.path = "acc",
		.beside = engine->beside,
		.state = engine->state };
	if (!engine->disk)
		engine->disk = disk_open(&place, error);
	return engine->disk != NULL;
}

void
sync_engine_close(SyncEngine *engine)
{
	g_clear_pointer(&engine->disk, disk_close);
}

bool
sync_engine_round(SyncEngine *engine)
{
	g_clear_error(&engine->error);
	if (!open_disk(engine, &engine->error))
		return false;
	engine->placer = placer_new(engine->disk, on_placed, engine);
	engine->round = (Round){ .config = &engine->config,
		.disk = engine->disk,
		.placer = engine->placer,
		.owner = &engine->owner,
		.now = g_get_real_time() / G_USEC_PER_SEC,
		.suspects = g_hash_table_new_full(g_int64_hash, g_int64_equal, g_free, NULL) };
	GError *error = NULL;
	bool ok = round_scan(&engine->round, &error) && open_session(engine, &error) &&
	          round_run(&engine->round, &error);
	if (error) {
		g_clear_error(&engine->error);
		engine->error = error;
	}
	drop_session(engine);
	placer_free(engine->placer);
	g_clear_pointer(&engine->round.folders, g_ptr_array_unref);
	g_hash_table_unref(engine->round.suspects);
	if (crash_is_dead())
		sync_engine_close(engine);
	return ok && !engine->error;
}

typedef struct Ask {
	const Deed *deed;
	const char *const *keys;
	const char *sql;
	GPtrArray *rows;
} Ask;

static bool
ask_do(Store *store, void *data, GError **error)
{
	Ask *ask = data;
	DeedDone done = { 0 };
	bool ok = ask->deed ? store_do(store, ask->deed, ask->keys, &done, error)
	                    : store_undo(store, NULL, false, &done, error);
	deed_done_clear(&done);
	return ok;
}

static bool
ask_retry(Store *store, void *data, GError **error)
{
	size_t count;
	return store_retry(store, NULL, &count, error);
}

static bool
ask_check(Store *store, void *data, GError **error)
{
	Ask *ask = data;
	ask->rows = store_check(store, error);
	return ask->rows != NULL;
}

static char *
row_text(SqlRows *rows)
{
	GString *row = g_string_new(NULL);
	for (int i = 0; i < sqlite3_column_count(rows); i++) {
		const char *text = (const char *)sqlite3_column_text(rows, i);
		g_string_append_printf(row, "%s%s", i ? " " : "", text ? text : "-");
	}
	return g_string_free(row, FALSE);
}

static bool
ask_rows(Store *store, void *data, GError **error)
{
	Ask *ask = data;
	g_autoptr(SqlRows) rows = sql_ask(store->sql, error, ask->sql, "");
	int step;
	ask->rows = g_ptr_array_new_with_free_func(g_free);
	while (rows && (step = sql_next(store->sql, rows, error)) == 1)
		g_ptr_array_add(ask->rows, row_text(rows));
	return rows && step == 0;
}

static bool
with_store(SyncEngine *engine, DiskAsk ask, Ask *what)
{
	GError *error = NULL;
	if (open_disk(engine, &error) && disk_ask(engine->disk, ask, what, &error))
		return true;
	g_clear_error(&engine->error);
	engine->error = error;
	return false;
}

bool
sync_engine_do(SyncEngine *engine, const Deed *deed, const char *const *keys)
{
	return with_store(engine, ask_do, &(Ask){ .deed = deed, .keys = keys });
}

bool
sync_engine_undo(SyncEngine *engine)
{
	return with_store(engine, ask_do, &(Ask){ 0 });
}

bool
sync_engine_retry(SyncEngine *engine)
{
	return with_store(engine, ask_retry, NULL);
}

GPtrArray *
sync_engine_check(SyncEngine *engine)
{
	Ask ask = { 0 };
	with_store(engine, ask_check, &ask);
	return ask.rows ? ask.rows : g_ptr_array_new();
}

GPtrArray *
sync_engine_ask(SyncEngine *engine, const char *sql)
{
	Ask ask = { .sql = sql };
	if (!with_store(engine, ask_rows, &ask))
		g_error("%s: %s", sql, sync_engine_error(engine));
	return ask.rows;
}
