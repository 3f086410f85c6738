/*
 * The header reader against real mail: every message of the shared corpus compared with what is known
 * to be right, with GMime and with libnotmuch; every message of the torture set read within bounds.
 * CURLEW_SHARED names the directory that holds corpus/ and tools/; without it all is skipped.
 */
#include <cmocka.h>
#include <fcntl.h>
#include <glib/gstdio.h>
#include <gmime/gmime.h>
#include <json-glib/json-glib.h>
#include <notmuch.h>
#include <string.h>
#include <unistd.h>

#include "index/header.h"
#include "remove_tree.h"
#include "tests/header_corpus_differences.h"

/* The values that are compared, as text; NULL: none. */
typedef struct Values {
	char *fields[FIELD_COUNT];
} Values;

static void
values_clear(Values *values)
{
	for (int i = 0; i < FIELD_COUNT; i++)
		g_free(values->fields[i]);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Values, values_clear)

static char *
shared_path(const char *name)
{
	const char *shared = g_getenv("CURLEW_SHARED");
	return g_build_filename(shared ? shared : CURLEW_SHARED, name, NULL);
}

static char *
corpus_or_skip(void)
{
	char *corpus = shared_path("corpus");
	if (g_file_test(corpus, G_FILE_TEST_IS_DIR))
		return corpus;
	print_message(
		"no corpus at %s: set CURLEW_SHARED to the directory that holds it\n", corpus);
	g_free(corpus);
	skip();
	return NULL;
}

static void
add_files(GPtrArray *files, const char *root, const char *folder)
{
	g_autofree char *path = g_build_filename(root, folder, NULL);
	g_autoptr(GDir) directory = g_dir_open(path, 0, NULL);
	const char *name;
	while (directory && (name = g_dir_read_name(directory)))
		g_ptr_array_add(files, g_build_filename(folder, name, NULL));
}

/* The corpus' mails, as "folder/name". */
static GPtrArray *
corpus_files(const char *corpus)
{
	static const char *const others[] = { "LICENSES", "keys", "libetpan-rendered", NULL };
	GPtrArray *files = g_ptr_array_new_with_free_func(g_free);
	g_autoptr(GDir) directory = g_dir_open(corpus, 0, NULL);
	const char *name;
	while ((name = g_dir_read_name(directory)))
		if (!g_strv_contains(others, name))
			add_files(files, corpus, name);
	assert_true(files->len > 2000);
	return files;
}

/* White space runs, also those outside ASCII, as one blank, none around; an empty text is none. */
static char *
squeeze(const char *text)
{
	g_autoptr(GString) squeezed = g_string_new(NULL);
	bool blank = false;
	for (; text && *text; text = g_utf8_next_char(text)) {
		gunichar c = g_utf8_get_char(text);
		if (blank && !g_unichar_isspace(c))
			g_string_append_c(squeezed, ' ');
		blank = g_unichar_isspace(c) && squeezed->len > 0;
		if (!g_unichar_isspace(c))
			g_string_append_unichar(squeezed, c);
	}
	return squeezed->len > 0 ? g_string_free(g_steal_pointer(&squeezed), FALSE) : NULL;
}

static char *
date_text(GDateTime *date)
{
	g_autoptr(GDateTime) utc = date ? g_date_time_to_utc(date) : NULL;
	return utc ? g_date_time_format(utc, "%Y-%m-%dT%H:%M:%SZ") : NULL;
}

static Values
our_values(const Header *header)
{
	const HeaderAddress *from = header->from->len > 0 ? header->from->pdata[0] : NULL;
	g_autoptr(GDateTime) date =
		header->has_date ? g_date_time_new_from_unix_utc(header->date) : NULL;
	return (Values){ { squeeze(header->subject), squeeze(from ? from->name : NULL),
		squeeze(from ? from->addr : NULL), date_text(date) } };
}

static Values
expected_values(JsonObject *message)
{
	static const char *const members[FIELD_COUNT] = { "subject", "from_name", "from_addr",
		"date_utc" };
	Values values = { 0 };
	for (int i = 0; i < FIELD_COUNT; i++)
		if (!json_object_get_null_member(message, members[i]))
			values.fields[i] =
				squeeze(json_object_get_string_member(message, members[i]));
	return values;
}

static Values
gmime_values(GMimeMessage *message)
{
	InternetAddressList *list = g_mime_message_get_from(message);
	InternetAddress *from = list && internet_address_list_length(list) > 0
	                                ? internet_address_list_get_address(list, 0)
	                                : NULL;
	const char *addr =
		from && INTERNET_ADDRESS_IS_MAILBOX(from)
			? internet_address_mailbox_get_addr(INTERNET_ADDRESS_MAILBOX(from))
			: NULL;
	return (Values){ { squeeze(g_mime_message_get_subject(message)),
		squeeze(from ? internet_address_get_name(from) : NULL), squeeze(addr),
		date_text(g_mime_message_get_date(message)) } };
}

/* The row of the table that allows this difference; NULL: none does. */
static Difference *
find_difference(Difference *table, size_t count, const char *file, Field field)
{
	for (size_t i = 0; i < count; i++)
		if (table[i].field == field && strcmp(table[i].file, file) == 0)
			return &table[i];
	return NULL;
}

/* Counts what differs and is not in the table; marks the rows that were needed. */
static unsigned
compare(Difference *table, size_t count, const char *file, const Values *ours, const Values *theirs)
{
	unsigned faults = 0;
	for (int i = 0; i < FIELD_COUNT; i++) {
		if (g_strcmp0(ours->fields[i], theirs->fields[i]) == 0)
			continue;
		Difference *known = find_difference(table, count, file, i);
		if (known) {
			known->seen = true;
			continue;
		}
		print_error("%s, %s:\n  ours   «%s»\n  theirs «%s»\n", file, field_names[i],
			ours->fields[i] ? ours->fields[i] : "(none)",
			theirs->fields[i] ? theirs->fields[i] : "(none)");
		faults++;
	}
	return faults;
}

static unsigned
count_stale(const Difference *table, size_t count)
{
	unsigned stale = 0;
	for (size_t i = 0; i < count; i++) {
		if (table[i].seen)
			continue;
		print_error(
			"%s, %s: differs no more\n", table[i].file, field_names[table[i].field]);
		stale++;
	}
	return stale;
}

static Header *
read_corpus_file(const char *corpus, const char *file)
{
	g_autoptr(GError) error = NULL;
	g_autofree char *path = g_build_filename(corpus, file, NULL);
	Header *header = header_read_file_for_list(AT_FDCWD, path, &error);
	if (!header)
		fail_msg("%s", error->message);
	return header;
}

static void
headers_say_what_is_known_to_be_right(void **state)
{
	g_autofree char *corpus = corpus_or_skip();
	g_autofree char *path = g_build_filename(corpus, "expected.json", NULL);
	g_autoptr(JsonParser) parser = json_parser_new();
	assert_true(json_parser_load_from_file(parser, path, NULL));
	JsonObject *root = json_node_get_object(json_parser_get_root(parser));
	JsonArray *messages = json_object_get_array_member(root, "messages");
	Difference table[G_N_ELEMENTS(expected_differences)];
	memcpy(table, expected_differences, sizeof table);
	unsigned faults = 0;
	for (guint i = 0; i < json_array_get_length(messages); i++) {
		JsonObject *message = json_array_get_object_element(messages, i);
		const char *file = json_object_get_string_member(message, "file");
		g_autoptr(Header) header = read_corpus_file(corpus, file);
		g_auto(Values) ours = our_values(header);
		g_auto(Values) theirs = expected_values(message);
		faults += compare(table, G_N_ELEMENTS(table), file, &ours, &theirs);
	}
	assert_int_equal(faults + count_stale(table, G_N_ELEMENTS(table)), 0);
}

/* NULL: GMime makes nothing of the file. */
static GMimeMessage *
gmime_read(const char *corpus, const char *file)
{
	g_autofree char *path = g_build_filename(corpus, file, NULL), *bytes = NULL;
	gsize length = 0;
	assert_true(g_file_get_contents(path, &bytes, &length, NULL));
	GMimeStream *stream = g_mime_stream_mem_new_with_buffer(bytes, length);
	GMimeParser *parser = g_mime_parser_new_with_stream(stream);
	if (length >= 5 && memcmp(bytes, "From ", 5) == 0)
		g_mime_parser_set_format(parser, GMIME_FORMAT_MBOX);
	GMimeMessage *message = g_mime_parser_construct_message(parser, NULL);
	g_object_unref(parser);
	g_object_unref(stream);
	return message;
}

static void
headers_say_what_gmime_says_but_for_its_faults(void **state)
{
	g_autofree char *corpus = corpus_or_skip();
	g_autoptr(GPtrArray) files = corpus_files(corpus);
	Difference table[G_N_ELEMENTS(gmime_differences)];
	memcpy(table, gmime_differences, sizeof table);
	unsigned faults = 0, unread = 0;
	g_mime_init();
	for (guint i = 0; i < files->len; i++) {
		const char *file = files->pdata[i];
		GMimeMessage *message = gmime_read(corpus, file);
		g_autoptr(Header) header = read_corpus_file(corpus, file);
		g_auto(Values) ours = our_values(header);
		unread += !message;
		if (!message)
			continue;
		g_auto(Values) theirs = gmime_values(message);
		faults += compare(table, G_N_ELEMENTS(table), file, &ours, &theirs);
		g_object_unref(message);
	}
	/* GMime's fault 2: a first line that is no field. */
	assert_true(unread < 20);
	assert_int_equal(faults + count_stale(table, G_N_ELEMENTS(table)), 0);
}

static notmuch_database_t *
create_index(const char *root)
{
	notmuch_database_t *database = NULL;
	char *message = NULL;
	notmuch_status_t status =
		notmuch_database_create_with_config(root, "", NULL, &database, &message);
	if (status)
		fail_msg("libnotmuch: %s", message);
	assert_int_equal(notmuch_database_begin_atomic(database), NOTMUCH_STATUS_SUCCESS);
	return database;
}

/* The id that libnotmuch gives the file; NULL if it refuses it. */
static char *
notmuch_id(notmuch_database_t *database, const char *path)
{
	notmuch_message_t *message = NULL;
	notmuch_database_index_file(database, path, NULL, &message);
	char *id = message ? g_strdup(notmuch_message_get_message_id(message)) : NULL;
	if (message)
		notmuch_message_destroy(message);
	return id;
}

/* What libnotmuch makes up for a file without an id. */
static char *
made_up_id(const char *path)
{
	g_autofree char *bytes = NULL;
	gsize length = 0;
	assert_true(g_file_get_contents(path, &bytes, &length, NULL));
	g_autofree char *hash =
		g_compute_checksum_for_data(G_CHECKSUM_SHA1, (const guchar *)bytes, length);
	return g_strconcat("notmuch-sha1-", hash, NULL);
}

/* 1 if libnotmuch takes the file and gives it another id than we do. */
static unsigned
id_differs(notmuch_database_t *database, const char *path, unsigned *compared)
{
	g_autofree char *theirs = notmuch_id(database, path);
	if (!theirs)
		return 0;
	g_autoptr(Header) header = header_read_file_for_list(AT_FDCWD, path, NULL);
	g_autofree char *made_up = header->message_id ? NULL : made_up_id(path);
	const char *ours = made_up ? made_up : header->message_id;
	*compared += 1;
	if (strcmp(ours, theirs) == 0)
		return 0;
	print_error("%s:\n  ours   «%s»\n  theirs «%s»\n", path, ours, theirs);
	return 1;
}

static void
ids_of_the_corpus_are_those_of_libnotmuch(void **state)
{
	g_autofree char *corpus = corpus_or_skip();
	g_autofree char *root = g_dir_make_tmp("curlew-ids-XXXXXX", NULL);
	g_autoptr(GPtrArray) files = corpus_files(corpus);
	notmuch_database_t *database = create_index(root);
	g_autofree char *link = g_build_filename(root, "corpus", NULL);
	assert_int_equal(symlink(corpus, link), 0);
	unsigned faults = 0, compared = 0;
	for (guint i = 0; i < files->len; i++) {
		g_autofree char *path = g_build_filename(link, files->pdata[i], NULL);
		faults += id_differs(database, path, &compared);
	}
	notmuch_database_end_atomic(database);
	notmuch_database_destroy(database);
	remove_tree(root);
	assert_true(compared > 1900);
	assert_int_equal(faults, 0);
}

static void
odd_ids_are_those_of_libnotmuch(void **state)
{
	g_autofree char *root = g_dir_make_tmp("curlew-ids-XXXXXX", NULL);
	notmuch_database_t *database = create_index(root);
	unsigned faults = 0, compared = 0;
	for (size_t i = 0; i < G_N_ELEMENTS(odd_ids); i++) {
		g_autoptr(GString) mail = g_string_new("From: a@b\nMessage-ID:");
		g_string_append_len(mail, odd_ids[i].value, (gssize)odd_ids[i].length);
		g_string_append(mail, "\n\nbody\n");
		g_autofree char *path = g_strdup_printf("%s/mail%zu", root, i);
		assert_true(g_file_set_contents(path, mail->str, (gssize)mail->len, NULL));
		faults += id_differs(database, path, &compared);
	}
	notmuch_database_end_atomic(database);
	notmuch_database_destroy(database);
	remove_tree(root);
	assert_int_equal(compared, G_N_ELEMENTS(odd_ids));
	assert_int_equal(faults, 0);
}

static bool
is_field(const char *at, const char *stop, const char *name)
{
	size_t length = strlen(name);
	if ((size_t)(stop - at) < length || g_ascii_strncasecmp(at, name, length) != 0)
		return false;
	for (at += length; at < stop && (*at == ' ' || *at == '\t');)
		at++;
	return at < stop && *at == ':';
}

/* What a server sends for the header pass: the fields that were asked for, in CRLF. */
static GString *
header_pass(const char *block, gsize length)
{
	static const char *const wanted[] = { "Date", "From", "To", "Cc", "Subject", "Message-ID",
		"In-Reply-To", "References", "List-Id", "Content-Type" };
	GString *pass = g_string_new(NULL);
	bool take = false;
	for (const char *at = block, *end = block + length; at < end;) {
		const char *newline = memchr(at, '\n', end - at);
		const char *stop = newline ? newline : end;
		if (stop > at && stop[-1] == '\r')
			stop--;
		if (stop == at)
			break;
		bool field = *at != ' ' && *at != '\t';
		take = take && !field;
		for (size_t i = 0; field && i < G_N_ELEMENTS(wanted); i++)
			take |= is_field(at, stop, wanted[i]);
		if (take) {
			g_string_append_len(pass, at, stop - at);
			g_string_append(pass, "\r\n");
		}
		at = newline ? newline + 1 : end;
	}
	g_string_append(pass, "\r\n");
	return pass;
}

static void
identity_is_the_same_from_the_header_pass(void **state)
{
	g_autofree char *corpus = corpus_or_skip();
	g_autoptr(GPtrArray) files = corpus_files(corpus);
	unsigned faults = 0;
	for (guint i = 0; i < files->len; i++) {
		g_autofree char *path = g_build_filename(corpus, files->pdata[i], NULL);
		g_autofree char *bytes = NULL;
		gsize length = 0;
		assert_true(g_file_get_contents(path, &bytes, &length, NULL));
		g_autoptr(GString) pass = header_pass(bytes, length);
		g_autoptr(Header) file = read_corpus_file(corpus, files->pdata[i]);
		g_autoptr(Header) server = header_read(pass->str, pass->len);
		if (memcmp(file->identity, server->identity, HEADER_IDENTITY_SIZE) == 0 &&
			g_strcmp0(file->message_id, server->message_id) == 0)
			continue;
		print_error("%s: another identity\n", (const char *)files->pdata[i]);
		faults++;
	}
	assert_int_equal(faults, 0);
}

static void
assert_sane(const char *file, const char *text)
{
	if (text && (!g_utf8_validate(text, -1, NULL) || strpbrk(text, "\r\n")))
		fail_msg("%s: «%s»", file, text);
}

static unsigned
check_made_file(const char *root, JsonObject *entry)
{
	static const char *const members[] = { "subject", "from_name", "from_addr", "date_utc",
		"message_id" };
	const char *file = json_object_get_string_member(entry, "file");
	g_autofree char *path = g_build_filename(root, file, NULL);
	if (!g_file_test(path, G_FILE_TEST_IS_REGULAR))
		return 0;
	g_autoptr(Header) header = read_corpus_file(root, file);
	g_auto(Values) ours = our_values(header);
	JsonObject *check = json_object_has_member(entry, "check")
	                            ? json_object_get_object_member(entry, "check")
	                            : NULL;
	unsigned faults = 0;
	for (size_t i = 0; i < G_N_ELEMENTS(members); i++) {
		const char *text = i < FIELD_COUNT ? ours.fields[i] : header->message_id;
		assert_sane(file, text);
		if (!check || !json_object_has_member(check, members[i]) ||
			g_strv_contains(beyond_bounds, file))
			continue;
		g_autofree char *wanted =
			squeeze(json_object_get_null_member(check, members[i])
					? NULL
					: json_object_get_string_member(check, members[i]));
		if (g_strcmp0(text, wanted) == 0)
			continue;
		print_error("%s, %s:\n  ours   «%.200s»\n  wanted «%.200s»\n", file, members[i],
			text ? text : "(none)", wanted ? wanted : "(none)");
		faults++;
	}
	return faults;
}

static void
hostile_mails_are_read_within_bounds(void **state)
{
	g_autofree char *tool = shared_path("tools/make_torture.py");
	if (!g_file_test(tool, G_FILE_TEST_EXISTS)) {
		print_message("no %s: set CURLEW_SHARED to the directory that holds it\n", tool);
		skip();
	}
	g_autofree char *root = g_dir_make_tmp("curlew-torture-XXXXXX", NULL);
	char *command[] = { (char *)"python3", tool, (char *)"--no-huge", root, NULL };
	int status = -1;
	assert_true(
		g_spawn_sync(NULL, command, NULL, G_SPAWN_SEARCH_PATH | G_SPAWN_STDOUT_TO_DEV_NULL,
			NULL, NULL, NULL, NULL, &status, NULL));
	assert_int_equal(status, 0);
	g_autofree char *manifest = g_build_filename(root, "manifest.json", NULL);
	g_autoptr(JsonParser) parser = json_parser_new();
	assert_true(json_parser_load_from_file(parser, manifest, NULL));
	JsonObject *all = json_node_get_object(json_parser_get_root(parser));
	JsonArray *files = json_object_get_array_member(all, "files");
	unsigned faults = 0;
	for (guint i = 0; i < json_array_get_length(files); i++)
		faults += check_made_file(root, json_array_get_object_element(files, i));
	remove_tree(root);
	assert_true(json_array_get_length(files) > 500);
	assert_int_equal(faults, 0);
}

/* libnotmuch leaks the short form of a long id; libtalloc holds it. */
const char *__lsan_default_suppressions(void);

const char *
__lsan_default_suppressions(void)
{
	return "leak:libtalloc\n";
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(headers_say_what_is_known_to_be_right),
		cmocka_unit_test(headers_say_what_gmime_says_but_for_its_faults),
		cmocka_unit_test(ids_of_the_corpus_are_those_of_libnotmuch),
		cmocka_unit_test(odd_ids_are_those_of_libnotmuch),
		cmocka_unit_test(identity_is_the_same_from_the_header_pass),
		cmocka_unit_test(hostile_mails_are_read_within_bounds),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
