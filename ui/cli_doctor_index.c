#include "index/error.h"
#include "ui/cli_doctor.h"

/*
 * The index holds what the stores hold: as many messages, as many of them unread. It cannot be said to
 * the last one: what waits for the index and mail without a Message-ID (only equal files are one
 * message there) leave some play.
 */
typedef struct Expected {
	GArray *rows;             /* of SearchableRow, of all accounts */
	GString *query;           /* all mail of these accounts */
	int64_t messages, unread; /* by their ids */
	int64_t nameless, nameless_unread;
	int64_t waiting;
	int64_t version; /* of the stores: another one is another answer */
	bool known;      /* every store could be asked */
} Expected;

static void
expected_clear(Expected *expected)
{
	g_array_unref(expected->rows);
	g_string_free(expected->query, TRUE);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Expected, expected_clear)

static void
add_path(GString *query, const char *path)
{
	g_auto(GStrv) parts = g_strsplit(path, "\"", -1);
	g_autofree char *quoted = g_strjoinv("\"\"", parts);
	g_string_append_printf(query, "%spath:\"%s/**\"", query->len ? " or " : "", quoted);
}

static bool
add_store(Expected *expected, Envelopes *envelopes)
{
	EnvelopesCounts counts = { 0 };
	g_autoptr(GArray) rows = envelopes_searchable(envelopes, NULL);
	if (!rows || !envelopes_counts(envelopes, &counts, NULL) || counts.held)
		return false;
	if (rows->len)
		g_array_append_vals(expected->rows, rows->data, rows->len);
	expected->waiting += counts.index_queue;
	return true;
}

static int64_t
version_of(const Doctor *doctor)
{
	const GPtrArray *accounts = config_accounts(doctor->config);
	int64_t version = 0;
	for (guint i = 0; i < accounts->len; i++) {
		Envelopes *store = stores_of(doctor->stores, g_ptr_array_index(accounts, i));
		version += store ? envelopes_version(store) : 0;
	}
	return version;
}

static void
ask_stores(const Doctor *doctor, Expected *expected)
{
	const GPtrArray *accounts = config_accounts(doctor->config);
	expected->version = version_of(doctor);
	expected->known = true;
	for (guint i = 0; i < accounts->len; i++) {
		const AccountConfig *account = g_ptr_array_index(accounts, i);
		Envelopes *store = stores_of(doctor->stores, account);
		expected->known = expected->known && !stores_error(doctor->stores, account) &&
		                  (!store || add_store(expected, store));
		if (store)
			add_path(expected->query, account->path);
	}
}

static int
compare_rows(gconstpointer a, gconstpointer b)
{
	const SearchableRow *left = a, *right = b;
	return (left->message > right->message) - (left->message < right->message);
}

/* A message is unread if no copy of it is read. */
static void
count_rows(Expected *expected)
{
	GArray *rows = expected->rows;
	g_array_sort(rows, compare_rows);
	for (guint i = 0, next; i < rows->len; i = next) {
		const SearchableRow *first = &g_array_index(rows, SearchableRow, i);
		int64_t unread = 0;
		for (next = i; next < rows->len; next++) {
			const SearchableRow *copy = &g_array_index(rows, SearchableRow, next);
			if (copy->message != first->message)
				break;
			unread += copy->unread;
		}
		if (first->message == 0) {
			expected->nameless = next - i;
			expected->nameless_unread = unread;
		} else {
			expected->messages++;
			expected->unread += unread == next - i;
		}
	}
}

/* Is FOUND what BY_ID and NAMELESS may come to? */
static bool
fits(const Expected *expected, int64_t found, int64_t by_id, int64_t nameless)
{
	return found >= by_id - expected->waiting && found <= by_id + nameless + expected->waiting;
}

/* The sentence that says what differs, or NULL. The caller owns it. */
static char *
compare(const Expected *expected, const QueryCount *count)
{
	if (!fits(expected, count->messages, expected->messages, expected->nameless))
		return g_strdup_printf(
			"%" G_GINT64_FORMAT
			" messages can be searched, but the folders have %" G_GINT64_FORMAT,
			count->messages, expected->messages + expected->nameless);
	if (!fits(expected, count->unread, expected->unread, expected->nameless_unread))
		return g_strdup_printf("%" G_GINT64_FORMAT
				       " messages are unread in searches, but %" G_GINT64_FORMAT
				       " in the folders",
			count->unread, expected->unread + expected->nameless_unread);
	return NULL;
}

/* Holds the index against the stores. True if nothing was found. */
static bool
check_agreement(Doctor *doctor, Query *query)
{
	g_auto(Expected) expected = { .rows = g_array_new(FALSE, FALSE, sizeof(SearchableRow)),
		.query = g_string_new(NULL) };
	QueryCount count = { 0 };
	ask_stores(doctor, &expected);
	if (!expected.known || !expected.query->len ||
		!query_count(query, expected.query->str, &count, NULL, NULL))
		return true; /* what cannot be read was said before */
	count_rows(&expected);
	g_autofree char *text = compare(&expected, &count);
	if (!text || version_of(doctor) != expected.version)
		return true; /* an agent is at work: the two were not looked at in one moment */
	doctor_tell(doctor, NULL, "index", false, CLI_FAILED, text,
		"`curlew sync`; if that does not help, `curlew rebuild --index`");
	return false;
}

void
doctor_check_index(Doctor *doctor)
{
	g_autoptr(GError) error = NULL;
	g_autofree char *root = config_mail_root(doctor->config);
	QueryCount count = { 0 };
	g_autoptr(Query) query = query_open(root, NULL, &error);
	bool right = query && query_count(query, "*", &count, NULL, &error);
	if (!right && doctor->messages == 0 &&
		g_error_matches(error, INDEX_ERROR, INDEX_ERROR_MISSING)) {
		doctor_tell(doctor, NULL, "index", true, CLI_DONE, "there is none yet, and no mail",
			NULL);
		return;
	}
	if (!right) {
		doctor_tell(doctor, NULL, "index", false, CLI_FAILED, error->message,
			"curlew rebuild --index");
		return;
	}
	if (!check_agreement(doctor, query))
		return;
	g_autofree char *text = g_strdup_printf("%" G_GINT64_FORMAT " messages in %" G_GINT64_FORMAT
						" threads can be searched",
		count.messages, count.threads);
	doctor_tell(doctor, NULL, "index", true, CLI_DONE, text, NULL);
}
