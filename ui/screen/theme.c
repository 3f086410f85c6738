#include "ui/screen/theme.h"

enum { BLUE = 4, CYAN = 6, GREEN = 2, GREY = 8, MAGENTA = 5, RED = 1, YELLOW = 3, NONE = -1 };

const Theme theme_default = { {
	[STYLE_NORMAL] = { "normal", NONE, NONE, 0 },
	[STYLE_TOP] = { "top", NONE, NONE, THEME_REVERSE },
	[STYLE_STATUS] = { "status", NONE, NONE, THEME_REVERSE },
	[STYLE_STATUS_ERROR] = { "status.error", RED, NONE, THEME_BOLD | THEME_REVERSE },
	[STYLE_HINTS] = { "hints", CYAN, NONE, 0 },
	[STYLE_PROMPT] = { "prompt", NONE, NONE, THEME_BOLD },
	[STYLE_RULE] = { "rule", BLUE, NONE, 0 },
	[STYLE_FOLDER] = { "folder", NONE, NONE, 0 },
	[STYLE_FOLDER_UNREAD] = { "folder.unread", NONE, NONE, THEME_BOLD },
	[STYLE_FOLDER_ACCOUNT] = { "folder.account", CYAN, NONE, THEME_BOLD },
	[STYLE_FOLDER_OPEN] = { "folder.open", GREEN, NONE, THEME_BOLD },
	[STYLE_LIST] = { "list", NONE, NONE, 0 },
	[STYLE_LIST_UNREAD] = { "list.unread", NONE, NONE, THEME_BOLD },
	[STYLE_LIST_NEW] = { "list.new", GREEN, NONE, THEME_BOLD },
	[STYLE_LIST_FLAGGED] = { "list.flagged", YELLOW, NONE, THEME_BOLD },
	[STYLE_LIST_TAG] = { "list.tag", MAGENTA, NONE, 0 },
	[STYLE_CURSOR] = { "cursor", NONE, NONE, THEME_REVERSE },
	[STYLE_CURSOR_AWAY] = { "cursor.away", NONE, NONE, THEME_UNDERLINE },
	[STYLE_EMPTY] = { "empty", NONE, NONE, THEME_DIM },
	[STYLE_READER] = { "reader", NONE, NONE, 0 },
	[STYLE_READER_HEADER] = { "reader.header", CYAN, NONE, 0 },
	[STYLE_READER_SUBJECT] = { "reader.subject", NONE, NONE, THEME_BOLD },
	[STYLE_READER_QUOTE] = { "reader.quote", GREEN, NONE, 0 },
	[STYLE_READER_NOTE] = { "reader.note", YELLOW, NONE, 0 },
	[STYLE_HELP_HEADING] = { "help.heading", NONE, NONE, THEME_BOLD | THEME_UNDERLINE },
} };
