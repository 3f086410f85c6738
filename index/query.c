#include "index/query.h"

#include <string.h>
#include <sys/stat.h>

#include "index/error.h"
#include "index/notmuch_open.h"
#include "index/tag_name.h"

/*
 * Broad queries are asked in date windows, because libnotmuch sorts all matches before it gives the
 * first. The windows are half-open ranges of seconds that tile all of time without overlap: the newest
 * has no upper bound, the last no lower one, so messages with odd dates or none come too.
 */
enum {
	TRIES = 3,
	NARROW = 20000,            /* as many matches sort in a few milliseconds */
	WINDOW_HITS = 2000,        /* what a window aims at */
	FIRST_WINDOW = 30 * 86400, /* seconds */
};

struct Query {
	char *mail_root;
	char *database; /* NULL: in the mail root */
	char *stamp_file;
	notmuch_database_t *notmuch; /* NULL: closed */
	struct stat stamp;           /* of the revision that is open */
	size_t narrow, window_hits;  /* NARROW, WINDOW_HITS but in tests */
};

typedef struct Window {
	int64_t from, to; /* inclusive */
	bool open_from, open_to;
} Window;

typedef enum Outcome { OUTCOME_DONE, OUTCOME_STOPPED, OUTCOME_AGAIN, OUTCOME_FAILED } Outcome;

typedef struct Search {
	const char *text;
	size_t left; /* hits still wanted */
	QueryOnHit on_hit;
	void *data;
	GCancellable *cancel;
	GHashTable *given; /* ids of this window that were handed over already */
	size_t hits;       /* in this window */
	int64_t last_date; /* of the last hit */
} Search;

static void
query_shut(Query *query)
{
	g_clear_pointer(&query->notmuch, notmuch_database_destroy);
}

/* Every commit replaces this file: another one means another revision, or another database. */
static bool
is_current(const Query *query, struct stat *now)
{
	if (stat(query->stamp_file, now) != 0)
		return false;
	return query->notmuch && now->st_ino == query->stamp.st_ino &&
	       now->st_dev == query->stamp.st_dev &&
	       now->st_mtim.tv_sec == query->stamp.st_mtim.tv_sec &&
	       now->st_mtim.tv_nsec == query->stamp.st_mtim.tv_nsec;
}

static bool
query_ready(Query *query, GError **error)
{
	struct stat now = { 0 };
	if (is_current(query, &now))
		return true;
	query_shut(query);
	query->stamp = now;
	query->notmuch = notmuch_open(
		query->mail_root, query->database, NOTMUCH_DATABASE_MODE_READ_ONLY, error);
	return query->notmuch != NULL;
}

Query *
query_open(const char *mail_root, const char *database, GError **error)
{
	g_autoptr(Query) query = g_new0(Query, 1);
	query->mail_root = g_strdup(mail_root);
	query->database = g_strdup(database);
	query->narrow = NARROW;
	query->window_hits = WINDOW_HITS;
	g_autofree char *path = notmuch_open_path(mail_root, database);
	g_autofree char *xapian = notmuch_open_xapian(path);
	query->stamp_file = g_build_filename(xapian, "iamglass", NULL);
	if (!query_ready(query, error))
		return NULL;
	return g_steal_pointer(&query);
}

void
query_set_window(Query *query, size_t narrow, size_t hits)
{
	query->narrow = narrow;
	query->window_hits = hits;
}

void
query_close(Query *query)
{
	if (!query)
		return;
	query_shut(query);
	g_free(query->mail_root);
	g_free(query->database);
	g_free(query->stamp_file);
	g_free(query);
}

void
query_hit_free(QueryHit *hit)
{
	if (!hit)
		return;
	g_free(hit->message_id);
	g_free(hit->thread_id);
	g_strfreev(hit->tags);
	g_strfreev(hit->files);
	g_free(hit->from);
	g_free(hit->subject);
	g_free(hit);
}

/* "all" as libnotmuch understands it */
static bool
is_everything(const char *text)
{
	return *text == '\0' || strcmp(text, "*") == 0;
}

/* The user's words as one operand of a larger query, whatever brackets and quotes they hold. */
static void
append_words(GString *out, const char *text)
{
	g_string_append(out, "(infix \"");
	for (const char *c = text; *c; c++) {
		if (*c == '"' || *c == '\\')
			g_string_append_c(out, '\\');
		g_string_append_c(out, *c);
	}
	g_string_append(out, "\")");
}

/*
 * A range without a lower bound leaves out messages without a date: they are found by not being newer.
 */
static void
append_window(GString *out, const Window *window)
{
	if (!window->open_from && window->open_to)
		g_string_append_printf(out, " (date \"@%" G_GINT64_FORMAT "\" \"\")", window->from);
	else if (!window->open_from)
		g_string_append_printf(out,
			" (date \"@%" G_GINT64_FORMAT "\" \"@%" G_GINT64_FORMAT "\")", window->from,
			window->to);
	else if (!window->open_to)
		g_string_append_printf(
			out, " (not (date \"@%" G_GINT64_FORMAT "\" \"\"))", window->to + 1);
}

static char *
joined_query(const char *text, const Window *window, const char *tag)
{
	GString *out = g_string_new("(and");
	if (!is_everything(text)) {
		g_string_append_c(out, ' ');
		append_words(out, text);
	}
	if (window)
		append_window(out, window);
	if (tag)
		g_string_append_printf(out, " (tag %s)", tag);
	g_string_append_c(out, ')');
	return g_string_free(out, FALSE);
}

/* What libnotmuch said of the last failure, without its frame of words. The caller owns it. */
static char *
failure_words(const Query *query, notmuch_status_t status)
{
	const char *said = query->notmuch ? notmuch_database_status_string(query->notmuch) : NULL;
	const char *words = said && *said ? said : notmuch_status_to_string(status);
	const char *parsing = "A Xapian exception occurred parsing query: ";
	if (g_str_has_prefix(words, parsing))
		words += strlen(parsing);
	const char *end = strstr(words, "\nQuery string was:");
	return g_strstrip(end ? g_strndup(words, (gsize)(end - words)) : g_strdup(words));
}

/* A database that counts all its messages is well: then it is the query that is not. */
static bool
database_is_well(Query *query)
{
	g_autoptr(GError) ignored = NULL;
	query_shut(query);
	if (!query_ready(query, &ignored))
		return false;
	notmuch_query_t *all = notmuch_query_create(query->notmuch, "");
	unsigned count;
	bool well = all && notmuch_query_count_messages(all, &count) == NOTMUCH_STATUS_SUCCESS;
	notmuch_query_destroy(all);
	return well;
}

/* Says why a question failed. WORDS is taken over. */
static void
set_failure(Query *query, char *words, GError **error)
{
	if (database_is_well(query))
		g_set_error_literal(error, INDEX_ERROR, INDEX_ERROR_QUERY, words);
	else
		g_set_error(error, INDEX_ERROR, INDEX_ERROR_FAILED, "the index cannot be read: %s",
			words);
	g_free(words);
}

static notmuch_query_t *
make_query(Query *query, const char *text, notmuch_query_syntax_t syntax)
{
	notmuch_query_t *made = NULL;
	if (notmuch_query_create_with_syntax(query->notmuch, text, syntax, &made) !=
		NOTMUCH_STATUS_SUCCESS)
		return NULL;
	notmuch_query_set_omit_excluded(made, NOTMUCH_EXCLUDE_FALSE);
	notmuch_query_set_sort(made, NOTMUCH_SORT_NEWEST_FIRST);
	return made;
}

typedef notmuch_status_t (*Counter)(notmuch_query_t *query, unsigned *count);

/* Counts, on a fresh revision where a commit got in the way. */
static bool
count_with(Query *query, const char *text, notmuch_query_syntax_t syntax, Counter counter,
	int64_t *result, GError **error)
{
	notmuch_status_t status = NOTMUCH_STATUS_SUCCESS;
	for (int i = 0; i < TRIES; i++) {
		if (!query_ready(query, error))
			return false;
		notmuch_query_t *made = make_query(query, text, syntax);
		unsigned count = 0;
		status = made ? counter(made, &count) : NOTMUCH_STATUS_OUT_OF_MEMORY;
		notmuch_query_destroy(made);
		*result = count;
		if (status == NOTMUCH_STATUS_SUCCESS)
			return true;
		if (i + 1 < TRIES)
			query_shut(query);
	}
	set_failure(query, failure_words(query, status), error);
	return false;
}

static char **
take_tags(notmuch_message_t *message)
{
	GPtrArray *list = notmuch_read_tags(message);
	if (!list)
		return NULL;
	g_ptr_array_add(list, NULL);
	return (char **)g_ptr_array_free(list, FALSE);
}

static char **
take_files(notmuch_message_t *message)
{
	notmuch_filenames_t *files = notmuch_message_get_filenames(message);
	if (!files)
		return NULL;
	g_autoptr(GPtrArray) list = g_ptr_array_new();
	for (; notmuch_filenames_valid(files); notmuch_filenames_move_to_next(files))
		g_ptr_array_add(list, g_strdup(notmuch_filenames_get(files)));
	notmuch_filenames_destroy(files);
	g_ptr_array_add(list, NULL);
	return (char **)g_ptr_array_free(g_steal_pointer(&list), FALSE);
}

/* NULL where the database moved on under the message. */
static QueryHit *
read_hit(notmuch_message_t *message)
{
	g_autoptr(QueryHit) hit = g_new0(QueryHit, 1);
	hit->message_id = g_strdup(notmuch_message_get_message_id(message));
	hit->thread_id = g_strdup(notmuch_message_get_thread_id(message));
	hit->from = g_strdup(notmuch_message_get_header(message, "from"));
	hit->subject = g_strdup(notmuch_message_get_header(message, "subject"));
	hit->date = (int64_t)notmuch_message_get_date(message);
	hit->tags = take_tags(message);
	hit->files = take_files(message);
	bool whole = hit->message_id && hit->thread_id && hit->from && hit->subject && hit->tags &&
	             hit->files;
	return whole ? g_steal_pointer(&hit) : NULL;
}

/* Hands over one message of a window, if it was not before. */
static Outcome
give(Search *search, notmuch_message_t *message)
{
	g_autoptr(QueryHit) hit = message ? read_hit(message) : NULL;
	if (!hit)
		return OUTCOME_AGAIN;
	if (!g_hash_table_add(search->given, g_strdup(hit->message_id)))
		return OUTCOME_DONE;
	search->hits++;
	search->last_date = hit->date;
	if (!search->on_hit(hit, search->data))
		return OUTCOME_STOPPED;
	return --search->left == 0 ? OUTCOME_STOPPED : OUTCOME_DONE;
}

/*
 * Xapian keeps an old revision readable until the commit after the next, and libnotmuch lets some
 * of its exceptions through, which would end this process. So a walk ends at the first new commit.
 */
static Outcome
walk(Query *query, Search *search, notmuch_messages_t *messages)
{
	for (; notmuch_messages_valid(messages); notmuch_messages_move_to_next(messages)) {
		if (g_cancellable_is_cancelled(search->cancel))
			return OUTCOME_FAILED;
		struct stat now;
		if (!is_current(query, &now))
			return OUTCOME_AGAIN;
		notmuch_message_t *message = notmuch_messages_get(messages);
		Outcome outcome = give(search, message);
		if (message)
			notmuch_message_destroy(message);
		if (outcome != OUTCOME_DONE)
			return outcome;
	}
	return OUTCOME_DONE;
}

static Outcome
ask_once(Query *query, Search *search, const Window *window, char **why, GError **error)
{
	if (!query_ready(query, error))
		return OUTCOME_FAILED;
	bool whole = window->open_from && window->open_to;
	g_autofree char *joined = whole ? NULL : joined_query(search->text, window, NULL);
	notmuch_query_t *made = make_query(query, whole ? search->text : joined,
		whole ? NOTMUCH_QUERY_SYNTAX_XAPIAN : NOTMUCH_QUERY_SYNTAX_SEXP);
	notmuch_messages_t *messages = NULL;
	notmuch_status_t status = made ? notmuch_query_search_messages(made, &messages)
	                               : NOTMUCH_STATUS_OUT_OF_MEMORY;
	Outcome outcome = OUTCOME_AGAIN;
	g_clear_pointer(why, g_free);
	if (status == NOTMUCH_STATUS_SUCCESS)
		outcome = walk(query, search, messages);
	else
		*why = failure_words(query, status);
	notmuch_query_destroy(made);
	if (outcome == OUTCOME_FAILED)
		g_set_error_literal(
			error, INDEX_ERROR, INDEX_ERROR_CANCELLED, "the search was ended");
	return outcome;
}

/* Asks one window to its end, going on where it was when a commit gets in the way. */
static Outcome
ask_window(Query *query, Search *search, Window window, GError **error)
{
	g_autofree char *why = NULL;
	g_hash_table_remove_all(search->given);
	search->hits = 0;
	for (int left = TRIES; left > 0; left--) {
		size_t before = search->hits;
		Outcome outcome = ask_once(query, search, &window, &why, error);
		if (outcome != OUTCOME_AGAIN)
			return outcome;
		query_shut(query);
		if (search->hits == before)
			continue;
		left = TRIES + 1;
		if (search->last_date > 0) {
			window.to = search->last_date;
			window.open_to = false;
		}
	}
	set_failure(
		query, why ? g_steal_pointer(&why) : g_strdup("it changes all the time"), error);
	return OUTCOME_FAILED;
}

/* The next window's length in seconds: as long as will hold about AIM hits at this density. */
static int64_t
next_length(int64_t length, size_t hits, size_t aim)
{
	if (hits <= aim / 8)
		return length * 8;
	return MAX(length * (int64_t)aim / (int64_t)hits, 3600);
}

static Outcome
ask_in_windows(Query *query, Search *search, int64_t matches, GError **error)
{
	int64_t now = g_get_real_time() / G_USEC_PER_SEC;
	int64_t length = FIRST_WINDOW;
	Window window = { .open_to = true, .to = now };
	for (;;) {
		window.from = window.to - length;
		window.open_from = matches <= (int64_t)query->narrow || window.from <= 0;
		Outcome outcome = ask_window(query, search, window, error);
		if (outcome != OUTCOME_DONE || window.open_from)
			return outcome;
		matches -= (int64_t)search->hits;
		length = next_length(length, search->hits, query->window_hits);
		window = (Window){ .to = window.from - 1 };
	}
}

bool
query_search(Query *query, const char *text, size_t limit, QueryOnHit on_hit, void *data,
	GCancellable *cancel, GError **error)
{
	int64_t matches;
	if (g_cancellable_set_error_if_cancelled(cancel, NULL)) {
		g_set_error_literal(
			error, INDEX_ERROR, INDEX_ERROR_CANCELLED, "the search was ended");
		return false;
	}
	if (!count_with(query, text, NOTMUCH_QUERY_SYNTAX_XAPIAN, notmuch_query_count_messages,
		    &matches, error))
		return false;
	if (matches == 0)
		return true;
	g_autoptr(GHashTable) given = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
	Search search = {
		.text = text,
		.left = limit ? limit : SIZE_MAX,
		.on_hit = on_hit,
		.data = data,
		.cancel = cancel,
		.given = given,
	};
	return ask_in_windows(query, &search, matches, error) != OUTCOME_FAILED;
}

bool
query_count(Query *query, const char *text, QueryCount *count, GCancellable *cancel, GError **error)
{
	g_autofree char *unread = joined_query(text, NULL, "unread");
	*count = (QueryCount){ 0 };
	if (!count_with(query, text, NOTMUCH_QUERY_SYNTAX_XAPIAN, notmuch_query_count_messages,
		    &count->messages, error) ||
		!count_with(query, unread, NOTMUCH_QUERY_SYNTAX_SEXP, notmuch_query_count_messages,
			&count->unread, error))
		return false;
	if (g_cancellable_is_cancelled(cancel)) {
		g_set_error_literal(
			error, INDEX_ERROR, INDEX_ERROR_CANCELLED, "the count was ended");
		return false;
	}
	return count_with(query, text, NOTMUCH_QUERY_SYNTAX_XAPIAN, notmuch_query_count_threads,
		&count->threads, error);
}

/* NULL: a writer's commit got in the way. */
static GPtrArray *
read_tags(Query *query)
{
	notmuch_tags_t *tags = notmuch_database_get_all_tags(query->notmuch);
	if (!tags)
		return NULL;
	GPtrArray *found = g_ptr_array_new_with_free_func(g_free);
	for (; notmuch_tags_valid(tags); notmuch_tags_move_to_next(tags)) {
		const char *tag = notmuch_tags_get(tags);
		if (!tag_name_refusal(tag))
			g_ptr_array_add(found, g_strdup(tag));
	}
	notmuch_tags_destroy(tags);
	return found;
}

GPtrArray *
query_tags(Query *query, GError **error)
{
	for (int i = 0; i < TRIES; i++) {
		if (!query_ready(query, error))
			return NULL;
		GPtrArray *found = read_tags(query);
		if (found)
			return found;
		query_shut(query);
	}
	g_set_error_literal(
		error, INDEX_ERROR, INDEX_ERROR_FAILED, "the index changes all the time");
	return NULL;
}

QueryHit *
query_message(Query *query, const char *message_id, GError **error)
{
	for (int i = 0; i < TRIES; i++) {
		if (!query_ready(query, error))
			return NULL;
		notmuch_message_t *message = NULL;
		notmuch_status_t status =
			notmuch_database_find_message(query->notmuch, message_id, &message);
		if (status == NOTMUCH_STATUS_SUCCESS && !message) {
			g_set_error(error, INDEX_ERROR, INDEX_ERROR_NOT_FOUND,
				"no message id:%s in the index", message_id);
			return NULL;
		}
		QueryHit *hit = message ? read_hit(message) : NULL;
		if (message)
			notmuch_message_destroy(message);
		if (hit)
			return hit;
		query_shut(query);
	}
	g_set_error_literal(
		error, INDEX_ERROR, INDEX_ERROR_FAILED, "the index changes all the time");
	return NULL;
}
