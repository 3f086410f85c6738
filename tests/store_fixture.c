#include "store_fixture.h"

#include <cmocka.h>
#include <fcntl.h>
#include <glib/gstdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "backend/store/body_file.h"
#include "backend/store/sql.h"
#include "remove_tree.h"

enum { PAGE = 4096 }; /* of SQLite */

static void
open_store(StoreFixture *fixture)
{
	g_autoptr(GError) error = NULL;
	const StorePlace place = { .account = "acc",
		.mail = fixture->mail,
		.path = "acc",
		.beside = fixture->beside,
		.state = fixture->state,
		.local = fixture->local };
	fixture->store = store_open(&place, &error);
	if (!fixture->store || error)
		fail_msg("%s", error->message);
}

int
store_fixture_open(void **state)
{
	StoreFixture *fixture = g_new0(StoreFixture, 1);
	fixture->root = g_dir_make_tmp("curlew-store-XXXXXX", NULL);
	fixture->mail = g_build_filename(fixture->root, "mail", "acc", NULL);
	fixture->beside = g_build_filename(fixture->root, "mail.curlew", "acc", NULL);
	fixture->state = g_build_filename(fixture->root, "state", "acc", NULL);
	open_store(fixture);
	*state = fixture;
	return 0;
}

int
store_fixture_close(void **state)
{
	StoreFixture *fixture = *state;
	store_close(fixture->store);
	remove_tree(fixture->root);
	g_free(fixture->root);
	g_free(fixture->mail);
	g_free(fixture->beside);
	g_free(fixture->state);
	g_free(fixture);
	return 0;
}

void
store_fixture_reopen(StoreFixture *fixture)
{
	store_close(fixture->store);
	open_store(fixture);
}

void
store_fixture_reopen_local(StoreFixture *fixture)
{
	fixture->local = true;
	store_fixture_reopen(fixture);
}

static char *
database(StoreFixture *fixture)
{
	return g_build_filename(fixture->state, "state.db", NULL);
}

void
store_fixture_lose_database(StoreFixture *fixture)
{
	store_close(fixture->store);
	g_autofree char *path = database(fixture);
	assert_int_equal(g_unlink(path), 0);
	open_store(fixture);
}

static void
write_rubbish(int file, int64_t offset)
{
	char rubbish[PAGE];
	memset(rubbish, 0xa5, sizeof rubbish);
	assert_int_equal(pwrite(file, rubbish, sizeof rubbish, offset), sizeof rubbish);
}

void
store_fixture_damage(StoreFixture *fixture, int64_t offset, int64_t cut)
{
	/* As after a kill: what is left unclean is looked through at the next start. */
	store_close(fixture->store);
	g_autofree char *path = database(fixture);
	g_autoptr(Sql) sql = sql_open(path, true, NULL);
	sql_execute(sql, "UPDATE meta SET v='0' WHERE k='clean'", NULL);
	g_clear_pointer(&sql, sql_close);
	int file = open(path, O_WRONLY);
	if (offset >= 0)
		write_rubbish(file, offset);
	if (cut > 0)
		assert_int_equal(ftruncate(file, cut), 0);
	close(file);
	open_store(fixture);
}

void
store_fixture_damage_table(StoreFixture *fixture, const char *table)
{
	g_autofree char *path = database(fixture);
	g_autofree char *question =
		g_strdup_printf("SELECT rootpage FROM sqlite_schema WHERE name='%s'", table);
	int64_t page = store_fixture_number(fixture, question);
	store_close(fixture->store);
	int file = open(path, O_WRONLY);
	write_rubbish(file, (page - 1) * PAGE);
	close(file);
	open_store(fixture);
}

void
store_fixture_unmount(StoreFixture *fixture, bool away)
{
	store_close(fixture->store);
	const char *paths[] = { fixture->mail, fixture->beside };
	for (size_t i = 0; i < G_N_ELEMENTS(paths); i++) {
		g_autofree char *aside = g_strconcat(paths[i], ".away", NULL);
		if (!away)
			remove_tree(paths[i]);
		assert_int_equal(away ? g_rename(paths[i], aside) : g_rename(aside, paths[i]), 0);
	}
	open_store(fixture);
}

int64_t
store_fixture_folder(StoreFixture *fixture, const char *name)
{
	g_autoptr(GError) error = NULL;
	bool held;
	FolderRole role = g_str_equal(name, "INBOX") ? ROLE_INBOX : ROLE_NONE;
	int64_t folder = store_put_folder(fixture->store, name, name, '/', role, &error);
	if (!folder || !store_begin_folder(fixture->store, folder, 1, 0, &held, &error))
		fail_msg("%s", error->message);
	return folder;
}

StoreFolder *
store_fixture_read_folder(StoreFixture *fixture, int64_t folder)
{
	g_autoptr(GPtrArray) folders = store_folders(fixture->store, NULL);
	for (guint i = 0; i < folders->len; i++)
		if (((StoreFolder *)folders->pdata[i])->id == folder)
			return g_ptr_array_steal_index(folders, i);
	fail_msg("there is no such folder");
	return NULL;
}

static char *
header_text(uint32_t uid, const char *id, const char *references)
{
	GString *text = g_string_new(NULL);
	g_string_append_printf(text, "From: Ada <ada@example.org>\r\nSubject: number %u\r\n", uid);
	if (id)
		g_string_append_printf(text, "Message-ID: <%s>\r\n", id);
	g_auto(GStrv) ids = g_strsplit(references ? references : "", " ", -1);
	if (*ids) {
		g_string_append(text, "References:");
		for (char **one = ids; *one; one++)
			g_string_append_printf(text, " <%s>", *one);
		g_string_append(text, "\r\n");
	}
	g_string_append(text, "\r\n");
	return g_string_free(text, FALSE);
}

static void
add_row(StoreFixture *fixture, int64_t folder, uint32_t uid, const char *text, unsigned flags)
{
	g_autoptr(GError) error = NULL;
	g_autoptr(GPtrArray) rows = g_ptr_array_new_with_free_func((GDestroyNotify)new_row_free);
	NewRow *row = g_new0(NewRow, 1);
	row->has_flags = true;
	row->uid = uid;
	row->flags = flags;
	row->internal_date = 1000000000 + uid;
	row->size = (int64_t)strlen(text) + 8;
	row->header = header_read(text, strlen(text));
	g_ptr_array_add(rows, row);
	if (!store_add_rows(fixture->store, folder, rows, 0, 0, 0, NULL, &error))
		fail_msg("%s", error->message);
}

void
store_fixture_add(StoreFixture *fixture, int64_t folder, uint32_t uid, const char *id,
	const char *references, unsigned flags)
{
	/* The subject is part of a mail's identity: the same id has the same. */
	g_autofree char *text = header_text(id ? 0 : uid, id, references);
	add_row(fixture, folder, uid, text, flags);
}

void
store_fixture_add_header(StoreFixture *fixture, int64_t folder, uint32_t uid, const char *text)
{
	add_row(fixture, folder, uid, text, 0);
}

GPtrArray *
store_fixture_write_bodies(StoreFixture *fixture, int64_t folder)
{
	g_autoptr(GError) error = NULL;
	g_autoptr(GPtrArray) wanted =
		store_wanted_bodies(fixture->store, folder, &(BodyWish){ 0 }, 0, 1000, &error);
	GPtrArray *placed = g_ptr_array_new_with_free_func((GDestroyNotify)placed_body_free);
	int tmp = store_open_tmp(fixture->store, folder, &error);
	assert_true(tmp >= 0);
	for (guint i = 0; i < wanted->len; i++) {
		const WantedBody *body = wanted->pdata[i];
		BodyFile *file = body_file_create(tmp, body->key, body->internal_date, &error);
		g_autofree char *text =
			g_strdup_printf("Subject: number %u\r\n\r\nbody\r\n", body->uid);
		assert_non_null(file);
		assert_true(body_file_write(file, text, strlen(text), &error));
		assert_true(body_file_finish(file, &error));
		PlacedBody *done = g_new0(PlacedBody, 1);
		done->folder = folder;
		done->row = body->row;
		done->key = g_strdup(body->key);
		g_ptr_array_add(placed, done);
	}
	assert_true(body_files_sync(tmp, &error));
	close(tmp);
	return placed;
}

size_t
store_fixture_fetch_all(StoreFixture *fixture, int64_t folder)
{
	g_autoptr(GError) error = NULL;
	g_autoptr(GPtrArray) bodies = store_fixture_write_bodies(fixture, folder);
	size_t placed = 0;
	if (!store_place(fixture->store, bodies, &placed, &error))
		fail_msg("%s", error->message);
	return placed;
}

void
store_fixture_change(StoreFixture *fixture, const char *text)
{
	g_autofree char *path = database(fixture);
	g_autoptr(Sql) sql = sql_open(path, true, NULL);
	assert_true(sql_execute(sql, text, NULL));
}

int64_t
store_fixture_number(StoreFixture *fixture, const char *question)
{
	g_autofree char *path = database(fixture);
	g_autoptr(Sql) sql = sql_open(path, false, NULL);
	int64_t number;
	assert_true(sql_number(sql, NULL, &number, 0, question, ""));
	return number;
}

static int64_t
of_folder(StoreFixture *fixture, const char *column, int64_t folder)
{
	g_autofree char *question =
		g_strdup_printf("SELECT %s FROM folder WHERE id=%" G_GINT64_FORMAT, column, folder);
	return store_fixture_number(fixture, question);
}

int64_t
store_fixture_total(StoreFixture *fixture, int64_t folder)
{
	return of_folder(fixture, "total", folder);
}

int64_t
store_fixture_unread(StoreFixture *fixture, int64_t folder)
{
	return of_folder(fixture, "unread", folder);
}

static char *
ask_text(StoreFixture *fixture, const char *question)
{
	g_autofree char *path = database(fixture);
	g_autoptr(Sql) sql = sql_open(path, false, NULL);
	g_autoptr(SqlRows) rows = sql_ask(sql, NULL, question, "");
	assert_int_equal(sql_next(sql, rows, NULL), 1);
	return sql_text(rows, 0);
}

char *
store_fixture_rows(StoreFixture *fixture)
{
	g_autofree char *columns = ask_text(fixture,
		"SELECT group_concat(printf('''%s=''||quote(coalesce(%s,0))',name,name),'||'' "
		"''||')"
		" FROM pragma_table_info('msg') WHERE name NOT IN "
		"('op','modseq','was','okl','okw')");
	g_autofree char *question = g_strdup_printf(
		"SELECT group_concat(line, char(10)) FROM (SELECT %s||"
		"coalesce((SELECT ' op '||kind||':'||state FROM op WHERE op.id=msg.op),'')"
		" AS line FROM msg ORDER BY id)",
		columns);
	return ask_text(fixture, question);
}

char *
store_fixture_key(StoreFixture *fixture, int64_t folder, uint32_t uid)
{
	g_autofree char *path = database(fixture);
	g_autoptr(Sql) sql = sql_open(path, false, NULL);
	g_autoptr(SqlRows) rows = sql_ask(sql, NULL, "SELECT key FROM msg WHERE folder=? AND uid=?",
		"ii", folder, (int64_t)uid);
	assert_int_equal(sql_next(sql, rows, NULL), 1);
	return sql_text(rows, 0);
}

void
store_fixture_check(StoreFixture *fixture)
{
	g_autoptr(GError) error = NULL;
	g_autoptr(GPtrArray) faults = store_check(fixture->store, &error);
	if (!faults)
		fail_msg("%s", error->message);
	if (faults->len)
		fail_msg("%s", (const char *)faults->pdata[0]);
}

size_t
store_fixture_count(const char *path)
{
	g_autoptr(GDir) directory = g_dir_open(path, 0, NULL);
	assert_non_null(directory);
	size_t count = 0;
	while (g_dir_read_name(directory))
		count++;
	return count;
}

size_t
store_fixture_files(StoreFixture *fixture, const char *below)
{
	g_autofree char *path = g_build_filename(fixture->mail, below, NULL);
	return store_fixture_count(path);
}

char *
store_fixture_first_file(StoreFixture *fixture, const char *below)
{
	g_autofree char *path = g_build_filename(fixture->mail, below, NULL);
	g_autoptr(GDir) directory = g_dir_open(path, 0, NULL);
	const char *name = directory ? g_dir_read_name(directory) : NULL;
	assert_non_null(name);
	return g_strdup(name);
}

void
store_fixture_rename(StoreFixture *fixture, const char *from, const char *to, const char *info)
{
	g_autofree char *name = store_fixture_first_file(fixture, from);
	g_autofree char *old = g_build_filename(fixture->mail, from, name, NULL);
	g_auto(GStrv) parts = g_strsplit(name, ":", 2);
	g_autofree char *other = g_strconcat(parts[0], info, NULL);
	g_autofree char *new = g_build_filename(fixture->mail, to, other, NULL);
	assert_int_equal(g_rename(old, new), 0);
}

void
store_fixture_write_file(StoreFixture *fixture, const char *below, const char *id, size_t length)
{
	g_autofree char *path = g_build_filename(fixture->mail, below, NULL);
	g_autofree char *sub = g_path_get_dirname(path);
	g_autofree char *folder = g_path_get_dirname(sub);
	static const char *const names[] = { "cur", "new", "tmp" };
	for (size_t i = 0; i < G_N_ELEMENTS(names); i++) {
		g_autofree char *made = g_build_filename(folder, names[i], NULL);
		assert_int_equal(g_mkdir_with_parents(made, 0700), 0);
	}
	g_autofree char *header = header_text(0, id, NULL);
	g_autofree char *body = g_strnfill(length, 'x');
	g_autofree char *text = g_strconcat(header, body, NULL);
	assert_true(g_file_set_contents(path, text, -1, NULL));
}
