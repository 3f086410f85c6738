#include <string.h>

#include "backend/agent/pass.h"

/* Windows grow: the first screen of rows comes at once, a large folder in few transactions. */
enum { WINDOWS_UNDER_WAY = 3, GROWTH = 4 };

typedef struct Windows {
	Pass *pass;
	uint32_t first; /* the lowest UID wanted */
	uint32_t next;  /* UIDs below this are still to be asked for */
	uint32_t count; /* messages aimed at in the next window */
	Span sent[WINDOWS_UNDER_WAY];
	unsigned under_way;
} Windows;

static uint32_t
window_span(const Pass *pass, uint32_t messages)
{
	uint64_t span = (uint64_t)messages * pass->sparseness;
	return (uint32_t)MIN(span, UINT32_MAX - 1);
}

/* The next window below the last one. */
static Span
windows_take(Windows *windows)
{
	uint32_t span = window_span(windows->pass, windows->count);
	uint32_t last = windows->next - 1;
	uint32_t first = last - windows->first >= span ? last - span + 1 : windows->first;
	windows->next = first;
	return (Span){ first, last };
}

static bool
windows_done(const Windows *windows)
{
	return windows->next <= windows->first;
}

static bool
windows_read(Windows *windows, PassStep done, GError **error)
{
	Pass *pass = windows->pass;
	ImapDone answer = { 0 };
	if (!imap_read(pass->round->session, pass->selected.exists, &answer, error))
		return false;
	bool ok = answer.result == IMAP_OK;
	if (!ok)
		imap_refused(&answer, pass->folder->known->name, error);
	imap_done_clear(&answer);
	Span span = windows->sent[0];
	memmove(windows->sent, windows->sent + 1, sizeof(windows->sent) - sizeof(Span));
	windows->under_way--;
	if (ok)
		return done(pass, span, error);
	while (windows->under_way &&
		imap_read(pass->round->session, pass->selected.exists, &answer, NULL)) {
		imap_done_clear(&answer);
		windows->under_way--;
	}
	return false;
}

/* Somebody waits for a message: with nothing on the way, the folder may be left and come back to. */
static bool
serve_others(Pass *pass, GError **error)
{
	Round *round = pass->round;
	if (!round->owner->serve(round, round->owner->data, error))
		return false;
	pass_hear(pass);
	if (!round_examine(round, pass->folder->known, false, error))
		return false;
	if (round->selected.uidvalidity == pass->selected.uidvalidity)
		return true;
	g_set_error(error, ACCOUNT_ERROR, ACCOUNT_ERROR_FAILED,
		"the server renumbered this folder while it was read");
	return false;
}

bool
pass_run_windows(Pass *pass, Span range, uint32_t first_count, uint32_t count, PassStep send,
	PassStep done, GError **error)
{
	Windows windows = {
		.pass = pass, .first = range.first, .next = range.last + 1, .count = first_count
	};
	Round *round = pass->round;
	while (!windows_done(&windows) || windows.under_way) {
		if (round_is_cancelled(round, error))
			return false;
		bool service = round->owner->wants_service(round->owner->data);
		if (service && !windows.under_way && !serve_others(pass, error))
			return false;
		if (!windows_done(&windows) && windows.under_way < WINDOWS_UNDER_WAY && !service) {
			Span span = windows_take(&windows);
			windows.count = (uint32_t)MIN(count, (uint64_t)windows.count * GROWTH);
			windows.sent[windows.under_way++] = span;
			if (!send(pass, span, error))
				return false;
		} else if (windows.under_way && !windows_read(&windows, done, error)) {
			return false;
		}
	}
	g_ptr_array_set_size(pass->rows, 0); /* what is left is of no window: nobody asked for it */
	return true;
}
