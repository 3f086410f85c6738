#include <string.h>

#include "ui/cli_commands.h"
#include "ui/cli_copies.h"

enum { SENDER_COLUMNS = 20, DATE_COLUMNS = 16 };

typedef struct Search {
	const Cli *cli;
	const char *text;
	int64_t limit; /* 0: none */
	bool json;
	Query *query;
	Stores *stores;
	JsonArray *array; /* what is found; NULL: it is printed */
	int64_t found;
	/* threads only */
	GHashTable *by_thread; /* notmuch's thread id → Thread */
	GPtrArray *threads;    /* of Thread, by their first hit */
} Search;

typedef struct Thread {
	char *id; /* notmuch's */
	char *name, *subject;
	int64_t date, matched;
	GPtrArray *authors, *tags; /* of char *, each once */
} Thread;

static void
thread_free(void *data)
{
	Thread *thread = data;
	g_free(thread->id);
	g_free(thread->name);
	g_free(thread->subject);
	g_ptr_array_unref(thread->authors);
	g_ptr_array_unref(thread->tags);
	g_free(thread);
}

static JsonArray *
json_texts(const char *const *texts)
{
	JsonArray *array = json_array_new();
	for (; texts && *texts; texts++) {
		g_autofree char *valid = g_utf8_make_valid(*texts, -1);
		json_array_add_string_element(array, valid);
	}
	return array;
}

static void
json_set_date(JsonObject *object, int64_t date)
{
	if (date)
		json_set_number(object, "date", date);
	else
		json_object_set_null_member(object, "date");
}

/* The name alone, the address where there is none. The caller owns it. */
static char *
sender_of(const char *from)
{
	const char *angle = from ? strchr(from, '<') : NULL;
	g_autofree char *name = g_strndup(from ? from : "", angle ? (size_t)(angle - from) : 0);
	g_strstrip(g_strdelimit(name, "\"", ' '));
	if (*name)
		return g_steal_pointer(&name);
	g_autofree char *address = g_strdup(angle ? angle + 1 : from ? from : "");
	address[strcspn(address, ">")] = '\0';
	return g_strdup(*address ? address : "(no sender)");
}

/* What is shown of a hit: as the store has it, which all else shows; what no store knows, as the index has it. */
typedef struct Heading {
	char *from, *subject;
	int64_t date;
} Heading;

static void
heading_clear(Heading *heading)
{
	g_free(heading->from);
	g_free(heading->subject);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Heading, heading_clear)

/* NULL: there is none. The caller owns it. */
static char *
from_of(const MessageRow *row)
{
	if (!row->from_name || !row->from_addr)
		return g_strdup(row->from_name ? row->from_name : row->from_addr);
	bool is_special = strpbrk(row->from_name, "()<>[]:;@\\,.\"");
	g_autofree char *name = g_strdelimit(g_strdup(row->from_name), "\\\"", ' ');
	const char *quote = is_special ? "\"" : "";
	return g_strdup_printf("%s%s%s <%s>", quote, name, quote, row->from_addr);
}

static Heading
heading_of(const GPtrArray *copies, const QueryHit *hit)
{
	const MessageRow *row = copies_row(copies);
	if (!row)
		return (Heading){ g_strdup(hit->from), g_strdup(hit->subject), hit->date };
	return (Heading){ from_of(row), g_strdup(row->subject), row->date };
}

static void
print_line(int64_t when, const char *from, const char *what, const char *const *tags)
{
	g_autofree char *date = cli_date(when);
	g_autofree char *sender = cli_cell(CLEAN_IDENTITY, from, SENDER_COLUMNS);
	g_autoptr(CleanText) subject =
		clean_text_new(CLEAN_LINE, what && *what ? what : "(no subject)", -1);
	g_autofree char *list = tags ? g_strjoinv(" ", (char **)tags) : g_strdup("");
	g_autoptr(CleanText) marks = clean_text_new(CLEAN_IDENTITY, list, -1);
	cli_print_row("%-*s  %s  %s%s%s%s", DATE_COLUMNS, date, sender, clean_text_utf8(subject),
		*list ? " (" : "", clean_text_utf8(marks), *list ? ")" : "");
}

/* ---- messages ---- */

static bool
is_enough(const Search *search)
{
	return cli_output_failed() || (search->limit && search->found >= search->limit);
}

static bool
on_message(const QueryHit *hit, void *data)
{
	Search *search = data;
	g_autoptr(GPtrArray) copies = stores_hit_copies(search->stores, hit);
	g_auto(Heading) heading = heading_of(copies, hit);
	search->found++;
	if (!search->array) {
		g_autofree char *sender = sender_of(heading.from);
		print_line(heading.date, sender, heading.subject, (const char *const *)hit->tags);
		return !is_enough(search);
	}
	g_autofree char *id = copies_id(copies, hit);
	g_autofree char *thread = copies_thread(copies, hit);
	JsonObject *object = json_object_new();
	json_set_text(object, "id", id);
	json_set_text(object, "thread", thread);
	json_set_date(object, heading.date);
	json_set_text(object, "from", heading.from ? heading.from : "");
	json_set_text(object, "subject", heading.subject ? heading.subject : "");
	json_set_array(object, "tags", json_texts((const char *const *)hit->tags));
	json_set_array(object, "copies", copies_json(copies));
	json_array_add_object_element(search->array, object);
	return !is_enough(search);
}

/* As `show` takes them. */
static bool
on_id(const QueryHit *hit, void *data)
{
	Search *search = data;
	search->found++;
	g_autoptr(GPtrArray) copies = stores_hit_copies(search->stores, hit);
	g_autofree char *id = copies_id(copies, hit);
	g_autofree char *valid = g_utf8_make_valid(id, -1);
	if (search->array)
		json_array_add_string_element(search->array, valid);
	else
		cli_print(CLEAN_IDENTITY, "%s%s", g_str_has_prefix(id, "key:") ? "" : "id:", id);
	return !is_enough(search);
}

static bool
on_files(const QueryHit *hit, void *data)
{
	Search *search = data;
	g_autoptr(GPtrArray) copies = stores_hit_copies(search->stores, hit);
	for (guint i = 0; i < copies->len && !cli_output_failed(); i++) {
		const Copy *copy = g_ptr_array_index(copies, i);
		if (!copy->file)
			continue;
		search->found++;
		if (search->limit && search->found > search->limit)
			continue;
		g_autofree char *valid = g_utf8_make_valid(copy->file, -1);
		if (search->array)
			json_array_add_string_element(search->array, valid);
		else
			cli_print(CLEAN_IDENTITY, "%s", copy->file);
	}
	/* JSON tells how many there are in all, and only the hits say how many files they have. */
	return search->array ? !cli_output_failed() : !is_enough(search);
}

/* ---- threads ---- */

static void
add_once(GPtrArray *set, const char *text)
{
	if (!g_ptr_array_find_with_equal_func(set, text, g_str_equal, NULL))
		g_ptr_array_add(set, g_strdup(text));
}

static Thread *
thread_new(const GPtrArray *copies, const QueryHit *hit)
{
	g_auto(Heading) heading = heading_of(copies, hit);
	Thread *thread = g_new0(Thread, 1);
	thread->id = g_strdup(hit->thread_id);
	thread->name = copies_thread(copies, hit);
	thread->subject = g_strdup(heading.subject ? heading.subject : "");
	thread->date = heading.date;
	thread->authors = g_ptr_array_new_with_free_func(g_free);
	thread->tags = g_ptr_array_new_with_free_func(g_free);
	return thread;
}

/* Hits come newest first: the first one of a thread dates and names it. */
static bool
on_thread(const QueryHit *hit, void *data)
{
	Search *search = data;
	g_autoptr(GPtrArray) copies = stores_hit_copies(search->stores, hit);
	Thread *thread = g_hash_table_lookup(search->by_thread, hit->thread_id);
	if (!thread) {
		search->found++;
		if (search->limit && search->found > search->limit)
			return true; /* older hits may belong to threads that are listed */
		thread = thread_new(copies, hit);
		g_ptr_array_add(search->threads, thread);
		g_hash_table_insert(search->by_thread, thread->id, thread);
	}
	thread->matched++;
	g_auto(Heading) heading = heading_of(copies, hit);
	g_autofree char *sender = sender_of(heading.from);
	add_once(thread->authors, sender);
	for (char **tag = hit->tags; tag && *tag; tag++)
		add_once(thread->tags, *tag);
	return true;
}

static int
compare_texts(const void *a, const void *b)
{
	return strcmp(*(char *const *)a, *(char *const *)b);
}

static bool
finish_thread(Search *search, Thread *thread, GError **error)
{
	QueryCount count = { 0 };
	g_autofree char *text = g_strconcat("thread:", thread->id, NULL);
	if (!query_count(search->query, text, &count, NULL, error))
		return false;
	g_ptr_array_sort(thread->tags, compare_texts);
	g_ptr_array_add(thread->authors, NULL);
	g_ptr_array_add(thread->tags, NULL);
	g_autofree char *authors = g_strjoinv(", ", (char **)thread->authors->pdata);
	if (!search->array) {
		g_autofree char *subject =
			g_strdup_printf("[%" G_GINT64_FORMAT "/%" G_GINT64_FORMAT "] %s",
				thread->matched, count.messages, thread->subject);
		print_line(
			thread->date, authors, subject, (const char *const *)thread->tags->pdata);
		return true;
	}
	JsonObject *object = json_object_new();
	json_set_text(object, "thread", thread->name);
	json_set_date(object, thread->date);
	json_set_text(object, "authors", authors);
	json_set_text(object, "subject", thread->subject);
	json_set_number(object, "total", count.messages);
	json_set_number(object, "matched", thread->matched);
	json_set_array(object, "tags", json_texts((const char *const *)thread->tags->pdata));
	json_array_add_object_element(search->array, object);
	return true;
}

static bool
search_threads(Search *search, GError **error)
{
	search->by_thread = g_hash_table_new(g_str_hash, g_str_equal);
	search->threads = g_ptr_array_new_with_free_func(thread_free);
	bool right = query_search(search->query, search->text, 0, on_thread, search, NULL, error);
	for (guint i = 0; right && i < search->threads->len && !cli_output_failed(); i++)
		right = finish_thread(search, g_ptr_array_index(search->threads, i), error);
	g_hash_table_unref(search->by_thread);
	g_ptr_array_unref(search->threads);
	return right;
}

static bool
search_messages(Search *search, GError **error)
{
	return query_search(search->query, search->text, (size_t)search->limit, on_message, search,
		NULL, error);
}

static bool
search_ids(Search *search, GError **error)
{
	return query_search(
		search->query, search->text, (size_t)search->limit, on_id, search, NULL, error);
}

static bool
search_files(Search *search, GError **error)
{
	return query_search(search->query, search->text, 0, on_files, search, NULL, error);
}

/* ---- the command ---- */

typedef struct Output {
	const char *name;
	bool (*run)(Search *search, GError **error);
} Output;

static const Output outputs[] = {
	{ "messages", search_messages },
	{ "threads", search_threads },
	{ "ids", search_ids },
	{ "files", search_files },
};

static const Output *
find_output(const char *name)
{
	for (size_t i = 0; i < G_N_ELEMENTS(outputs); i++)
		if (!name || g_str_equal(name, outputs[i].name))
			return &outputs[i];
	return NULL;
}

/* How many there are in all, not only up to the limit. */
static bool
count_total(const Search *search, const Output *output, int64_t *total, GError **error)
{
	QueryCount count = { 0 };
	*total = search->found;
	if (!search->limit || search->found < search->limit)
		return true;
	if (output->run != search_messages && output->run != search_ids)
		return true;
	bool right = query_count(search->query, search->text, &count, NULL, error);
	*total = count.messages;
	return right;
}

static int
run(Search *search, const Output *output)
{
	g_autoptr(GError) error = NULL;
	int64_t total = 0;
	if (!output->run(search, &error))
		return cli_fail(error);
	if (!search->array)
		return CLI_DONE;
	if (!count_total(search, output, &total, &error))
		return cli_fail(error);
	g_autoptr(JsonObject) answer = cli_json_new();
	json_set_text(answer, "query", search->text);
	json_set_number(answer, "total", total);
	json_set_array(answer, output->name, json_array_ref(search->array));
	cli_print_json(answer);
	return CLI_DONE;
}

int
cli_search_run(Cli *cli)
{
	g_autoptr(GError) error = NULL;
	g_autofree char *text = cli_words_text(cli, 0);
	g_autofree char *root = config_mail_root(cli_config(cli));
	const Output *output = find_output(cli_value(cli, "output"));
	const char *limit = cli_value(cli, "limit");
	char *rest = NULL;
	Search search = { .cli = cli, .text = text };
	search.limit = limit ? g_ascii_strtoll(limit, &rest, 10) : 0;
	if (!output || (limit && (!*limit || *rest || search.limit < 0))) {
		cli_say("--output is threads, messages, ids or files; --limit is a number");
		return CLI_USAGE;
	}
	g_autoptr(Query) query = query_open(root, NULL, &error);
	if (!query)
		return cli_fail(error);
	g_autoptr(Stores) stores = stores_open(cli_config(cli));
	g_autoptr(JsonArray) array = cli_has(cli, "json") ? json_array_new() : NULL;
	search.query = query;
	search.stores = stores;
	search.array = array;
	return cli_worse(run(&search, output), stores_tell_errors(stores));
}
