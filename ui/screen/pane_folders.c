#include "ui/screen/pane_folders.h"

#include "ui/screen/app.h"
#include "ui/screen/words.h"

typedef struct FoldersPane {
	Pane base;
	View *marked; /* what the list shows; NULL: nothing yet */
	size_t cursor, top;
} FoldersPane;

static const FolderList *
folders_of(const FoldersPane *folders)
{
	return app_folders(folders->base.app);
}

static void
keep_cursor(FoldersPane *folders)
{
	size_t length = folder_list_length(folders_of(folders));
	size_t rows = (size_t)MAX(folders->base.rows, 1);
	folders->cursor = MIN(folders->cursor, length ? length - 1 : 0);
	if (folders->cursor < folders->top)
		folders->top = folders->cursor;
	if (folders->cursor >= folders->top + rows)
		folders->top = folders->cursor - rows + 1;
	folders->top = MIN(folders->top, length > rows ? length - rows : 0);
}

static void
move_to(FoldersPane *folders, int64_t place)
{
	int64_t last = (int64_t)folder_list_length(folders_of(folders)) - 1;
	folders->cursor = (size_t)CLAMP(place, 0, MAX(last, 0));
	keep_cursor(folders);
}

void
pane_folders_mark(Pane *pane, const View *view)
{
	FoldersPane *folders = (FoldersPane *)pane;
	view_free(folders->marked);
	folders->marked = view_copy(view);
	size_t place;
	if (folder_list_find(folders_of(folders), view, &place))
		move_to(folders, (int64_t)place);
}

bool
pane_folders_step(Pane *pane, int step, bool unread, const View *last)
{
	FoldersPane *folders = (FoldersPane *)pane;
	size_t place = folders->cursor;
	if (folders->marked)
		folder_list_find(folders_of(folders), folders->marked, &place);
	const FolderEntry *entry =
		folder_list_next(folders_of(folders), place, step, unread, last, &place);
	if (!entry)
		return false;
	app_show_view(pane->app, entry->view);
	return true;
}

/* ---- drawing ---- */

static Style
style_of(const FoldersPane *folders, const FolderEntry *entry, bool cursor, bool focused)
{
	if (cursor && focused)
		return STYLE_CURSOR;
	if (!entry->view)
		return STYLE_FOLDER_ACCOUNT;
	if (folders->marked && view_is_same(folders->marked, entry->view))
		return STYLE_FOLDER_OPEN;
	return entry->unread > 0 ? STYLE_FOLDER_UNREAD : STYLE_FOLDER;
}

static char *
right_text(const FoldersPane *folders, const FolderEntry *entry)
{
	if (entry->mistake)
		return g_strdup("");
	if (!entry->view) {
		const char *mark = account_status_mark(
			app_account_status(folders->base.app, (size_t)entry->account));
		return g_strdup(mark ? mark : "");
	}
	if (entry->held)
		return g_strdup("!");
	return entry->unread > 0 ? words_number(entry->unread) : g_strdup("");
}

static void
draw_entry(FoldersPane *folders, Canvas *canvas, const Area *area, int line, bool focused)
{
	size_t place = folders->top + (size_t)line;
	const FolderEntry *entry = folder_list_at(folders_of(folders), place);
	Style style = style_of(folders, entry, place == folders->cursor, focused);
	canvas_fill(canvas, area, line, 0, area->columns, style);
	g_autofree char *right = right_text(folders, entry);
	g_autoptr(CleanText) note = clean_text_new(CLEAN_LINE, right, -1);
	int width = (int)clean_text_columns(note);
	int indent = 1 + MIN(entry->depth, 6) * 2;
	int room = area->columns - indent - 1 - (width ? width + 1 : 0);
	canvas_draw(canvas, area, line, indent, room, style, entry->label);
	canvas_draw(canvas, area, line, area->columns - width - 1, width, style, note);
}

static void
draw(Pane *pane, Canvas *canvas, const Area *area, bool focused)
{
	FoldersPane *folders = (FoldersPane *)pane;
	size_t length = folder_list_length(folders_of(folders));
	for (int line = 0; line < area->rows && folders->top + (size_t)line < length; line++)
		draw_entry(folders, canvas, area, line, focused);
	if (focused)
		canvas_set_cursor(canvas, area, (int)(folders->cursor - folders->top), 0, false);
}

static void
resize(Pane *pane, int rows, int columns)
{
	keep_cursor((FoldersPane *)pane);
}

static void
on_event(Pane *pane, const Event *event)
{
	FoldersPane *folders = (FoldersPane *)pane;
	if (event->kind != EVENT_FOLDERS)
		return;
	size_t place;
	bool away = !app_is_visible(pane->app, PANE_FOLDERS);
	if (folders->marked && (away || folders->cursor == 0) &&
		folder_list_find(folders_of(folders), folders->marked, &place))
		folders->cursor = place;
	keep_cursor(folders);
}

static void
free_pane(Pane *pane)
{
	FoldersPane *folders = (FoldersPane *)pane;
	view_free(folders->marked);
	g_free(folders);
}

/* ---- commands ---- */

static void
run_down(Pane *pane, int count)
{
	FoldersPane *folders = (FoldersPane *)pane;
	move_to(folders, (int64_t)folders->cursor + MAX(count, 1));
}

static void
run_up(Pane *pane, int count)
{
	FoldersPane *folders = (FoldersPane *)pane;
	move_to(folders, (int64_t)folders->cursor - MAX(count, 1));
}

static void
run_page_down(Pane *pane, int count)
{
	run_down(pane, MAX(count, 1) * pane->rows);
}

static void
run_page_up(Pane *pane, int count)
{
	run_up(pane, MAX(count, 1) * pane->rows);
}

static void
run_home(Pane *pane, int count)
{
	move_to((FoldersPane *)pane, 0);
}

static void
run_end(Pane *pane, int count)
{
	move_to((FoldersPane *)pane, INT64_MAX);
}

static void
run_open(Pane *pane, int count)
{
	FoldersPane *folders = (FoldersPane *)pane;
	if (folders->cursor >= folder_list_length(folders_of(folders)))
		return;
	const FolderEntry *entry = folder_list_at(folders_of(folders), folders->cursor);
	if (entry->view)
		app_show_view(pane->app, entry->view);
	else if (entry->mistake)
		app_say_error(pane->app, "%s", clean_text_utf8(entry->mistake));
	else
		move_to(folders, (int64_t)folders->cursor + 1);
}

static void
step_unread(Pane *pane, int step)
{
	if (!pane_folders_step(pane, step, true, NULL))
		app_say(pane->app, "No other folder has unread mail");
}

static void
run_next_unread(Pane *pane, int count)
{
	step_unread(pane, 1);
}

static void
run_previous_unread(Pane *pane, int count)
{
	step_unread(pane, -1);
}

static const Command commands[] = {
	{ "open", "Enter Space", "open", "show this folder in the list", run_open, 0,
		COMMAND_NEEDS_ACCOUNT },
	{ "down", "j Down", NULL, "move down", run_down },
	{ "up", "k Up", NULL, "move up", run_up },
	{ "page-down", "PgDn C-d C-f", NULL, "a page down", run_page_down },
	{ "page-up", "PgUp C-u C-b", NULL, "a page up", run_page_up },
	{ "first", "gg Home", NULL, "to the first", run_home },
	{ "last", "G End", NULL, "to the last", run_end },
	{ "next-unread", "Tab", "next unread", "to the next folder with unread mail",
		run_next_unread, 0, COMMAND_NEEDS_ACCOUNT },
	{ "previous-unread", "S-Tab", NULL, "to the previous folder with unread mail",
		run_previous_unread },
	{ NULL },
};

static void
on_mouse(Pane *pane, int row, int column, MouseAction action)
{
	FoldersPane *folders = (FoldersPane *)pane;
	if (action == MOUSE_WHEEL_UP || action == MOUSE_WHEEL_DOWN) {
		move_to(folders,
			(int64_t)folders->cursor +
				(action == MOUSE_WHEEL_UP ? -MOUSE_WHEEL_ROWS : MOUSE_WHEEL_ROWS));
		return;
	}
	size_t place = folders->top + (size_t)row;
	if (place >= folder_list_length(folders_of(folders)))
		return;
	move_to(folders, (int64_t)place);
	if (action == MOUSE_OPEN)
		run_open(pane, 0);
}

const PaneClass pane_folders_class = {
	.name = "folders",
	.commands = commands,
	.draw = draw,
	.resize = resize,
	.on_event = on_event,
	.on_mouse = on_mouse,
	.free = free_pane,
};

Pane *
pane_folders_new(App *app)
{
	FoldersPane *folders = g_new0(FoldersPane, 1);
	folders->base.class = &pane_folders_class;
	folders->base.app = app;
	return &folders->base;
}
