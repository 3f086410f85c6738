#include "ui/screen/act_commands.h"
#include "ui/screen/pane_links.h"
#include "ui/screen/pane_list.h"
#include "ui/screen/pane_parts.h"
#include "ui/screen/pane_reader.h"
#include "ui/screen/pane_reader_private.h"
#include "ui/screen/reader_links.h"

static void
run_down(Pane *pane, int count)
{
	reader_scroll((ReaderPane *)pane, MAX(count, 1));
}

static void
run_up(Pane *pane, int count)
{
	reader_scroll((ReaderPane *)pane, -MAX(count, 1));
}

static void
run_page_down(Pane *pane, int count)
{
	reader_scroll((ReaderPane *)pane, (int64_t)MAX(count, 1) * MAX(pane->rows - 1, 1));
}

static void
run_page_up(Pane *pane, int count)
{
	reader_scroll((ReaderPane *)pane, -(int64_t)MAX(count, 1) * MAX(pane->rows - 1, 1));
}

static void
run_half_down(Pane *pane, int count)
{
	reader_scroll((ReaderPane *)pane, (int64_t)MAX(count, 1) * MAX(pane->rows / 2, 1));
}

static void
run_half_up(Pane *pane, int count)
{
	reader_scroll((ReaderPane *)pane, -(int64_t)MAX(count, 1) * MAX(pane->rows / 2, 1));
}

static void
run_home(Pane *pane, int count)
{
	reader_scroll_to_top((ReaderPane *)pane);
}

static void
run_end(Pane *pane, int count)
{
	reader_scroll_to_end((ReaderPane *)pane);
}

static void
run_next(Pane *pane, int count)
{
	pane_list_open_next(app_pane(pane->app, PANE_LIST), MAX(count, 1));
}

static void
run_previous(Pane *pane, int count)
{
	pane_list_open_next(app_pane(pane->app, PANE_LIST), -MAX(count, 1));
}

static void
run_next_unread(Pane *pane, int count)
{
	pane_list_open_unread(app_pane(pane->app, PANE_LIST), false);
}

static void
run_previous_unread(Pane *pane, int count)
{
	pane_list_open_unread(app_pane(pane->app, PANE_LIST), true);
}

static void
run_read_on(Pane *pane, int count)
{
	if (reader_is_at_end((ReaderPane *)pane))
		run_next_unread(pane, 0);
	else
		run_page_down(pane, count);
}

/* Of what is not here nothing else can be shown; what is on its way will be shown as is wanted by then. */
static bool
may_turn(ReaderPane *reader)
{
	if (reader->missing)
		app_say_for_now(reader->base.app, "This message is not here yet");
	return reader->row && !reader->missing;
}

/* To a form of the message, or from it back to the usual one. */
static void
turn(Pane *pane, ReaderForm form)
{
	ReaderPane *reader = (ReaderPane *)pane;
	if (!may_turn(reader))
		return;
	reader->form = reader->form == form ? READER_MESSAGE : form;
	reader_reshow(reader);
}

static void
run_headers(Pane *pane, int count)
{
	ReaderPane *reader = (ReaderPane *)pane;
	if (!may_turn(reader))
		return;
	reader->all_headers = !reader->all_headers;
	if (reader->form == READER_SOURCE)
		reader->form = READER_MESSAGE;
	reader_reshow(reader);
}

static void
run_source(Pane *pane, int count)
{
	turn(pane, READER_SOURCE);
}

static void
run_html(Pane *pane, int count)
{
	turn(pane, READER_HTML);
}

/* What needs the message waits until it is there, and what is typed behind it too. */
static bool
has_message(ReaderPane *reader, CommandFunction then)
{
	if (reader->message)
		return true;
	if (!may_turn(reader))
		return false;
	const Asker *asker = app_asker(reader->base.app);
	if (reader->form == READER_SOURCE || !asker_awaits(asker, reader)) {
		reader->form = READER_MESSAGE;
		reader->file ? reader_reshow(reader) : reader_load(reader);
	}
	reader->then = then;
	app_hold_keys(reader->base.app);
	return false;
}

static void
run_parts(Pane *pane, int count)
{
	ReaderPane *reader = (ReaderPane *)pane;
	if (!has_message(reader, run_parts))
		return;
	Pane *parts = app_pane(pane->app, PANE_PARTS);
	pane_parts_show(parts, reader->file, reader->message);
	app_focus(pane->app, PANE_PARTS);
}

/* Of the text that is shown and of what stands beside it in the message. */
static char *
text_with_links(JsonObject *message)
{
	const char *text = json_text(message, "text"), *more = json_text(message, "text_more");
	return g_strconcat(text ? text : "", "\n", more ? more : "", NULL);
}

static void
run_links(Pane *pane, int count)
{
	ReaderPane *reader = (ReaderPane *)pane;
	if (!has_message(reader, run_links))
		return;
	g_autofree char *text = text_with_links(reader->message);
	GPtrArray *links = reader_links_find(text);
	if (links->len == 0) {
		g_ptr_array_unref(links);
		app_say_for_now(pane->app, "No links here");
		return;
	}
	pane_links_show(app_pane(pane->app, PANE_LINKS), links);
	app_focus(pane->app, PANE_LINKS);
}

const Command pane_reader_commands[] = {
	{ "read-on", "Space", "read on", "a page down; at the end the next unread message",
		run_read_on },
	{ "next-message", "J", "next", "the next message", run_next },
	{ "previous-message", "K", "previous", "the previous message", run_previous },
	{ "next-unread", "Tab", "next unread",
		"the next unread message, from a folder on to others", run_next_unread },
	{ "previous-unread", "S-Tab", NULL,
		"the previous unread message, from a folder on to others", run_previous_unread },
	ACT_COMMANDS,
	{ "headers", "h", "headers", "all headers, or the usual ones", run_headers },
	{ "source", "H", NULL, "the source of the message; again: the message", run_source },
	{ "parts", "v", "parts", "the parts of the message: view, save, pipe", run_parts },
	{ "links", "x", "links", "the links of the message: open, copy", run_links },
	{ "find", "/", "find", "find words in what is shown; capitals count if there are any",
		reader_run_find },
	{ "find-next", "n", NULL, "to the next place where it stands", reader_run_find_next },
	{ "find-previous", "N", NULL, "to the place before", reader_run_find_previous },
	{ "html", "gh", NULL, "the HTML part as text; again: the plain text", run_html },
	{ "down", "j Down Enter", NULL, "a line down", run_down },
	{ "up", "k Up", NULL, "a line up", run_up },
	{ "page-down", "PgDn C-f", NULL, "a page down", run_page_down },
	{ "page-up", "PgUp C-b Backspace", NULL, "a page up", run_page_up },
	{ "half-down", "C-d", NULL, "half a page down", run_half_down },
	{ "half-up", "C-u", NULL, "half a page up", run_half_up },
	{ "first", "gg Home", NULL, "to the top", run_home },
	{ "last", "G End", NULL, "to the end", run_end },
	{ NULL },
};
