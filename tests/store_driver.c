/*
 * A whole pull of N messages from memory through the store, to be killed or starved at any system call
 * (store_faults_check.py). usage: store_driver DIRECTORY N [deeds]. Exit 0: the pull (or, of one that is
 * there, the deeds) was carried through; 1: an error, said on stderr. What the "server" has is a function of N alone, so every run may begin anywhere:
 * two folders and a Trash, the first message of INBOX gone, every fifth flag changed in a second round. A deed is known
 * by its id to be done already.
 */
#include <glib.h>
#include <glib/gstdio.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "backend/store/body_file.h"
#include "backend/store/deeds.h"
#include "backend/store/store.h"

enum { WINDOW = 8, BATCH = 5 };

typedef struct Pull {
	Store *store;
	uint32_t count;
} Pull;

static char *
body_text(const char *folder, uint32_t uid)
{
	g_autofree char *filling = g_strnfill(uid % 7 * 500, 'y');
	return g_strdup_printf(
		"From: a%u@example.org\r\nSubject: %s %u\r\nMessage-ID: <%s.%u@x>\r\n"
		"\r\nbare \r stays\r\n%s\r\n",
		uid, folder, uid, folder, uid, filling);
}

static unsigned
flags_of(uint32_t uid, bool later)
{
	unsigned flags = uid % 2 ? MAIL_SEEN : 0;
	return later && uid % 5 == 0 ? flags ^ (MAIL_SEEN | MAIL_FLAGGED) : flags;
}

static bool
add_window(Pull *pull, const StoreFolder *folder, uint32_t low, uint32_t high, GError **error)
{
	g_autoptr(GPtrArray) rows = g_ptr_array_new_with_free_func((GDestroyNotify)new_row_free);
	for (uint32_t uid = high; uid >= low; uid--) {
		g_autofree char *text = body_text(folder->name, uid);
		NewRow *row = g_new0(NewRow, 1);
		row->uid = uid;
		row->flags = flags_of(uid, false);
		row->internal_date = 1000000000 + uid;
		row->size = (int64_t)strlen(text);
		row->header = header_read(text, strlen(text));
		g_ptr_array_add(rows, row);
	}
	return store_add_rows(
		pull->store, folder->id, rows, low, low == 1 ? pull->count + 1 : 0, 0, NULL, error);
}

/* From the top down to where rows already are. */
static bool
headers(Pull *pull, const StoreFolder *folder, GError **error)
{
	uint32_t high = folder->uidlow ? folder->uidlow - 1 : pull->count;
	while (high > 0) {
		uint32_t low = high > WINDOW ? high - WINDOW + 1 : 1;
		if (!add_window(pull, folder, low, high, error))
			return false;
		high = low - 1;
	}
	return true;
}

static bool
write_body(int tmp, const StoreFolder *folder, const WantedBody *wanted, GError **error)
{
	g_autofree char *text = body_text(folder->name, wanted->uid);
	BodyFile *body = body_file_create(tmp, wanted->key, wanted->internal_date, error);
	if (!body)
		return false;
	for (size_t at = 0, length = strlen(text); at < length; at += 100)
		if (!body_file_write(body, text + at, MIN(100, length - at), error)) {
			body_file_drop(body);
			return false;
		}
	return body_file_finish(body, error);
}

static bool
place_batch(Pull *pull, const StoreFolder *folder, int tmp, const GPtrArray *wanted, GError **error)
{
	g_autoptr(GPtrArray) placed =
		g_ptr_array_new_with_free_func((GDestroyNotify)placed_body_free);
	for (guint i = 0; i < wanted->len; i++) {
		const WantedBody *body = wanted->pdata[i];
		if (!write_body(tmp, folder, body, error))
			return false;
		PlacedBody *done = g_new0(PlacedBody, 1);
		done->folder = folder->id;
		done->row = body->row;
		done->key = g_strdup(body->key);
		g_ptr_array_add(placed, done);
	}
	return body_files_sync(tmp, error) && store_place(pull->store, placed, NULL, error);
}

static bool
bodies(Pull *pull, const StoreFolder *folder, GError **error)
{
	uint32_t before = 0;
	int tmp = store_open_tmp(pull->store, folder->id, error);
	bool fine = tmp >= 0;
	while (fine) {
		g_autoptr(GPtrArray) wanted = store_wanted_bodies(
			pull->store, folder->id, &(BodyWish){ 0 }, before, BATCH, error);
		fine = wanted &&
		       (wanted->len == 0 || place_batch(pull, folder, tmp, wanted, error));
		if (!wanted || wanted->len == 0)
			break;
		before = ((WantedBody *)wanted->pdata[wanted->len - 1])->uid;
	}
	if (tmp >= 0)
		close(tmp);
	return fine;
}

static bool
changes(Pull *pull, const StoreFolder *folder, GError **error)
{
	g_autofree FlagChange *all = g_new0(FlagChange, pull->count);
	for (uint32_t uid = 1; uid <= pull->count; uid++)
		all[uid - 1] = (FlagChange){ .uid = uid, .flags = flags_of(uid, true) };
	const uint32_t gone = 1;
	return store_merge_flags(pull->store, folder->id, all, pull->count, 0, NULL, error) &&
	       (!g_str_equal(folder->name, "INBOX") ||
		       store_vanished(pull->store, folder->id, &gone, 1, error));
}

static bool
each_folder(Pull *pull, bool (*step)(Pull *, const StoreFolder *, GError **), GError **error)
{
	g_autoptr(GPtrArray) folders = store_folders(pull->store, error);
	for (guint i = 0; folders && i < folders->len; i++) {
		const StoreFolder *folder = folders->pdata[i];
		if (folder->role != ROLE_TRASH && !step(pull, folder, error))
			return false;
	}
	return folders != NULL;
}

static bool
begin_folders(Pull *pull, GError **error)
{
	static const char *const names[] = { "INBOX", "Lists/a", "Trash" };
	for (size_t i = 0; i < G_N_ELEMENTS(names); i++) {
		bool held;
		FolderRole role = g_str_equal(names[i], "Trash") ? ROLE_TRASH : ROLE_NONE;
		int64_t folder =
			store_put_folder(pull->store, names[i], names[i], '/', role, error);
		if (!folder || !store_begin_folder(pull->store, folder, 1, 0, &held, error))
			return false;
		if (held) {
			g_set_error(
				error, ACCOUNT_ERROR, ACCOUNT_ERROR_FAILED, "%s is held", names[i]);
			return false;
		}
	}
	return true;
}

static bool
index_all(Pull *pull, GError **error)
{
	for (int idle = 0; idle < 2;) {
		g_autoptr(GPtrArray) items = store_index_batch(pull->store, idle, 10, NULL, error);
		if (!items)
			return false;
		if (items->len == 0) {
			idle++;
			continue;
		}
		g_autofree int64_t *queue = g_new(int64_t, items->len);
		for (guint i = 0; i < items->len; i++)
			queue[i] = ((IndexItem *)items->pdata[i])->queue;
		if (!store_index_done(pull->store, queue, items->len, error))
			return false;
	}
	return true;
}

static bool
pull_all(Pull *pull, GError **error)
{
	return store_scan(pull->store, 0, NULL, error) && begin_folders(pull, error) &&
	       each_folder(pull, headers, error) && each_folder(pull, bodies, error) &&
	       store_follow(pull->store, NULL, error) && each_folder(pull, changes, error) &&
	       store_end_cycle(pull->store, NULL, error) &&
	       store_end_cycle(pull->store, NULL, error) &&
	       store_follow(pull->store, NULL, error) && store_scan(pull->store, 0, NULL, error) &&
	       index_all(pull, error);
}

/* ---- deeds ---- */

static char *words[] = { "blue", NULL };

/* In this order; about the messages of INBOX with these UIDs. A deed that undoes the one before has no kind of its own. */
static const struct {
	Deed deed;
	bool undoes;
	uint32_t first, last;
} deeds[] = {
	{ { .id = "1", .kind = DEED_FLAG, .set = MAIL_REPLIED }, false, 2, 3 },
	{ { .id = "2", .kind = DEED_COPY, .folder = "Lists/a" }, false, 3, 6 },
	{ { .id = "3", .kind = DEED_MOVE, .folder = "Lists/a" }, false, 6, 8 },
	{ { .id = "4", .kind = DEED_DELETE }, false, 9, 11 },
	{ { .id = "5", .kind = DEED_PURGE }, false, 11, 11 },
	{ { .id = "6", .kind = DEED_TAG, .add = words }, false, 12, 12 },
	{ { .id = "7", .kind = DEED_COPY, .folder = "Lists/a" }, false, 13, 14 },
	{ { .id = "7" }, true, 0, 0 },
};

/* The keys of the messages that have these UIDs in INBOX, wherever they are wanted. */
static char **
keys_of(Pull *pull, const char *state, uint32_t first, uint32_t last, GError **error)
{
	g_autofree char *path = g_build_filename(state, "state.db", NULL);
	g_autoptr(Envelopes) envelopes = envelopes_open(path, 0, error);
	g_autoptr(GPtrArray) keys = g_ptr_array_new_with_free_func(g_free);
	for (uint32_t uid = first; envelopes && uid <= last; uid++) {
		g_autofree char *id = g_strdup_printf("INBOX.%u@x", uid);
		g_autoptr(GPtrArray) copies = envelopes_copies(envelopes, id, error);
		/* The oldest row is the last. */
		if (copies && copies->len)
			g_ptr_array_add(keys,
				g_strdup(((MessageRow *)copies->pdata[copies->len - 1])->key));
	}
	g_ptr_array_add(keys, NULL);
	return envelopes ? (char **)g_ptr_array_free(g_steal_pointer(&keys), FALSE) : NULL;
}

static bool
do_one(Pull *pull, const char *state, size_t at, GError **error)
{
	g_autofree char *newest = store_newest_deed(pull->store, false, NULL, error);
	DeedDone done = { 0 };
	bool fine;
	if (deeds[at].undoes) {
		/* Known by the newest to be undone, it would be done again before. */
		if (g_strcmp0(newest, deeds[at].deed.id) != 0)
			return true;
		fine = store_undo(pull->store, deeds[at].deed.id, false, &done, error);
	} else {
		if (newest && strcmp(newest, deeds[at].deed.id) >= 0)
			return true;
		g_auto(GStrv) keys = keys_of(pull, state, deeds[at].first, deeds[at].last, error);
		fine = keys && store_do(pull->store, &deeds[at].deed, (const char *const *)keys,
				       &done, error);
	}
	deed_done_clear(&done);
	return fine;
}

static bool
do_all(Pull *pull, const char *state, GError **error)
{
	for (size_t at = 0; at < G_N_ELEMENTS(deeds); at++)
		/* Files follow first: that of what is purged stays where it is. */
		if (!store_follow(pull->store, NULL, error) || !do_one(pull, state, at, error))
			return false;
	return store_follow(pull->store, NULL, error) && store_scan(pull->store, 0, NULL, error) &&
	       store_end_cycle(pull->store, NULL, error) && index_all(pull, error);
}

static int
said(const char *sentence)
{
	fprintf(stderr, "%s\n", sentence);
	return 1;
}

int
main(int argc, char **argv)
{
	if (argc < 3)
		return said("usage: store_driver DIRECTORY N [deeds]");
	g_autoptr(GError) error = NULL;
	g_autofree char *mail = g_build_filename(argv[1], "mail", NULL);
	g_autofree char *beside = g_build_filename(argv[1], "beside", NULL);
	g_autofree char *state = g_build_filename(argv[1], "state", NULL);
	StorePlace place = { "driver", mail, "driver", beside, state, false };
	Pull pull = { .count = (uint32_t)atoi(argv[2]) };
	pull.store = store_open(&place, &error);
	if (!pull.store)
		return said(error->message);
	bool fine = argc > 3 ? do_all(&pull, state, &error) : pull_all(&pull, &error);
	g_autoptr(GPtrArray) faults = fine ? store_check(pull.store, &error) : NULL;
	for (guint i = 0; faults && i < faults->len; i++)
		said(faults->pdata[i]);
	store_close(pull.store);
	if (!faults)
		return said(error ? error->message : "failed");
	return faults->len ? 1 : 0;
}
