#include "screen_profile.h"

#include <glib/gstdio.h>
#include <sqlite3.h>
#include <string.h>

#include "backend/store/store.h"
#include "remove_tree.h"

enum { FIRST_DATE = 1262304000 /* 2010-01-01: dates that read the same whenever this runs */ };

typedef struct Mail {
	const char *from, *subject, *flags, *body;
} Mail;

static const Mail inbox[] = {
	{ "Ada Lovelace <ada@example.org>", "Notes on the engine", "S",
		"The engine weaves algebraic patterns.\n\n> quoted line\nEnd.\n" },
	{ "Charles B. <charles@example.org>", "Re: Notes on the engine", "FS", "I agree.\n" },
	{ "=?utf-8?B?5bGx55Sw5aSq6YOO?= <yamada@example.jp>",
		"=?utf-8?B?5LyR5pqH44Gr44Gk44GE44Gm?=", "",
		"こんにちは、世界。これは長い行です。折り返しが必要になるはずです。\n" },
	{ "\"Evil\x1b[31m\" <evil@example.org>", "bad \x1b]0;title\x07 subject", "RS",
		"\x1b[2Jboo \xe2\x80\xae"
		"ab\n" },
	{ "<noname@example.org>", "", "", "No subject here.\n" },
};

char *
screen_profile_config(const char *text)
{
	static const char never[] = "mark-read = never";
	const char *block = strstr(text, "ui {");
	if (strstr(text, "mark-read"))
		return g_strdup(text);
	if (!block)
		return g_strdup_printf("%sui { %s }\n", text, never);
	size_t begin = (size_t)(block - text) + strlen("ui {");
	return g_strdup_printf("%.*s %s%s", (int)begin, text, never, text + begin);
}

static void
write_file(const char *path, const char *text)
{
	g_autofree char *directory = g_path_get_dirname(path);
	g_assert_cmpint(g_mkdir_with_parents(directory, 0700), ==, 0);
	g_autoptr(GError) error = NULL;
	g_file_set_contents(path, text, -1, &error);
	g_assert_no_error(error);
	g_chmod(path, 0600);
}

static void
write_mail(const char *folder, const char *account, unsigned number, const Mail *mail)
{
	g_autoptr(GDateTime) time = g_date_time_new_from_unix_utc(FIRST_DATE + number * 3600);
	g_autofree char *date = g_date_time_format(time, "%a, %d %b %Y %H:%M:%S +0000");
	g_autofree char *path = g_strdup_printf(
		"%s/cur/%d.%016x.test:2,%s", folder, FIRST_DATE + number, number, mail->flags);
	g_autofree char *text = g_strdup_printf(
		"From: %s\nTo: you@example.org\nSubject: %s\nDate: %s\nMessage-ID: <%s.%u@test>\n"
		"Content-Type: text/plain; charset=utf-8\nContent-Transfer-Encoding: 8bit\n\n%s",
		mail->from, mail->subject, date, account, number, mail->body);
	write_file(path, text);
	for (const char *sub = "new tmp "; *sub; sub += 4) {
		g_autofree char *name = g_strndup(sub, 3);
		g_autofree char *directory = g_build_filename(folder, name, NULL);
		g_mkdir_with_parents(directory, 0700);
	}
}

static void
write_many(const char *folder, const char *account, unsigned count)
{
	for (unsigned i = 0; i < count; i++) {
		g_autofree char *subject = g_strdup_printf("Message %u", i);
		g_autofree char *body = g_strdup_printf("This is number %u.\n", i);
		Mail mail = { "List Robot <robot@example.org>", subject, i % 7 == 3 ? "" : "S",
			body };
		write_mail(folder, account, 1000 + i, &mail);
	}
}

static void
fill_store(const char *root, const char *account, const char *const *folders)
{
	g_autofree char *mail = g_build_filename(root, "data/curlew/mail", account, NULL);
	g_autofree char *beside = g_build_filename(root, "data/curlew/mail.curlew", account, NULL);
	g_autofree char *state = g_build_filename(root, "state/curlew", account, NULL);
	StorePlace place = { account, mail, account, beside, state, true };
	g_autoptr(GError) error = NULL;
	g_autoptr(Store) store = store_open(&place, &error);
	g_assert_no_error(error);
	for (; *folders; folders++) {
		FolderRole role = g_str_equal(*folders, "INBOX") ? ROLE_INBOX : ROLE_NONE;
		int64_t folder = store_put_folder(store, *folders, *folders, '/', role, &error);
		g_assert_no_error(error);
		bool held = false;
		store_begin_folder(store, folder, 1, 1, &held, &error);
		g_assert_no_error(error);
		g_autoptr(GPtrArray) none = g_ptr_array_new();
		store_add_rows(store, folder, none, 1, 1, 0, NULL, &error);
		g_assert_no_error(error);
	}
	store_scan(store, 0, NULL, &error);
	g_assert_no_error(error);
}

void
screen_profile_add_folder(ScreenProfile *profile, const char *account, const char *name)
{
	fill_store(profile->root, account, (const char *const[]){ name, NULL });
}

void
screen_profile_add_one(ScreenProfile *profile, const char *account, unsigned number)
{
	g_autofree char *folder =
		g_build_filename(profile->root, "data/curlew/mail", account, "INBOX", NULL);
	Mail mail = { "News <news@example.org>", "Something new", "", "New.\n" };
	write_mail(folder, account, number, &mail);
	fill_store(profile->root, account, (const char *const[]){ NULL });
}

static void
write_plain_mail(const char *folder, const ScreenMail *mail)
{
	int64_t seconds = FIRST_DATE + mail->hour * 3600;
	g_autoptr(GDateTime) time = g_date_time_new_from_unix_utc(seconds);
	g_autofree char *date = g_date_time_format(time, "%a, %d %b %Y %H:%M:%S +0000");
	g_autofree char *path = g_strdup_printf("%s/cur/%" G_GINT64_FORMAT ".%016x.test:2,%s",
		folder, seconds, g_str_hash(mail->id) ^ g_str_hash(folder), mail->flags);
	g_autoptr(GString) lines = g_string_new(NULL);
	for (unsigned i = 0; i < mail->lines; i++)
		g_string_append(lines, "One more line.\n");
	g_autofree char *links = mail->parent
	                                 ? g_strdup_printf("In-Reply-To: <%s>\nReferences: <%s>\n",
						   mail->parent, mail->parent)
	                                 : g_strdup("");
	g_autofree char *body = g_strdup_printf("This is %s.", mail->id);
	g_autofree char *text =
		g_strdup_printf("From: %s\nSubject: %s\nDate: %s\nMessage-ID: <%s>\n%s\n%s\n%s",
			mail->from ? mail->from : "Ada <ada@example.org>", mail->subject, date,
			mail->id, links, mail->text ? mail->text : body, lines->str);
	write_file(path, text);
}

void
screen_profile_add_mail(ScreenProfile *profile, const char *account, const char *folder,
	const ScreenMail *mails, size_t count)
{
	g_autofree char *path =
		g_build_filename(profile->root, "data/curlew/mail", account, folder, NULL);
	for (const char *sub = "new tmp "; *sub; sub += 4) {
		g_autofree char *name = g_strndup(sub, 3);
		g_autofree char *directory = g_build_filename(path, name, NULL);
		g_mkdir_with_parents(directory, 0700);
	}
	for (size_t i = 0; i < count; i++)
		write_plain_mail(path, &mails[i]);
	fill_store(profile->root, account, (const char *const[]){ folder, NULL });
}

static void
run_notmuch(const char *root, char **arguments)
{
	g_autofree char *config = g_build_filename(root, "notmuch-config", NULL);
	g_auto(GStrv) environment = g_get_environ();
	environment = g_environ_setenv(environment, "NOTMUCH_CONFIG", config, TRUE);
	g_autoptr(GError) error = NULL;
	int status;
	g_spawn_sync(NULL, arguments, environment, G_SPAWN_SEARCH_PATH | G_SPAWN_STDOUT_TO_DEV_NULL,
		NULL, NULL, NULL, NULL, &status, &error);
	g_assert_no_error(error);
	g_assert_cmpint(status, ==, 0);
}

static void
build_index(const char *root)
{
	g_autofree char *mail = g_build_filename(root, "data/curlew/mail", NULL);
	g_autofree char *config = g_build_filename(root, "notmuch-config", NULL);
	g_autofree char *text = g_strdup_printf(
		"[database]\npath=%s\n[new]\ntags=\n[maildir]\nsynchronize_flags=true\n", mail);
	write_file(config, text);
	run_notmuch(root, (char *[]){ "notmuch", "new", "--quiet", NULL });
}

void
screen_profile_tag(ScreenProfile *profile, const char *tag)
{
	g_autofree char *change = g_strconcat("+", tag, NULL);
	run_notmuch(profile->root, (char *[]){ "notmuch", "tag", change, "--", "*", NULL });
}

static void
set_environment(ScreenProfile *profile)
{
	static const char *const pairs[] = { "HOME", ".", "XDG_CONFIG_HOME", "config",
		"XDG_DATA_HOME", "data", "XDG_STATE_HOME", "state", "XDG_CACHE_HOME", "cache" };
	GPtrArray *all = g_ptr_array_new();
	for (size_t i = 0; i < G_N_ELEMENTS(pairs); i += 2)
		g_ptr_array_add(
			all, g_strdup_printf("%s=%s/%s", pairs[i], profile->root, pairs[i + 1]));
	g_ptr_array_add(all, g_strdup("TZ=UTC"));
	g_ptr_array_add(all, g_strdup("LC_ALL=C.UTF-8"));
	g_ptr_array_add(all, g_strdup("TERM=xterm-256color"));
	g_ptr_array_add(all, NULL);
	profile->environment = (char **)g_ptr_array_free(all, FALSE);
}

ScreenProfile *
screen_profile_new_empty(void)
{
	ScreenProfile *profile = g_new0(ScreenProfile, 1);
	profile->root = g_dir_make_tmp("curlew-screen-XXXXXX", NULL);
	set_environment(profile);
	return profile;
}

ScreenProfile *
screen_profile_new(unsigned messages, gboolean index)
{
	ScreenProfile *profile = screen_profile_new_empty();
	g_autofree char *config = g_build_filename(profile->root, "config/curlew/config", NULL);
	g_autofree char *text = screen_profile_config(
		"account work {\n  email = \"ada@example.org\"\n  incoming = local:\n}\n"
		"account home {\n  email = \"me@home.example\"\n  incoming = local:\n}\n");
	write_file(config, text);
	g_autofree char *work = g_build_filename(profile->root, "data/curlew/mail/work", NULL);
	g_autofree char *home = g_build_filename(profile->root, "data/curlew/mail/home", NULL);
	g_autofree char *work_inbox = g_build_filename(work, "INBOX", NULL);
	g_autofree char *home_inbox = g_build_filename(home, "INBOX", NULL);
	g_autofree char *lists = g_build_filename(work, "Lists", NULL);
	for (unsigned i = 0; i < G_N_ELEMENTS(inbox); i++)
		write_mail(i % 2 ? home_inbox : work_inbox, i % 2 ? "home" : "work", i, &inbox[i]);
	write_many(lists, "work", messages);
	fill_store(profile->root, "work",
		(const char *const[]){ "INBOX", "Lists", "Lists/Empty", NULL });
	fill_store(profile->root, "home", (const char *const[]){ "INBOX", NULL });
	if (index)
		build_index(profile->root);
	return profile;
}

static ScreenProfile *
new_of_bytes(const GPtrArray *mails)
{
	ScreenProfile *profile = screen_profile_new_empty();
	g_autofree char *config = g_build_filename(profile->root, "config/curlew/config", NULL);
	g_autofree char *text = screen_profile_config(
		"account work {\n  email = \"ada@example.org\"\n  incoming = local:\n}\n");
	write_file(config, text);
	g_autofree char *folder =
		g_build_filename(profile->root, "data/curlew/mail/work/INBOX", NULL);
	static const char *const parts[] = { "cur", "new", "tmp" };
	for (size_t i = 0; i < G_N_ELEMENTS(parts); i++) {
		g_autofree char *directory = g_build_filename(folder, parts[i], NULL);
		g_assert_cmpint(g_mkdir_with_parents(directory, 0700), ==, 0);
	}
	for (guint i = 0; i < mails->len; i++) {
		g_autofree char *path =
			g_strdup_printf("%s/cur/%d.%016x.test:2,S", folder, FIRST_DATE + i, i);
		gsize length;
		const char *bytes = g_bytes_get_data(g_ptr_array_index(mails, i), &length);
		g_assert_true(g_file_set_contents(path, bytes, (gssize)length, NULL));
	}
	fill_store(profile->root, "work", (const char *const[]){ "INBOX", NULL });
	return profile;
}

ScreenProfile *
screen_profile_new_of(const char *const *mails)
{
	g_autoptr(GPtrArray) all = g_ptr_array_new_with_free_func((GDestroyNotify)g_bytes_unref);
	for (; *mails; mails++)
		g_ptr_array_add(all, g_bytes_new_static(*mails, strlen(*mails)));
	return new_of_bytes(all);
}

ScreenProfile *
screen_profile_new_of_files(const GPtrArray *paths)
{
	g_autoptr(GPtrArray) all = g_ptr_array_new_with_free_func((GDestroyNotify)g_bytes_unref);
	for (guint i = 0; i < paths->len; i++) {
		char *bytes;
		gsize length;
		g_assert_true(
			g_file_get_contents(g_ptr_array_index(paths, i), &bytes, &length, NULL));
		g_ptr_array_add(all, g_bytes_new_take(bytes, length));
	}
	return new_of_bytes(all);
}

void
screen_profile_change_store(ScreenProfile *profile, const char *account, const char *sql)
{
	g_autofree char *path =
		g_build_filename(profile->root, "state/curlew", account, "state.db", NULL);
	sqlite3 *database;
	g_assert_cmpint(sqlite3_open(path, &database), ==, SQLITE_OK);
	g_assert_cmpint(sqlite3_busy_timeout(database, 10000), ==, SQLITE_OK);
	g_assert_cmpint(sqlite3_exec(database, sql, NULL, NULL, NULL), ==, SQLITE_OK);
	sqlite3_close(database);
}

void
screen_profile_make_stubs(ScreenProfile *profile)
{
	screen_profile_change_store(profile, "work", "UPDATE msg SET part=1");
}

void
screen_profile_free(ScreenProfile *profile)
{
	if (!profile)
		return;
	remove_tree(profile->root);
	g_free(profile->root);
	g_strfreev(profile->environment);
	g_free(profile);
}
