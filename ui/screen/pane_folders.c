#include "ui/screen/pane_folders.h"

#include <limits.h>

#include "ui/screen/app.h"
#include "ui/screen/choice.h"
#include "ui/screen/words.h"

typedef struct FoldersPane {
	ChoicePane choice; /* its lines: the entries that no fold hides */
	View *marked;      /* what the list shows; NULL: nothing yet */
	GArray *places;    /* of each line, its place in the folder list */
} FoldersPane;

static const FolderList *
folders_of(const FoldersPane *folders)
{
	return app_folders(folders->choice.base.app);
}

static const FolderEntry *
entry_at(const FoldersPane *folders, size_t line)
{
	size_t place = g_array_index(folders->places, size_t, line);
	return folder_list_at(folders_of(folders), place);
}

/* ---- folds ---- */

/* "work", "work/Lists" or, for the heading of the saved views, "/": whatever its place, and from one run to the next.
 * NULL: it has nothing below it in any case. */
static char *
name_of(const FoldersPane *folders, const FolderEntry *entry)
{
	if (entry->mistake || (entry->view && !entry->name))
		return NULL;
	if (entry->account < 0)
		return g_strdup("/");
	const App *app = folders->choice.base.app;
	return g_strjoin(
		"/", app_account_config(app, (size_t)entry->account)->name, entry->name, NULL);
}

static bool
is_folded(const FoldersPane *folders, const FolderEntry *entry)
{
	g_autofree char *name = name_of(folders, entry);
	return name && view_memory_is_folded(app_memory(folders->choice.base.app), name);
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
	choice_renew(&folders->choice, folders->places->len, folders->choice.cursor);
}

void
pane_folders_mark(Pane *pane, const View *view)
{
	FoldersPane *folders = (FoldersPane *)pane;
	view_free(folders->marked);
	folders->marked = view_copy(view);
	size_t place;
	if (folder_list_find(folders_of(folders), view, &place))
		choice_move_to(&folders->choice, line_of(folders, place));
}

bool
pane_folders_step(Pane *pane, int step, bool unread, const View *last)
{
	FoldersPane *folders = (FoldersPane *)pane;
	if (folders->places->len == 0)
		return false;
	size_t place = g_array_index(folders->places, size_t, folders->choice.cursor);
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
style_of(const FoldersPane *folders, const FolderEntry *entry)
{
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
		const App *app = folders->choice.base.app;
		const char *mark = entry->account >= 0 ? account_status_mark(app_account_status(
								 app, (size_t)entry->account))
		                                       : NULL;
		return g_strjoin(*count && mark ? " " : "", mark ? mark : "", count, NULL);
	}
	return entry->held ? g_strdup("!") : g_steal_pointer(&count);
}

static void
draw_entry(const ChoicePane *choice, Canvas *canvas, const Area *area, size_t number, bool focused)
{
	const FoldersPane *folders = (const FoldersPane *)choice;
	const FolderEntry *entry = entry_at(folders, number);
	int line = (int)(number - choice->top);
	Style style = style_of(folders, entry);
	canvas_fill(canvas, area, line, 0, area->columns, style);
	if (focused)
		style = choice_draw_cursor(choice, canvas, area, number, true, style);
	g_autofree char *right =
		right_text(folders, g_array_index(folders->places, size_t, number));
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
	choice_draw((ChoicePane *)pane, canvas, area, focused, draw_entry);
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
	if (folders->marked && (away || folders->choice.cursor == 0) &&
		folder_list_find(folders_of(folders), folders->marked, &place))
		choice_move_to(&folders->choice, line_of(folders, place));
}

static void
free_pane(Pane *pane)
{
	FoldersPane *folders = (FoldersPane *)pane;
	view_free(folders->marked);
	g_array_unref(folders->places);
	g_free(folders);
}

/* ---- commands ---- */

static void
run_open(Pane *pane, int count)
{
	FoldersPane *folders = (FoldersPane *)pane;
	if (!choice_has_current(&folders->choice))
		return;
	const FolderEntry *entry = entry_at(folders, folders->choice.cursor);
	if (entry->view)
		app_show_view(pane->app, entry->view);
	else if (entry->mistake)
		app_say_error(pane->app, "%s", clean_text_utf8(entry->mistake));
	else
		choice_move_to(&folders->choice, folders->choice.cursor + 1);
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
	if (!choice_has_current(&folders->choice))
		return false;
	size_t place = g_array_index(folders->places, size_t, folders->choice.cursor);
	const FolderEntry *entry = folder_list_at(folders_of(folders), place);
	g_autofree char *name = name_of(folders, entry);
	if (!name || !has_children(folders, place) || is_folded(folders, entry) == fold)
		return false;
	view_memory_set_folded(app_memory(folders->choice.base.app), name, fold);
	find_lines(folders);
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
	if (set_fold(folders, true) || !choice_has_current(&folders->choice))
		return;
	int depth = entry_at(folders, folders->choice.cursor)->depth;
	for (size_t line = folders->choice.cursor; depth > 0 && line-- > 0;) {
		if (entry_at(folders, line)->depth >= depth)
			continue;
		choice_move_to(&folders->choice, line);
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
	CHOICE_COMMANDS,
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
	if (choice_take_mouse((ChoicePane *)pane, row, action))
		run_open(pane, 0);
}

static void
begin(Pane *pane)
{
	FoldersPane *folders = (FoldersPane *)pane;
	folders->places = g_array_new(FALSE, FALSE, sizeof(size_t));
}

const PaneClass pane_folders_class = {
	.name = "folders",
	.size = sizeof(FoldersPane),
	.begin = begin,
	.commands = commands,
	.draw = draw,
	.resize = choice_resize,
	.on_event = on_event,
	.on_mouse = on_mouse,
	.free = free_pane,
};
