/*
 * curlew-index: the one process of a profile that writes the index. Started by whoever needs it
 * (index/indexer.h), leaves when nobody does.
 */
#include <errno.h>
#include <glib-unix.h>
#include <glib.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include "index/build_id.h"
#include "index/indexer.h"
#include "index/indexer/index_db.h"
#include "index/indexer/poison.h"
#include "index/indexer/server.h"
#include "index/indexer/tag_dump.h"
#include "index/indexer/writer.h"
#include "index/log.h"
#include "index/paths.h"
#include "index/process_lock.h"

enum {
	DEATHS_BY_CHANCE = 5,
	DUMP_SECONDS = 24 * 3600,
	MEMORY_LIMIT_MB = 2048, /* so that a file that eats memory ends this process, not others */
};

typedef struct Options {
	char *mail_root, *state, *database;
	gboolean dump; /* write tags.dump and leave */
} Options;

typedef struct Process {
	Options options;
	char *build;
	IndexServerSelf self;
	GMainLoop *loop;
	ProcessLock *lock;
	IndexServer *server;
	IndexDb *db;
	Poison *poison;
	Writer *writer;
	bool damaged; /* the last indexer died of the database */
} Process;

static void
process_close(Process *process)
{
	index_server_close(process->server);
	writer_close(process->writer);
	poison_close(process->poison);
	index_db_close(process->db);
	process_lock_close(process->lock);
	g_clear_pointer(&process->loop, g_main_loop_unref);
	g_free(process->build);
	g_free(process->options.mail_root);
	g_free(process->options.state);
	g_free(process->options.database);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Process, process_close)

static char *
state_file(const Process *process, const char *name)
{
	return g_build_filename(process->options.state, name, NULL);
}

/*
 * What the last indexer died of. A signal of its own proves the file guilty; being killed from outside
 * may be chance, so the file is tried again some times.
 */
static bool
store_found(IndexDb *db, const PoisonFound *found, GError **error)
{
	g_autoptr(IndexPoison) known = index_db_poison(db, found->key);
	g_autofree char *why =
		found->signal == SIGALRM || found->signal == SIGPROF
			? g_strdup("indexing it took too long")
		: found->signal
			? g_strdup_printf(
				  "the indexer died over it (%s)", g_strsignal(found->signal))
			: g_strdup("the indexer was ended again and again while it read it");
	int deaths = known ? known->deaths + 1 : 1;
	IndexPoison poison = {
		.key = found->key,
		.file = found->file,
		.why = why,
		.proven = found->signal != 0 || deaths >= DEATHS_BY_CHANCE,
		.deaths = deaths,
	};
	if (poison.proven)
		g_warning("%s is not indexed: %s", found->file, why);
	if (!index_db_begin(db, error))
		return false;
	index_db_put_poison(db, &poison);
	return index_db_commit(db, error);
}

static bool
open_memory(Process *process, GError **error)
{
	g_autofree char *db = state_file(process, "index.db");
	g_autofree char *page = state_file(process, "index.page");
	g_autoptr(PoisonFound) found = NULL;
	process->db = index_db_open(db, error);
	if (!process->db)
		return false;
	process->poison = poison_open(page, &found, error);
	if (!process->poison)
		return false;
	poison_catch_signals(process->poison);
	if (!found)
		return true;
	if (strcmp(found->key, POISON_DATABASE) != 0)
		return store_found(process->db, found, error);
	process->damaged = found->signal != 0;
	return true;
}

static void
on_deserted(void *data)
{
	Process *process = data;
	g_main_loop_quit(process->loop);
}

/* A process of its own, since it takes long and new mail must not wait for it. */
static bool
start_dump(const Process *process, GError **error)
{
	const Options *options = &process->options;
	const char *words[] = { "/proc/self/exe", "--dump", "--mail-root", options->mail_root,
		"--state", options->state, options->database ? "--database" : NULL,
		options->database, NULL };
	g_autofree char *self = g_file_read_link("/proc/self/exe", error);
	if (!self)
		return false;
	words[0] = self;
	return g_spawn_async("/", (char **)words, NULL, G_SPAWN_DEFAULT, NULL, NULL, NULL, error);
}

static bool
dump_if_due(Process *process, GError **error)
{
	int64_t now = g_get_real_time() / G_USEC_PER_SEC;
	int64_t last = index_db_number(process->db, "dumped", 0);
	if (now >= last && now - last < DUMP_SECONDS)
		return true;
	if (writer_messages(process->writer) <= 0)
		return true; /* an empty one would take the place of a full one */
	if (!index_db_begin(process->db, error))
		return false;
	index_db_set_number(process->db, "dumped", now);
	return index_db_commit(process->db, error) && start_dump(process, error);
}

static void
on_quiet(void *data)
{
	Process *process = data;
	g_autoptr(GError) error = NULL;
	if (!writer_catch_up(process->writer, &error) || !dump_if_due(process, &error))
		g_warning("%s", error->message);
}

static const IndexServerEvents events = { on_deserted, on_quiet };

static gboolean
on_signal(void *data)
{
	on_deserted(data);
	return G_SOURCE_CONTINUE;
}

static ProcessLock *
take_lock(const Process *process, bool *taken, GError **error)
{
	g_autofree char *lock = indexer_lock_path(process->options.state);
	g_autofree char *socket = state_file(process, "index.socket");
	return process_lock_open(lock, socket, taken, error);
}

static bool
open_server(Process *process, GError **error)
{
	const Options *options = &process->options;
	process->self = (IndexServerSelf){ process->build, options->mail_root, options->database };
	process->server = index_server_open(
		process_lock_socket(process->lock), &process->self, &events, process, error);
	return process->server != NULL;
}

static bool
open_index(Process *process, GError **error)
{
	if (!open_memory(process, error))
		return false;
	WriterPlace place = { process->options.mail_root, process->options.database,
		process->damaged };
	process->writer = writer_open(&place, process->db, process->poison, error);
	return process->writer != NULL;
}

static int
cannot_work(const GError *error)
{
	g_warning("the indexer cannot work: %s", error->message);
	return EXIT_FAILURE;
}

/* Who asked for this process hears why it cannot work. */
static int
serve(Process *process)
{
	g_autoptr(GError) error = NULL;
	int result = EXIT_SUCCESS;
	if (open_index(process, &error)) {
		index_server_start(process->server, process->writer, process->db);
	} else {
		result = cannot_work(error);
		index_server_refuse(process->server, error->message);
	}
	g_main_loop_run(process->loop);
	return result;
}

/* The socket first, so that clients find it however long the rest takes. */
static int
run(Process *process)
{
	g_autoptr(GError) error = NULL;
	bool taken = false;
	process->lock = take_lock(process, &taken, &error);
	if (taken)
		return EXIT_SUCCESS; /* the one who asked for us finds the other */
	if (!process->lock || !open_server(process, &error))
		return cannot_work(error);
	process->loop = g_main_loop_new(NULL, FALSE);
	g_unix_signal_add(SIGTERM, on_signal, process);
	g_unix_signal_add(SIGINT, on_signal, process);
	return serve(process);
}

static int
dump(const Process *process)
{
	g_autofree char *path = state_file(process, "tags.dump");
	g_autoptr(GError) error = NULL;
	if (tag_dump_write(process->options.mail_root, process->options.database, path, &error))
		return EXIT_SUCCESS;
	g_warning("%s", error->message);
	return EXIT_FAILURE;
}

static bool
read_options(int argc, char **argv, Options *options, GError **error)
{
	const GOptionEntry entries[] = {
		{ "mail-root", 0, 0, G_OPTION_ARG_FILENAME, &options->mail_root, "", "DIR" },
		{ "state", 0, 0, G_OPTION_ARG_FILENAME, &options->state, "", "DIR" },
		{ "database", 0, 0, G_OPTION_ARG_FILENAME, &options->database, "", "DIR" },
		{ "dump", 0, 0, G_OPTION_ARG_NONE, &options->dump, "", NULL },
		{ NULL },
	};
	g_autoptr(GOptionContext) context = g_option_context_new(NULL);
	g_option_context_add_main_entries(context, entries, NULL);
	if (!g_option_context_parse(context, &argc, &argv, error))
		return false;
	if (options->mail_root && options->state && g_path_is_absolute(options->mail_root) &&
		g_path_is_absolute(options->state))
		return true;
	g_set_error_literal(error, G_OPTION_ERROR, G_OPTION_ERROR_BAD_VALUE,
		"--mail-root and --state need an absolute directory each");
	return false;
}

/* Before the first thread and the first look at notmuch. */
static void
prepare(void)
{
	umask(077);
	setsid();
	signal(SIGPIPE, SIG_IGN);
	errno = 0;
	if (nice(10) == -1 && errno)
		g_debug("cannot be nice: %s", g_strerror(errno));
#ifndef __SANITIZE_ADDRESS__
	struct rlimit memory = { (rlim_t)MEMORY_LIMIT_MB << 20, (rlim_t)MEMORY_LIMIT_MB << 20 };
	setrlimit(RLIMIT_AS, &memory);
#endif
	struct rlimit no_core = { 0, 0 };
	setrlimit(RLIMIT_CORE, &no_core);
	/* Smaller flushes of Xapian are faster and hold less memory. */
	g_setenv("XAPIAN_FLUSH_THRESHOLD", "500", TRUE);
}

int
main(int argc, char **argv)
{
	g_auto(Process) process = { 0 };
	g_autoptr(GError) error = NULL;
	prepare();
	process.build = build_id_own();
	if (!read_options(argc, argv, &process.options, &error) ||
		!paths_make_directory(process.options.state, &error)) {
		fprintf(stderr, "curlew-index: %s\n", error->message);
		return 2;
	}
	g_autofree char *log = state_file(&process, "curlew.log");
	if (!log_open(log, "curlew-index", &error))
		fprintf(stderr, "curlew-index: %s\n", error->message);
	int result = process.options.dump ? dump(&process) : run(&process);
	log_close();
	return result;
}
