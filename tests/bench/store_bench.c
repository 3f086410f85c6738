/*
 * How fast the store takes header windows in, and how fast a list is read from it. Prints medians in
 * milliseconds, a line a figure. usage: store_bench [ROWS [PROBES]] (default 1,000,000 rows, 400 probes)
 *        store_bench ROWS 0 DIRECTORY FOLDERS    leaves a store there, for another bench: beside INBOX with
 *        its ROWS, as many small folders F0, F1, …, and "Thread", all of whose messages are one thread
 */
#include <glib.h>
#include <glib/gstdio.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <time.h>
#include <unistd.h>

#include "backend/envelopes.h"
#include "backend/store/store.h"
#include "index/case_fold.h"

enum { WINDOW = 500, PAGE = 50, SMALL_FOLDER = 200, LONG_THREAD = 10000, FLAGGED_EACH = 300 };

typedef struct Bench {
	char *root, *database;
	Store *store;
	int64_t folder; /* INBOX, with so many rows */
	uint32_t rows;
	size_t probes;
	GRand *random;
} Bench;

static void
must(bool fine, GError *error)
{
	if (fine)
		return;
	fprintf(stderr, "%s\n", error ? error->message : "failed");
	exit(1);
}

/* What is put in a folder. */
typedef struct Filling {
	const char *folder;
	uint32_t rows;
	bool one_thread;
} Filling;

/* Every third mail begins a thread; the others name the first of their thirty and one between. */
static NewRow *
make_row(Bench *bench, const Filling *filling, uint32_t uid)
{
	char text[512];
	uint32_t back = (uint32_t)g_rand_int_range(bench->random, 1, 30);
	uint32_t root = filling->one_thread ? 1 : uid - uid % 30;
	uint32_t parent = root + back % (uid - root + 1);
	int length = g_snprintf(text, sizeof text,
		"From: Somebody Number %u <somebody%u@example.org>\r\n"
		"Subject: Re: something that was asked about number %u\r\n"
		"Message-ID: <%u.%s@host.example.org>\r\n",
		uid % 5000, uid % 5000, uid % 5000, uid, filling->folder);
	if (uid != root && (filling->one_thread || uid % 3))
		length += g_snprintf(text + length, sizeof text - (size_t)length,
			"References: <%u.%s@host.example.org>\r\n "
			"<%u.%s@host.example.org>\r\n",
			root, filling->folder, parent, filling->folder);
	NewRow *row = g_new0(NewRow, 1);
	row->uid = uid;
	row->flags = uid % 20 ? MAIL_SEEN : 0;
	row->flags |= uid % FLAGGED_EACH ? 0 : MAIL_FLAGGED;
	row->internal_date = 1000000000 + (int64_t)uid * 600;
	row->size = 5000;
	row->header = header_read(text, (size_t)length);
	return row;
}

static double
thread_seconds(void)
{
	struct timespec now;
	clock_gettime(CLOCK_THREAD_CPUTIME_ID, &now);
	return (double)now.tv_sec + (double)now.tv_nsec / 1e9;
}

static int64_t
add_folder(Bench *bench, const Filling *filling)
{
	GError *error = NULL;
	bool held, is_inbox = g_str_equal(filling->folder, "INBOX");
	int64_t folder = store_put_folder(bench->store, filling->folder, filling->folder, '/',
		is_inbox ? ROLE_INBOX : ROLE_NONE, &error);
	must(folder && store_begin_folder(bench->store, folder, 1, 0, &held, &error), error);
	return folder;
}

static int64_t
fill(Bench *bench, const Filling *filling)
{
	GError *error = NULL;
	double spent = 0, slice = 0, busy = 0;
	int64_t folder = add_folder(bench, filling);
	for (uint32_t high = filling->rows; high > 0; high = high > WINDOW ? high - WINDOW : 0) {
		uint32_t low = high > WINDOW ? high - WINDOW + 1 : 1;
		g_autoptr(GPtrArray) window =
			g_ptr_array_new_with_free_func((GDestroyNotify)new_row_free);
		for (uint32_t uid = high; uid >= low; uid--)
			g_ptr_array_add(window, make_row(bench, filling, uid));
		gint64 begin = g_get_monotonic_time();
		double cpu = thread_seconds();
		must(store_add_rows(bench->store, folder, window, low,
			     low == 1 ? filling->rows + 1 : 0, 0, NULL, &error),
			error);
		double took = (double)(g_get_monotonic_time() - begin) / 1e6;
		spent += took;
		busy += thread_seconds() - cpu;
		slice += took;
		uint32_t done = filling->rows - low + 1;
		if (done % 100000 < WINDOW || low == 1) {
			uint32_t part = done % 100000 < WINDOW ? MIN(done, 100000) : done % 100000;
			printf("header windows of %d: %u rows, the last %u at %.0f rows/s, all at "
			       "%.0f, %.0f a CPU second\n",
				WINDOW, done, part, part / slice, done / spent, done / busy);
			fflush(stdout);
			slice = 0;
		}
	}
	return folder;
}

static void
fill_others(Bench *bench, unsigned folders)
{
	for (unsigned i = 0; i < folders; i++) {
		g_autofree char *name = g_strdup_printf("F%u", i);
		fill(bench, &(Filling){ name, SMALL_FOLDER, false });
	}
	fill(bench, &(Filling){ "Thread", LONG_THREAD, true });
}

static int
compare(gconstpointer a, gconstpointer b)
{
	double left = *(const double *)a, right = *(const double *)b;
	return (left > right) - (left < right);
}

typedef void (*Probe)(Bench *bench, Envelopes *envelopes);

static PageAsk
ask_of(Bench *bench)
{
	return (PageAsk){ .view = PAGE_FOLDER, .folder = bench->folder, .limit = PAGE };
}

/* One of a view that has ALL rows. */
static void
page(Envelopes *envelopes, const PageAsk *ask, uint32_t all)
{
	GError *error = NULL;
	g_autoptr(GPtrArray) rows = envelopes_page(envelopes, ask, &error);
	must(rows && rows->len == MIN(PAGE, all), error);
}

static PageKey
random_key(Bench *bench)
{
	uint32_t uid = (uint32_t)g_rand_int_range(bench->random, 100, (gint32)bench->rows - 100);
	return (PageKey){ 1000000000 + (int64_t)uid * 600, 0 };
}

static void
probe_home(Bench *bench, Envelopes *envelopes)
{
	PageAsk ask = ask_of(bench);
	page(envelopes, &ask, bench->rows);
}

static void
probe_end(Bench *bench, Envelopes *envelopes)
{
	PageAsk ask = ask_of(bench);
	ask.backward = true;
	page(envelopes, &ask, bench->rows);
}

static void
probe_random(Bench *bench, Envelopes *envelopes)
{
	PageAsk ask = ask_of(bench);
	ask.has_key = true;
	ask.key = random_key(bench);
	ask.backward = g_rand_boolean(bench->random);
	page(envelopes, &ask, bench->rows);
}

static void
probe_flagged(Bench *bench, Envelopes *envelopes)
{
	PageAsk ask = { .view = PAGE_FLAGGED, .limit = PAGE };
	page(envelopes, &ask, bench->rows / FLAGGED_EACH);
}

static void
probe_threads(Bench *bench, Envelopes *envelopes)
{
	GError *error = NULL;
	g_autoptr(GPtrArray) rows = envelopes_threads(envelopes, bench->folder, true,
		random_key(bench), g_rand_boolean(bench->random), PAGE, &error);
	must(rows && rows->len > 0, error);
}

/* What a screen of threads costs: 32 of them, each opened or by its newest message. */
static void
probe_open_threads(Bench *bench, Envelopes *envelopes)
{
	GError *error = NULL;
	g_autoptr(GPtrArray) rows = envelopes_threads(envelopes, bench->folder, true,
		random_key(bench), g_rand_boolean(bench->random), 32, &error);
	must(rows && rows->len > 0, error);
	for (guint i = 0; i < rows->len; i++) {
		const ThreadRow *thread = g_ptr_array_index(rows, i);
		if (thread->messages > 5 && thread->unread == 0) {
			g_autoptr(MessageRow) newest =
				envelopes_thread_newest(envelopes, bench->folder, thread, &error);
			must(newest != NULL, error);
			continue;
		}
		g_autoptr(GPtrArray) messages =
			envelopes_thread_messages(envelopes, bench->folder, thread->thread, &error);
		must(messages && messages->len > 0, error);
	}
}

static void
match_brief(const BriefRow *row, void *data)
{
	case_fold_holds(row->subject, data);
	case_fold_holds(row->from_name, data);
	case_fold_holds(row->from_addr, data);
}

static void
probe_narrow(Bench *bench, Envelopes *envelopes)
{
	GError *error = NULL;
	PageAsk ask = ask_of(bench);
	ask.has_key = true;
	ask.key = random_key(bench);
	ask.limit = 5000;
	PageKey next;
	bool end;
	g_autofree char *wanted = case_fold("number 77");
	must(envelopes_brief_page(envelopes, &ask, match_brief, wanted, &next, &end, &error),
		error);
}

static void
probe_mark(Bench *bench, Envelopes *envelopes)
{
	GError *error = NULL;
	PageMark mark;
	must(envelopes_mark(envelopes, bench->folder, &mark, &error), error);
}

static void
probe_position(Bench *bench, Envelopes *envelopes)
{
	GError *error = NULL;
	PageAsk ask = ask_of(bench);
	int64_t position, total;
	ask.has_key = true;
	ask.key = random_key(bench);
	must(envelopes_position(envelopes, &ask, &position, &total, &error), error);
}

static void
probe_folders(Bench *bench, Envelopes *envelopes)
{
	GError *error = NULL;
	g_autoptr(GPtrArray) rows = envelopes_folders(envelopes, &error);
	must(rows != NULL, error);
}

static void
probe_copies(Bench *bench, Envelopes *envelopes)
{
	GError *error = NULL;
	g_autofree char *id = g_strdup_printf("%d.INBOX@host.example.org",
		g_rand_int_range(bench->random, 1, (gint32)bench->rows));
	g_autoptr(GPtrArray) rows = envelopes_copies(envelopes, id, &error);
	must(rows && rows->len == 1, error);
}

static void
probe_open(Bench *bench, Envelopes *envelopes)
{
	GError *error = NULL;
	g_autoptr(Envelopes) own = envelopes_open(bench->database, 0, &error);
	must(own != NULL, error);
	PageAsk ask = ask_of(bench);
	page(own, &ask, bench->rows);
}

static const struct {
	const char *name;
	Probe probe;
} probes[] = {
	{ "open and first page", probe_open },
	{ "first page (Home)", probe_home },
	{ "last page (End)", probe_end },
	{ "page by key anywhere", probe_random },
	{ "flagged, first page", probe_flagged },
	{ "threads, page by key anywhere", probe_threads },
	{ "32 threads with their messages", probe_open_threads },
	{ "narrow, 5,000 rows anywhere", probe_narrow },
	{ "what a folder has at a time", probe_mark },
	{ "position of a key anywhere", probe_position },
	{ "folders with counts", probe_folders },
	{ "copies of a Message-ID", probe_copies },
};

static void
measure(Bench *bench, Envelopes *envelopes, size_t which)
{
	g_autoptr(GArray) times = g_array_new(FALSE, FALSE, sizeof(double));
	for (size_t i = 0; i < bench->probes; i++) {
		gint64 begin = g_get_monotonic_time();
		probes[which].probe(bench, envelopes);
		double took = (double)(g_get_monotonic_time() - begin) / 1e3;
		g_array_append_val(times, took);
	}
	g_array_sort(times, compare);
	printf("%-32s median %8.3f ms   p99 %8.3f ms   (%.3f to %.3f, %u times)\n",
		probes[which].name, g_array_index(times, double, times->len / 2),
		g_array_index(times, double, times->len * 99 / 100),
		g_array_index(times, double, 0), g_array_index(times, double, times->len - 1),
		times->len);
}

int
main(int argc, char **argv)
{
	GError *error = NULL;
	Bench bench = { .rows = argc > 1 ? (uint32_t)atoi(argv[1]) : 1000000,
		.probes = argc > 2 ? (size_t)atoi(argv[2]) : 400,
		.random = g_rand_new_with_seed(1) };
	/* a store for another bench stays where it was wanted */
	bench.root = argc > 3 ? g_strdup(argv[3]) : g_dir_make_tmp("curlew-bench-XXXXXX", &error);
	must(bench.root != NULL, error);
	g_autofree char *mail = g_build_filename(bench.root, "mail", NULL);
	g_autofree char *beside = g_build_filename(bench.root, "beside", NULL);
	bench.database = g_build_filename(bench.root, "state.db", NULL);
	StorePlace place = { "bench", mail, "bench", beside, bench.root, false };
	bench.store = store_open(&place, &error);
	must(bench.store != NULL, error);
	bench.folder = fill(&bench, &(Filling){ "INBOX", bench.rows, false });
	if (argc > 4)
		fill_others(&bench, (unsigned)atoi(argv[4]));
	struct rusage usage;
	getrusage(RUSAGE_SELF, &usage);
	printf("resident at most: %ld MB\n", usage.ru_maxrss / 1024);
	Envelopes *envelopes = envelopes_open(bench.database, 0, &error);
	must(envelopes != NULL, error);
	for (size_t i = 0; bench.probes && i < G_N_ELEMENTS(probes); i++)
		measure(&bench, envelopes, i);
	envelopes_close(envelopes);
	store_close(bench.store);
	GStatBuf status;
	if (g_stat(bench.database, &status) == 0)
		printf("state.db: %.0f MB\n", (double)status.st_size / 1e6);
	g_rand_free(bench.random);
	g_autofree char *command = g_strdup_printf("rm -rf '%s'", bench.root);
	bool cleaned = argc > 3 || system(command) == 0;
	g_free(bench.database);
	g_free(bench.root);
	return cleaned ? 0 : 1;
}
