#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "backend/store/rebuild.h"
#include "index/paths.h"

/*
 * Who the store is: the id in meta must be the one in store-id beside the mail, else the database and
 * the tree do not belong together (a restored backup, a disk that is not mounted) and the whole
 * account is held: a missing file must never look like a wish to delete.
 */
#define STORE_ID "store-id"

/* In meta: the next open sets this database aside. */
#define ANEW "anew"

/* What meta.clean says. */
#define IN_USE  "0"
#define CLEAN   "1"
#define SUSPECT "damaged" /* closed in order, but a statement met a damage */

static const char held_foreign[] =
	"The state database is not the one of the mail that is here (is the right disk mounted?). "
	"Nothing is fetched or removed. `curlew rebuild --state ACCOUNT` makes it anew from this "
	"mail.";
static const char held_files[] =
	"The mail that the state database knows is not here (is its disk mounted?). Nothing is "
	"fetched or removed.";

/* ---- the database file ---- */

static bool
apply_schema(Store *store, bool *made, GError **error)
{
	int64_t version;
	if (!sql_number(store->sql, error, &version, 0, "PRAGMA user_version", ""))
		return false;
	*made = version == 0;
	if (version > SCHEMA_VERSION) {
		g_set_error(error, ACCOUNT_ERROR, ACCOUNT_ERROR_FAILED,
			"the state database was made by a newer curlew");
		return false;
	}
	if (version == SCHEMA_VERSION)
		return true;
	g_autoptr(GString) changes = g_string_new(version == 0 ? schema_sql : NULL);
	for (int64_t from = version; from > 0 && from < SCHEMA_VERSION; from++)
		g_string_append(changes, schema_upgrades[from]);
	g_autofree char *text = g_strdup_printf(
		"BEGIN IMMEDIATE; %s PRAGMA user_version=%d; COMMIT", changes->str, SCHEMA_VERSION);
	if (sql_execute(store->sql, text, error))
		return true;
	if (sql_in_transaction(store->sql))
		sql_execute(store->sql, "ROLLBACK", NULL);
	return false;
}

/* After an unclean stop every page is looked at once; after a met damage also what only a whole check finds. */
static bool
is_sound(Store *store, bool *unclean, GError **error)
{
	g_autofree char *clean = store_meta(store, "clean", NULL);
	*unclean = g_strcmp0(clean, CLEAN) != 0;
	return !*unclean || sql_check(store->sql, g_strcmp0(clean, SUSPECT) == 0, error);
}

/* Nothing was seen yet that would say otherwise: a kill from now on is an unclean stop. */
static bool
take_in_use(Store *store, bool made, bool *unclean, GError **error)
{
	*unclean = false;
	return (made || is_sound(store, unclean, error)) &&
	       store_set_meta(store, "clean", IN_USE, error);
}

static void
set_aside(const char *database, const char *what)
{
	int64_t time = g_get_real_time() / G_USEC_PER_SEC;
	g_autofree char *aside = NULL;
	do {
		g_free(aside);
		aside = g_strdup_printf("%s.%s-%" G_GINT64_FORMAT, database, what, time++);
	} while (g_file_test(aside, G_FILE_TEST_EXISTS));
	static const char *const parts[] = { "", "-wal", "-shm" };
	for (size_t i = 0; i < G_N_ELEMENTS(parts); i++) {
		g_autofree char *from = g_strconcat(database, parts[i], NULL);
		g_autofree char *to = g_strconcat(aside, parts[i], NULL);
		if (rename(from, to) != 0 && errno != ENOENT)
			g_warning("cannot set %s aside: %s", from, g_strerror(errno));
	}
}

static bool
try_database(Store *store, const char *database, bool *unclean, GError **error)
{
	bool made = false;
	store->sql = sql_open(database, true, error);
	return store->sql && apply_schema(store, &made, error) &&
	       take_in_use(store, made, unclean, error);
}

/* What is not to be believed any more: damaged, or the user said so. */
static bool
begin_anew(Store *store, const char *database, const char *what, bool *unclean, GError **error)
{
	g_clear_pointer(&store->sql, sql_close);
	set_aside(database, what);
	return try_database(store, database, unclean, error);
}

static bool
open_database(Store *store, const char *database, bool *unclean, GError **error)
{
	g_autoptr(GError) own = NULL;
	if (try_database(store, database, unclean, &own)) {
		g_autofree char *anew = store_meta(store, ANEW, NULL);
		return !anew || begin_anew(store, database, "replaced", unclean, error);
	}
	if (own->code == ACCOUNT_ERROR_DAMAGED) {
		g_warning("%s: %s", database, own->message);
		return begin_anew(store, database, "damaged", unclean, error);
	}
	g_clear_pointer(&store->sql, sql_close);
	g_propagate_error(error, g_steal_pointer(&own));
	return false;
}

/* ---- identity ---- */

static bool
visit_message(int directory, const char *name, void *data)
{
	MaildirName parts;
	if (!maildir_name_parse(name, &parts))
		return true;
	maildir_name_clear(&parts);
	*(bool *)data = true;
	return false;
}

static bool
visit_for_mail(int maildir, const char *path, void *data)
{
	for (size_t i = 0; i < G_N_ELEMENTS(sub_names); i++) {
		g_auto(TreeFd) sub = tree_open(maildir, sub_names[i], NULL);
		if (sub >= 0)
			tree_list(sub, visit_message, data, NULL);
	}
	return !*(bool *)data;
}

static bool
has_mail(Store *store, bool *mail, GError **error)
{
	*mail = false;
	return tree_maildirs(store->tree, store->form, visit_for_mail, mail, error);
}

/* Of any message, here or not: is a file known? */
static bool
knows_files(Store *store, bool *files, GError **error)
{
	int64_t number = 0;
	bool fine = sql_number(store->sql, error, &number, 0,
		"SELECT EXISTS(SELECT 1 FROM msg WHERE part<>0)", "");
	*files = number != 0;
	return fine;
}

/* As its folders lie, and where none is known yet, as the Maildirs do that are there. */
static bool
find_form(Store *store, bool known, char **mixed, GError **error)
{
	int64_t dotted;
	if (!known)
		return tree_find_form(store->tree, &store->form, mixed, error);
	if (!sql_number(store->sql, error, &dotted, 0,
		    "SELECT EXISTS(SELECT 1 FROM folder WHERE path='' OR path LIKE '.%')", ""))
		return false;
	store->form = dotted ? TREE_DOTTED : TREE_PLAIN;
	return true;
}

static char *
read_store_id(Store *store)
{
	g_autofree char *file = g_build_filename(store->beside, STORE_ID, NULL);
	char *text = NULL;
	return g_file_get_contents(file, &text, NULL, NULL) ? g_strstrip(text) : NULL;
}

static bool
write_store_id(Store *store, const char *id, GError **error)
{
	if (!paths_make_directory(store->beside, error))
		return false;
	g_auto(TreeFd) beside = tree_open_root(store->beside, error);
	return beside >= 0 && tree_write_file(beside, STORE_ID, id, error);
}

static bool
set_held(Store *store, const char *sentence, GError **error)
{
	g_free(store->held);
	store->held = g_strdup(sentence);
	return sentence ? store_set_meta(store, "held", sentence, error)
	                : sql_run(store->sql, error, "DELETE FROM meta WHERE k='held'", "");
}

/* Database and tree become one store: the database first, so that a crash between leaves "no id yet". */
static bool
take_identity(Store *store, GError **error)
{
	g_autofree char *id = store_meta(store, "store_uuid", NULL);
	if (!id) {
		id = g_uuid_string_random();
		if (!store_set_meta(store, "store_uuid", id, error))
			return false;
	}
	return write_store_id(store, id, error) && set_held(store, NULL, error);
}

/*
 * Mail that a database does not know which was never of any mail (lost, damaged and set aside, or new beside a tree of
 * another program's): what is remembered of it is made anew. One that is of other mail is not believed.
 */
static bool
meet_mail(Store *store, bool foreign, GError **error)
{
	if (foreign)
		return set_held(store, held_foreign, error);
	return rebuild_begin(store, error) && take_identity(store, error);
}

/* In a tree of two forms nobody can say where a folder of the server's is: it stays unknown, with what it is called. */
static bool
hold_mixed(Store *store, const char *mixed, GError **error)
{
	g_autofree char *sentence = g_strdup_printf(
		"The mail in %s cannot be taken as it is: %s. Nothing is fetched or removed. Have "
		"all folders there in one form, or set `path` of the account to another directory.",
		store->mail, mixed);
	return set_held(store, sentence, error);
}

/* Of a database that was of no mail yet: folders that were only listed while it was held lie nowhere. */
static bool
forget_listed(Store *store, bool known, GError **error)
{
	return known || sql_run(store->sql, error, "DELETE FROM folder", "");
}

static bool
check_identity(Store *store, GError **error)
{
	g_autofree char *here = store_meta(store, "store_uuid", NULL);
	g_autofree char *beside = read_store_id(store);
	g_autofree char *mixed = NULL;
	store->held = store_meta(store, "held", NULL);
	bool same = here && beside && g_str_equal(here, beside), mail, files;
	int64_t folders;
	if (!sql_number(store->sql, error, &folders, 0, "SELECT count(*) FROM folder", "") ||
		!knows_files(store, &files, error))
		return false;
	bool known = folders && (here || files);
	if (!find_form(store, known, &mixed, error))
		return false;
	if (mixed && !store->local)
		return hold_mixed(store, mixed, error);
	if (same && (folders || store->local))
		return set_held(store, NULL, error);
	if (!has_mail(store, &mail, error) || !forget_listed(store, known, error))
		return false;
	if (!mail && !files)
		return take_identity(store, error);
	/* A local account's mail is all there is: what is not known of it is only what the index has. */
	if (store->local)
		return (files || rebuild_begin(store, error)) && take_identity(store, error);
	return mail ? meet_mail(store, (here && !same) || files, error)
	            : set_held(store, held_files, error);
}

/* ---- open and close ---- */

static char *
own_host(void)
{
	g_autofree char *key = maildir_key_new(0);
	const char *host = strchr(key, '.');
	host = host ? strchr(host + 1, '.') : NULL;
	return g_strdup(host ? host : ".");
}

static Store *
store_new(const StorePlace *place)
{
	Store *store = g_new0(Store, 1);
	store->account = g_strdup(place->account);
	store->mail = g_strdup(place->mail);
	store->path = g_strdup(place->path);
	store->beside = g_strdup(place->beside);
	store->local = place->local;
	store->tree = -1;
	store->own_host = own_host();
	store->counters = counters_new();
	return store;
}

Store *
store_open(const StorePlace *place, GError **error)
{
	g_autoptr(Store) store = store_new(place);
	g_autofree char *database = g_build_filename(place->state, "state.db", NULL);
	bool unclean = false;
	if (!paths_make_directory(place->mail, error) || !paths_make_directory(place->state, error))
		return NULL;
	store->tree = tree_open_root(place->mail, error);
	if (store->tree < 0 || !open_database(store, database, &unclean, error))
		return NULL;
	store->unswept = unclean;
	if (!rebuild_load(store, error) || !check_identity(store, error) ||
		!sql_number(store->sql, error, &store->newest_sent, 0,
			"SELECT max(CAST(win AS INTEGER)) FROM op WHERE state=1", "") ||
		!sql_number(
			store->sql, error, &store->index_queue, 0, "SELECT count(*) FROM ixq", ""))
		return NULL;
	if ((unclean && !recount(store, error)) ||
		(!store->held && !recover(store, unclean, error)))
		return NULL;
	store->thread = NULL;
	return g_steal_pointer(&store);
}

bool
store_anew(Store *store, int64_t *waits, GError **error)
{
	store_assert_thread(store);
	int64_t given;
	bool mail, files;
	/* names and places of files say all that will be known of what waits */
	if (!store_follow(store, NULL, error) || !has_mail(store, &mail, error) ||
		!knows_files(store, &files, error) ||
		!sql_number(store->sql, error, &given, 0, "SELECT count(*) FROM transfer", "") ||
		!sql_number(store->sql, error, waits, 0,
			"SELECT count(*) FROM msg INDEXED BY m_waits WHERE " ROW_WAITS, ""))
		return false;
	if (files && !mail)
		g_set_error_literal(error, ACCOUNT_ERROR, ACCOUNT_ERROR_REFUSED, held_files);
	else if (given)
		g_set_error(error, ACCOUNT_ERROR, ACCOUNT_ERROR_REFUSED,
			"%" G_GINT64_FORMAT " messages are on their way to another account, which "
			"only the state knows: `curlew sync` first",
			given);
	else
		return store_set_meta(store, ANEW, "1", error);
	return false;
}

const char *
store_held(const Store *store)
{
	return store->held;
}

static const char *
meta_at_close(const Store *store)
{
	return sql_is_damaged(store->sql) ? SUSPECT : store->unswept ? IN_USE : CLEAN;
}

void
store_close(Store *store)
{
	if (!store)
		return;
	store->thread = g_thread_self();
	if (store->sql && sql_in_transaction(store->sql))
		sql_run(store->sql, NULL, "ROLLBACK", "");
	if (store->sql)
		store_set_meta(store, "clean", meta_at_close(store), NULL);
	g_clear_pointer(&store->sql, sql_close);
	tree_close(&store->tree);
	counters_free(store->counters);
	g_free(store->account);
	g_free(store->mail);
	g_free(store->path);
	g_free(store->beside);
	g_free(store->held);
	g_free(store->own_host);
	g_free(store);
}
