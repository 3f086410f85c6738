#include "backend/core/pass.h"

/* What each window of a pass asks for, and what becomes of its answer. */

/* In messages; spans of UIDs are these times the folder's sparseness. */
enum { FIRST_WINDOW = 50, WINDOW = 2000, FLAGS_WINDOW = 20000 };

static bool
send_headers(Pass *pass, Span span, GError **error)
{
	g_autofree char *set = g_strdup_printf("%u:%u", span.first, span.last);
	RemoteCommand command = {
		.verb = REMOTE_FETCH_HEADERS, .set = set, .modseq = pass->selected.modseq != 0
	};
	return remote_send(pass->round->remote, &command, error);
}

/* What was just brought there is known, and listed, too. */
static void
tell_progress(Pass *pass)
{
	Round *round = pass->round;
	int64_t done = pass->folder->known->rows + pass->listed, exists = pass->selected.exists;
	round->owner->progress(pass->folder->known->name, "headers", MIN(done, exists), exists,
		round->owner->data);
}

/* The window's rows and the mark below which nothing is known move together. */
static bool
done_first_pass(Pass *pass, Span span, GError **error)
{
	GPtrArray *rows = pass_take_rows(pass, span);
	tell_progress(pass);
	/* a pass that goes on after a cut: flags of the rows from before it are still to be asked for */
	bool anew = pass->next_mark && !pass->folder->known->rows;
	uint64_t modseq = anew ? pass->selected.modseq : 0;
	return pass_write_rows(pass, rows, span.first, pass->next_mark, modseq, error);
}

static bool
done_newer(Pass *pass, Span span, GError **error)
{
	GPtrArray *rows = pass_take_rows(pass, span);
	tell_progress(pass);
	return pass_write_rows(pass, rows, 0, 0, 0, error);
}

static bool
send_flags(Pass *pass, Span span, GError **error)
{
	g_autofree char *set = g_strdup_printf("%u:%u", span.first, span.last);
	uint64_t since = pass->folder->known->modseq;
	/* a server that counts from below again (restored) would name no change */
	RemoteCommand command = { .verb = REMOTE_FETCH_FLAGS,
		.set = set,
		.since = since <= pass->selected.modseq ? since : 0 };
	return remote_send(pass->round->remote, &command, error);
}

static bool
done_flags(Pass *pass, Span span, GError **error)
{
	return pass_write_changes(pass, 0, error);
}

bool
pass_fetch_first(Pass *pass, Span range, GError **error)
{
	return pass_run_windows(
		pass, range, FIRST_WINDOW, WINDOW, send_headers, done_first_pass, error);
}

bool
pass_fetch_newer(Pass *pass, Span range, GError **error)
{
	return pass_run_windows(pass, range, FIRST_WINDOW, WINDOW, send_headers, done_newer, error);
}

static bool
done_all(Pass *pass, Span span, GError **error)
{
	g_ptr_array_unref(pass_take_rows(pass, span)); /* their UIDs are forgotten with them */
	return true;
}

bool
pass_fetch_all(Pass *pass, Span range, GError **error)
{
	return pass_run_windows(pass, range, WINDOW, WINDOW, send_headers, done_all, error);
}

bool
pass_fetch_flags(Pass *pass, Span range, GError **error)
{
	uint32_t window = pass->folder->known->modseq ? UINT32_MAX : FLAGS_WINDOW;
	return pass_run_windows(pass, range, window, window, send_flags, done_flags, error);
}
