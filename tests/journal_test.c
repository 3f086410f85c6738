#include <cmocka.h>
#include <glib/gstdio.h>

#include "backend/store/journal.h"
#include "backend/store/sql.h"

static void
a_file_system_that_shares_no_memory_gets_no_log(void **state)
{
	static const struct {
		unsigned long number;
		const char *mode;
	} rows[] = {
		{ 0xef53, "WAL" },          /* ext4 */
		{ 0x58465342, "WAL" },      /* xfs */
		{ 0x9123683e, "WAL" },      /* btrfs */
		{ 0x01021994, "WAL" },      /* tmpfs */
		{ 0x794c7630, "WAL" },      /* overlayfs */
		{ 0x6969, "TRUNCATE" },     /* NFS */
		{ 0xff534d42, "TRUNCATE" }, /* CIFS */
		{ 0xfe534d42, "TRUNCATE" }, /* SMB 2 */
		{ 0x65735546, "TRUNCATE" }, /* FUSE */
		{ 0x01021997, "TRUNCATE" }, /* 9p */
		{ 0x00c36400, "TRUNCATE" }, /* Ceph */
	};
	for (size_t i = 0; i < G_N_ELEMENTS(rows); i++)
		assert_string_equal(journal_mode_on(rows[i].number), rows[i].mode);
	assert_string_equal(journal_mode_at("/nonexistent/state.db"), "TRUNCATE");
}

static void
a_database_is_opened_in_the_mode_of_its_place(void **state)
{
	g_autofree char *directory = g_dir_make_tmp("curlew-journal-XXXXXX", NULL);
	g_autofree char *path = g_build_filename(directory, "state.db", NULL);
	g_autoptr(GError) error = NULL;
	g_autoptr(Sql) sql = sql_open(path, true, &error);
	assert_non_null(sql);
	g_autoptr(SqlRows) rows = sql_ask(sql, &error, "PRAGMA journal_mode", "");
	assert_int_equal(sql_next(sql, rows, &error), 1);
	g_autofree char *mode = sql_text(rows, 0);
	assert_int_equal(g_ascii_strcasecmp(mode, journal_mode_at(path)), 0);
	g_clear_pointer(&rows, sql_end);
	g_clear_pointer(&sql, sql_close);
	assert_int_equal(g_unlink(path), 0);
	assert_int_equal(g_rmdir(directory), 0);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_file_system_that_shares_no_memory_gets_no_log),
		cmocka_unit_test(a_database_is_opened_in_the_mode_of_its_place),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
