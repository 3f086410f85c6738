#include "index/mime/sandbox.h"

#include <sched.h>
#include <stddef.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <unistd.h>

#if defined(__SANITIZE_ADDRESS__)
#define UNDER_SANITIZER 1
#elif defined(__has_feature)
#if __has_feature(address_sanitizer)
#define UNDER_SANITIZER 1
#endif
#endif
#ifndef UNDER_SANITIZER
#define UNDER_SANITIZER 0
#endif

static void
limit(int resource, rlim_t value)
{
	struct rlimit current;
	if (getrlimit(resource, &current) != 0)
		return;
	rlim_t most = value < current.rlim_max ? value : current.rlim_max;
	struct rlimit wanted = { most, most };
	setrlimit(resource, &wanted);
}

bool
sandbox_enter(void)
{
	bool alone = unshare(CLONE_NEWUSER | CLONE_NEWNET) == 0;
	prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0);
	limit(RLIMIT_CORE, 0);
	limit(RLIMIT_NOFILE, SANDBOX_FILES);
	/* A sanitizer needs terabytes of addresses, its log, and ptrace. */
	if (!UNDER_SANITIZER) {
		limit(RLIMIT_AS, SANDBOX_MEMORY);
		limit(RLIMIT_FSIZE, 0);
		prctl(PR_SET_DUMPABLE, 0, 0, 0, 0);
	}
	return alone;
}

void
sandbox_start_clock(void)
{
	struct rusage usage;
	struct rlimit current;
	alarm(SANDBOX_SECONDS);
	if (getrusage(RUSAGE_SELF, &usage) != 0 || getrlimit(RLIMIT_CPU, &current) != 0)
		return;
	/* The limit counts a life's processor time, so each request moves it on. */
	rlim_t used = (rlim_t)(usage.ru_utime.tv_sec + usage.ru_stime.tv_sec + 2);
	current.rlim_cur = used + SANDBOX_SECONDS;
	if (current.rlim_cur <= current.rlim_max)
		setrlimit(RLIMIT_CPU, &current);
}

void
sandbox_stop_clock(void)
{
	alarm(0);
}
