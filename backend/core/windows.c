#include <string.h>

#include "backend/core/pass.h"

/* Windows grow: the first screen of rows comes at once, a large folder in few transactions. */
enum { GROWTH = 4 };

typedef struct Windows {
	Pass *pass;
	uint32_t first; /* the lowest UID wanted */
	uint32_t next;  /* UIDs below this are still to be asked for */
	uint32_t count; /* messages aimed at in the next window */
} Windows;

static uint64_t
messages_asked_for(const Pass *pass)
{
	uint64_t uids = 0;
	for (unsigned i = 0; i < pass->under_way; i++)
		uids += (uint64_t)pass->sent[i].last - pass->sent[i].first + 1;
	return MIN(uids, pass->most);
}

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
read_answer(Pass *pass, ImapDone *answer, GError **error)
{
	bool ok = remote_read(pass->round->remote, messages_asked_for(pass), answer, error);
	if (ok)
		pass->under_way--;
	return ok;
}

static bool
windows_read(Pass *pass, PassStep done, GError **error)
{
	ImapDone answer = { 0 };
	if (!read_answer(pass, &answer, error))
		return false;
	bool ok = answer.result == IMAP_OK;
	if (!ok)
		imap_refused(&answer, pass->folder->known->name, error);
	imap_done_clear(&answer);
	Span span = pass->sent[0];
	memmove(pass->sent, pass->sent + 1, sizeof(pass->sent) - sizeof(Span));
	if (ok)
		return done(pass, span, error);
	while (pass->under_way && read_answer(pass, &answer, NULL))
		imap_done_clear(&answer);
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
	while (!windows_done(&windows) || pass->under_way) {
		if (round_is_cancelled(round, error))
			return false;
		bool service = round->owner->wants_service(round->owner->data);
		if (service && !pass->under_way && !serve_others(pass, error))
			return false;
		if (!windows_done(&windows) && pass->under_way < WINDOWS_UNDER_WAY && !service) {
			Span span = windows_take(&windows);
			windows.count = (uint32_t)MIN(count, (uint64_t)windows.count * GROWTH);
			pass->sent[pass->under_way++] = span;
			if (!send(pass, span, error))
				return false;
		} else if (pass->under_way && !windows_read(pass, done, error)) {
			return false;
		}
	}
	/* where only flags were asked for, a server that sent headers too has left them here */
	g_ptr_array_unref(pass_take_rows(pass, range));
	return true;
}
