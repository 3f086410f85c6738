#include "ui/screen/pane_folders.h"

#include <limits.h>

#include "ui/screen/app.h"
#include "ui/screen/words.h"

typedef struct FoldersPane {
	Pane base;
	View *marked;       /* what the list shows; NULL: nothing yet */
	size_t cursor, top; /* lines, of those that no fold hides */
	GArray *places;     /* of each line, its place in the folder list */
	GHashTable *folded; /* of char *: name_of a node */
} FoldersPane;

static const FolderList *
folders_of(const FoldersPane *folders)
{
	return app_folders(folders->base.app);
}

static const FolderEntry *
entry_at(const FoldersPane *folders, size_t line)
{
	size_t place = g_array_index(folders->places, size_t, line);
	return folder_list_at(folders_of(folders), place);
}

/* ---- folds ---- */

/* A folder or account, whatever its place; NULL: it has nothing below it in any case. */
static char *
name_of(const FolderEntry *entry)
{
	if (entry->mistake || (entry->view && !entry->name))
		return NULL;
	return g_strdup_printf("%d/%s", entry->account, entry->name ? entry->name : "");
}

static bool
is_folded(const FoldersPane *folders, const FolderEntry *entry)
{
	g_autofree char *name = name_of(entry);
	return name && g_hash_table_contains(folders->folded, name);
}

static bool
has_children(const FoldersPane *folders, size_t place)
{
	const FolderList *list = folders_of(folders);
	return place + 1 < folder_list_length(list) &&
	       folder_list_at(list, place + 1)->depth > folder_list_at(list, place)->depth;
}

/* The line of a place, or of the fold that hides it. */
static size_t
line_of(const FoldersPane *folders, size_t place)
{
	size_t line = 0;
	while (line + 1 < folders->places->len &&
		g_array_index(folders->places, size_t, line + 1) <= place)
		line++;
	return line;
}

static void
find_lines(FoldersPane *folders)
{
	const FolderList *list = folders_of(folders);
	int hidden_below = INT_MAX;
	g_array_set_size(folders->places, 0);
	for (size_t i = 0; i < folder_list_length(list); i++) {
		const FolderEntry *entry = folder_list_at(list, i);
		if (entry->depth > hidden_below)
			continue;
		hidden_below = is_folded(folders, entry) ? entry->depth : INT_MAX;
		g_array_append_val(folders->places, i);
	}
}

static void
keep_cursor(FoldersPane *folders)
{
	size_t length = folders->places->len;
	size_t rows = (size_t)MAX(folders->base.rows, 1);
	folders->cursor = MIN(folders->cursor, length ? length - 1 : 0);
	if (folders->cursor < folders->top)
		folders->top = folders->cursor;
	if (folders->cursor >= folders->top + rows)
		folders->top = folders->cursor - rows + 1;
	folders->top = MIN(folders->top, length > rows ? length - rows : 0);
}

static void
move_to(FoldersPane *folders, int64_t line)
{
	int64_t last = (int64_t)folders->places->len - 1;
	folders->cursor = (size_t)CLAMP(line, 0, MAX(last, 0));
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
		move_to(folders, (int64_t)line_of(folders, place));
}

bool
pane_folders_step(Pane *pane, int step, bool unread, const View *last)
{
	FoldersPane *folders = (FoldersPane *)pane;
	if (folders->places->len == 0)
		return false;
	size_t place = g_array_index(folders->places, size_t, folders->cursor);
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

/* A folded node says what is unread below it too. */
static int64_t
unread_of(const FoldersPane *folders, size_t place)
{
	const FolderList *list = folders_of(folders);
	const FolderEntry *entry = folder_list_at(list, place);
	int64_t unread = entry->unread;
	for (size_t i = place + 1; is_folded(folders, entry) && i < folder_list_length(list) &&
				   folder_list_at(list, i)->depth > entry->depth;
		i++)
		unread += folder_list_at(list, i)->unread;
	return unread;
}

static char *
right_text(const FoldersPane *folders, size_t place)
{
	const FolderEntry *entry = folder_list_at(folders_of(folders), place);
	if (entry->mistake)
		return g_strdup("");
	int64_t unread = unread_of(folders, place);
	g_autofree char *count = unread > 0 ? words_number(unread) : g_strdup("");
	if (!entry->view) {
		const char *mark = account_status_mark(
			app_account_status(folders->base.app, (size_t)entry->account));
		return g_strjoin(*count && mark ? " " : "", mark ? mark : "", count, NULL);
	}
	return entry->held ? g_strdup("!") : g_steal_pointer(&count);
}

static void
draw_entry(FoldersPane *folders, Canvas *canvas, const Area *area, int line, bool focused)
{
	size_t at = folders->top + (size_t)line;
	const FolderEntry *entry = entry_at(folders, at);
	Style style = style_of(folders, entry, at == folders->cursor, focused);
	canvas_fill(canvas, area, line, 0, area->columns, style);
	g_autofree char *right = right_text(folders, g_array_index(folders->places, size_t, at));
	g_autoptr(CleanText) note = clean_text_new(CLEAN_LINE, right, -1);
	int width = (int)clean_text_columns(note);
	int indent = 1 + MIN(entry->depth, 6) * 2;
	int room = area->columns - indent - 1 - (width ? width + 1 : 0);
	canvas_draw(canvas, area, line, indent, room, style, entry->label);
	if (is_folded(folders, entry))
		canvas_print(canvas, area, line, indent - 1, 1, style, "▸");
	canvas_draw(canvas, area, line, area->columns - width - 1, width, style, note);
}

static void
draw(Pane *pane, Canvas *canvas, const Area *area, bool focused)
{
	FoldersPane *folders = (FoldersPane *)pane;
	size_t length = folders->places->len;
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
	find_lines(folders);
	bool away = !app_is_visible(pane->app, PANE_FOLDERS);
	if (folders->marked && (away || folders->cursor == 0) &&
		folder_list_find(folders_of(folders), folders->marked, &place))
		folders->cursor = line_of(folders, place);
	keep_cursor(folders);
}

static void
free_pane(Pane *pane)
{
	FoldersPane *folders = (FoldersPane *)pane;
	view_free(folders->marked);
	g_array_unref(folders->places);
	g_hash_table_unref(folders->folded);
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
	if (folders->cursor >= folders->places->len)
		return;
	const FolderEntry *entry = entry_at(folders, folders->cursor);
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
		app_say_for_now(pane->app, "No other folder has unread mail");
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

/* Folds or opens what is under the cursor; false: it is so already, or has nothing below it. */
static bool
set_fold(FoldersPane *folders, bool fold)
{
	if (folders->cursor >= folders->places->len)
		return false;
	size_t place = g_array_index(folders->places, size_t, folders->cursor);
	const FolderEntry *entry = folder_list_at(folders_of(folders), place);
	g_autofree char *name = name_of(entry);
	if (!name || !has_children(folders, place) || is_folded(folders, entry) == fold)
		return false;
	if (fold)
		g_hash_table_add(folders->folded, g_steal_pointer(&name));
	else
		g_hash_table_remove(folders->folded, name);
	find_lines(folders);
	keep_cursor(folders);
	return true;
}

static void
run_fold(Pane *pane, int count)
{
	FoldersPane *folders = (FoldersPane *)pane;
	if (!set_fold(folders, true) && !set_fold(folders, false))
		app_say_for_now(pane->app, "There is nothing below this");
}

/* Folds it, or goes to what it lies below. */
static void
run_left(Pane *pane, int count)
{
	FoldersPane *folders = (FoldersPane *)pane;
	if (set_fold(folders, true) || folders->cursor >= folders->places->len)
		return;
	int depth = entry_at(folders, folders->cursor)->depth;
	for (size_t line = folders->cursor; depth > 0 && line-- > 0;) {
		if (entry_at(folders, line)->depth >= depth)
			continue;
		move_to(folders, (int64_t)line);
		return;
	}
}

/* Opens a fold; else to the list. */
static void
run_right(Pane *pane, int count)
{
	if (!set_fold((FoldersPane *)pane, false))
		app_back(pane->app);
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
	{ "fold", "za", NULL, "hide or show what lies below", run_fold },
	{ "fold-left", "Left", NULL, "hide what lies below, or go to what this lies below",
		run_left },
	{ "open-right", "Right", NULL, "show what lies below; else to the list", run_right },
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
	folders->places = g_array_new(FALSE, FALSE, sizeof(size_t));
	folders->folded = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
	return &folders->base;
}
