#include "ui/demo/demo_mail.h"

#include <gio/gio.h>
#include <glib/gstdio.h>
#include <stdlib.h>
#include <string.h>
#include <utime.h>

/* Made by the build from demo.gresource.xml, and so in no header of ours. */
extern GResource *demo_get_resource(void);

/* A mail begins with a line "From demo ACCOUNT FOLDER FLAGS AGE". */
static const char separator[] = "From demo ";

typedef struct Letter {
	char *account, *folder, *flags;
	int64_t age; /* seconds; -1: it comes later */
	char *text;
} Letter;

struct DemoMail {
	GPtrArray *letters, *later; /* of Letter; each in its own */
	GPtrArray *accounts;        /* of const char *, which belong to letters */
	unsigned written;
};

static void
letter_free(void *pointer)
{
	Letter *letter = pointer;
	g_free(letter->account);
	g_free(letter->folder);
	g_free(letter->flags);
	g_free(letter->text);
	g_free(letter);
}

static void
add_account(GPtrArray *accounts, char *name)
{
	if (!g_ptr_array_find_with_equal_func(accounts, name, g_str_equal, NULL))
		g_ptr_array_add(accounts, name);
}

/* TEXT: from behind the separator on. */
static void
add_letter(DemoMail *mail, const char *text)
{
	const char *end = strchr(text, '\n');
	g_autofree char *top = g_strndup(text, (gsize)(end - text));
	g_auto(GStrv) words = g_strsplit(top, " ", 4);
	bool comes_later = g_str_equal(words[3], "new");
	Letter *letter = g_new(Letter, 1);
	*letter = (Letter){ g_strdup(words[0]), g_strdup(words[1]),
		g_strdup(g_str_equal(words[2], "-") ? "" : words[2]),
		comes_later ? -1 : atoll(words[3]), g_strdup(end + 1) };
	g_ptr_array_add(comes_later ? mail->later : mail->letters, letter);
	if (!comes_later)
		add_account(mail->accounts, letter->account);
}

DemoMail *
demo_mail_new(void)
{
	DemoMail *mail = g_new0(DemoMail, 1);
	mail->letters = g_ptr_array_new_with_free_func(letter_free);
	mail->later = g_ptr_array_new_with_free_func(letter_free);
	mail->accounts = g_ptr_array_new();
	g_autoptr(GBytes) bytes = g_resource_lookup_data(
		demo_get_resource(), "/curlew/demo/mail.mbox", G_RESOURCE_LOOKUP_FLAGS_NONE, NULL);
	gsize length;
	const char *all = g_bytes_get_data(bytes, &length);
	g_autofree char *text = g_strconcat("\n", all, NULL); /* a resource ends with a NUL */
	g_autofree char *between = g_strconcat("\n", separator, NULL);
	g_auto(GStrv) pieces = g_strsplit(text, between, -1);
	for (char **piece = pieces + 1; *piece; piece++) {
		g_autofree char *whole = g_strconcat(*piece, "\n", NULL); /* the separator's */
		if (!piece[1])
			whole[strlen(whole) - 1] = '\0';
		add_letter(mail, whole);
	}
	return mail;
}

void
demo_mail_free(DemoMail *mail)
{
	if (!mail)
		return;
	g_ptr_array_unref(mail->letters);
	g_ptr_array_unref(mail->later);
	g_ptr_array_unref(mail->accounts);
	g_free(mail);
}

const GPtrArray *
demo_mail_accounts(const DemoMail *mail)
{
	return mail->accounts;
}

static bool
make_maildir(const char *folder, GError **error)
{
	static const char *const names[] = { "cur", "new", "tmp" };
	for (size_t i = 0; i < G_N_ELEMENTS(names); i++) {
		g_autofree char *path = g_build_filename(folder, names[i], NULL);
		if (g_mkdir_with_parents(path, 0700) == 0)
			continue;
		g_set_error(error, G_FILE_ERROR, G_FILE_ERROR_FAILED, "cannot make %s", path);
		return false;
	}
	return true;
}

/* Puts WORDS in the place of the first MARK, which stands in a header. */
static void
fill_in(GString *text, const char *mark, const char *words)
{
	g_string_replace(text, mark, words, 1);
}

static GString *
letter_text(const Letter *letter, int64_t when, unsigned number)
{
	g_autoptr(GDateTime) time = g_date_time_new_from_unix_local(when);
	static const char *const days[] = { "Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun" };
	static const char *const months[] = { "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul",
		"Aug", "Sep", "Oct", "Nov", "Dec" };
	g_autofree char *clock = g_date_time_format(time, "%Y %H:%M:%S %z");
	g_autofree char *date = g_strdup_printf("\nDate: %s, %02d %s %s\n",
		days[g_date_time_get_day_of_week(time) - 1], g_date_time_get_day_of_month(time),
		months[g_date_time_get_month(time) - 1], clock);
	g_autofree char *id = g_strdup_printf("\nMessage-ID: <new-%u.", number);
	GString *text = g_string_new(letter->text);
	fill_in(text, "\nDate: @\n", date);
	fill_in(text, "\nMessage-ID: <@.", id);
	return text;
}

/* As a delivery does it: complete before it has its name. */
static bool
write_letter(DemoMail *mail, const Letter *letter, const char *root, GError **error)
{
	bool is_new = letter->age < 0;
	unsigned number = mail->written++;
	int64_t when = g_get_real_time() / G_USEC_PER_SEC - (is_new ? 0 : letter->age);
	g_autofree char *folder = g_build_filename(root, letter->account, letter->folder, NULL);
	g_autofree char *name = g_strdup_printf("%" G_GINT64_FORMAT ".%03u.demo%s%s", when, number,
		is_new ? "" : ":2,", letter->flags);
	g_autofree char *draft = g_build_filename(folder, "tmp", name, NULL);
	g_autofree char *path = g_build_filename(folder, is_new ? "new" : "cur", name, NULL);
	g_autoptr(GString) text = letter_text(letter, when, number);
	if (!make_maildir(folder, error) ||
		!g_file_set_contents_full(
			draft, text->str, (gssize)text->len, G_FILE_SET_CONTENTS_NONE, 0600, error))
		return false;
	utime(draft, &(struct utimbuf){ when, when });
	if (g_rename(draft, path) == 0)
		return true;
	g_set_error(error, G_FILE_ERROR, G_FILE_ERROR_FAILED, "cannot write %s", path);
	return false;
}

bool
demo_mail_write(DemoMail *mail, const char *root, GError **error)
{
	for (guint i = 0; i < mail->letters->len; i++) {
		if (!write_letter(mail, g_ptr_array_index(mail->letters, i), root, error))
			return false;
	}
	return true;
}

bool
demo_mail_write_next(DemoMail *mail, const char *root, GError **error)
{
	guint next = (mail->written - mail->letters->len) % mail->later->len;
	return write_letter(mail, g_ptr_array_index(mail->later, next), root, error);
}
