#include <string.h>
#include <unistd.h>

#include "backend/error.h"
#include "index/maildir_name.h"
#include "index/message.h"
#include "index/paths.h"
#include "ui/cli_commands.h"
#include "ui/cli_copies.h"
#include "ui/cli_fetch.h"

enum { TEXT_COLUMNS = 80 };

typedef struct Show {
	Cli *cli;
	const char *id; /* "key:…" or a bare Message-ID */
	Stores *stores;
	QueryHit *hit;     /* NULL: not in the index, or there is none */
	GPtrArray *copies; /* of Copy */
	const Copy *copy;  /* the one that is shown; NULL: only known by the index */
	char *file;        /* NULL: nothing of it is here */
	bool partial;
	int result;
} Show;

/* "id:<x@y>", "<x@y>" and "x@y" are one. */
static const char *
bare_id(char *id)
{
	if (g_str_has_prefix(id, "key:"))
		return id;
	if (g_str_has_prefix(id, "id:"))
		id += strlen("id:");
	size_t length = strlen(id);
	if (length > 2 && id[0] == '<' && id[length - 1] == '>') {
		id[length - 1] = '\0';
		id++;
	}
	return id;
}

/* The copy whose body is here, else the first. */
static const Copy *
choose_copy(const GPtrArray *copies)
{
	for (guint i = 0; i < copies->len; i++) {
		const Copy *copy = g_ptr_array_index(copies, i);
		if (copy->row && copy->row->here && copy->file && access(copy->file, R_OK) == 0)
			return copy;
	}
	return copies->len ? g_ptr_array_index(copies, 0) : NULL;
}

/* By the id, else by the files of the index's hit. */
static void
look_up_copies(Show *show)
{
	if (show->copies)
		g_ptr_array_unref(show->copies);
	show->copies = stores_copies(show->stores, show->id);
	if (!show->copies->len && show->hit) {
		g_ptr_array_unref(show->copies);
		show->copies = stores_hit_copies(show->stores, show->hit);
	}
	show->copy = choose_copy(show->copies);
}

static bool
find_message(Show *show)
{
	g_autofree char *root = config_mail_root(cli_config(show->cli));
	g_autoptr(Query) query =
		query_open(root, NULL, NULL); /* the store knows enough without it */
	look_up_copies(show);
	const char *known = show->copy ? show->copy->row->message_id : show->id;
	if (query && known && !g_str_has_prefix(known, "key:"))
		show->hit = query_message(query, known, NULL);
	if (!show->copy && show->hit)
		look_up_copies(show);
	return show->copy != NULL;
}

/* A file that is readable now; the store's path may be stale for a moment, the index's, too. */
static char *
file_that_is_here(const Show *show)
{
	if (show->copy->file && access(show->copy->file, R_OK) == 0)
		return g_strdup(show->copy->file);
	for (char **file = show->hit ? show->hit->files : NULL; file && *file; file++)
		if (access(*file, R_OK) == 0)
			return g_strdup(*file);
	return NULL;
}

static bool
is_partial_file(const char *file)
{
	g_autofree char *name = g_path_get_basename(file);
	MaildirName parts;
	if (!maildir_name_parse(name, &parts))
		return false;
	bool partial = parts.partial;
	maildir_name_clear(&parts);
	return partial;
}

/* Whatever is not here is asked of the agent; offline, what the store has must do. */
static void
get_body(Show *show)
{
	g_autoptr(GError) error = NULL;
	show->file = file_that_is_here(show);
	show->partial = !show->file || is_partial_file(show->file);
	if (!show->partial || !show->copy->row)
		return;
	char *file = fetch_body(show->copy->account, cli_config_path(show->cli), show->copy->folder,
		show->copy->row->key, &error);
	if (!file) {
		show->result = cli_fail(error);
		return;
	}
	show->partial = false;
	look_up_copies(show);
	g_free(show->file);
	/* The store says where every copy is now; it may not know this one any more. */
	show->file = show->copy && show->copy->file ? g_strdup(show->copy->file) : g_strdup(file);
	g_free(file);
}

/* ---- the answer's members that the file does not tell ---- */

static void
add_tag(GPtrArray *tags, bool has, const char *tag)
{
	if (has)
		g_ptr_array_add(tags, g_strdup(tag));
}

static int
compare_texts(const void *a, const void *b)
{
	return strcmp(*(char *const *)a, *(char *const *)b);
}

/* The index's tags; without it those that follow from the store. */
static JsonArray *
tags_of(const Show *show)
{
	JsonArray *array = json_array_new();
	g_autoptr(GPtrArray) tags = g_ptr_array_new_with_free_func(g_free);
	const MessageRow *row = show->copy->row;
	for (char **tag = show->hit ? show->hit->tags : NULL; tag && *tag; tag++)
		g_ptr_array_add(tags, g_utf8_make_valid(*tag, -1));
	if (!show->hit && row) {
		g_auto(GStrv) own = g_strsplit(row->tags ? row->tags : "", " ", -1);
		for (char **tag = own; *tag; tag++)
			add_tag(tags, **tag, *tag);
		add_tag(tags, !(row->flags & MAIL_SEEN), "unread");
		add_tag(tags, row->flags & MAIL_FLAGGED, "flagged");
		add_tag(tags, row->flags & MAIL_REPLIED, "replied");
		add_tag(tags, row->flags & MAIL_PASSED, "passed");
		add_tag(tags, row->flags & MAIL_DRAFT, "draft");
	}
	g_ptr_array_sort(tags, compare_texts);
	for (guint i = 0; i < tags->len; i++)
		json_array_add_string_element(array, g_ptr_array_index(tags, i));
	return array;
}

static void
set_date(JsonObject *message, const MessageRow *row)
{
	g_autoptr(GDateTime) date = row->has_date ? g_date_time_new_from_unix_utc(row->date) : NULL;
	g_autofree char *text = date ? g_date_time_format(date, "%Y-%m-%dT%H:%M:%SZ") : NULL;
	if (row->has_date)
		json_set_number(message, "date", row->date);
	else
		json_object_set_null_member(message, "date");
	json_set_text(message, "date_utc", text);
}

/* What the store knows of a message without a file. The caller owns it. */
static JsonObject *
message_of_row(const MessageRow *row)
{
	JsonObject *message = json_object_new();
	JsonArray *from = json_array_new();
	if (row->from_addr || row->from_name) {
		JsonObject *address = json_object_new();
		json_set_text(address, "name", row->from_name);
		json_set_text(address, "addr", row->from_addr);
		json_array_add_object_element(from, address);
	}
	json_set_text(message, "subject", row->subject);
	json_set_array(message, "from", from);
	json_set_array(message, "to", json_array_new());
	json_set_array(message, "cc", json_array_new());
	set_date(message, row);
	json_set_array(message, "attachments", json_array_new());
	json_set_text(message, "text", NULL);
	return message;
}

static void
copy_member(JsonObject *object, const char *name, JsonNode *node, void *answer)
{
	if (!json_object_has_member(answer, name))
		json_object_set_member(answer, name, json_node_copy(node));
}

/* Takes MESSAGE over. */
static JsonObject *
complete(const Show *show, JsonObject *message)
{
	JsonObject *answer = cli_json_new();
	g_autofree char *id = show->copy->row || show->hit ? copies_id(show->copies, show->hit)
	                                                   : g_strdup(show->id);
	json_set_text(answer, "id", id);
	if (show->copy->row || show->hit) {
		g_autofree char *thread = copies_thread(show->copies, show->hit);
		json_set_text(answer, "thread", thread);
	}
	json_set_array(answer, "tags", tags_of(show));
	json_set_array(answer, "copies", copies_json(show->copies));
	if (show->copy->row) {
		g_autofree char *why = stores_why_unsearchable(show->stores, show->copy);
		json_set_text(answer, "unsearchable", why);
	}
	json_set_truth(answer, "partial", show->partial || json_truth(message, "partial"));
	json_object_foreach_member(message, copy_member, answer);
	json_object_unref(message);
	return answer;
}

/* ---- for people ---- */

static void
print_header(const char *name, const char *value)
{
	if (value && *value)
		cli_print(CLEAN_LINE, "%s: %s", name, value);
}

static void
print_addresses(JsonObject *message, const char *name, const char *member)
{
	JsonArray *list = json_array(message, member);
	g_autoptr(GString) line = g_string_new(NULL);
	for (guint i = 0; list && i < json_array_get_length(list); i++) {
		JsonObject *one = json_array_get_object_element(list, i);
		const char *who = json_text(one, "name"), *address = json_text(one, "addr");
		g_string_append_printf(line, "%s%s%s%s%s", i ? ", " : "", who ? who : "",
			who && address ? " <" : "", address ? address : "",
			who && address ? ">" : "");
	}
	if (line->len)
		cli_print(CLEAN_IDENTITY, "%s: %s", name, line->str);
}

static void
print_attachments(JsonObject *message)
{
	JsonArray *list = json_array(message, "attachments");
	for (guint i = 0; list && i < json_array_get_length(list); i++) {
		JsonObject *one = json_array_get_object_element(list, i);
		const char *name = json_text(one, "name"), *type = json_text(one, "type");
		g_autofree char *bytes = cli_number(json_number(one, "bytes", 0));
		cli_print(CLEAN_IDENTITY, "Attachment: %s %s (%s, %s bytes)",
			json_text(one, "part"), name ? name : "(no name)", type, bytes);
	}
}

static void
print_text(const Show *show, JsonObject *message)
{
	const char *text = json_text(message, "text");
	if (text && *text)
		cli_print(CLEAN_BODY, "%s", text);
	else if (show->partial)
		cli_say("the body was not downloaded yet");
}

static void
print_message(const Show *show, JsonObject *message)
{
	JsonArray *tags = json_array(message, "tags");
	g_autoptr(GString) line = g_string_new(NULL);
	for (guint i = 0; tags && i < json_array_get_length(tags); i++)
		g_string_append_printf(
			line, "%s%s", i ? " " : "", json_array_get_string_element(tags, i));
	print_addresses(message, "From", "from");
	print_addresses(message, "To", "to");
	print_addresses(message, "Cc", "cc");
	int64_t seconds = json_number(message, "date", INT64_MIN);
	g_autofree char *date = seconds == INT64_MIN ? NULL : cli_date(seconds);
	print_header("Date", date);
	print_header("Subject", json_text(message, "subject"));
	print_header("Tags", line->str);
	print_attachments(message);
	cli_print(CLEAN_LINE, "%s", "");
	print_text(show, message);
}

/* ---- one way a way to show ---- */

static int
show_raw(const Show *show)
{
	g_autoptr(GError) error = NULL;
	g_autoptr(GMappedFile) file = g_mapped_file_new(show->file, FALSE, &error);
	if (!file)
		return cli_fail(error);
	cli_print_bytes(g_mapped_file_get_contents(file), g_mapped_file_get_length(file));
	return CLI_DONE;
}

static int
show_part(const Show *show, MessageReader *reader, const char *part)
{
	g_autoptr(GError) error = NULL;
	g_autoptr(GBytes) bytes = message_reader_part(reader, show->file, part, NULL, &error);
	if (!bytes)
		return cli_fail(error);
	size_t length;
	const char *start = g_bytes_get_data(bytes, &length);
	cli_print_bytes(start, length);
	return CLI_DONE;
}

static int
show_message(const Show *show, MessageReader *reader)
{
	g_autoptr(GError) error = NULL;
	int columns = cli_stdout_is_terminal() ? (int)cli_columns() : TEXT_COLUMNS;
	JsonObject *read = show->file
	                           ? message_reader_show(reader, show->file, columns, NULL, &error)
	                           : message_of_row(show->copy->row);
	if (!read)
		return cli_fail(error);
	g_autoptr(JsonObject) message = complete(show, read);
	if (cli_has(show->cli, "json"))
		cli_print_json(message);
	else if (cli_has(show->cli, "text"))
		print_text(show, message);
	else
		print_message(show, message);
	return CLI_DONE;
}

static int
show_it(Show *show)
{
	if (!find_message(show)) {
		cli_say("there is no message '%s'", show->id);
		return CLI_FAILED;
	}
	get_body(show);
	if (!show->copy) {
		cli_say("'%s' was just removed", show->id);
		return CLI_FAILED;
	}
	const char *part = cli_value(show->cli, "part");
	bool needs_file = part || cli_has(show->cli, "raw") || !show->copy->row;
	if (!show->file && needs_file) {
		if (show->result != CLI_DONE)
			return show->result;
		cli_say("the file of '%s' is not here any more", show->id);
		return CLI_FAILED;
	}
	if (cli_has(show->cli, "raw"))
		return cli_worse(show->result, show_raw(show));
	g_autofree char *program = paths_program("curlew-mime");
	g_autoptr(MessageReader) reader = message_reader_new(program);
	return cli_worse(
		show->result, part ? show_part(show, reader, part) : show_message(show, reader));
}

int
cli_show_run(Cli *cli)
{
	g_autofree char *id = g_strdup(cli_words(cli)[0]);
	g_autoptr(Stores) stores = stores_open(cli_config(cli));
	Show show = { .cli = cli, .id = bare_id(id), .stores = stores };
	int result = show_it(&show);
	/* A copy that is found is all that was asked for, whatever became of the other accounts. */
	if (!show.copy || !show.copy->row)
		result = cli_worse(result, stores_tell_errors(stores));
	if (show.copies)
		g_ptr_array_unref(show.copies);
	query_hit_free(show.hit);
	g_free(show.file);
	return result;
}
