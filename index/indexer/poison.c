#include "index/indexer/poison.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/time.h>
#include <unistd.h>

#include "index/error.h"

enum { KEY_SIZE = 512, FILE_SIZE = 3072, STACK_SIZE = 64 * 1024, WAITING_FACTOR = 3 };

static const int fatal[] = { SIGPROF, SIGALRM, SIGSEGV, SIGBUS, SIGABRT, SIGILL, SIGFPE, SIGSYS };

/* As it lies in the file. The key's first byte is written last and cleared first. */
typedef struct Page {
	volatile sig_atomic_t signal;
	char key[KEY_SIZE];
	char file[FILE_SIZE];
} Page;

struct Poison {
	Page *page;
	void *stack;
	bool working; /* on the database */
};

/* A signal handler gets no argument of ours, so this address alone is kept aside. */
static Page *marked_page;

void
poison_found_free(PoisonFound *found)
{
	if (!found)
		return;
	g_free(found->key);
	g_free(found->file);
	g_free(found);
}

static PoisonFound *
page_found(const Page *page)
{
	if (page->key[0] == '\0')
		return NULL;
	PoisonFound *found = g_new0(PoisonFound, 1);
	g_autofree char *key = g_strndup(page->key, KEY_SIZE - 1);
	g_autofree char *file = g_strndup(page->file, FILE_SIZE - 1);
	found->key = g_utf8_make_valid(key, -1);
	found->file = g_utf8_make_valid(file, -1);
	found->signal = page->signal > 0 && page->signal < NSIG ? page->signal : 0;
	return found;
}

static Page *
map_page(const char *path)
{
	int fd = open(path, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600);
	if (fd < 0)
		return NULL;
	/* The room is taken now: a full disk must not become a SIGBUS later. */
	int failed = posix_fallocate(fd, 0, sizeof(Page));
	void *page = failed ? MAP_FAILED
	                    : mmap(NULL, sizeof(Page), PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
	int saved = failed ? failed : errno;
	close(fd);
	errno = saved;
	return page == MAP_FAILED ? NULL : page;
}

Poison *
poison_open(const char *path, PoisonFound **found, GError **error)
{
	*found = NULL;
	Page *page = map_page(path);
	if (!page) {
		g_set_error(error, INDEX_ERROR, INDEX_ERROR_FAILED, "cannot map %s: %s", path,
			g_strerror(errno));
		return NULL;
	}
	*found = page_found(page);
	Poison *poison = g_new0(Poison, 1);
	poison->page = page;
	poison_clear(poison);
	return poison;
}

static void
page_write(Page *page, const char *key, const char *file)
{
	page->key[0] = '\0';
	__atomic_signal_fence(__ATOMIC_SEQ_CST);
	page->signal = 0;
	g_strlcpy(page->file, file, FILE_SIZE);
	g_strlcpy(page->key + 1, key[0] ? key + 1 : "", KEY_SIZE - 1);
	__atomic_signal_fence(__ATOMIC_SEQ_CST);
	page->key[0] = key[0];
}

/*
 * A file that makes us compute for too long ends us; so does one we wait over, but a busy machine may
 * make us wait some time.
 */
static void
set_alarm(unsigned seconds)
{
	struct itimerval computing = { .it_value = { .tv_sec = seconds } };
	setitimer(ITIMER_PROF, &computing, NULL);
	alarm(seconds * WAITING_FACTOR);
}

void
poison_mark(Poison *poison, const char *key, const char *file, unsigned seconds)
{
	page_write(poison->page, key, file);
	set_alarm(seconds);
}

void
poison_clear(Poison *poison)
{
	set_alarm(0);
	page_write(poison->page, poison->working ? POISON_DATABASE : "", "");
}

void
poison_work(Poison *poison, bool working)
{
	poison->working = working;
	poison_clear(poison);
}

static void
on_fatal(int number)
{
	if (marked_page)
		marked_page->signal = number;
	signal(number, SIG_DFL);
	raise(number);
}

void
poison_catch_signals(Poison *poison)
{
	marked_page = poison->page;
	poison->stack = g_malloc0(STACK_SIZE);
	stack_t stack = { .ss_sp = poison->stack, .ss_size = STACK_SIZE };
	sigaltstack(&stack, NULL);
	struct sigaction action = { .sa_handler = on_fatal, .sa_flags = SA_ONSTACK | SA_NODEFER };
	sigemptyset(&action.sa_mask);
	for (size_t i = 0; i < G_N_ELEMENTS(fatal); i++)
		sigaction(fatal[i], &action, NULL);
}

void
poison_close(Poison *poison)
{
	if (!poison)
		return;
	poison_work(poison, false);
	if (poison->stack) {
		for (size_t i = 0; i < G_N_ELEMENTS(fatal); i++)
			signal(fatal[i], SIG_DFL);
		stack_t none = { .ss_flags = SS_DISABLE };
		sigaltstack(&none, NULL);
		marked_page = NULL;
	}
	munmap(poison->page, sizeof(Page));
	g_free(poison->stack);
	g_free(poison);
}
