#include "ui/screen/terminal_guard.h"

#include <errno.h>
#include <glib.h>
#include <signal.h>
#include <string.h>
#include <term.h>
#include <termios.h>
#include <unistd.h>

enum { RESTORE_BYTES = 256 };

static const int fatal_signals[] = { SIGSEGV, SIGBUS, SIGILL, SIGFPE, SIGABRT, SIGQUIT, SIGALRM,
	SIGUSR1, SIGUSR2 };

/* Written before the handlers are set and after they are taken away. */
static struct {
	bool set, armed;
	struct termios before;
	char restore
		[RESTORE_BYTES]; /* plain style, cursor shown, alternate screen left, modes off */
	size_t restore_length;
	int wake;
	struct sigaction previous[G_N_ELEMENTS(fatal_signals)];
	struct sigaction stop_before, continue_before;
} guard;

void
terminal_guard_save(void)
{
	tcgetattr(STDIN_FILENO, &guard.before);
}

static void
on_fatal_signal(int number)
{
	if (guard.armed) {
		guard.armed = false;
		ssize_t ignored = write(STDOUT_FILENO, guard.restore, guard.restore_length);
		(void)ignored;
		tcsetattr(STDIN_FILENO, TCSANOW, &guard.before);
	}
	/* whoever handled it before (the default, a sanitizer) has the last word */
	for (size_t i = 0; i < G_N_ELEMENTS(fatal_signals); i++) {
		if (fatal_signals[i] == number)
			sigaction(number, &guard.previous[i], NULL);
	}
	raise(number);
}

static void
on_stop_signal(int number)
{
	int saved = errno;
	uint64_t told = number == SIGCONT ? 1 : TERMINAL_GUARD_STOP;
	ssize_t ignored = write(guard.wake, &told, sizeof(told));
	(void)ignored;
	errno = saved;
}

static void
append(const char *text)
{
	size_t length = strlen(text);
	if (guard.restore_length + length >= RESTORE_BYTES)
		return;
	memcpy(guard.restore + guard.restore_length, text, length);
	guard.restore_length += length;
}

static void
append_capability(const char *name)
{
	const char *text = tigetstr(name);
	if (text && text != (const char *)-1)
		append(text);
}

void
terminal_guard_arm(int wake, const char *modes_off)
{
	static const char *const leaving[] = { "sgr0", "cnorm", "rmkx", "rmcup" };
	terminal_guard_disarm();
	guard.restore_length = 0;
	append(modes_off);
	for (size_t i = 0; i < G_N_ELEMENTS(leaving); i++)
		append_capability(leaving[i]);
	guard.wake = wake;
	guard.armed = guard.set = true;
	struct sigaction fatal = { .sa_handler = on_fatal_signal, .sa_flags = SA_ONSTACK };
	for (size_t i = 0; i < G_N_ELEMENTS(fatal_signals); i++)
		sigaction(fatal_signals[i], &fatal, &guard.previous[i]);
	struct sigaction stop = { .sa_handler = on_stop_signal, .sa_flags = SA_RESTART };
	sigaction(SIGTSTP, &stop, &guard.stop_before);
	sigaction(SIGCONT, &stop, &guard.continue_before);
}

void
terminal_guard_disarm(void)
{
	if (!guard.set)
		return;
	for (size_t i = 0; i < G_N_ELEMENTS(fatal_signals); i++)
		sigaction(fatal_signals[i], &guard.previous[i], NULL);
	sigaction(SIGTSTP, &guard.stop_before, NULL);
	sigaction(SIGCONT, &guard.continue_before, NULL);
	guard.armed = guard.set = false;
	guard.wake = -1;
}

void
terminal_guard_pause(bool paused)
{
	guard.armed = guard.set && !paused;
}
